"""Figures of time against numbers counted by hand, each with its rows."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic311.lib.cached import forget_all
from dashboards.reports.charts import Figure
from dashboards.reports.content import Params
from dashboards.reports.frames import Frame, frame, seconds
from dashboards.reports.names import names
from dashboards.reports.pages import DRILLS, timeliness
from dashboards.reports.pages.timeliness.base import COLUMNS, Opened, age_rows
from dashboards.reports.pages.timeliness.words import length
from dashboards.reports.scope import Scope, StormDays
from dashboards.reports.spans import is_monthly, spans
from dashboards.reports.timeliness_numbers import (
    AGE_COLUMNS,
    DUE_COLUMNS,
    Ages,
    DueNumbers,
    ages,
    due_numbers,
    waits,
)
from departments.models import StaffUser, Storm
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.clockwork import WaitKind
from requests_app.actions.facts import rebuild_facts, refresh_facts
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome, Population
from tests import makers
from tests.dashboards.reports.crowds import crowd, facts_are
from tests.dashboards.reports.scenes import NOW, Scene, at, closed, opened, scene, scope

DAY = dt.timedelta(days=1)


@pytest.fixture
def made(city: makers.SmallCity, dispatcher: StaffUser) -> Scene:
    found = scene(city, dispatcher)
    rebuild_facts()
    return found


def called(made: Scene, figure: str, seen: Scope, result: str = "") -> set[str]:
    """The names of the scene's requests behind a number."""
    keys = {getattr(made, name).pk: name for name in Scene.__annotations__}
    return {keys[row.pk] for row in DRILLS[figure].find(seen, Params(result=result))}


def due(seen: Scope) -> DueNumbers:
    return due_numbers(frame(seen.due(), *DUE_COLUMNS))


def times(seen: Scope, column: str = "closed_at", *, paused: bool = True) -> Ages:
    return waits(frame(seen.opened(), *COLUMNS), column, seconds(seen.now), paused=paused)


def figure(seen: Scope, uid: str) -> Figure:
    return next(each for each in timeliness.PAGE.build(seen).figures if each.uid == uid)


RESIDENTS = set(Scene.__annotations__) - {"spam", "staff_found"}


@pytest.mark.django_db
def test_closed_at_the_due_date_is_what_counts(made: Scene, manager: StaffUser) -> None:
    seen = scope(manager)
    on_time = {"fixed", "not_found", "reopened_soon", "fixed_again", "reopened_much_later"}
    assert called(made, "due", seen, "on_time") == on_time
    assert called(made, "due", seen, "solved") == {"fixed", "fixed_again", "reopened_much_later"}
    assert called(made, "due", seen, "late_closed") == {"late", "reopened_before_due"}
    assert called(made, "due", seen, "late_open") == {"never"}
    assert called(made, "due", seen, "late") == {"late", "reopened_before_due", "never"}
    assert called(made, "due", seen, "set_aside") == {"withdrawn", "impossible"}
    numbers = due(seen)
    assert numbers == DueNumbers(
        due=8, on_time=5, solved=3, late_closed=2, late_open=1, renewed=0, set_aside=2
    )
    share = numbers.share_on_time
    assert share is not None
    assert (share.value, round(share.lower, 4), round(share.upper, 4)) == (0.625, 0.3057, 0.8632)


@pytest.mark.django_db
def test_new_dates_are_counted_apart_and_change_no_share(
    made: Scene, manager: StaffUser, dispatcher: StaffUser
) -> None:
    before = due(scope(manager))
    actions.renew(
        request_id=made.never.pk,
        version=None,
        due_on=(NOW + 9 * DAY).date(),
        reason="The truck is in repair.",
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    refresh_facts()
    after = due(scope(manager))
    assert (before.renewed, after.renewed) == (0, 1)
    assert (after.due, after.on_time, after.late_open) == (before.due, before.on_time, before.late_open)
    assert called(made, "due", scope(manager), "renewed") == {"never"}


@pytest.mark.django_db
def test_due_dates_of_the_future_and_other_periods_do_not_count(made: Scene, manager: StaffUser) -> None:
    assert due(scope(manager, now=at(8, 9))).due == 0
    april = scope(manager, start=dt.date(2026, 4, 1), end=dt.date(2026, 4, 30))
    assert due(april).due == 0


@pytest.mark.django_db
def test_time_to_close_counts_open_requests_with_the_time_they_wait(made: Scene, manager: StaffUser) -> None:
    found = times(scope(manager))
    hour = 1 / 24  # one hour of March 8 does not exist
    np.testing.assert_allclose(found.curve.times, [2, 3, 15 - hour, 21 - hour])
    assert found.curve.closed.tolist() == [2, 1, 1, 1]
    assert (found.n, found.curve.closings) == (8, 5)
    assert found.median.value == pytest.approx(15 - hour)  # 4 of 8 are closed by then
    assert found.p90.value is None
    assert called(made, "timed", scope(manager)) == RESIDENTS - {"withdrawn", "impossible"}
    assert called(made, "timed", scope(manager), "set_aside") == {"withdrawn", "impossible"}


@pytest.mark.django_db
def test_duplicates_and_followers_count_for_volume_alone(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    closed(opened(city.pothole, at(3)), at(4), Actor.staff(dispatcher), Outcome.DUPLICATE)
    lead, follower = opened(city.pothole, at(3)), opened(city.pothole, at(3))
    ServiceRequest.objects.filter(pk=follower.pk).update(lead=lead)
    rebuild_facts()
    assert (times(scope(manager)).n, due(scope(manager)).due, due(scope(manager)).set_aside) == (1, 1, 2)


@pytest.mark.django_db
def test_storms_populations_and_departments_narrow_every_number(
    made: Scene, city: makers.SmallCity, manager: StaffUser, other_dispatcher: StaffUser
) -> None:
    assert called(made, "timed", scope(manager, population=Population.STAFF_FOUND)) == {"staff_found"}
    assert (due(scope(other_dispatcher)).due, times(scope(other_dispatcher)).n) == (0, 0)
    assert times(scope(manager, area=city.district_2.pk)).n == 0
    assert times(scope(manager, area=city.district_1.pk)).n == 8
    Storm.objects.create(
        name="Flood", banner="Flood", starts_at=at(2), ends_at=at(4), declared_at=at(2), declared_by=manager
    )
    forget_all()
    assert times(scope(manager, storm_days=StormDays.WITHOUT)).n == 0
    assert due(scope(manager, storm_days=StormDays.ONLY)).due == 8


@pytest.mark.django_db
def test_routing_by_a_rule_is_not_acknowledgement(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    quiet, looked, done = (opened(city.pothole, at(3)) for _index in range(3))
    actions.assign(request_id=looked.pk, version=None, to=dispatcher, by=by, now=at(4))
    closed(done, at(3, 16), by)
    refresh_facts()
    seen = scope(manager)
    routed, acknowledged, acted = (
        times(seen, column) for column in ("routed_at", "acknowledged_at", "acted_at")
    )
    assert (routed.curve.closings, routed.median.value) == (3, 0)
    assert acknowledged.curve.times.tolist() == [0.25, 1.0]
    assert acted.curve.times.tolist() == [0.25]

    def rows(result: str) -> set[int]:
        return {row.pk for row in DRILLS["steps"].find(seen, Params(result=result))}

    assert rows("not_acknowledged") == {quiet.pk}
    assert rows("acknowledged") == {looked.pk, done.pk}
    assert rows("not_acted") == {quiet.pk, looked.pk}
    assert rows("routed") == {quiet.pk, looked.pk, done.pk}


@pytest.mark.django_db
def test_both_clocks_are_told(city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser) -> None:
    by = Actor.staff(dispatcher)
    held = opened(city.pothole, at(10))
    words: dict[str, Any] = {"reason": "The State owns the lane.", "waiting_for": "the State"}
    actions.hold(
        request_id=held.pk,
        version=None,
        review_on=dt.date(2026, 3, 20),
        kind=WaitKind.PARTNER,
        pauses=True,
        by=by,
        now=at(12),
        **words,
    )
    actions.resume(request_id=held.pk, version=None, by=by, now=at(15))
    closed(held, at(20), by)
    for _index in range(9):
        closed(opened(city.pothole, at(10)), at(20), by)
    refresh_facts()
    assert times(scope(manager)).curve.times.tolist() == [10]
    assert times(scope(manager), paused=False).curve.times.tolist() == [7, 10]
    [everything, hole] = figure(scope(manager), "clocks").drawing.table.rows  # type: ignore[union-attr]
    assert [cell.value for cell in everything[1:5]] == [10, 1, 0.1, 3.0]
    assert [cell.value for cell in hole[1:5]] == [10, 1, 0.1, 3.0]


@pytest.mark.django_db
def test_groups_by_opening_lead_to_their_rows_and_say_when_it_is_early(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    for index in range(20):
        request = opened(city.pothole, at(3 if index < 10 else 24))
        if index < 12:
            closed(request, at(26), Actor.staff(dispatcher))
    refresh_facts()
    seen = scope(manager, now=at(28))
    [first, _second, _third, last] = figure(seen, "half-by-opening").drawing.table.rows  # type: ignore[union-attr]
    assert (first[0].value, first[1].value, first[2].value) == (dt.date(2026, 3, 2), 10, 23.0)
    assert (last[1].value, last[2].text) == (10, "too early to say")
    assert "start=2026-03-23&end=2026-03-29" in last[1].href
    assert "week of Mar 2" in figure(seen, "half-by-opening").finding


@pytest.mark.django_db
def test_too_few_are_not_told(made: Scene, manager: StaffUser) -> None:
    content = timeliness.PAGE.build(scope(manager))
    assert all(each.drawing is None and each.empty for each in content.figures)
    assert all(card.is_thin for card in content.cards)


@pytest.mark.django_db
def test_categories_are_told_most_first(city: makers.SmallCity, manager: StaffUser) -> None:
    for category, n in ((city.pothole, 3), (city.praise, 5)):
        for _index in range(n):
            opened(category, at(3))
    refresh_facts()
    rows = age_rows(Opened(scope(manager), frame(scope(manager).opened(), *COLUMNS), names()), "category")
    assert [(row.key, row.ages.n) for row in rows] == [(city.praise.pk, 5), (city.pothole.pk, 3)]


@pytest.mark.django_db
def test_periods_are_cut_into_weeks_and_months_of_the_city(manager: StaffUser) -> None:
    quarter = scope(manager, start=dt.date(2026, 1, 15), end=dt.date(2026, 4, 10))
    assert not is_monthly(quarter)
    assert is_monthly(scope(manager, start=dt.date(2025, 9, 1), end=dt.date(2026, 4, 10)))
    months = spans(quarter, monthly=True)
    assert [(part.scope.start, part.scope.end) for part in months] == [
        (dt.date(2026, 1, 15), dt.date(2026, 1, 31)),
        (dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 31)),
        (dt.date(2026, 4, 1), dt.date(2026, 4, 10)),
    ]
    weeks = spans(quarter, monthly=False)
    assert (weeks[0].day, weeks[0].scope.start) == (dt.date(2026, 1, 12), dt.date(2026, 1, 15))
    assert all(after.scope.begins == part.scope.ends for part, after in itertools.pairwise(weeks))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0.0001, "less than a minute"),
        (0.02, "29 minutes"),
        (0.25, "6 hours"),
        (1 / 24, "1 hour"),
        (2, "2.0 days"),
    ],
)
def test_lengths_are_told_in_the_unit_people_use(days: float, words: str) -> None:
    assert length(days) == words


def made_frame(rows: list[tuple[float, float | None]]) -> Frame:
    """Requests by age at ``now`` = 0 and, if closed, age at closing."""
    born = np.array([-age for age, _end in rows], dtype=np.float64)
    end = np.array([np.nan if end is None else end - age for age, end in rows], dtype=np.float64)
    return Frame(
        dict(zip(AGE_COLUMNS, (np.ones(len(rows), dtype=np.bool_), born, end), strict=True)), len(rows)
    )


AGES = st.tuples(st.floats(1, 1e7), st.none() | st.floats(0, 1)).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] * pair[1])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(AGES, min_size=1, max_size=40), st.floats(1, 1e7))
def test_leaving_one_more_open_never_looks_faster(rows: list[tuple[float, float | None]], age: float) -> None:
    oldest = max([age, *[each for each, _end in rows]])
    before, after = ages(made_frame(rows), 0.0), ages(made_frame([*rows, (oldest, None)]), 0.0)
    assert after.n == before.n + 1
    for mine, other in ((before.median, after.median), (before.p90, after.p90)):
        assert other.value is None or (mine.value is not None and other.value >= mine.value)


def test_what_is_closed_after_now_is_still_open() -> None:
    found = ages(made_frame([(86_400, 2 * 86_400), (86_400, 43_200)]), 0.0)
    assert (found.n, found.curve.closings, found.curve.times.tolist()) == (2, 1, [0.5])


@pytest.mark.django_db
def test_without_outcomes_nobody_says_that_little_was_solved(
    city: makers.SmallCity, manager: StaffUser
) -> None:
    ids = crowd(city.pothole, 20)
    facts_are(
        ids, first_due_at=at(10), closed_at=at(5), status="closed", due_closed=True, outcome="not_recorded"
    )
    facts_are(ids[:2], outcome="fixed", due_solved=True)
    facts_are(ids[2:4], closed_at=None, due_closed=False, outcome="")
    figure = timeliness.PAGE.build(scope(manager)).figures[0]
    assert figure.finding == (
        "90\xa0% were closed by their due date. Whether they were solved is not known: 16 have no outcome."
    )
    facts_are(ids[4:14], outcome="fixed", due_solved=True)
    figure = timeliness.PAGE.build(scope(manager)).figures[0]
    assert figure.finding == "90\xa0% were closed by their due date, 60\xa0% were solved by then."
