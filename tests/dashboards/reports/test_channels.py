"""Channels, problems reported again and calls, counted by hand; who sees the calls and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from civic311.lib.contacts import phone_key
from dashboards.reports.channels_numbers import calls, intake
from dashboards.reports.content import Params
from dashboards.reports.pages import DRILLS
from dashboards.reports.scope import StormDays
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.desk import bump
from requests_app.actions.facts import rebuild_facts, refresh_facts
from requests_app.models import Call, ServiceRequest
from requests_app.workflow import Channel, Outcome, Population
from tests import makers
from tests.dashboards.reports.scenes import NOW, at, closed, opened, scope

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_channels_have_counts_and_times_where_enough(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    """Eleven by web, six of them closed after two days; one a duplicate. Nine by phone are too few for a time."""
    by = Actor.staff(dispatcher)
    web = [opened(city.pothole, at(9)) for _each in range(12)]
    for request in web[:6]:
        closed(request, at(11), by)
    closed(web[11], at(9, 11), by, Outcome.DUPLICATE)
    phone = [opened(city.pothole, at(10)).pk for _each in range(9)]
    ServiceRequest.objects.filter(pk__in=phone).update(channel=Channel.PHONE)
    rebuild_facts()
    seen = scope(manager)
    first, second = intake(seen).channels
    assert (first.channel, first.opened, first.timed) == (Channel.WEB, 12, 11)
    assert first.median.value == pytest.approx(2)
    assert first.p90.value is None, "open ones count with the time they wait"
    assert (second.channel, second.opened, second.median.value) == (Channel.PHONE, 9, None)
    for row in (first, second):
        narrowed = replace(seen, channel=row.channel.value)
        assert DRILLS["opened"].find(narrowed, Params()).count() == row.opened
        assert DRILLS["opened"].find(narrowed, Params(result="timed")).count() == row.timed


def test_problems_reported_again(city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser) -> None:
    hole = [opened(city.pothole, at(3)) for _each in range(3)]
    by = Actor.staff(dispatcher)
    others = {each.pk: None for each in hole[1:]}
    actions.take_in(request_id=hole[0].pk, version=None, others=others, by=by, now=at(3, 12))
    for day, voter in ((5, "a neighbor"), (18, "a neighbor"), (5, "")):
        called = opened(city.pothole, at(3))
        bump(request_id=called.pk, version=None, note="Calls.", by=by, now=at(day), voter=voter)
    refresh_facts()
    [row] = intake(scope(manager)).repeats
    assert (row.problems, row.again, row.further) == (4, 2, 3), "not after two weeks, not by the same person"
    assert DRILLS["opened"].find(scope(manager), Params(result="again")).count() == 2


def call(operator: StaffUser, outcome: str, moment: dt.datetime, phone: str = "", **more: Any) -> None:
    Call.objects.create(
        key=str(Call.objects.count()),
        operator=operator,
        outcome=outcome,
        started_at=moment - dt.timedelta(minutes=2),
        ended_at=moment,
        phone_key=phone_key(phone),
        **more,
    )


@pytest.fixture
def ten_calls(city: makers.SmallCity) -> None:
    """Nine callers, one of them twice within a week; one cut off, one without a number, one before the period."""
    ann = makers.staff("operator", name="Ann")
    for number in range(9):
        call(ann, "information", at(3, 9), f"410-555-010{number}")
    call(ann, "transfer", at(6, 14), "410-555-0100")
    call(ann, "dropped", at(6, 14), "410-555-0199")
    call(ann, "information", at(6, 14))
    call(ann, "information", at(1), "410-555-0100")


@pytest.mark.usefixtures("ten_calls")
def test_first_contact_information_and_callers_again(manager: StaffUser) -> None:
    found = calls(scope(manager))
    assert found is not None
    assert (found.figures.total, found.callers, found.again) == (12, 10, 1)
    first, information, again = found.first_contact, found.information_only, found.called_again
    assert first is not None
    assert information is not None
    assert again is not None
    assert (first.value, first.n) == (0.9, 10), "one of ten called again; one that was cut off does not count"
    assert (round(information.value, 3), information.n) == (0.833, 12)
    assert (again.value, again.n) == (0.1, 10)


@pytest.mark.usefixtures("ten_calls")
def test_calls_are_for_their_readers_and_without_filters_alone(
    client: Client, city: makers.SmallCity, manager: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)
    seen = scope(manager)
    for narrowed in (
        {"department": city.streets.pk},
        {"category": city.pothole.pk},
        {"area": city.district_1.pk},
        {"channel": "phone"},
        {"population": Population.STAFF_FOUND},
        {"storm_days": StormDays.WITHOUT},
    ):
        assert calls(replace(seen, **narrowed)) is None, narrowed
    period = "start=2026-03-02&end=2026-03-29"
    client.force_login(manager)
    page = client.get(f"/reports/channels/?{period}").text
    assert "12 calls." in page
    assert "/desk/calls/?start=2026-03-02&amp;end=2026-03-29" in page
    filtered = client.get(f"/reports/channels/?{period}&channel=phone").text
    assert "12 calls." not in filtered
    assert "Calls are not counted by these filters" in filtered
    for role, expected in (("supervisor", True), ("records_officer", False), ("council_aide", False)):
        extra: dict[str, Any] = {"area": city.district_1} if role == "council_aide" else {}
        client.force_login(makers.staff(role, city.streets, **extra))
        assert ("12 calls." in client.get(f"/reports/channels/?{period}").text) is expected, role
