"""The counts behind the overview, by category: from the facts of each request, or from sums where there are too many.

Both give the same counts. Times from sums are rounded to three percent, since they know ages by bucket only.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Count, Q, QuerySet, Sum
from numpy.typing import NDArray

from dashboards.reports.frames import DAY_S, Frame, TooManyRows, frame, seconds
from dashboards.reports.outcome_numbers import COUNTED, REOPENED_SOON, SET_ASIDE, SETTLED_S, settled
from dashboards.reports.scope import Scope
from dashboards.reports.tally import COUNTS, Tally
from requests_app.actions.fact_sql import NEVER_ASKED
from requests_app.actions.fact_sums import bucket_age
from requests_app.models import MonthAge, MonthSum
from requests_app.models.fact import SETTLED, Doubt
from requests_app.workflow import Status

MANY = 20_000
"""More requests than this are read from sums."""


@dataclass(frozen=True)
class Summary:
    """The counts of a report by category, and whether they come from sums."""

    by_category: Mapping[int, Tally]
    is_summed: bool

    @cached_property
    def total(self) -> Tally:
        """All categories together."""
        total = Tally()
        for tally in self.by_category.values():
            total.add(tally)
        return total


def summarize(scope: Scope, *, with_closings: bool = True) -> Summary:
    """Count a report: in four statements from facts, or from sums for whole months and facts for the days around them."""
    months = None if _is_small(scope) else whole_months(scope)
    if months is None:
        return Summary(_exact(scope, with_closings=with_closings), is_summed=False)
    tallies = _summed(scope, *months)
    for edge in _edges(scope, *months):
        _add(tallies, _exact(edge))
    return Summary(tallies, is_summed=True)


def summarize_both(scope: Scope, before: Scope) -> tuple[Summary, Summary]:
    """A report and the period right before it, without that one's closings: read together where both are small."""
    if _is_small(replace(scope, start=before.start)):
        with suppress(TooManyRows):
            opened, due = _read(replace(scope, start=before.start))
            now, then = (
                _tallied(each, _within(opened, "created_at", each), _within(due, "first_due_at", each))
                for each in (scope, before)
            )
            _count_closings(now, scope)
            return Summary(dict(now), is_summed=False), Summary(dict(then), is_summed=False)
    return summarize(scope), summarize(before, with_closings=False)


def _within(rows: Frame, at: str, scope: Scope) -> Frame:
    """The rows whose instant lies in the period."""
    return rows.only((rows[at] >= seconds(scope.begins)) & (rows[at] < seconds(scope.ends)))


def _is_small(scope: Scope) -> bool:
    """Whether a report is counted from facts: few requests, or none that the sums could tell."""
    months = whole_months(scope)
    return not months or not scope.is_summed or _size(scope, months) <= MANY


def whole_months(scope: Scope) -> tuple[dt.date, dt.date] | None:
    """The first day of the first whole month in the period that is over, and the day after the last; None for none."""
    first = scope.start if scope.start.day == 1 else _next_month(scope.start)
    today = scope.now.astimezone(scope.zone).date()
    last = min(scope.end + dt.timedelta(days=1), today).replace(day=1)
    return (first, last) if first < last else None


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _edges(scope: Scope, first: dt.date, last: dt.date) -> Iterable[Scope]:
    if scope.start < first:
        yield replace(scope, end=first - dt.timedelta(days=1))
    if last <= scope.end:
        yield replace(scope, start=last)


def _sums(scope: Scope, model: Any, first: dt.date, last: dt.date) -> QuerySet[Any]:
    wanted = Q(month__gte=first, month__lt=last, population=scope.population)
    if scope.department is not None:
        wanted &= Q(department_id=scope.department)
    if scope.category is not None:
        wanted &= Q(category_id=scope.category)
    rows: QuerySet[Any] = model.objects.filter(wanted).order_by()
    return rows


def _size(scope: Scope, months: tuple[dt.date, dt.date]) -> int:
    return _sums(scope, MonthSum, *months).aggregate(n=Sum("opened"))["n"] or 0


def _summed(scope: Scope, first: dt.date, last: dt.date) -> dict[int, Tally]:
    # Facts may be made anew between two statements: a category may be new in a later one.
    tallies: dict[int, Tally] = defaultdict(Tally)
    rows = _sums(scope, MonthSum, first, last).values_list("category_id")
    sums = rows.annotate(*(Sum(name) for name in COUNTS))
    for category, *counts in sums:
        tallies[category] = Tally(dict(zip(COUNTS, counts, strict=True)))
    for category, doubts in _sums(scope, MonthSum, first, last).values_list("category_id", "doubts"):
        # Sums made before a doubt was known are shorter, until they are made anew.
        tallies[category].doubts[: len(doubts)] += np.array(doubts)
    _settle(scope, tallies, first, last)
    buckets: dict[int, list[tuple[int, int]]] = {}
    ages = _sums(scope, MonthAge, first, last).values_list("category_id", "bucket").annotate(Sum("closed"))
    for category, bucket, n in ages:
        buckets.setdefault(category, []).append((bucket, n))
    for category, found in buckets.items():
        days = np.array([bucket_age(bucket) / DAY_S for bucket, _n in found])
        weights = np.array([n for _bucket, n in found], dtype=np.int64)
        tallies[category].ages.append((days, np.ones(len(found), dtype=np.bool_), weights))
    begins, ends = scope.midnight(first), scope.midnight(last)
    waiting = frame(
        scope.facts().filter(
            ~Q(status=Status.CLOSED), is_timely=True, created_at__gte=begins, created_at__lt=ends
        ),
        "created_at",
        "category",
    )
    for category, rows_of in waiting.groups("category"):
        days = np.maximum(seconds(scope.now) - rows_of["created_at"], 0) / DAY_S
        ones = np.ones(len(days), dtype=np.int64)
        tallies.setdefault(category, Tally()).ages.append((days, np.zeros(len(days), dtype=np.bool_), ones))
    return tallies


def _settle(scope: Scope, tallies: dict[int, Tally], first: dt.date, last: dt.date) -> None:
    """Of months that ended less than 30 days ago, count only closings old enough to tell whether they were reopened."""
    young = max(first, (scope.now - SETTLED).astimezone(scope.zone).date().replace(day=1))
    if young >= last:
        return
    months = _sums(scope, MonthSum, young, last).values_list("category_id")
    for category, counted, reopened in months.annotate(Sum("counted"), Sum("reopened")):
        tallies[category].counts["counted"] -= counted
        tallies[category].counts["reopened"] -= reopened
    closings = replace(scope, start=young, end=last - dt.timedelta(days=1)).closings()
    old = closings.filter(COUNTED, settled(scope)).order_by().values_list("category_id")
    for category, counted, reopened in old.annotate(n=Count("pk"), again=Count("pk", filter=REOPENED_SOON)):
        tallies[category].counts["counted"] += counted
        tallies[category].counts["reopened"] += reopened


def _exact(scope: Scope, *, with_closings: bool = True) -> dict[int, Tally]:
    tallies = _tallied(scope, *_read(scope))
    if with_closings:
        _count_closings(tallies, scope)
    return dict(tallies)


def _read(scope: Scope) -> tuple[Frame, Frame]:
    """What was opened, and what was due, in two statements. Raises `TooManyRows`."""
    return (
        frame(scope.opened(), "created_at", "closed_at", "category", "is_timely", "doubts"),
        frame(scope.due(), "first_due_at", "category", "is_timely", "due_closed", "due_solved"),
    )


def _tallied(scope: Scope, opened: Frame, due: Frame) -> defaultdict[int, Tally]:
    tallies: defaultdict[int, Tally] = defaultdict(Tally)
    timely = opened["is_timely"]
    _count(tallies, opened["category"], {"opened": np.ones(len(opened), dtype=np.bool_), "timely": timely})
    for place, doubt in enumerate(Doubt):
        doubtful = opened["doubts"] & doubt > 0
        if doubtful.any():
            keys, counts = np.unique(opened["category"][doubtful], return_counts=True)
            for category, n in zip(keys.tolist(), counts.tolist(), strict=True):
                tallies[category].doubts[place] = n
    for category, rows in opened.only(timely).groups("category"):
        tallies[category].ages.append(_ages(rows, scope))
    counts_for_time = due["is_timely"]
    _count(
        tallies,
        due["category"],
        {
            "due": counts_for_time,
            "due_closed": counts_for_time & due["due_closed"],
            "due_solved": counts_for_time & due["due_solved"],
            "set_aside": ~counts_for_time,
        },
    )
    return tallies


def _count_closings(tallies: Mapping[int, Tally], scope: Scope) -> None:
    """Count what closings came to, in one statement; ``tallies`` makes a category it does not know."""
    ended = frame(
        scope.closings(), "closed_at", "reopened_at", "category", "answer", "outcome", "fact__lead_id"
    )
    counted = (ended["fact__lead_id"] == 0) & ~np.isin(ended["outcome"], SET_ASIDE)
    counted &= ended["closed_at"] <= seconds(scope.now) - SETTLED_S
    answered = ended["answer"] != ""
    _count(
        tallies,
        ended["category"],
        {
            "closings": np.ones(len(ended), dtype=np.bool_),
            "counted": counted,
            "reopened": counted & (ended["reopened_at"] - ended["closed_at"] <= SETTLED_S),
            "asked": answered | ~np.isin(ended["outcome"], NEVER_ASKED),
            "answered": answered,
            "solved": ended["answer"] == "yes",
        },
    )


def _count(
    tallies: Mapping[int, Tally], category: NDArray[np.int64], marks: Mapping[str, NDArray[np.bool_]]
) -> None:
    """Count the rows marked by each name into the tally of their category."""
    keys, places = np.unique(category, return_inverse=True)
    for name, marked in marks.items():
        counts = np.bincount(places, weights=marked, minlength=len(keys)).astype(np.int64)
        for key, n in zip(keys.tolist(), counts.tolist(), strict=True):
            tallies[key].counts[name] = n


def _ages(rows: Frame, scope: Scope) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    closed = ~np.isnan(rows["closed_at"])
    until = np.where(closed, rows["closed_at"], seconds(scope.now))
    days = np.maximum(until - rows["created_at"], 0) / DAY_S
    return days, closed, np.ones(len(days), dtype=np.int64)


def _add(tallies: dict[int, Tally], more: Mapping[int, Tally]) -> None:
    for category, tally in more.items():
        tallies.setdefault(category, Tally()).add(tally)
