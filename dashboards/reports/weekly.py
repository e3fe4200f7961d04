"""Requests opened by week, and the same weeks of earlier years: what is usual, and what changed.

Earlier years come from sums by week wherever these know the filters of the report, so that a long history costs no more
than a short one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db.models import DateField, Min, Q
from django.db.models.functions import TruncWeek
from numpy.typing import NDArray

from civic311.lib.statistics import TOO_FEW, Change, Season, change, seasonal_band
from dashboards.reports.frames import GroupCount, GroupSum
from dashboards.reports.scope import MOST_YEARS, Comparison, Scope, mondays, week_start
from requests_app.models import WeekVolume

WEEK = dt.timedelta(weeks=1)
Counts = Mapping[tuple[dt.date, int], int]
"""Requests opened by Monday and category."""


def week_of(scope: Scope, column: str) -> TruncWeek:
    """The Monday of the week an instant lies in, in the city's zone."""
    return TruncWeek(column, output_field=DateField(), tzinfo=scope.zone)


def whole_weeks(scope: Scope) -> list[dt.date]:
    """The Mondays of the weeks that lie in the period with all their days and are over."""
    return [
        monday
        for monday in mondays(scope)
        if monday >= scope.start
        and monday + WEEK <= scope.end + dt.timedelta(days=1)
        and week_start(scope, monday + WEEK) <= scope.now
    ]


def in_whole_weeks(scope: Scope) -> Q:
    """The condition of requests opened in one of the `whole_weeks`; they follow each other without a gap."""
    weeks = whole_weeks(scope)
    if not weeks:
        return Q(pk__in=())
    begins, ends = week_start(scope, weeks[0]), week_start(scope, weeks[-1] + WEEK)
    return Q(created_at__gte=begins, created_at__lt=ends)


@dataclass(frozen=True)
class CategoryChange:
    """How a category's weeks differ from the same weeks of earlier years."""

    category: int
    change: Change


@dataclass(frozen=True)
class Weekly:
    """Counts of the whole weeks of a period, and of the same weeks in each earlier year.

    ``now`` and ``earlier`` by category: one number a week, and one row a year (NaN for weeks without records).
    """

    weeks: Sequence[dt.date]
    now: Mapping[int, NDArray[np.float64]]
    earlier: Mapping[int, NDArray[np.float64]]
    recorded: NDArray[np.bool_]
    """One row a year: whether there are records of the week."""
    is_before: NDArray[np.bool_]
    """One row a year: whether the week lies before the period; only these tell what changed."""

    @cached_property
    def total(self) -> NDArray[np.float64]:
        """All categories together, one number a week."""
        return sum(self.now.values(), np.zeros(len(self.weeks)))

    @cached_property
    def total_earlier(self) -> NDArray[np.float64]:
        """All categories together, one row a year."""
        nothing = np.where(self.recorded, 0.0, np.nan)
        return sum(self.earlier.values(), nothing)

    @cached_property
    def season(self) -> Season:
        """The usual band of each week, all categories together."""
        return seasonal_band(self.total.tolist(), self.total_earlier.tolist())

    @cached_property
    def usual(self) -> list[float | None]:
        """The middle of each week's band, or of what the few earlier years had; None for weeks without records."""
        middles: list[float | None] = []
        for week, band in enumerate(self.season.bands):
            known = self.total_earlier[:, week][self.recorded[:, week]]
            middles.append(band.centre if band else float(np.median(known)) if len(known) else None)
        return middles

    @cached_property
    def change(self) -> Change | None:
        """All categories together against earlier years; None with too few weeks."""
        return change(self.total, self.total_earlier[self.is_before])

    @cached_property
    def changes(self) -> list[CategoryChange]:
        """Categories beyond their usual band, the largest change in requests a week first.

        Those with fewer than `TOO_FEW` requests both now and usually are left out.
        """
        found, nothing = [], np.where(self.recorded, 0.0, np.nan)
        for category in sorted(self.now.keys() | self.earlier.keys()):
            now = self.now.get(category, np.zeros(len(self.weeks)))
            before = self.earlier.get(category, nothing)[self.is_before]
            most = np.nanmax(before, initial=0.0)
            if max(now.sum(), most * len(now)) < TOO_FEW:
                continue
            seen = change(now, before)
            if seen is not None and seen.beyond and max(now.sum(), seen.usual * len(now)) >= TOO_FEW:
                found.append(CategoryChange(category, seen))
        return sorted(found, key=lambda one: (-abs(one.change.now - one.change.usual), one.category))


def weekly(scope: Scope, counts: Counts) -> Weekly:
    """``counts`` of the period beside the same weeks of earlier years, in at most three statements.

    Weeks the period cuts, and the one that is not over, are left out.
    """
    weeks = whole_weeks(scope)
    years = [[monday - shift for monday in weeks] for shift in _shifts(scope, weeks)]
    asked = sorted({monday for year in years for monday in year})
    first = _first_record(scope) if asked else None
    wanted = [monday for monday in asked if first is not None and monday > first]
    found = _earlier(scope, wanted) if wanted else {}
    shape = (len(years), len(weeks))
    known = set(wanted)
    recorded = np.array([[monday in known for monday in year] for year in years], dtype=np.bool_)
    before = np.array([[monday < weeks[0] for monday in year] for year in years], dtype=np.bool_)
    nothing = np.where(recorded.reshape(shape), 0.0, np.nan)
    earlier = {category: nothing.copy() for _monday, category in found}
    places: dict[dt.date, list[tuple[int, int]]] = {}
    for row, year in enumerate(years):
        for column, monday in enumerate(year):
            places.setdefault(monday, []).append((row, column))
    for (monday, category), n in found.items():
        for place in places[monday]:
            earlier[category][place] = n
    return Weekly(weeks, _by_category(weeks, counts), earlier, recorded.reshape(shape), before.reshape(shape))


def _by_category(weeks: Sequence[dt.date], counts: Counts) -> dict[int, NDArray[np.float64]]:
    at = {monday: column for column, monday in enumerate(weeks)}
    series: dict[int, NDArray[np.float64]] = {}
    for (monday, category), n in counts.items():
        if monday in at:
            series.setdefault(category, np.zeros(len(weeks)))[at[monday]] += n
    return series


def _shifts(scope: Scope, weeks: Sequence[dt.date]) -> list[dt.timedelta]:
    """How far the same weeks of each earlier year lie back: whole weeks, nearest to the same date."""
    if not weeks:
        return []
    years = {Comparison.ALL: MOST_YEARS, Comparison.LAST: 1, Comparison.NONE: 0}[scope.comparison]
    year_days = 365.2425
    return [round(year * year_days / 7) * WEEK for year in range(1, years + 1)]


def _first_record(scope: Scope) -> dt.date | None:
    """The first week with records, which may lack its first days."""
    rows = WeekVolume.objects.filter(population=scope.population)
    first: dt.date | None = rows.aggregate(first=Min("monday"))["first"]
    return first


def _earlier(scope: Scope, weeks: Sequence[dt.date]) -> dict[tuple[dt.date, int], int]:
    if scope.is_summed:
        wanted = Q(monday__in=weeks, population=scope.population)
        if scope.department is not None:
            wanted &= Q(department_id=scope.department)
        if scope.category is not None:
            wanted &= Q(category_id=scope.category)
        sums = WeekVolume.objects.filter(wanted).order_by().values_list("monday", "category_id")
        return {(monday, category): n for monday, category, n in sums.annotate(n=GroupSum("opened"))}
    stretches = Q(pk__in=())
    for begins, ends in _stretches(weeks):
        stretches |= Q(created_at__gte=week_start(scope, begins), created_at__lt=week_start(scope, ends))
    rows = scope.facts().filter(stretches).annotate(monday=week_of(scope, "created_at")).order_by()
    counted = rows.values_list("monday", "category_id").annotate(n=GroupCount("pk"))
    return {(monday, category): n for monday, category, n in counted}


def _stretches(weeks: Iterable[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Weeks that follow each other, from the first Monday to the one after the last."""
    found: list[tuple[dt.date, dt.date]] = []
    for monday in weeks:
        if found and found[-1][1] == monday:
            found[-1] = (found[-1][0], monday + WEEK)
        else:
            found.append((monday, monday + WEEK))
    return found
