"""Figures against numbers counted by hand, and each number against its rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from civic311.lib.cached import forget_all
from dashboards.reports import figures
from dashboards.reports.people import work
from dashboards.reports.rows import Params, UnknownFigure, rows
from dashboards.reports.scope import UNROUTED, quick_periods
from dashboards.reports.sql import PARTS, ask
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.queries.front import home_figures
from requests_app.queries.overview import open_by_area, open_by_category
from requests_app.workflow import Outcome, Population
from tests import makers
from tests.dashboards.reports.scenes import NOW, Scene, at, closed, opened, scene, scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(city: makers.SmallCity, dispatcher: StaffUser) -> Scene:
    return scene(city, dispatcher)


def names(made: Scene, found: object) -> set[str]:
    """The names of the scene's requests among the rows."""
    keys = {getattr(made, name).pk: name for name in Scene.__annotations__}
    return {keys[row.pk] for row in found}  # type: ignore[attr-defined]


EVERYTHING = set(Scene.__annotations__)
RESIDENTS = EVERYTHING - {"spam", "staff_found"}


def test_volume_counts_all_but_spam_and_staff_found(made: Scene, manager: StaffUser) -> None:
    assert names(made, rows("opened", scope(manager), Params())) == RESIDENTS
    [category] = figures.by_category(scope(manager))
    assert category.opened == 10
    assert category.set_aside == 2  # withdrawn, impossible
    assert category.doubtful == {"impossible": 1, "fallback": 1, "not_recorded": 1}
    found = rows("opened", scope(manager, population=Population.STAFF_FOUND), Params())
    assert names(made, found) == {"staff_found"}


def test_closed_at_the_due_date_is_what_counts(made: Scene, manager: StaffUser) -> None:
    def due(result: str) -> set[str]:
        return names(made, rows("due", scope(manager), Params(result=result)))

    on_time = {"fixed", "not_found", "reopened_soon", "fixed_again", "reopened_much_later"}
    assert due("on_time") == on_time
    assert due("solved") == {"fixed", "fixed_again", "reopened_much_later"}
    assert due("late_closed") == {"late", "reopened_before_due"}
    assert due("late_open") == {"never"}
    assert due("late") == {"late", "reopened_before_due", "never"}
    assert due("set_aside") == {"withdrawn", "impossible"}
    [numbers] = figures.due_by_department(scope(manager))
    assert (numbers.due, numbers.on_time, numbers.solved) == (8, 5, 3)
    assert (numbers.late_closed, numbers.late_open, numbers.set_aside) == (2, 1, 2)
    share = numbers.share_on_time
    assert share is not None
    assert (share.value, round(share.lower, 4), round(share.upper, 4)) == (0.625, 0.3057, 0.8632)


def test_new_dates_are_counted_apart_and_change_no_share(
    made: Scene, manager: StaffUser, dispatcher: StaffUser
) -> None:
    [before] = figures.due_by_department(scope(manager))
    actions.renew(
        request_id=made.never.pk,
        version=None,
        due_on=(NOW + dt.timedelta(days=9)).date(),
        reason="The truck is in repair.",
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    [after] = figures.due_by_department(scope(manager))
    assert (before.renewed, after.renewed) == (0, 1)
    assert (after.due, after.on_time, after.late_open) == (before.due, before.on_time, before.late_open)
    assert names(made, rows("due", scope(manager), Params(result="renewed"))) == {"never"}


def test_due_dates_of_the_future_and_other_periods_do_not_count(made: Scene, manager: StaffUser) -> None:
    early = scope(manager, now=at(8, 9))
    assert figures.due_by_department(early) == []
    april = scope(manager, start=dt.date(2026, 4, 1), end=dt.date(2026, 4, 30))
    assert figures.due_by_department(april) == []


def test_time_to_close_counts_open_requests_with_the_time_they_wait(made: Scene, manager: StaffUser) -> None:
    [category] = figures.by_category(scope(manager))
    hour = 3600
    days = {name: 24 * hour * n for name, n in (("two", 2), ("three", 3))}
    assert sorted(category.ages.closed) == [
        days["two"],
        days["two"],
        days["three"],
        15 * 24 * hour - hour,  # one hour of March 8 does not exist
        21 * 24 * hour - hour,
    ]
    assert list(category.ages.still_open) == [43 * 24 * hour + hour] * 3
    assert names(made, rows("timed", scope(manager), Params())) == RESIDENTS - {"withdrawn", "impossible"}
    assert category.ages.median.value == pytest.approx(15 - 1 / 24)  # 4 of 8 closed by then
    assert category.ages.p90.value is None


def test_flow_counts_closings_by_week_from_events(made: Scene, manager: StaffUser) -> None:
    flow = figures.flow(scope(manager))
    assert [week.monday for week in flow.weeks] == [dt.date(2026, 3, day) for day in (2, 9, 16, 23)]
    assert [(week.opened, week.closed) for week in flow.weeks] == [(10, 8), (0, 0), (0, 1), (0, 1)]
    assert (flow.opened, flow.closed, flow.net) == (10, 9, 1)
    first = names(made, rows("closed", scope(manager), Params(week=dt.date(2026, 3, 2))))
    assert first == RESIDENTS - {"late", "never"}
    for week in flow.weeks:
        assert rows("closed", scope(manager), Params(week=week.monday)).count() == week.closed
        assert rows("opened", scope(manager), Params(week=week.monday)).count() == week.opened
    assert rows("closed", scope(manager), Params()).count() == flow.closed


def test_days_are_counted_in_the_citys_zone(city: makers.SmallCity, manager: StaffUser) -> None:
    opened(city.pothole, at(1, 23))
    opened(city.pothole, at(29, 23))
    flow = figures.flow(scope(manager))
    assert [week.opened for week in flow.weeks] == [0, 0, 0, 1]


def test_backlog_ages_end_on_the_day(city: makers.SmallCity, manager: StaffUser) -> None:
    day, second = dt.timedelta(days=1), dt.timedelta(seconds=1)
    for days in (7, 30, 90, 365):
        opened(city.pothole, NOW - days * day)
        opened(city.pothole, NOW - days * day - second)
    [row] = figures.backlog(scope(manager))
    assert row.counts == (1, 2, 2, 2, 1)
    for band, count in enumerate(row.counts):
        assert rows("open", scope(manager), Params(band=band)).count() == count
    assert rows("open", scope(manager), Params()).count() == row.total == 8


def test_work_is_by_name_with_days_held_and_case_mix(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    zoe = makers.staff("dispatcher", city.streets, name="Zoe Last")
    crew = makers.staff("crew", city.streets)
    StaffUser.objects.filter(pk=dispatcher.pk).update(name="Abe First")
    by = Actor.staff(dispatcher)
    for to, day in ((zoe, 10), (zoe, 14), (crew, 14), (dispatcher, 15)):
        request = opened(city.pothole, at(3))
        actions.assign(request_id=request.pk, version=None, to=to, by=by, now=at(day))
    praise = opened(city.praise, at(3))
    actions.assign(request_id=praise.pk, version=None, to=zoe, by=by, now=at(12))
    closed(opened(city.pothole, at(3)), at(6), Actor.staff(zoe))
    seen = scope(manager, now=at(20))
    first, last = work(seen)
    assert (first.name, first.in_hand, first.held_days, first.closed, first.acted) == (
        "Abe First",
        1,
        5,
        0,
        5,
    )
    assert (last.name, last.in_hand, last.held_days, last.closed, last.acted) == ("Zoe Last", 3, 8, 1, 1)
    assert last.mix == (city.pothole.pk, 2)
    for person in (first, last):
        for result, count in (
            ("in_hand", person.in_hand),
            ("closed", person.closed),
            ("acted", person.acted),
        ):
            found = rows("work", seen, Params(result=result, person=person.person))
            assert found.count() == count, (person.name, result)
    mix = Params(result="in_hand", person=last.person, category=city.pothole.pk)
    assert rows("work", seen, mix).count() == 2


def test_department_and_sight_limit_everything(
    made: Scene, city: makers.SmallCity, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    assert names(made, rows("opened", scope(dispatcher), Params())) == RESIDENTS
    assert not rows("opened", scope(other_dispatcher), Params()).exists()
    assert figures.by_category(scope(other_dispatcher)) == []
    assert work(scope(other_dispatcher)) == []
    assert figures.flow(scope(other_dispatcher)).closed == 0
    assert not rows("opened", scope(dispatcher, department=city.waste.pk), Params()).exists()
    ServiceRequest.objects.filter(pk=made.fixed.pk).update(department=None)
    assert names(made, rows("opened", scope(dispatcher, department=UNROUTED), Params())) == {"fixed"}


def test_an_aide_without_a_district_has_an_empty_report(made: Scene, city: makers.SmallCity) -> None:
    aide = makers.staff("council_aide", city.streets, area=city.district_1)
    assert figures.flow(scope(aide)).opened == rows("opened", scope(aide), Params()).count()
    aide.area = None
    assert figures.flow(scope(aide)).opened == 0
    assert work(scope(aide)) == []


def test_duplicates_count_for_volume_alone(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    closed(opened(city.pothole, at(3)), at(4), Actor.staff(dispatcher), Outcome.DUPLICATE)
    [category] = figures.by_category(scope(manager))
    assert (category.opened, category.ages.n, category.set_aside) == (1, 0, 1)
    [numbers] = figures.due_by_department(scope(manager))
    assert (numbers.due, numbers.set_aside) == (0, 1)


@pytest.mark.parametrize(
    ("figure", "params"),
    [
        ("nothing", Params()),
        ("due", Params(result="x")),
        ("open", Params(band=5)),
        ("quality", Params()),
    ],
)
def test_unknown_rows_are_refused(manager: StaffUser, figure: str, params: Params) -> None:
    with pytest.raises(UnknownFigure):
        rows(figure, scope(manager), params)


def test_quick_periods_are_quarters() -> None:
    last, running, *whole = quick_periods(dt.date(2026, 2, 10))
    assert (last.start, last.end) == (dt.date(2025, 11, 13), dt.date(2026, 2, 10))
    assert (running.start, running.end) == (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    assert (whole[0].start, whole[0].end) == (dt.date(2025, 10, 1), dt.date(2025, 12, 31))
    assert [(p.year, p.quarter) for p in whole] == [(2025, 4), (2025, 3), (2025, 2), (2025, 1)]


def test_undone_pairs_are_in_no_figure(made: Scene, manager: StaffUser, settings: Any) -> None:
    """A closing and an assignment taken back a minute later: every figure and its rows as before."""
    settings.UNDO_WINDOW_SECONDS = 300
    streets = made.never.department
    assert streets is not None
    by = Actor.staff(makers.staff("dispatcher", streets, name="Undoing"))

    def numbers() -> tuple[object, ...]:
        forget_all()
        shown = [
            sorted(row.pk for row in rows(name, scope(manager), Params(result=result)))
            for name, result in (("closed", ""), ("due", "on_time"), ("due", "late"), ("work", "acted"))
        ]
        return (ask(scope(manager), *PARTS), shown, home_figures(), open_by_area(), open_by_category())

    before = numbers()
    for request in (made.never, made.reopened_soon):
        for move in ("close", "assign"):
            target = ServiceRequest.objects.get(pk=request.pk)
            if not target.is_open:
                continue
            words: dict[str, Any] = {"request_id": request.pk, "version": None, "by": by, "now": at(5)}
            event = (
                actions.close(outcome=Outcome.FIXED, public_answer="Done.", **words)
                if move == "close"
                else actions.assign(to=by.user, **words)
            )
            actions.undo(event_id=event.pk, by=by, now=at(5) + dt.timedelta(minutes=1))
    assert numbers() == before
    assert RequestEvent.objects.filter(undoes__isnull=False).exists()
