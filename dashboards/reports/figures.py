"""The numbers of a report, each from one statement: aggregates in the database, no row of a request in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, DateTimeField, F, IntegerField, Q, Value
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Cast, Coalesce, Extract, TruncWeek

from dashboards.reports.rows import (
    AGES,
    CLOSING,
    DUE_RESULTS,
    QUALITY,
    TIMELY,
    age_band,
    with_due_state,
)
from dashboards.reports.scope import Scope
from dashboards.reports.statistics import Curve, Quantile, Share, kaplan_meier, quantile, wilson

DAY_S = 86_400
MEDIAN, P90 = 0.5, 0.9


@dataclass(frozen=True)
class Ages:
    """How old requests were when they were closed, and how old the open ones are, in seconds."""

    closed: Sequence[int]
    still_open: Sequence[int]

    def __add__(self, other: Ages) -> Ages:
        return Ages([*self.closed, *other.closed], [*self.still_open, *other.still_open])

    @property
    def n(self) -> int:
        return len(self.closed) + len(self.still_open)

    @cached_property
    def curve(self) -> Curve:
        """Kaplan-Meier in days, open requests censored at their age."""
        seconds = [*self.closed, *self.still_open]
        flags = [True] * len(self.closed) + [False] * len(self.still_open)
        return kaplan_meier([max(age, 0) / DAY_S for age in seconds], flags)

    @property
    def median(self) -> Quantile:
        """Days until half are closed."""
        return quantile(self.curve, MEDIAN)

    @property
    def p90(self) -> Quantile:
        """Days until nine of ten are closed."""
        return quantile(self.curve, P90)


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


def by_category(scope: Scope) -> list[CategoryNumbers]:
    """Requests opened in the period by category, most first."""
    until = Coalesce("closed_at", Value(scope.now), output_field=DateTimeField())
    age = Cast(Extract(minus(until, F("created_at")), "epoch"), IntegerField())
    counts = {name: Count("pk", filter=condition) for name, (condition, _) in QUALITY.items()}
    found: Any = (
        scope.opened()
        .order_by()
        .values("category")
        .annotate(
            opened=Count("pk"),
            closed=ArrayAgg(age, filter=TIMELY & Q(closed_at__isnull=False), default=Value([])),
            still_open=ArrayAgg(age, filter=TIMELY & Q(closed_at__isnull=True), default=Value([])),
            **counts,
        )
        .order_by("-opened", "category")
    )
    return [
        CategoryNumbers(
            category=row["category"],
            opened=row["opened"],
            ages=Ages(row["closed"], row["still_open"]),
            doubtful={name: row[name] for name in QUALITY},
        )
        for row in found
    ]


def minus(end: Combinable, start: Combinable) -> CombinedExpression:
    """The time from `start` to `end`, as an interval."""
    return CombinedExpression(end, "-", start)


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


def flow(scope: Scope) -> Flow:
    """Opened and closed by week of the city's zone. Two statements."""
    opened = (
        scope.opened()
        .order_by()
        .annotate(monday=TruncWeek("created_at", tzinfo=scope.zone))
        .values("monday")
        .annotate(n=Count("pk"))
    )
    closed = (
        scope.events()
        .filter(CLOSING)
        .order_by()
        .annotate(monday=TruncWeek("occurred_at", tzinfo=scope.zone))
        .values("monday")
        .annotate(which=ArrayAgg("request", distinct=True))
    )
    opened_on = {row["monday"].date(): row["n"] for row in opened}
    closed_on = {row["monday"].date(): row["which"] for row in closed}
    weeks = [
        WeekNumbers(monday, opened_on.get(monday, 0), len(closed_on.get(monday, ())))
        for monday in mondays(scope)
    ]
    return Flow(weeks, sum(opened_on.values()), len(set().union(*closed_on.values())))


def mondays(scope: Scope) -> list[dt.date]:
    """The Mondays of the weeks the period touches, up to the present one."""
    last = min(scope.end, scope.now.astimezone(scope.zone).date())
    first = scope.start - dt.timedelta(days=scope.start.weekday())
    return [first + dt.timedelta(weeks=n) for n in range(max((last - first).days // 7 + 1, 0))]


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
        )


NOTHING_DUE = DueNumbers(None, 0, 0, 0, 0, 0, 0)


def due_by_department(scope: Scope) -> list[DueNumbers]:
    """The due cohort of the period by department, most first."""
    found = with_due_state(scope.due()).order_by().values("department", "due_state").annotate(n=Count("pk"))
    states: dict[int | None, dict[str, int]] = {}
    for row in found:
        states.setdefault(row["department"], {})[row["due_state"]] = row["n"]

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


def backlog(scope: Scope) -> list[BacklogNumbers]:
    """What is open now, whenever it was opened, by department, most first."""
    bands = {f"band_{band}": Count("pk", filter=age_band(band, scope.now)) for band in range(len(AGES))}
    found: Any = scope.requests().open().order_by().values("department").annotate(**bands)
    numbers = [
        BacklogNumbers(row["department"], tuple(row[f"band_{band}"] for band in range(len(AGES))))
        for row in found
    ]
    return sorted(numbers, key=lambda row: (-row.total, row.department or 0))
