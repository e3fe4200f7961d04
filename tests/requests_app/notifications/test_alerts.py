"""Who is told of a new report, what they are told, and never twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.residents import resident_for
from requests_app.actions.subscriptions import Watch, stop_alert, subscribe
from requests_app.models import RequestEvent, ServiceRequest, Subscription
from requests_app.notifications import sending, writing
from requests_app.notifications.models import Delivery, DeliveryState, Purpose
from requests_app.queries.alerts import watchers
from requests_app.workflow import EventKind, Outcome
from tests import makers
from tests.makers import NOW

pytestmark = pytest.mark.django_db
SEVEN = dt.datetime(2026, 3, 5, 7, 1, tzinfo=makers.ZONE)


def alert(email: str = "al@example.org", *, confirmed: bool = True, **watch: Any) -> Subscription:
    """An alert of this address."""
    resident = resident_for(email=email, language="en", now=NOW)
    return subscribe(resident_id=resident.pk, watch=Watch(**watch), confirmed=confirmed, now=NOW)


def birth(made: ServiceRequest) -> RequestEvent:
    return RequestEvent.objects.get(request=made, kind=EventKind.SUBMITTED)


def told(event: RequestEvent) -> list[mail.EmailMessage]:
    """The alerts an event sends, by the real jobs."""
    before = len(mail.outbox)
    for delivery_id in writing.fan_out(event.pk, NOW):
        sending.deliver(delivery_id, NOW)
    return [one for one in mail.outbox[before:] if one.subject.startswith("New report")]


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        ({"radius_m": 400, "latitude": 39.301, "longitude": -76.65}, True),
        ({"radius_m": 100, "latitude": 39.302, "longitude": -76.65}, False),
        ({"area": 1}, True),
        ({"area": 2}, False),
        ({"category": "pothole"}, True),
        ({"category": "rats"}, False),
        ({"category": "pothole", "area": 2}, False),
        ({"category": "pothole", "area": 1, "radius_m": 400, "latitude": 39.3, "longitude": -76.65}, True),
    ],
)
@pytest.mark.parametrize("frequency", ["immediate", "daily"])
def test_a_report_is_told_where_all_that_is_watched_fits(
    city: makers.SmallCity, watch: dict[str, Any], expected: bool, frequency: str
) -> None:
    watch = dict(watch)
    if "area" in watch:
        watch["area_id"] = {1: city.district_1.pk, 2: city.district_2.pk}[watch.pop("area")]
    if "category" in watch:
        watch["category_id"] = {"pothole": city.pothole.pk, "rats": city.rats.pk}[watch.pop("category")]
    own = alert(frequency=frequency, **watch)
    event = birth(makers.submitted(city.pothole).request)
    if frequency == "immediate":
        assert len(told(event)) == expected
    else:
        assert told(event) == []
        assert len(writing.digest(own.pk, SEVEN)) == expected


def test_private_spam_unconfirmed_and_stopped_tell_nobody(
    city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    everything = {"area_id": city.district_1.pk, "frequency": "immediate"}
    alert("waits@example.org", confirmed=False, **everything)
    stopped = alert("stopped@example.org", **everything)
    stop_alert(subscription_id=stopped.pk, now=NOW)
    assert told(birth(makers.submitted(city.pothole).request)) == []
    alert("al@example.org", **everything)
    assert told(birth(makers.submitted(city.container).request)) == []
    spam = makers.submitted(city.pothole).request
    actions.close(
        request_id=spam.pk, version=None, outcome=Outcome.SPAM, public_answer="", by=Actor.staff(dispatcher), now=NOW
    )  # fmt: skip
    assert told(birth(spam)) == []


def test_a_report_hidden_before_the_message_goes_out_is_not_told(city: makers.SmallCity) -> None:
    alert(category_id=city.pothole.pk, frequency="immediate")
    made = makers.submitted(city.pothole).request
    waiting = writing.fan_out(birth(made).pk, NOW)
    ServiceRequest.objects.update(is_public=False)
    for delivery_id in waiting:
        sending.deliver(delivery_id, NOW)
    assert mail.outbox == []
    assert Delivery.objects.get(purpose=Purpose.ALERT).state == DeliveryState.SKIPPED


def test_nothing_is_told_twice(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    alert(category_id=city.pothole.pk, frequency="immediate")
    alert(area_id=city.district_1.pk, frequency="immediate")
    made = makers.submitted(city.pothole).request
    assert len(told(birth(made))) == 1, "two alerts of one resident, one message"
    assert told(birth(made)) == []
    ids = {"request_id": made.pk, "version": None, "by": Actor.staff(dispatcher), "now": NOW}
    actions.unpublish(reason="A name", **ids)
    again = actions.publish(**ids)
    assert told(again) == []


def test_shown_online_later_is_told_then(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    alert(category_id=city.container.pk, frequency="immediate")
    made = makers.submitted(city.container).request
    assert told(birth(made)) == []
    shown = actions.publish(request_id=made.pk, version=None, by=Actor.staff(dispatcher), now=NOW)
    assert len(told(shown)) == 1


def test_the_own_report_is_no_news(city: makers.SmallCity) -> None:
    own = alert("Jo@Example.org", category_id=city.pothole.pk, frequency="daily")
    alert("jo@example.org", area_id=city.district_1.pk, frequency="immediate")
    made = makers.submitted(city.pothole, email="jo@example.org").request
    assert told(birth(made)) == []
    assert writing.digest(own.pk, SEVEN) == []


def test_a_home_takes_part_as_its_block(city: makers.SmallCity) -> None:
    city.pothole.place_is_sensitive = True
    city.pothole.save()
    at = {"latitude": 39.30042, "longitude": -76.65042}
    alert("exact@example.org", radius_m=20, frequency="immediate", **at)
    alert("block@example.org", radius_m=20, frequency="immediate", latitude=39.3, longitude=-76.65)
    (message,) = told(birth(makers.submitted(city.pothole, address="102 Main St", **at).request))
    assert message.to == ["block@example.org"]
    assert "100 block of Main St" in str(message.body)
    assert "102 Main" not in str(message.body)


def test_the_digest_tells_once_and_nothing_when_there_is_nothing(city: makers.SmallCity) -> None:
    own = alert(category_id=city.pothole.pk)
    assert writing.digest(own.pk, SEVEN) == []
    for _ in range(55):
        makers.submitted(city.pothole)
    (delivery_id,) = writing.digest(own.pk, SEVEN)
    assert writing.digest(own.pk, SEVEN) == []
    sending.deliver(delivery_id, SEVEN)
    (message,) = mail.outbox
    assert str(message.body).count("/requests/26-") == 50
    assert "There are more" in str(message.body)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert writing.digest(own.pk, SEVEN + dt.timedelta(days=1)) == []


def test_only_reports_sent_after_the_alert_began_are_told(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole)
    own = alert(category_id=city.pothole.pk)
    assert writing.digest(own.pk, SEVEN) == []


@pytest.mark.parametrize(("hour", "due"), [(6, 0), (7, 1), (8, 0)])
def test_digests_go_out_in_the_seventh_hour_of_the_city(city: makers.SmallCity, hour: int, due: int) -> None:
    alert(category_id=city.pothole.pk)
    alert("now@example.org", category_id=city.pothole.pk, frequency="immediate")
    assert len(writing.daily_due(SEVEN.replace(hour=hour).astimezone(dt.UTC))) == due


def test_matching_takes_the_same_statements_for_thousands(city: makers.SmallCity) -> None:
    first = alert(category_id=city.pothole.pk, frequency="immediate")
    made = makers.submitted(city.pothole).request
    counts = []
    for more in (0, 2000):
        Subscription.objects.bulk_create(
            Subscription(
                resident=first.resident, radius_m=400, latitude=39.3, longitude=-76.6 + n / 1e4,
                frequency="immediate", created_at=NOW, confirmed_at=NOW,
            )
            for n in range(more)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as caught:
            assert len(watchers(birth(made))) == 1
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 5
