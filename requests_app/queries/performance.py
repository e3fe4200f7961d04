"""How the city did, for everybody: whole quarters of residents' requests in public categories, from facts and their sums.

The front page and the page of published figures say the same because both read this.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from civic311.lib import clock
from civic311.lib.cached import cached
from civic311.lib.statistics import (
    TOO_FEW,
    Quantile,
    Share,
    kaplan_meier,
    quantile,
    wilson,
)
from departments.directory import categories
from departments.models import City
from requests_app.models import MonthSum, RequestFact, ServiceRequest
from requests_app.models.fact import SETTLED
from requests_app.queries.calibration import CalibrationSummary, calibration_summary
from requests_app.workflow import Population, Status

QUARTERS = 5
"""The last whole quarter, and the four before it."""
MOST_KINDS = 8
DAY = dt.timedelta(days=1)
SUMS = ("opened", "due", "due_closed", "due_solved", "counted", "reopened", "asked", "answered", "solved")
"""Columns of `MonthSum`: see there."""


@dataclass
class Quarter:
    """Counts of one quarter from ``start`` to the day before ``after``: `SUMS`, and ``renewed`` dates of those due.

    ``is_settled`` once `SETTLED` has passed since its last closing: before, nobody knows what is opened again.
    """

    start: dt.date
    after: dt.date
    is_settled: bool = True
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*SUMS, "renewed"), 0))

    def share(self, part: str, whole: str) -> Share | None:
        """A share of two counts; None over too few, and for what is opened again of a quarter that is not settled."""
        if self.is_too_early(part):
            return None
        return wilson(self.counts[part], self.counts[whole]) if self.counts[whole] >= TOO_FEW else None

    def is_too_early(self, part: str) -> bool:
        """Whether this count still grows by what happens after the quarter."""
        return part == "reopened" and not self.is_settled


@dataclass(frozen=True)
class KindTime:
    """How long a category took in the last quarter: `n` requests, days until half and nine of ten are closed."""

    category_id: int
    n: int
    median: Quantile
    p90: Quantile


@dataclass(frozen=True)
class Performance:
    """Quarters, the newest first; times of the kinds reported most in the newest; the estimates."""

    quarters: tuple[Quarter, ...]
    times: tuple[KindTime, ...]
    calibration: CalibrationSummary

    @property
    def last(self) -> Quarter:
        """The last whole quarter."""
        return self.quarters[0]


def quarters_before(today: dt.date, many: int = QUARTERS) -> list[tuple[dt.date, dt.date]]:
    """First day, and the day after the last, of the whole quarters before ``today``, the newest first."""
    found: list[tuple[dt.date, dt.date]] = []
    after = dt.date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    while len(found) < many:
        before = after - 80 * DAY
        start = dt.date(before.year, (before.month - 1) // 3 * 3 + 1, 1)
        found.append((start, after))
        after = start
    return found


@cached(seconds=30)
def open_now() -> int:
    """Requests of residents in public categories that are open for everybody outside; those that follow another left out.

    What was closed so lately that it can still be undone is among them.
    """
    rows = ServiceRequest.objects.filter(
        population=Population.RESIDENT, category__in=_public_ids(), lead__isnull=True
    )
    closing = rows.filter(held_until__isnull=False, status=Status.CLOSED).shown_open()
    return rows.open().count() + closing.count()


@cached(seconds=600)
def performance() -> Performance:
    """Everything that moves by quarters, in four statements."""
    now, zone = clock.now(), City.current().zone
    quarters = [
        Quarter(start, after, _midnight(after, zone) + SETTLED <= now)
        for start, after in quarters_before(now.astimezone(zone).date())
    ]
    kinds = _count(quarters)
    _count_renewed(quarters, zone)
    most = sorted(kinds, key=lambda pk: (-kinds[pk], pk))[:MOST_KINDS]
    return Performance(
        quarters=tuple(quarters),
        times=tuple(_times(most, quarters[0], now, zone)),
        calibration=calibration_summary(now, _public()),
    )


def _public_ids() -> list[int]:
    return [pk for pk, category in categories().items() if category.is_public]


def _public() -> QuerySet[RequestFact]:
    return RequestFact.objects.filter(population=Population.RESIDENT, category__in=_public_ids())


def _of(quarters: list[Quarter], month: dt.date) -> Quarter | None:
    return next((each for each in quarters if each.start <= month < each.after), None)


def _count(quarters: list[Quarter]) -> dict[int, int]:
    """Fill in the sums; how many were opened in the newest quarter, by category."""
    rows = MonthSum.objects.filter(
        population=Population.RESIDENT,
        category_id__in=_public_ids(),
        month__gte=quarters[-1].start,
        month__lt=quarters[0].after,
    )
    kinds: dict[int, int] = {}
    sums = {f"{name}_n": Sum(name) for name in SUMS}
    for month, category, *counts in rows.order_by().values_list("month", "category_id").annotate(**sums):
        quarter = _of(quarters, month)
        if quarter is None:
            continue
        for name, n in zip(SUMS, counts, strict=True):
            quarter.counts[name] += n
        if quarter is quarters[0]:
            kinds[category] = kinds.get(category, 0) + counts[0]
    return kinds


def _midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, zone)


def _count_renewed(quarters: list[Quarter], zone: dt.tzinfo) -> None:
    rows = _public().filter(
        is_timely=True,
        renewals__gt=0,
        first_due_at__gte=_midnight(quarters[-1].start, zone),
        first_due_at__lt=_midnight(quarters[0].after, zone),
    )
    by_month = rows.order_by().annotate(month=TruncMonth("first_due_at", tzinfo=zone)).values_list("month")
    for month, n in by_month.annotate(n=Count("pk")):
        quarter = _of(quarters, month.date())
        if quarter is not None:
            quarter.counts["renewed"] += n


def _times(kinds: list[int], quarter: Quarter, now: dt.datetime, zone: dt.tzinfo) -> list[KindTime]:
    rows = _public().filter(
        category__in=kinds,
        is_timely=True,
        created_at__gte=_midnight(quarter.start, zone),
        created_at__lt=_midnight(quarter.after, zone),
    )
    ages: dict[int, list[tuple[float, bool]]] = {pk: [] for pk in kinds}
    for category, created_at, closed_at in rows.values_list("category_id", "created_at", "closed_at"):
        lasted = (closed_at or now) - created_at
        ages[category].append((max(lasted / DAY, 0), closed_at is not None))
    found = []
    for pk, pairs in ages.items():
        if len(pairs) >= TOO_FEW:
            lasted_days, ended = zip(*pairs, strict=True)
            curve = kaplan_meier(np.array(lasted_days), np.array(ended))
            found.append(KindTime(pk, len(pairs), quantile(curve, 0.5), quantile(curve, 0.9)))
    return found
