"""From an event to a message in a real mail server's hands."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import Reporter, RequestEvent
from requests_app.notifications import sending, writing
from requests_app.notifications.messages import compose, template_for
from requests_app.notifications.models import Delivery, DeliveryState
from requests_app.workflow import Audience, EventKind, Outcome
from tests import makers
from tests.makers import NOW
from tests.requests_app.notifications.smtp_sink import Sink, smtp_sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp_sink() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server


def reported(city: makers.SmallCity) -> tuple[actions.Submitted, RequestEvent]:
    result = makers.submitted(city.pothole, email="jo@example.org", name="Jo")
    return result, result.request.events.get(kind=EventKind.SUBMITTED)


def test_submit_defers_one_job_with_the_event_id(city: makers.SmallCity) -> None:
    _result, event = reported(city)
    jobs = ProcrastinateJob.objects.filter(task_name="requests_app.notifications.fan_out")
    assert [job.args for job in jobs] == [{"event_id": event.pk}]


def test_received_message_reaches_the_server(city: makers.SmallCity, sink: Sink) -> None:
    result, event = reported(city)
    (delivery_id,) = writing.fan_out(event.pk, NOW)
    sending.deliver(delivery_id, NOW)
    (message,) = sink.messages
    assert message["To"] == "jo@example.org"
    assert result.request.number in message["Subject"]
    assert result.token in message.get_payload(decode=True).decode()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_fan_out_twice_makes_one_delivery_and_a_sent_one_is_not_repeated(
    city: makers.SmallCity, sink: Sink
) -> None:
    _result, event = reported(city)
    first = writing.fan_out(event.pk, NOW)
    assert writing.fan_out(event.pk, NOW) == first
    sending.deliver(first[0], NOW)
    sending.deliver(first[0], NOW)
    assert len(sink.messages) == 1
    assert writing.fan_out(event.pk, NOW) == []


def test_crash_before_the_mark_repeats_with_the_same_id(
    city: makers.SmallCity, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    _result, event = reported(city)
    (delivery_id,) = writing.fan_out(event.pk, NOW)

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_finish", die)
        with pytest.raises(KeyboardInterrupt):
            sending.deliver(delivery_id, NOW)
    sending.deliver(delivery_id, NOW + dt.timedelta(seconds=30))
    assert len(sink.messages) == 1, "the lease still holds"
    sending.deliver(delivery_id, NOW + sending.LEASE + dt.timedelta(seconds=1))
    assert len(sink.messages) == 2
    assert sink.messages[0]["Message-ID"] == sink.messages[1]["Message-ID"]


def test_temporary_refusal_is_tried_again(city: makers.SmallCity, sink: Sink) -> None:
    _result, event = reported(city)
    (delivery_id,) = writing.fan_out(event.pk, NOW)
    sink.refuse = ["451 try later"]
    with pytest.raises(sending.TryAgain):
        sending.deliver(delivery_id, NOW)
    assert Delivery.objects.get().state == DeliveryState.PENDING
    sending.deliver(delivery_id, NOW)
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_permanent_refusal_ends_as_failed_with_the_reason(city: makers.SmallCity, sink: Sink) -> None:
    _result, event = reported(city)
    (delivery_id,) = writing.fan_out(event.pk, NOW)
    sink.refuse = ["550 no such user"]
    sending.deliver(delivery_id, NOW)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "550 no such user")


def test_server_out_of_reach_is_tried_again(city: makers.SmallCity, sink: Sink, settings: Any) -> None:
    settings.EMAIL_PORT = 9
    _result, event = reported(city)
    (delivery_id,) = writing.fan_out(event.pk, NOW)
    with pytest.raises(sending.TryAgain):
        sending.deliver(delivery_id, NOW)


def test_unsubscribed_reporter_gets_nothing_more(city: makers.SmallCity, sink: Sink) -> None:
    _result, event = reported(city)
    (delivery_id,) = writing.fan_out(event.pk, NOW)
    Reporter.objects.update(unsubscribed_at=NOW)
    sending.deliver(delivery_id, NOW)
    assert sink.messages == []
    assert Delivery.objects.get().state == DeliveryState.SKIPPED


def test_only_news_for_the_reporter_makes_a_message(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    result, _event = reported(city)
    staff = Actor.staff(dispatcher)
    ids = {"request_id": result.request.pk, "version": None, "by": staff, "now": NOW}
    assigned = actions.assign(to=dispatcher, **ids)
    internal = actions.add_note(text="Ask Jo again", audience=Audience.STAFF, **ids)
    public = actions.add_note(text="We come on Friday", audience=Audience.EVERYONE, **ids)
    closed = actions.close(outcome=Outcome.FIXED, public_answer="Filled with asphalt.", **ids)
    reopened = actions.reopen(reason="Still there", **ids)
    assert [template_for(event) for event in (assigned, internal, public, closed, reopened)] == [
        "acknowledged",
        None,
        "note",
        "closed",
        "reopened",
    ]


def test_closed_message_carries_the_answer_and_never_the_internal_note(
    city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    result, _event = reported(city)
    closed = actions.close(
        request_id=result.request.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Filled with asphalt.",
        internal_note="Third time this year",
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    body = compose(closed).body
    assert "Filled with asphalt." in body
    assert "Third time" not in body
    assert not re.search(r"\n{3,}", body), "no holes in the letter"


def test_spam_gets_no_message(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    result, _event = reported(city)
    closed = actions.close(
        request_id=result.request.pk,
        version=None,
        outcome=Outcome.SPAM,
        public_answer="",
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    assert template_for(closed) is None
