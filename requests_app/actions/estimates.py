"""Expected times, computed anew from the last twelve weeks.

The derived table holds, for every category in an area, every category and every department with enough closings, the
median and the ninth decile of the time to close. It can be thrown away and made again at any time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from civic311.lib.statistics import MINIMUM_CLOSINGS, kaplan_meier, quantile
from requests_app.models import ExpectedTime
from requests_app.workflow import Outcome, Population

WINDOW = dt.timedelta(weeks=12)
MEDIAN, P90 = 0.5, 0.9
IGNORED = (Outcome.SPAM, Outcome.DUPLICATE, Outcome.WITHDRAWN)

# Residents' requests that were open at some time of the window. Requests older than it come under observation at its
# beginning (delayed entry), so that old hard ones count and a quiet category is not judged by its quick cases alone.
# Ages in hours. A source's impossible times and reports that follow another one are left out.
_AT_RISK = """
SELECT r.category_id, coalesce(r.department_id, 0), coalesce(a.area_id, 0),
       greatest(0, extract(epoch FROM %(since)s - r.created_at)) ::float8 / 3600,
       extract(epoch FROM coalesce(r.closed_at, %(now)s) - r.created_at)::float8 / 3600,
       r.closed_at IS NOT NULL
  FROM requests_app_servicerequest r
  LEFT JOIN requests_app_servicerequest_areas a ON {join}
 WHERE r.population = %(population)s AND NOT r.times_are_impossible
   AND r.created_at < %(now)s AND (r.status <> 'closed' OR r.closed_at > %(since)s)
   AND r.outcome <> ALL(%(ignored)s) AND r.lead_id IS NULL
"""


@dataclass(frozen=True)
class _Observed:
    """Columns of requests at risk, as arrays of one length; keys are 0 where there is none."""

    category: NDArray[np.int64]
    department: NDArray[np.int64]
    area: NDArray[np.int64]
    entry: NDArray[np.float64]
    end: NDArray[np.float64]
    closed: NDArray[np.bool_]

    def only(self, wanted: NDArray[np.bool_]) -> _Observed:
        """The rows marked."""
        return _Observed(
            category=self.category[wanted],
            department=self.department[wanted],
            area=self.area[wanted],
            entry=self.entry[wanted],
            end=self.end[wanted],
            closed=self.closed[wanted],
        )


@transaction.atomic
def compute_estimates(*, now: dt.datetime) -> int:
    """Replace every expected time by one computed from the twelve weeks before ``now``; how many there are."""
    everywhere = _observe("false", now)
    rows = [
        *_estimates(everywhere, everywhere.category, now, lambda key: {"category_id": key}),
        *_estimates(everywhere, everywhere.department, now, lambda key: {"department_id": key}),
        *_by_area(_observe("a.servicerequest_id = r.id", now), now),
    ]
    ExpectedTime.objects.all().delete()
    ExpectedTime.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


def _by_area(rows: _Observed, now: dt.datetime) -> Iterator[ExpectedTime]:
    for category in np.unique(rows.category):

        def scope(area: int, category_id: int = int(category)) -> dict[str, int]:
            return {"category_id": category_id, "area_id": area}

        mine = rows.only(rows.category == category)
        yield from _estimates(mine, mine.area, now, scope)


def _observe(join: str, now: dt.datetime) -> _Observed:
    parameters: dict[str, Any] = {
        "now": now,
        "since": now - WINDOW,
        "population": Population.RESIDENT.value,
        "ignored": [outcome.value for outcome in IGNORED],
    }
    with connection.cursor() as cursor:
        cursor.execute(_AT_RISK.format(join=join), parameters)
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    return _Observed(
        category=np.array(columns[0], dtype=np.int64),
        department=np.array(columns[1], dtype=np.int64),
        area=np.array(columns[2], dtype=np.int64),
        entry=np.array(columns[3], dtype=np.float64),
        end=np.array(columns[4], dtype=np.float64),
        closed=np.array(columns[5], dtype=np.bool_),
    )


def _estimates(
    rows: _Observed, keys: NDArray[np.int64], now: dt.datetime, scope: Callable[[int], dict[str, int]]
) -> Iterator[ExpectedTime]:
    """One expected time for each key with enough closings; 0 is no key."""
    if not len(keys):
        return
    order = np.argsort(keys, kind="stable")
    names, starts = np.unique(keys[order], return_index=True)
    for name, mine in zip(names, np.split(order, starts[1:]), strict=True):
        closings = int(rows.closed[mine].sum())
        if not name or closings < MINIMUM_CLOSINGS:
            continue
        curve = kaplan_meier(rows.end[mine], rows.closed[mine], rows.entry[mine])
        yield ExpectedTime(
            **scope(int(name)),
            median_hours=quantile(curve, MEDIAN).value,
            p90_hours=quantile(curve, P90).value,
            closings=closings,
            computed_at=now,
        )
