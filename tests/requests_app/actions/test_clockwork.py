"""The clock stands still while we wait for somebody else, and the date moves by the real pause."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from civic311.lib.cached import forget_all
from departments.models import Calendar, StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor
from requests_app.actions.clerk import bring_back
from requests_app.actions.clockwork import WaitKind
from requests_app.models import ServiceRequest, StaffNotice
from requests_app.queries.pauses import clocks
from requests_app.workflow import Outcome, Status
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW  # a Wednesday, 10:00
DAY = dt.timedelta(days=1)


def at(day: int, hour: int = 10) -> dt.datetime:
    """An hour in March 2026."""
    return dt.datetime(2026, 3, day, hour, tzinfo=makers.ZONE)


def held(made: ServiceRequest, by: StaffUser, *, until: int, now: dt.datetime = NOW, **more: Any) -> None:
    words = {"kind": WaitKind.PARTNER, "pauses": True} | more
    actions.hold(
        request_id=made.pk,
        version=None,
        reason="The State has to release the lane",
        waiting_for="the State",
        review_on=dt.date(2026, 3, until),
        by=Actor.staff(by),
        now=now,
        **words,
    )


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


@pytest.fixture
def rats(city: makers.SmallCity) -> ServiceRequest:
    """Sixteen business hours from Wednesday 10:00: Friday 8:00 plus what is left, that is Thursday 17:00 + 0 h."""
    return makers.submitted(city.rats).request


def test_business_time_is_counted_on_from_the_review_date(
    rats: ServiceRequest, dispatcher: StaffUser
) -> None:
    assert rats.due_at == at(5, 17)
    held(rats, dispatcher, until=9)
    row = fresh(rats)
    assert (row.paused_at, row.first_due_at) == (NOW, at(5, 17))
    # sixteen hours were left: Monday 8-17, and seven hours of Tuesday
    assert row.due_at == at(10, 15)


def test_resume_corrects_the_date_by_the_real_pause(rats: ServiceRequest, dispatcher: StaffUser) -> None:
    held(rats, dispatcher, until=9)
    actions.resume(request_id=rats.pk, version=None, by=Actor.staff(dispatcher), now=at(4, 12))
    row = fresh(rats)
    assert (row.paused_at, row.due_at, row.status) == (None, at(6, 10), Status.OPEN)
    both = clocks(list(row.events.order_by("-id")), created_at=row.created_at, closed_at=None, now=at(4, 14))
    assert (both.open_for, both.paused_for, both.paused_since) == (
        dt.timedelta(hours=4),
        dt.timedelta(hours=2),
        None,
    )


@pytest.mark.parametrize("move", ["start", "close"])
def test_every_way_off_hold_corrects_the_date(
    city: makers.SmallCity, dispatcher: StaffUser, move: str
) -> None:
    made = makers.submitted(city.pothole).request
    assert made.due_at is not None
    held(made, dispatcher, until=20)
    assert fresh(made).due_at == at(20, 0) + 5 * DAY
    by = Actor.staff(dispatcher)
    if move == "start":
        actions.start(request_id=made.pk, version=None, by=by, now=NOW + 2 * DAY)
    else:
        actions.close(
            request_id=made.pk,
            version=None,
            outcome=Outcome.FIXED,
            public_answer="Done.",
            by=by,
            now=NOW + 2 * DAY,
        )
    assert fresh(made).due_at == made.due_at + 2 * DAY
    assert fresh(made).first_due_at == made.due_at


def test_holding_again_keeps_one_pause(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    assert made.due_at is not None
    held(made, dispatcher, until=10)
    held(made, dispatcher, until=20, now=NOW + DAY)
    assert (fresh(made).paused_at, fresh(made).due_at) == (NOW, at(20, 0) + 5 * DAY)
    held(made, dispatcher, until=25, now=NOW + 2 * DAY, pauses=False)
    assert (fresh(made).paused_at, fresh(made).due_at) == (None, made.due_at + 2 * DAY)


def test_our_own_waits_stop_no_clock(rats: ServiceRequest, dispatcher: StaffUser) -> None:
    with pytest.raises(ActionRefused, match="somebody outside"):
        held(rats, dispatcher, until=9, kind=WaitKind.MATERIAL)
    with pytest.raises(ActionRefused, match="passed"):
        held(rats, dispatcher, until=20, now=at(6))
    held(rats, dispatcher, until=20, now=at(6), pauses=False)
    assert fresh(rats).due_at == at(5, 17)


def test_a_calendar_without_a_working_day_leaves_the_date_and_says_so(
    rats: ServiceRequest, dispatcher: StaffUser
) -> None:
    Calendar.objects.update(hours=[None] * 7)
    forget_all()
    held(rats, dispatcher, until=9)
    row = fresh(rats)
    assert (row.due_at, row.paused_at) == (rats.due_at, NOW)
    assert row.events.latest("id").data["clock"] == "no_working_time"
    actions.resume(request_id=rats.pk, version=None, by=Actor.staff(dispatcher), now=at(4, 12))
    assert (fresh(rats).due_at, fresh(rats).paused_at) == (rats.due_at, None)


def test_a_report_comes_in_although_the_calendar_has_no_working_day(city: makers.SmallCity) -> None:
    Calendar.objects.update(hours=[None] * 7)
    forget_all()
    assert makers.submitted(city.rats).request.due_at is None


def test_the_review_date_brings_it_back_once(rats: ServiceRequest, dispatcher: StaffUser) -> None:
    actions.assign(
        request_id=rats.pk,
        version=None,
        to=makers.staff("crew", rats.department, name="Carla"),  # type: ignore[arg-type]
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    held(rats, dispatcher, until=9)
    assert bring_back(at(8, 23)) == 0
    assert bring_back(at(9, 1)) == 1
    assert bring_back(at(9, 2)) == 0
    row = fresh(rats)
    assert (row.status, row.review_on, row.due_at) == (Status.OPEN, None, at(10, 15))
    assert row.events.latest("id").data["because"] == "review"
    notice = StaffNotice.objects.get(request=rats, kind="assigned", text__startswith="The review date")
    assert notice.user.name == "Carla"


def test_a_new_category_keeps_the_planned_pause(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.rats).request
    held(made, dispatcher, until=20)
    actions.recategorize(
        request_id=made.pk, version=None, category=city.pothole, by=Actor.staff(dispatcher), now=NOW + DAY
    )
    assert fresh(made).due_at == at(20, 0) + 5 * DAY
