"""Time to close by category over what was imported, as a report reads it: one statement, our own curve."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import connection

from civic311.lib.statistics import kaplan_meier, quantile
from requests_app.imports.doubts import SOURCE_JOIN, TIMES_UNBELIEVED_SQL, Doubt
from requests_app.workflow import Outcome, Population
from tests.realdata.oracles import TimeToClose

ROWS = f"""
    SELECT c.name, r.created_at, r.closed_at
      FROM requests_app_servicerequest r JOIN departments_category c ON c.id = r.category_id {SOURCE_JOIN}
     WHERE r.population = %(population)s AND r.outcome <> ALL(%(untimely)s) AND r.created_at <= %(now)s
       AND NOT {TIMES_UNBELIEVED_SQL} AND NOT coalesce(source.problems ? %(duplicate)s, false)
"""


def imported_times(now: dt.datetime) -> dict[str, TimeToClose]:
    """The same as the oracles, from the tables."""
    values: dict[str, Any] = {
        "population": Population.RESIDENT.value,
        "untimely": [Outcome.DUPLICATE.value, Outcome.WITHDRAWN.value],
        "duplicate": str(Doubt.DUPLICATE),
        "now": now,
    }
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(ROWS, values)
        for name, opened, closed in cursor.fetchall():
            ended = closed is not None and closed <= now
            found[name].append((((closed if ended else now) - opened).total_seconds() / 86_400, ended))
    return {name: _time_to_close(rows) for name, rows in found.items()}


def _time_to_close(rows: list[tuple[float, bool]]) -> TimeToClose:
    curve = kaplan_meier([days for days, _ended in rows], [ended for _days, ended in rows])
    return TimeToClose(len(rows), quantile(curve, 0.5).value, quantile(curve, 0.9).value)


def assert_agree(ours: dict[str, TimeToClose], theirs: dict[str, TimeToClose], least: int = 30) -> None:
    """Every category: the same number of rows; those with at least ``least``: the same times, to a second."""
    assert {name: item.n for name, item in ours.items()} == {name: item.n for name, item in theirs.items()}
    compared = [name for name, item in theirs.items() if item.n >= least]
    assert len(compared) > 10
    for name in compared:
        for mine, other in zip(ours[name][1:], theirs[name][1:], strict=True):
            assert (mine is None) == (other is None), name
            assert mine is None or other is None or abs(mine - other) < 1 / 86_400, name
