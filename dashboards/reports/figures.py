"""The numbers of a report, each part of one statement: aggregates in the database, no row of a request in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from civic311.lib.statistics import Curve, Quantile, Share, kaplan_meier, quantile, wilson
from dashboards.reports.rows import AGES, DUE_RESULTS, QUALITY
from dashboards.reports.scope import Scope
from dashboards.reports.sql import TOTAL, Answers, ask, mondays

DAY_S = 86_400
MEDIAN, P90 = 0.5, 0.9


@dataclass(frozen=True)
class Ages:
    """How old requests were when they were closed, and how old the open ones are, in seconds."""

    closed: Sequence[int]
    still_open: Sequence[int]

    @property
    def n(self) -> int:
        return len(self.closed) + len(self.still_open)

    @cached_property
    def curve(self) -> Curve:
        """Kaplan-Meier in days, open requests censored at their age."""
        seconds = np.array([*self.closed, *self.still_open], dtype=np.float64)
        return kaplan_meier(np.maximum(seconds, 0) / DAY_S, np.arange(len(seconds)) < len(self.closed))

    @cached_property
    def median(self) -> Quantile:
        """Days until half are closed."""
        return quantile(self.curve, MEDIAN)

    @cached_property
    def p90(self) -> Quantile:
        """Days until nine of ten are closed."""
        return quantile(self.curve, P90)


def all_ages(rows: Sequence[CategoryNumbers]) -> Ages:
    """Those of every category together."""
    return Ages(
        [age for row in rows for age in row.ages.closed], [age for row in rows for age in row.ages.still_open]
    )


@dataclass(frozen=True)
class CategoryNumbers:
    """One category of the period: reports, ages of those that count for timeliness, and doubtful rows."""

    category: int
    opened: int
    ages: Ages
    doubtful: dict[str, int]

    @property
    def set_aside(self) -> int:
        """Reports that do not count for timeliness."""
        return self.opened - self.ages.n


def by_category(scope: Scope, found: Answers | None = None) -> list[CategoryNumbers]:
    """Requests opened in the period by category, most first. ``found`` holds the answers if they are known."""
    lines = (found or ask(scope, "categories"))["categories"]
    return [
        CategoryNumbers(
            category=category,
            opened=opened,
            ages=Ages(closed, still_open),
            doubtful=dict(zip(QUALITY, doubts, strict=True)),
        )
        for category, opened, closed, still_open, *doubts in sorted(lines, key=lambda row: (-row[1], row[0]))
    ]


@dataclass(frozen=True)
class WeekNumbers:
    """Requests opened, and requests closed, in the week that begins on ``monday``."""

    monday: dt.date
    opened: int
    closed: int


@dataclass(frozen=True)
class Flow:
    """What came in and what was finished. ``closed`` counts a request once, though it was closed in two weeks."""

    weeks: list[WeekNumbers]
    opened: int
    closed: int

    @property
    def net(self) -> int:
        """Opened less closed: positive when more came in than was finished."""
        return self.opened - self.closed


def flow(scope: Scope, found: Answers | None = None) -> Flow:
    """Opened and closed by week of the city's zone, up to the present one."""
    found = found or ask(scope, "opened", "closed")
    opened = {int(week): int(n) for week, n in found["opened"]}
    closed = {int(week): int(n) for week, n in found["closed"]}
    today = scope.now.astimezone(scope.zone).date()
    weeks = [
        WeekNumbers(monday, opened.get(number, 0), closed.get(number, 0))
        for number, monday in enumerate(mondays(scope), 1)
        if monday <= today
    ]
    return Flow(weeks, sum(opened.values()), closed[TOTAL])


@dataclass(frozen=True)
class DueNumbers:
    """How a department's requests stood at their first due date. ``set_aside`` were left out."""

    department: int | None
    due: int
    on_time: int
    solved: int
    late_closed: int
    late_open: int
    set_aside: int
    renewed: int
    """Those with a new date promised, whether kept or not."""

    @property
    def share_on_time(self) -> Share | None:
        return wilson(self.on_time, self.due)

    @property
    def share_solved(self) -> Share | None:
        return wilson(self.solved, self.due)

    def __add__(self, other: DueNumbers) -> DueNumbers:
        return DueNumbers(
            None,
            self.due + other.due,
            self.on_time + other.on_time,
            self.solved + other.solved,
            self.late_closed + other.late_closed,
            self.late_open + other.late_open,
            self.set_aside + other.set_aside,
            self.renewed + other.renewed,
        )


NOTHING_DUE = DueNumbers(None, 0, 0, 0, 0, 0, 0, 0)


def due_by_department(scope: Scope, found: Answers | None = None) -> list[DueNumbers]:
    """The due cohort of the period by department, most first."""
    states: dict[int | None, dict[str, int]] = {}
    renewed: dict[int | None, int] = {}
    for department, state, n, again in (found or ask(scope, "due"))["due"]:
        states.setdefault(department, {})[state] = n
        if state in DUE_RESULTS[""]:
            renewed[department] = renewed.get(department, 0) + again

    def count(known: dict[str, int], result: str) -> int:
        return sum(known.get(state, 0) for state in DUE_RESULTS[result])

    numbers = [
        DueNumbers(
            department=department,
            due=count(known, ""),
            on_time=count(known, "on_time"),
            solved=count(known, "solved"),
            late_closed=count(known, "late_closed"),
            late_open=count(known, "late_open"),
            set_aside=count(known, "set_aside"),
            renewed=renewed.get(department, 0),
        )
        for department, known in states.items()
    ]
    return sorted(numbers, key=lambda row: (-row.due, row.department or 0))


@dataclass(frozen=True)
class BacklogNumbers:
    """Open requests of a department by age band, youngest first."""

    department: int | None
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def backlog(scope: Scope, found: Answers | None = None) -> list[BacklogNumbers]:
    """What is open now, whenever it was opened, by department, most first."""
    counts: dict[int | None, list[int]] = {}
    for department, band, n in (found or ask(scope, "backlog"))["backlog"]:
        counts.setdefault(department, [0] * len(AGES))[band] = n
    numbers = [BacklogNumbers(department, tuple(bands)) for department, bands in counts.items()]
    return sorted(numbers, key=lambda row: (-row.total, row.department or 0))
