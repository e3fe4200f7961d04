"""How often the times that residents were told came true: what a promise is, when it is kept, and the sum for the city.

A promise of N days is kept when the request is closed within N times 24 hours of its report. It can be judged once that
time is over, and estimates are judged when they are twelve weeks old, so that quick closings are not counted before slow
ones can be. What is open past its promise was not closed in time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from civic311.lib.statistics import TOO_FEW, Calibration, calibration
from requests_app.models import RequestFact

OLD_ENOUGH = dt.timedelta(weeks=12)
YEAR = dt.timedelta(days=364)
SHARES = {"median_days": 0.5, "p90_days": 0.9}
"""The columns with what was told, in days, and the share of requests that should be closed by then."""
GIVEN = Q(is_timely=True, median_days__gte=1)
"""Requests whose reporter was told a time, that count where time is counted."""


def told(now: dt.datetime) -> Q:
    """Facts with an estimate that is old enough to be judged at ``now``."""
    return GIVEN & Q(created_at__lte=now - OLD_ENOUGH)


def judged(column: str, now: dt.datetime) -> Q:
    """Of `told`, those who were told this ``column`` of `SHARES`, and whose time is over at ``now``."""
    begun = ExpressionWrapper(Value(now) - _length(column), output_field=DateTimeField())
    return told(now) & Q((f"{column}__gte", 1), ("created_at__lte", begun))


def kept(column: str, now: dt.datetime) -> Q:
    """Of `judged`, those closed in the time that was told."""
    return judged(column, now) & Q(closed_at__lte=_promised(column))


def missed(column: str, now: dt.datetime) -> Q:
    """Of `judged`, those closed later, or still open."""
    return judged(column, now) & (Q(closed_at__isnull=True) | Q(closed_at__gt=_promised(column)))


def pending(now: dt.datetime) -> Q:
    """Of `told`, those with a time that is not over at ``now``: neither kept nor missed yet, whatever happened."""
    over = judged("median_days", now) & (Q(p90_days__isnull=True) | judged("p90_days", now))
    return told(now) & ~over


def _length(column: str) -> Combinable:
    return ExpressionWrapper(F(column) * Value(dt.timedelta(days=1)), output_field=DurationField())


def _promised(column: str) -> Combinable:
    return ExpressionWrapper(F("created_at") + _length(column), output_field=DateTimeField())


@dataclass(frozen=True, slots=True)
class CalibrationSummary:
    """Of requests from ``since`` until ``until``: how many were told a time, and how often it came true.

    ``median`` should read 0.5 and ``p90`` 0.9; each is None where fewer than ten can be judged.
    """

    since: dt.datetime
    until: dt.datetime
    told: int
    median: Calibration | None
    p90: Calibration | None


def calibration_summary(now: dt.datetime, rows: QuerySet[RequestFact]) -> CalibrationSummary:
    """How often estimates came true that were given to ``rows`` in the year that ended twelve weeks before ``now``.

    One statement; the caller says which requests are meant, such as those of residents in public categories.
    """
    until = now - OLD_ENOUGH
    since = until - YEAR
    year = rows.filter(created_at__gte=since, created_at__lte=until)
    counts = year.aggregate(
        told=Count("pk", filter=told(now)),
        **{f"{column}_n": Count("pk", filter=judged(column, now)) for column in SHARES},
        **{f"{column}_kept": Count("pk", filter=kept(column, now)) for column in SHARES},
    )
    median, p90 = (
        calibration(counts[f"{column}_kept"], counts[f"{column}_n"], share)
        if counts[f"{column}_n"] >= TOO_FEW
        else None
        for column, share in SHARES.items()
    )
    return CalibrationSummary(since, until, counts["told"], median, p90)
