"""The weeks or months of a period, and a frame cut into them by the time of opening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from dashboards.reports.frames import Frame, seconds
from dashboards.reports.scope import Scope

MOST_WEEKS = 27
"""A period of more weeks than this (about half a year) is shown by month."""
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A week or month; ``day`` is its first day, ``scope`` the report cut to it: what lies in the period alone."""

    day: dt.date
    scope: Scope


def is_monthly(scope: Scope) -> bool:
    """Whether a period is too long for weeks."""
    return (scope.end - scope.start).days >= MOST_WEEKS * 7


def spans(scope: Scope, *, monthly: bool) -> list[Span]:
    """The weeks (from Monday) or months that the period touches, in order."""
    day = scope.start.replace(day=1) if monthly else scope.start - scope.start.weekday() * DAY
    found = []
    while day <= scope.end:
        after = (day.replace(day=1) + 32 * DAY).replace(day=1) if monthly else day + 7 * DAY
        start, end = max(day, scope.start), min(after - DAY, scope.end)
        found.append(Span(day, replace(scope, start=start, end=end)))
        day = after
    return found


def cut(rows: Frame, parts: list[Span]) -> Iterator[tuple[Span, Frame]]:
    """The rows opened in each span; ``rows`` has ``created_at``."""
    edges = np.array([seconds(part.scope.begins) for part in parts])
    at = np.searchsorted(edges, rows["created_at"], side="right") - 1
    order = np.argsort(at, kind="stable")
    starts = np.searchsorted(at[order], np.arange(len(parts) + 1))
    for index, part in enumerate(parts):
        mine = order[starts[index] : starts[index + 1]]
        yield part, Frame({name: column[mine] for name, column in rows.columns.items()}, len(mine))
