"""Backlog and flow, counted by hand, and each number against its rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client

from dashboards.reports.backlog_numbers import BIN_NAMES, backlog, flow, waits
from dashboards.reports.content import Params, UnknownFigure
from dashboards.reports.pages import DRILLS
from dashboards.reports.scope import Scope
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.clockwork import WaitKind
from requests_app.actions.facts import refresh_facts
from requests_app.models import ServiceRequest
from requests_app.workflow import Status
from tests import makers
from tests.dashboards.reports.scenes import NOW, at, closed, opened, reopened, scene, scope

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def rows(figure: str, scope: Scope, **params: object) -> int:
    return DRILLS[figure].find(scope, Params(**params)).count()  # type: ignore[arg-type]


def test_ages_end_on_the_day(city: makers.SmallCity, manager: StaffUser) -> None:
    for days in (7, 30, 90, 365):
        opened(city.pothole, NOW - days * DAY)
        opened(city.pothole, NOW - days * DAY - dt.timedelta(seconds=1))
    refresh_facts()
    seen = scope(manager)
    found = backlog(seen)
    [(department, bands)] = found.bands_by(lambda cell: cell.department)
    assert (department, bands) == (city.streets.pk, (1, 2, 2, 2, 1))
    assert found.bins() == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0]
    assert (found.total, found.old) == (8, 3)
    assert rows("open", seen, result="old") == 3
    for band, n in enumerate(bands):
        assert rows("open", seen, band=band) == n, band
    for number, n in enumerate(found.bins()):
        assert rows("open", seen, result=f"age{number}") == n, BIN_NAMES[number]


def test_a_problem_is_open_once_and_its_reports_flow(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    hole = [opened(city.pothole, at(3)) for _each in range(3)]
    by = Actor.staff(dispatcher)
    others = {each.pk: None for each in hole[1:]}
    actions.take_in(request_id=hole[0].pk, version=None, others=others, by=by, now=at(3, 12))
    refresh_facts()
    seen = scope(manager, end=NOW.date())
    assert backlog(seen).total == rows("open", seen) == 1
    assert flow(seen).open_at_end == [3] * 7
    closed(hole[0], at(5), by)
    reopened(hole[0], at(12), by)
    refresh_facts()
    found = flow(seen)
    assert [(week.opened, week.closed, week.reopened) for week in found.weeks[:2]] == [(3, 3, 0), (0, 0, 3)]
    assert found.open_at_end == [0, 3, 3, 3, 3, 3, 3]


def test_flow_counts_each_closing_and_reopening_of_the_history(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    scene(city, dispatcher)
    refresh_facts()
    seen = scope(manager)
    found = flow(seen)
    counts = [(week.opened, week.closed, week.reopened, week.net) for week in found.weeks]
    assert counts == [(10, 9, 2, 3), (0, 0, 0, 0), (0, 1, 1, 0), (0, 1, 0, -1)]
    assert found.open_at_end is None, "known only up to the present"
    assert found.total("net") == 2
    for week in found.weeks:
        assert rows("closed", seen, week=week.monday) == week.closed
        assert rows("closed", seen, week=week.monday, result="reopened") == week.reopened
    assert rows("closed", seen) == found.total("closed") == 11
    to_now = flow(replace(seen, end=NOW.date()))
    assert to_now.open_at_end == [3, 3, 3, 2, 2, 3, 3], "one is reopened on April 9"
    assert to_now.open_at_end[-1] == ServiceRequest.objects.exclude(status=Status.CLOSED).count()
    assert flow(scope(other_dispatcher)).total("closed") == 0


def test_days_of_the_flow_are_the_citys(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    late = opened(city.pothole, at(8, 23))
    closed(late, at(15, 23), Actor.staff(dispatcher))
    refresh_facts()
    found = flow(scope(manager))
    assert [(week.opened, week.closed) for week in found.weeks] == [(1, 0), (0, 1), (0, 0), (0, 0)]


@pytest.fixture
def waiting(city: makers.SmallCity, dispatcher: StaffUser) -> list[ServiceRequest]:
    """Opened ten days before now; two wait for the gas utility, one of them with its clock stopped for eight days."""
    made = [opened(city.pothole, NOW - 10 * DAY) for _each in range(4)]
    for request, whom, kind in (
        (made[0], "the gas utility", WaitKind.PARTNER),
        (made[1], "the gas utility", WaitKind.OTHER),
        (made[2], "dry weather", WaitKind.WEATHER),
    ):
        actions.hold(
            request_id=request.pk,
            version=None,
            reason="They mark their lines first.",
            waiting_for=whom,
            review_on=(NOW + 5 * DAY).date(),
            kind=kind,
            pauses=kind == WaitKind.PARTNER,
            by=Actor.staff(dispatcher),
            now=NOW - 8 * DAY,
        )
    refresh_facts()
    return made


def test_what_waits_for_whom_and_both_clocks(
    waiting: list[ServiceRequest], city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    seen = scope(manager)
    found, whom = backlog(seen), waits(seen)
    assert [(wait.words, wait.n) for wait in whom] == [("the gas utility", 2), ("dry weather", 1)]
    for wait in whom:
        assert rows("open", seen, result=f"wait-{wait.key}") == wait.n
    assert rows("open", seen, result="waiting") == rows("open", seen, result="on_hold") == 3
    [clock] = found.clocks()
    assert (clock.n, clock.on_hold, clock.with_partner) == (4, 3, 0)
    assert clock.days == pytest.approx(40)
    assert clock.paused_days == pytest.approx(8)
    actions.resume(request_id=waiting[0].pk, version=None, by=Actor.staff(dispatcher), now=NOW - 2 * DAY)
    refresh_facts()
    [clock] = backlog(seen).clocks()
    assert clock.on_hold == 2
    assert clock.paused_days == pytest.approx(6), "a pause that is over counts as well"


@pytest.mark.parametrize(
    ("figure", "params"),
    [
        ("open", {"band": 5}),
        ("open", {"result": "closed"}),
        ("open", {"result": "age11"}),
        ("open", {"result": "wait-'; --"}),
        ("closed", {"result": "pigeon"}),
    ],
)
def test_unknown_rows_are_refused(manager: StaffUser, figure: str, params: dict[str, object]) -> None:
    with pytest.raises(UnknownFigure):
        rows(figure, scope(manager), **params)


def test_the_oldest_lead_to_themselves(
    waiting: list[ServiceRequest],
    client: Client,
    city: makers.SmallCity,
    manager: StaffUser,
    other_dispatcher: StaffUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)
    client.force_login(manager)
    page = client.get("/reports/backlog/").text
    assert f"/queue/{waiting[0].number}/" in page
    assert "The oldest open request waits for 10 days." in page
    assert "the gas utility" in page
    client.force_login(other_dispatcher)
    assert "the gas utility" not in client.get("/reports/backlog/").text
