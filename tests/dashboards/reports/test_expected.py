"""What residents were told against what happened, counted by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboards.reports.charts import Figure
from dashboards.reports.content import Content, Params
from dashboards.reports.expected_numbers import COLUMNS, by_length, told_numbers
from dashboards.reports.frames import frame, seconds
from dashboards.reports.pages import DRILLS, expected
from dashboards.reports.scope import Scope
from departments.models import Category, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.estimates import compute_estimates
from requests_app.actions.facts import rebuild_facts, refresh_facts
from requests_app.models import ExpectedTime, RequestFact, ServiceRequest
from requests_app.queries.calibration import calibration_summary
from requests_app.queries.expected import Expected
from requests_app.workflow import Outcome, Population
from tests import makers
from tests.dashboards.reports.scenes import at, closed, scope

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 1, 12, 0, tzinfo=makers.ZONE)
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)


def told(category: Category, moment: dt.datetime, median: int | None, p90: int | None) -> ServiceRequest:
    words = Expected(median, p90, 40, None, "category").as_data()
    return makers.submitted(category, now=moment, expected=words).request


def seen(user: StaffUser, **fields: object) -> Scope:
    return scope(user, **{"now": NOW, "end": dt.date(2026, 6, 30), **fields})


def behind(user: StaffUser, result: str, **fields: object) -> set[int]:
    return {row.pk for row in DRILLS["expected"].find(seen(user, **fields), Params(result=result))}


def numbers(user: StaffUser, **fields: object) -> Any:
    here = seen(user, **fields)
    return told_numbers(frame(here.opened(), *COLUMNS), seconds(here.now))


def figure(content: Content, uid: str) -> Figure:
    return next(each for each in content.figures if each.uid == uid)


def test_days_are_times_24_hours_even_over_summer_time(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    by, born = Actor.staff(dispatcher), at(7)  # summer time begins on March 8
    end = born.astimezone(dt.UTC) + 48 * HOUR
    just, over, never = (told(city.pothole, born, 2, 5) for _index in range(3))
    closed(just, end, by)
    closed(over, end + SECOND, by)
    refresh_facts()
    assert behind(manager, "kept_p50") == {just.pk}
    assert behind(manager, "missed_p50") == {over.pk, never.pk}
    assert behind(manager, "kept_p90") == {just.pk, over.pk}
    assert behind(manager, "missed_p90") == {never.pk}
    found = numbers(manager)
    assert (found.told, found.median.kept, found.median.n, found.p90.kept, found.p90.n) == (3, 1, 3, 2, 3)


def test_only_estimates_twelve_weeks_old_are_judged(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    old = told(city.pothole, NOW - dt.timedelta(weeks=12), 2, 5)
    young = told(city.pothole, NOW - dt.timedelta(weeks=12) + SECOND, 2, 5)
    closed(young, NOW - dt.timedelta(weeks=11), Actor.staff(dispatcher))
    told(city.pothole, at(3), None, None)
    makers.submitted(city.pothole, now=at(3))
    refresh_facts()
    assert behind(manager, "told") == behind(manager, "missed_p90") == {old.pk}
    assert behind(manager, "given") == {old.pk, young.pk}
    assert (numbers(manager).told, numbers(manager).median.n) == (1, 1)


def test_a_time_that_is_not_over_is_neither_kept_nor_missed(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    quick, slow = (told(city.pothole, at(10), 30, 200) for _index in range(2))
    closed(quick, at(12), by)
    without = told(city.pothole, at(10), 30, None)
    refresh_facts()
    assert behind(manager, "pending") == {quick.pk, slow.pk}
    assert behind(manager, "kept_p90") | behind(manager, "missed_p90") == set()
    assert behind(manager, "kept_p50") == {quick.pk}
    assert behind(manager, "missed_p50") == {slow.pk, without.pk}
    found = numbers(manager)
    assert (found.pending, found.median.n, found.p90.n) == (2, 3, 0)


def test_what_does_not_count_for_time_is_left_out(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    counted, reopened, duplicate, spam, withdrawn, found_by_staff = (
        told(city.pothole, at(3), 4, 9) for _index in range(6)
    )
    closed(counted, at(5), by)
    closed(duplicate, at(5), by, Outcome.DUPLICATE)
    closed(spam, at(5), by, Outcome.SPAM)
    actions.withdraw(request_id=withdrawn.pk, by=Actor.reporter(), now=at(4))
    closed(reopened, at(5), by)
    actions.reopen(request_id=reopened.pk, version=None, reason="Still there.", by=by, now=at(6))
    ServiceRequest.objects.filter(pk=found_by_staff.pk).update(population=Population.STAFF_FOUND)
    rebuild_facts()
    assert behind(manager, "kept_p50") == {counted.pk}
    assert behind(manager, "missed_p50") == {reopened.pk}
    assert behind(manager, "given") == {counted.pk, reopened.pk}
    assert numbers(other_dispatcher).told == 0
    assert behind(other_dispatcher, "told") == set()


def promises(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    """Twenty estimates in March, told 1 or 4 days for half; 17 are closed by 9 days, 12 by the time for half."""
    for index in range(20):
        request = told(city.pothole, at(3 + index), 1 if index % 2 else 4, 9)
        days = 0.5 if index < 12 else 8 if index < 17 else 20
        closed(request, at(3 + index) + dt.timedelta(days=days), Actor.staff(dispatcher))
    refresh_facts()


def test_the_page_says_how_often_it_came_true_and_the_public_sum_agrees(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    promises(city, dispatcher)
    content = expected.PAGE.build(seen(manager))
    [half, most] = figure(content, "came-true").drawing.table.rows  # type: ignore[union-attr]
    assert [cell.value for cell in half[1:6]] == [0.5, 20, 12, 8, 0.6]
    assert (most[3].value, most[5].value, most[7].text) == (17, 0.85, "no difference beyond chance")
    [month, *_rest] = figure(content, "came-true-by-month").drawing.table.rows  # type: ignore[union-attr]
    assert (month[0].value, month[1].value) == (dt.date(2026, 3, 1), 20)
    lengths = by_length(frame(seen(manager).opened(), *COLUMNS), seconds(NOW))
    assert [each.told for each in lengths] == [10, 0, 10, 0, 0]
    assert len(behind(manager, "told-0")) == 10
    assert len(behind(manager, "kept_p50-2")) == lengths[2].median.kept == 6

    summary = calibration_summary(NOW, RequestFact.objects.filter(population=Population.RESIDENT))
    assert summary.told == 20
    assert summary.median is not None
    assert summary.p90 is not None
    assert (summary.median.share.successes, summary.p90.share.successes) == (12, 17)


def test_a_period_that_is_too_young_says_so(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    promises(city, dispatcher)
    early = expected.PAGE.build(seen(manager, now=dt.datetime(2026, 4, 20, tzinfo=makers.ZONE)))
    assert figure(early, "came-true").drawing is None
    assert "too early" in figure(early, "came-true").finding
    assert figure(early, "came-true").empty.startswith("Too early")
    assert all(card.is_thin for card in early.cards)


def test_the_public_sum_is_silent_where_there_are_too_few(
    city: makers.SmallCity, django_assert_num_queries: Any
) -> None:
    told(city.pothole, at(3), 2, 5)
    refresh_facts()
    with django_assert_num_queries(1):
        first = calibration_summary(NOW, RequestFact.objects.all())
    assert (first.told, first.median, first.p90) == (1, None, None)


def test_times_told_now_are_those_in_force(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    for index in range(40):
        closed(told(city.pothole, at(3), 2, 5), at(4, 10 + index % 8), Actor.staff(dispatcher))
    compute_estimates(now=at(20))
    refresh_facts()
    assert ExpectedTime.objects.filter(area__isnull=False).exists()
    found = figure(expected.PAGE.build(seen(manager)), "told-now")
    [row, other] = found.drawing.table.rows  # type: ignore[union-attr]
    assert [cell.value for cell in row[1:]] == [2, 2, 40, 1, 40]
    assert other[0].text.startswith("Other requests of")
    assert len(behind(manager, "given", category=city.pothole.pk)) == 40
    waste = figure(expected.PAGE.build(seen(manager, department=city.waste.pk)), "told-now")
    assert waste.drawing is None
    assert waste.empty
