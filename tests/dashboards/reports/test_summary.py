"""The counts of the overview: from facts and from sums they are the same, times to within a bucket."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from dashboards.reports import frames, summary
from dashboards.reports.scope import Scope
from dashboards.reports.summary import Summary, summarize, summarize_both, whole_months
from dashboards.reports.tally import COUNTS, Tally
from departments.models import StaffUser
from requests_app.actions.facts import rebuild_facts
from requests_app.models import MonthSum, ServiceRequest
from requests_app.workflow import Outcome, Population
from tests import makers
from tests.dashboards.reports.scenes import NOW, ZONE, scene, scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def spread(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    """The scene, and copies of its requests over a year: closed, open, late, of two kinds and populations."""
    made = scene(city, dispatcher)
    chance = random.Random(5)
    values = {field.attname: getattr(made.fixed, field.attname) for field in ServiceRequest._meta.fields}
    rows = []
    for index in range(400):
        born = NOW - dt.timedelta(hours=chance.randrange(1, 24 * 365))
        age = dt.timedelta(minutes=chance.randrange(1, 60 * 24 * 60))
        closed = born + age <= NOW
        rows.append(
            ServiceRequest(
                **values
                | {
                    "id": None,
                    "number": f"25-9{index:05}",
                    "token_hash": f"{index:064}",
                    "category_id": (city.pothole if index % 3 else city.praise).pk,
                    "department_id": None if index % 5 == 0 else city.streets.pk,
                    "population": Population.STAFF_FOUND if index % 7 == 0 else Population.RESIDENT,
                    "created_at": born,
                    "first_due_at": born + dt.timedelta(days=5),
                    "status": "closed" if closed else "open",
                    "outcome": chance.choice([Outcome.FIXED, Outcome.DECLINED, Outcome.DUPLICATE])
                    if closed
                    else "",
                    "closed_at": born + age if closed else None,
                }
            )
        )
    ServiceRequest.objects.bulk_create(rows)
    rebuild_facts()


@pytest.mark.parametrize(
    "period",
    [
        (dt.date(2025, 4, 10), dt.date(2026, 4, 15)),
        (dt.date(2025, 6, 1), dt.date(2026, 2, 28)),
        (dt.date(2025, 7, 3), dt.date(2025, 7, 20)),
        (dt.date(2025, 1, 1), dt.date(2027, 1, 1)),
        (dt.date(2025, 10, 31), dt.date(2025, 12, 1)),
    ],
)
@pytest.mark.parametrize("filters", [{}, {"department": 0}, {"population": Population.STAFF_FOUND}])
def test_sums_count_what_facts_count(
    spread: None,
    manager: StaffUser,
    monkeypatch: pytest.MonkeyPatch,
    period: tuple[dt.date, dt.date],
    filters: dict[str, object],
) -> None:
    wanted = scope(manager, start=period[0], end=period[1], **filters)
    exact = summarize(wanted)
    monkeypatch.setattr(summary, "MANY", -1)
    summed = summarize(wanted)
    assert not exact.is_summed
    assert summed.is_summed == (whole_months(wanted) is not None)
    for category in exact.by_category | summed.by_category:
        mine = exact.by_category.get(category, Tally())
        other = summed.by_category.get(category, Tally())
        assert {name: mine[name] for name in COUNTS} == {name: other[name] for name in COUNTS}
        assert mine.doubts.tolist() == other.doubts.tolist()
    for level in ("median", "p90"):
        mine, other = getattr(exact.total, level).value, getattr(summed.total, level).value
        assert (mine is None) == (other is None)
        if mine is not None:
            assert other == pytest.approx(mine, rel=0.07)


@pytest.mark.parametrize("split", [dt.date(2025, 9, 1), dt.date(2026, 1, 1), dt.date(2026, 3, 15)])
def test_a_period_and_the_one_before_it_are_read_together(
    spread: None, manager: StaffUser, monkeypatch: pytest.MonkeyPatch, split: dt.date
) -> None:
    before = scope(manager, start=dt.date(2025, 4, 10), end=split - dt.timedelta(days=1))
    wanted = scope(manager, start=split, end=dt.date(2026, 4, 15))

    def counts(found: Summary) -> dict[int, object]:
        return {
            category: (tally.counts, tally.doubts.tolist(), tally.median, tally.p90)
            for category, tally in found.by_category.items()
        }

    apart = summarize(wanted), summarize(before, with_closings=False)
    assert apart[0].total["opened"] > 0 < apart[1].total["opened"]
    assert [counts(each) for each in summarize_both(wanted, before)] == [counts(each) for each in apart]
    monkeypatch.setattr(frames, "MOST_ROWS", max(each.total["opened"] for each in apart))
    assert [counts(each) for each in summarize_both(wanted, before)] == [counts(each) for each in apart]


def test_what_sums_do_not_know_is_read_from_facts(
    spread: None, city: makers.SmallCity, manager: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MANY", -1)
    whole = {"start": dt.date(2025, 6, 1), "end": dt.date(2026, 2, 28)}
    assert summarize(scope(manager, **whole)).is_summed
    for narrowed in ({"area": city.district_1.pk}, {"channel": "phone"}, {"storm_days": "without"}):
        assert not summarize(scope(manager, **whole, **narrowed)).is_summed


def test_a_reader_of_one_department_never_reads_sums_of_others(
    spread: None, dispatcher: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MANY", -1)
    wanted = scope(dispatcher, start=dt.date(2025, 6, 1), end=dt.date(2026, 2, 28))
    found = summarize(wanted)
    assert not found.is_summed
    assert found.total["opened"] == wanted.opened().count() > 0


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 3, 31), (dt.date(2026, 1, 1), dt.date(2026, 4, 1))),
        (dt.date(2026, 1, 2), dt.date(2026, 3, 30), (dt.date(2026, 2, 1), dt.date(2026, 3, 1))),
        (dt.date(2026, 2, 1), dt.date(2026, 8, 31), (dt.date(2026, 2, 1), dt.date(2026, 4, 1))),
        (dt.date(2026, 3, 2), dt.date(2026, 3, 29), None),
        (dt.date(2026, 5, 1), dt.date(2026, 6, 30), None),
    ],
)
def test_a_month_is_whole_when_it_is_over(
    start: dt.date, end: dt.date, months: tuple[dt.date, dt.date] | None
) -> None:
    reader = StaffUser(role="manager", sees_all_departments=True)
    assert whole_months(Scope(user=reader, now=NOW, zone=ZONE, start=start, end=end)) == months


def test_sums_from_before_a_doubt_was_known_are_read(
    spread: None, manager: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MANY", -1)
    seen = scope(manager, start=dt.date(2025, 6, 1), end=dt.date(2026, 2, 28))
    whole = summarize(seen)
    assert whole.is_summed
    for row in MonthSum.objects.all():
        row.doubts = row.doubts[:10]
        row.save()
    assert summarize(seen).total["opened"] == whole.total["opened"] > 0
