"""Links, questions and news for residents, through a real mail server; what a person did makes no message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.residents import ask_for_link, resident_for
from requests_app.actions.subscriptions import Watch, subscribe
from requests_app.actions.support import follow
from requests_app.models import Follower, Reporter, RequestEvent, Resident, Subscription
from requests_app.notifications import sending, writing
from requests_app.notifications.housekeeping import sweep
from requests_app.notifications.letters import digest_letter
from requests_app.notifications.messages import SUBJECT_MAX, compose, is_news, template_for
from requests_app.notifications.models import Delivery, DeliveryState
from requests_app.workflow import ActorKind, Audience, EventKind, Outcome
from tests import makers
from tests.makers import NOW
from tests.requests_app.notifications.smtp_sink import Sink, smtp_sink

pytestmark = pytest.mark.django_db
JO = "jo@example.org"


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp_sink() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server


def send(deliveries: list[int]) -> None:
    for delivery_id in deliveries:
        sending.deliver(delivery_id, NOW)


def text(message: Any) -> str:
    return str(message.get_payload(decode=True).decode())


def test_a_link_asked_for_arrives_once_however_often_the_job_runs(city: makers.SmallCity, sink: Sink) -> None:
    makers.submitted(city.pothole, email=JO)
    ask_for_link(email=JO, language="es", now=NOW)
    resident = Resident.objects.get()
    for _ in range(3):
        send(writing.sign_in_link(resident.pk, NOW))
    (message,) = sink.messages
    assert message["To"] == JO
    assert "/my/in/" in text(message)
    assert message["List-Unsubscribe"] is None
    assert message["Message-ID"].startswith(f"<sign-in-{resident.pk}.2.")


def test_a_crash_repeats_the_link_with_the_same_id(
    city: makers.SmallCity, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers.submitted(city.pothole, email=JO)
    ask_for_link(email=JO, language="en", now=NOW)
    (delivery_id,) = writing.sign_in_link(Resident.objects.get().pk, NOW)

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_finish", die)
        with pytest.raises(KeyboardInterrupt):
            sending.deliver(delivery_id, NOW)
    sending.deliver(delivery_id, NOW + sending.LEASE + dt.timedelta(seconds=1))
    first, second = sink.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert text(first) == text(second)


def test_an_unknown_address_gets_nothing(city: makers.SmallCity) -> None:
    ask_for_link(email="nobody@example.org", language="en", now=NOW)
    assert writing.sign_in_link(Resident.objects.get().pk, NOW) == []


def test_an_old_link_is_not_sent_late(city: makers.SmallCity, sink: Sink) -> None:
    makers.submitted(city.pothole, email=JO)
    ask_for_link(email=JO, language="en", now=NOW)
    (delivery_id,) = writing.sign_in_link(Resident.objects.get().pk, NOW)
    sending.deliver(delivery_id, NOW + dt.timedelta(minutes=61))
    assert sink.messages == []
    assert Delivery.objects.get().state == DeliveryState.SKIPPED


def test_one_question_a_day_and_mailbox(city: makers.SmallCity, sink: Sink) -> None:
    made = makers.submitted(city.pothole).request
    for spelling in ("v.ictim@example.org", "victim+a@example.org", "Victim@Example.org"):
        resident = resident_for(email=spelling, language="en", now=NOW)
        alert = subscribe(
            resident_id=resident.pk, watch=Watch(category_id=city.pothole.pk), confirmed=False, now=NOW
        )
        send(writing.confirm_subscription(alert.pk, NOW))
        follow(request_id=made.pk, resident_id=resident.pk, confirmed=False, now=NOW)
        send(writing.confirm_follow(Follower.objects.get(resident=resident).pk, NOW))
    assert len(sink.messages) == 1
    send(writing.confirm_subscription(alert.pk, NOW + dt.timedelta(days=1)))
    assert len(sink.messages) == 2


def test_followers_get_public_words_and_their_own_link(
    city: makers.SmallCity, dispatcher: StaffUser, sink: Sink
) -> None:
    made = makers.submitted(city.pothole, email=JO, name="Jo Secret")
    al = resident_for(email="al@example.org", language="en", now=NOW)
    follow(request_id=made.request.pk, resident_id=al.pk, confirmed=True, now=NOW)
    jo = resident_for(email=JO, language="en", now=NOW)
    follow(request_id=made.request.pk, resident_id=jo.pk, confirmed=True, now=NOW)
    ids = {"request_id": made.request.pk, "version": None, "by": Actor.staff(dispatcher), "now": NOW}
    events = [
        actions.add_note(text="Only for Jo", audience=Audience.REPORTER, **ids),
        actions.add_note(text="Only for staff", audience=Audience.STAFF, **ids),
        actions.add_note(text="We come on Friday", audience=Audience.EVERYONE, **ids),
        actions.close(outcome=Outcome.FIXED, public_answer="Filled.", **ids),
    ]
    for event in events:
        send(writing.fan_out(event.pk, NOW))
    to_al = [message for message in sink.messages if message["To"] == "al@example.org"]
    assert len(to_al) == 2
    words = "".join(text(message) for message in to_al)
    assert "We come on Friday" in words
    assert "Filled." in words
    for secret in ("Only for", "Jo Secret", JO, made.token):
        assert secret not in words
    follower = Follower.objects.get(resident=al)
    assert all(f"/f/{follower.pk}/" in message["List-Unsubscribe"] for message in to_al)
    assert len([one for one in sink.messages if one["To"] == JO]) == 3, (
        "the reporter is told once, as reporter"
    )


def test_followers_of_a_report_taken_offline_hear_nothing(
    city: makers.SmallCity, dispatcher: StaffUser, sink: Sink
) -> None:
    made = makers.submitted(city.pothole).request
    al = resident_for(email="al@example.org", language="en", now=NOW)
    follow(request_id=made.pk, resident_id=al.pk, confirmed=True, now=NOW)
    ids = {"request_id": made.pk, "version": None, "by": Actor.staff(dispatcher), "now": NOW}
    noted = actions.add_note(text="News", audience=Audience.EVERYONE, **ids)
    waiting = writing.fan_out(noted.pk, NOW)
    actions.unpublish(reason="A name", **ids)
    send(waiting)
    later = actions.add_note(text="More", audience=Audience.EVERYONE, **ids)
    send(writing.fan_out(later.pk, NOW))
    assert sink.messages == []


@pytest.mark.parametrize(
    "kind",
    [
        EventKind.CONFIRMED,
        EventKind.DISPUTED,
        EventKind.REVIEW_ASKED,
        EventKind.EDITED,
        EventKind.PHOTO_ADDED,
        EventKind.ERASED,
    ],
)
def test_what_the_reporter_does_messages_nobody(kind: EventKind) -> None:
    for actor in (ActorKind.REPORTER, ActorKind.RESIDENT):
        event = RequestEvent(kind=kind, actor_kind=actor, reporter_note="My words", from_status="closed")
        assert template_for(event) is None
        assert not is_news(event)


def test_a_closing_asks_whether_it_is_solved(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole, email=JO)
    closed = actions.close(
        request_id=made.request.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Filled.",
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    body = compose(closed).body
    assert "Is it solved?" in body
    assert f"/r/{made.token}/#solved" in body


def test_messages_speak_the_language_the_resident_chose(city: makers.SmallCity) -> None:
    city.pothole.translations = {"es": {"name": "Bache"}}
    city.pothole.save()
    made = makers.submitted(city.pothole, email=JO).request
    assert "Bache" in compose(made.events.get(kind=EventKind.SUBMITTED), "es").subject


@pytest.mark.parametrize(
    "poison", ["a\r\nBcc: x@evil.example", "a\nX: y", "a\x00b", "a\u2028Bcc: x", "a\x85b"]
)
def test_no_word_of_ours_makes_a_header(city: makers.SmallCity, sink: Sink, poison: str) -> None:
    city.pothole.name = poison.replace("\x00", "")
    city.pothole.save()
    resident = resident_for(email=JO, language="en", now=NOW)
    alert = subscribe(
        resident_id=resident.pk,
        watch=Watch(latitude=39.3, longitude=-76.65, radius_m=400, place_label=poison.replace("\x00", "")),
        confirmed=True,
        now=NOW,
    )
    alert.place_label = poison
    message = digest_letter(alert, [])
    assert len(message.subject) <= SUBJECT_MAX
    assert message.subject.isprintable()
    made = makers.submitted(city.pothole, email="al@example.org").request
    send(writing.fan_out(made.events.get(kind=EventKind.SUBMITTED).pk, NOW))
    (sent,) = sink.messages
    assert sent["Bcc"] is None
    assert set(sent.keys()) == {
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date",
        "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
    }  # fmt: skip


def test_addresses_nobody_confirmed_go_after_a_week(city: makers.SmallCity) -> None:
    old, new = NOW - dt.timedelta(days=8), NOW - dt.timedelta(days=6)
    resident_for(email="old@example.org", language="en", now=old)
    resident_for(email="new@example.org", language="en", now=new)
    asked = resident_for(email="asked@example.org", language="en", now=old)
    subscribe(resident_id=asked.pk, watch=Watch(category_id=city.pothole.pk), confirmed=False, now=new)
    real = resident_for(email="real@example.org", language="en", now=old)
    Resident.objects.filter(pk=real.pk).update(verified_at=old)
    subscribe(resident_id=real.pk, watch=Watch(category_id=city.pothole.pk), confirmed=False, now=old)
    sweep(NOW)
    left = set(Resident.objects.values_list("email", flat=True))
    assert left == {"new@example.org", "asked@example.org", "real@example.org"}
    assert [alert.resident_id for alert in Subscription.objects.all()] == [asked.pk]


def test_a_message_to_an_erased_person_is_not_sent(city: makers.SmallCity, sink: Sink) -> None:
    made = makers.submitted(city.pothole, email=JO).request
    waiting = writing.fan_out(made.events.get(kind=EventKind.SUBMITTED).pk, NOW)
    actions.erase(request_id=made.pk, by=Actor.reporter(), now=NOW)
    send(waiting)
    assert sink.messages == []
    assert not Reporter.objects.exists()


def test_who_was_led_to_the_first_report_keeps_its_news_after_a_week(city: makers.SmallCity) -> None:
    old = NOW - dt.timedelta(days=8)
    made = makers.submitted(city.pothole, email=JO).request
    led, left = (resident_for(email=email, language="en", now=old) for email in (JO, "left@example.org"))
    for resident in (led, left):
        follow(request_id=made.pk, resident_id=resident.pk, confirmed=True, now=old)
    Follower.objects.filter(resident=left).update(stopped_at=old)
    sweep(NOW)
    assert [follower.resident_id for follower in Follower.objects.all()] == [led.pk]
    assert [resident.pk for resident in Resident.objects.all()] == [led.pk]
