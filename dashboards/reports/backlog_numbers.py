"""What is open, how old it is, what it waits for, and what came and went by week; counted in the database."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.fields import CharField, DateTimeField, IntegerField
from django.db.models.functions import MD5, Cast, Coalesce, Left, NullIf
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dashboards.reports.frames import Epoch
from dashboards.reports.names import BAND_NAMES
from dashboards.reports.scope import FIRST_STORM, Scope, mondays
from dashboards.reports.weekly import week_of
from requests_app.models import ClosingFact, RequestEvent, RequestFact
from requests_app.workflow import EventKind, Status

DAY = dt.timedelta(days=1)
DAY_S = 86_400
BIN_ENDS = (1, 3, 7, 14, 30, 60, 90, 180, 365, 730)
"""Upper ends of the bars of the ages, in days; the last bar is open."""
BIN_NAMES: tuple[Promise, ...] = (
    gettext_lazy("1 day"),
    gettext_lazy("3 days"),
    gettext_lazy("7 days"),
    gettext_lazy("14 days"),
    gettext_lazy("30 days"),
    gettext_lazy("60 days"),
    gettext_lazy("90 days"),
    gettext_lazy("180 days"),
    gettext_lazy("1 year"),
    gettext_lazy("2 years"),
    gettext_lazy("older"),
)
BAND_OF_BIN = (0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4)
"""The age band (`BAND_NAMES`) each bar is part of."""
OLD_BANDS = 3
"""Open requests from this band on are older than 90 days."""
MOST_WAITS = 10
KEY_LENGTH = 12


@dataclass(frozen=True)
class OpenCell:
    """Open requests of a category and department (none: 0) in a status, of an age: `BIN_ENDS`.

    ``age_s`` and ``paused_s`` are sums in seconds: since the report, and how long of that the clock stood still.
    """

    category: int
    department: int
    status: Status
    bin: int
    n: int
    age_s: float
    paused_s: float

    @property
    def band(self) -> int:
        return BAND_OF_BIN[self.bin]


@dataclass(frozen=True)
class Backlog:
    """Everything open now, by first report."""

    cells: Sequence[OpenCell]

    @property
    def total(self) -> int:
        return sum(cell.n for cell in self.cells)

    @property
    def old(self) -> int:
        """Those older than 90 days."""
        return sum(cell.n for cell in self.cells if cell.band >= OLD_BANDS)

    def status(self, status: Status) -> int:
        """Those in a status."""
        return sum(cell.n for cell in self.cells if cell.status == status)

    def bins(self) -> list[int]:
        """How many of each age."""
        counts = Counter[int]()
        for cell in self.cells:
            counts[cell.bin] += cell.n
        return [counts[number] for number in range(len(BIN_NAMES))]

    def bands_by(self, key: Callable[[OpenCell], int]) -> list[tuple[int, tuple[int, ...]]]:
        """Counts by age band for each department or category, most first."""
        found: dict[int, list[int]] = {}
        for cell in self.cells:
            found.setdefault(key(cell), [0] * len(BAND_NAMES))[cell.band] += cell.n
        rows = [(name, tuple(counts)) for name, counts in found.items()]
        return sorted(rows, key=lambda row: (-sum(row[1]), row[0]))

    def clocks(self) -> list[Clocks]:
        """Both clocks by department, most open requests first."""
        found: dict[int, list[OpenCell]] = {}
        for cell in self.cells:
            found.setdefault(cell.department, []).append(cell)
        rows = [Clocks.of(department, cells) for department, cells in found.items()]
        return sorted(rows, key=lambda row: (-row.n, row.department))


@dataclass(frozen=True)
class Clocks:
    """Open requests of a department, and the days they wait: in all, and while the clock stood still."""

    department: int
    n: int
    on_hold: int
    with_partner: int
    days: float
    paused_days: float

    @classmethod
    def of(cls, department: int, cells: Sequence[OpenCell]) -> Clocks:
        def count(status: Status) -> int:
            return sum(cell.n for cell in cells if cell.status == status)

        return cls(
            department=department,
            n=sum(cell.n for cell in cells),
            on_hold=count(Status.ON_HOLD),
            with_partner=count(Status.WITH_PARTNER),
            days=sum(cell.age_s for cell in cells) / DAY_S,
            paused_days=sum(cell.paused_s for cell in cells) / DAY_S,
        )


def age_q(now: dt.datetime, over: int | None, up_to: int | None) -> Q:
    """Older than ``over`` days at ``now``, and at most ``up_to``; None for no end. Days have 24 hours."""
    condition = Q()
    if over is not None:
        condition &= Q(created_at__lt=now - over * DAY)
    if up_to is not None:
        condition &= Q(created_at__gte=now - up_to * DAY)
    return condition


def bin_q(now: dt.datetime, number: int) -> Q:
    """The condition of one bar of the ages."""
    ends = (None, *BIN_ENDS, None)
    return age_q(now, *list(pairwise(ends))[number])


def _younger_than(now: dt.datetime) -> Func:
    """How many of `BIN_ENDS` an age does not exceed: all of them for the first bar, none for the last."""
    ends = Value([now - days * DAY for days in reversed(BIN_ENDS)], ArrayField(DateTimeField()))
    return Func("created_at", ends, function="width_bucket", output_field=IntegerField())


def _since(now: dt.datetime, column: str) -> Epoch:
    """Seconds from an instant to ``now``."""
    passed = ExpressionWrapper(Value(now, DateTimeField()) - F(column), output_field=DurationField())
    return Epoch(passed)


def backlog(scope: Scope) -> Backlog:
    """What is open now, whenever it came, in one statement."""
    age = _since(scope.now, "created_at")
    paused = Cast("paused_s", FloatField()) + Coalesce(_since(scope.now, "request__paused_at"), 0.0)
    rows = scope.open_now().annotate(age=age, paused=paused, ends=_younger_than(scope.now)).order_by()
    counted = rows.values_list("category_id", "department_id", "status", "ends").annotate(
        n=Count("pk"), age_s=Sum("age"), paused_sum=Sum("paused")
    )
    return Backlog(
        [
            OpenCell(category, department or 0, Status(status), len(BIN_ENDS) - ends, n, age_s, paused_s)
            for category, department, status, ends, n, age_s, paused_s in counted
        ]
    )


@dataclass(frozen=True)
class Wait:
    """For whom requests on hold or with a partner wait; ``key`` names it in an address."""

    words: str
    key: str
    n: int


WAITING = Q(status__in=(Status.ON_HOLD, Status.WITH_PARTNER))


def with_wait(rows: QuerySet[RequestFact]) -> QuerySet[Any]:
    """Waiting requests with the words for whom they wait, and the key of these words."""
    words = Coalesce(
        NullIf("request__waiting_for", Value("")), "partner__name", Value(""), output_field=CharField()
    )
    return rows.filter(WAITING).annotate(waits_for=words, wait_key=Left(MD5(words), KEY_LENGTH))


def waits(scope: Scope) -> list[Wait]:
    """For whom the backlog waits, most first, in one statement; the words of those who put it on hold."""
    rows = with_wait(scope.open_now()).order_by().values_list("waits_for", "wait_key").annotate(n=Count("pk"))
    found = [Wait(words, key, n) for words, key, n in rows]
    return sorted(found, key=lambda wait: (-wait.n, wait.words))


@dataclass(frozen=True)
class FlowWeek:
    """Reports opened, closings and reopenings in the part of a week that lies in the period."""

    monday: dt.date
    opened: int
    closed: int
    reopened: int

    @property
    def net(self) -> int:
        """How many more are open after it than before."""
        return self.opened - self.closed + self.reopened


@dataclass(frozen=True)
class Flow:
    """What came and went, by week, and how many were open at the end of each week if that is known."""

    weeks: Sequence[FlowWeek]
    open_at_end: Sequence[int] | None

    def total(self, name: str) -> int:
        """The sum of a column."""
        return sum(getattr(week, name) for week in self.weeks)


def reopenings(scope: Scope) -> QuerySet[ClosingFact]:
    """Closings, of whatever time, that a reopening in the period took back; found by the events of the period."""
    events = RequestEvent.objects.filter(
        kind__in=(EventKind.REOPENED, EventKind.MIRRORED),
        occurred_at__gte=scope.begins,
        occurred_at__lt=scope.ends,
    )
    return (
        replace(scope, start=FIRST_STORM.date())
        .closings()
        .filter(fact__in=events.values("request"), reopened_at__gte=scope.begins, reopened_at__lt=scope.ends)
    )


def flow(scope: Scope) -> Flow:
    """Opened, closed and reopened by week up to now, in three statements; what is open at the end needs one more.

    That is known where the period reaches to now: it is counted back from what is open.
    """
    sources: dict[str, tuple[QuerySet[Any], str]] = {
        "opened": (scope.opened(), "created_at"),
        "closed": (scope.closings(), "closed_at"),
        "reopened": (reopenings(scope), "reopened_at"),
    }
    counts = {
        name: dict(rows.order_by().values_list(week_of(scope, column)).annotate(n=Count("pk")))
        for name, (rows, column) in sources.items()
    }
    today = scope.now.astimezone(scope.zone).date()
    weeks = [
        FlowWeek(monday, *(counts[name].get(monday, 0) for name in sources))
        for monday in mondays(scope)
        if monday <= today
    ]
    return Flow(weeks, _levels(scope, weeks) if scope.ends > scope.now else None)


def _levels(scope: Scope, weeks: Sequence[FlowWeek]) -> list[int]:
    """Reports open at the end of each week, counted back from those open now."""
    level = scope.facts().filter(~Q(status=Status.CLOSED)).count()
    levels = []
    for week in reversed(weeks):
        levels.append(level)
        level -= week.net
    return levels[::-1]
