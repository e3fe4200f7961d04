"""What came in, counted in the database: a period of any length gives a few hundred sums, never its requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, F, Func, Q, QuerySet
from django.db.models.functions import Extract, ExtractHour, ExtractIsoWeekDay

from dashboards.reports.charts.heat import DAYS, HOURS
from dashboards.reports.frames import GroupCount
from dashboards.reports.scope import Scope
from dashboards.reports.weekly import week_of, whole_weeks
from requests_app.models import RequestFact
from requests_app.workflow import Outcome

REPEATED = Q(lead_id__isnull=False) | Q(outcome=Outcome.DUPLICATE)
"""Reports of a problem that was known: they follow the first one, or were closed as its duplicates."""
WITHDRAWN = Q(outcome=Outcome.WITHDRAWN)
NOWHERE = Q(areas__len=0)
"""Requests in no area of the city's map, or without a place."""


@dataclass(frozen=True)
class Cell:
    """Requests of a category and a department (none: 0) opened in a week of the period."""

    monday: dt.date
    category: int
    department: int
    opened: int
    repeated: int
    withdrawn: int
    nowhere: int
    whole: int
    """Those of weeks that are not cut and over."""


@dataclass(frozen=True)
class Volume:
    """The sums of a period."""

    cells: Sequence[Cell]

    def total(self, name: str = "opened") -> int:
        """The sum of a column."""
        return sum(getattr(cell, name) for cell in self.cells)

    def by(self, name: str, column: str = "opened") -> list[tuple[int, int]]:
        """The sums of a column by category or department, most first."""
        return largest((getattr(cell, name), getattr(cell, column)) for cell in self.cells)

    def by_week(self) -> dict[tuple[dt.date, int], int]:
        """Requests opened by Monday and category."""
        counts: dict[tuple[dt.date, int], int] = {}
        for cell in self.cells:
            key = (cell.monday, cell.category)
            counts[key] = counts.get(key, 0) + cell.opened
        return counts


def largest(counts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Counts added up by id, most first."""
    sums: dict[int, int] = {}
    for key, n in counts:
        sums[key] = sums.get(key, 0) + n
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


def volume(scope: Scope) -> Volume:
    """What was opened in the period, in one statement."""
    rows = scope.opened().annotate(monday=week_of(scope, "created_at")).order_by()
    counted = rows.values_list("monday", "category_id", "department_id").annotate(
        opened=GroupCount("pk"),
        repeated=GroupCount("pk", filter=REPEATED),
        withdrawn=GroupCount("pk", filter=WITHDRAWN),
        nowhere=GroupCount("pk", filter=NOWHERE),
    )
    whole = set(whole_weeks(scope))
    return Volume(
        [
            Cell(
                monday,
                category,
                department or 0,
                opened,
                repeated,
                withdrawn,
                nowhere,
                whole=opened if monday in whole else 0,
            )
            for monday, category, department, opened, repeated, withdrawn, nowhere in counted
        ]
    )


def at_hour(
    scope: Scope, rows: QuerySet[RequestFact], *, weekday: int | None, hour: int | None
) -> QuerySet[RequestFact]:
    """Requests that came in on a weekday (0 is Monday) and at an hour on the clocks of the city; None for any."""
    wanted = {"weekday": None if weekday is None else weekday + 1, "hour": hour}
    for name, value in wanted.items():
        if value is not None:
            rows = rows.alias(**{name: _clock(scope)[name]}).filter(Q((name, value)))
    return rows


def _clock(scope: Scope) -> dict[str, Extract]:
    """ISO weekday and hour of the report in the city's zone."""
    return {
        "weekday": ExtractIsoWeekDay("created_at", tzinfo=scope.zone),
        "hour": ExtractHour("created_at", tzinfo=scope.zone),
    }


def hours(scope: Scope) -> list[list[int]]:
    """Requests opened by weekday (row, Monday first) and hour (column), in one statement."""
    grid = [[0] * HOURS for _day in range(DAYS)]
    rows = scope.opened().order_by().values_list(*_clock(scope).values()).annotate(n=GroupCount("pk"))
    for weekday, hour, n in rows:
        grid[weekday - 1][hour] = n
    return grid


class Unnest(Func):
    """A row for each entry of an array."""

    function = "unnest"
    set_returning = True
    output_field = BigIntegerField()


def by_area(scope: Scope) -> list[tuple[int, int]]:
    """Requests opened by area, most first, in one statement; a request lies in one area of each kind."""
    rows = scope.opened().annotate(area=Unnest(F("areas"))).order_by()
    return largest(rows.values_list("area").annotate(n=GroupCount("pk")))
