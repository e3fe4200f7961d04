"""Figures of the desk: how many calls, when, about what, how they ended. By name, never by rank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from requests_app.models.call import CallOutcome

AGAIN_WITHIN_DAYS = 7
SETTLED = ("bump", "information", "status", "not_solved", "transfer")
"""Outcomes that ended on the phone; `CallOutcome` says which did not."""

_CALLS = """
WITH calls AS (
    SELECT c.operator_id, u.name AS operator, c.outcome, c.topic, k.name AS category, c.phone_key,
           extract(epoch FROM c.ended_at - c.started_at) AS seconds,
           c.ended_at AT TIME ZONE %(zone)s AS local,
           c.phone_key <> '' AND EXISTS (
               SELECT 1 FROM requests_app_call AS later
                WHERE later.phone_key = c.phone_key AND later.phone_key <> '' AND later.ended_at > c.ended_at
                  AND later.ended_at <= c.ended_at + %(again)s * interval '1 day') AS called_again
      FROM requests_app_call AS c
      JOIN departments_staffuser AS u ON u.id = c.operator_id
      LEFT JOIN departments_category AS k ON k.id = c.category_id
     WHERE c.ended_at >= %(start)s AND c.ended_at < %(end)s)
SELECT 'hour', extract(hour FROM local)::int::text, '', count(*), 0, 0 FROM calls GROUP BY 2
UNION ALL
SELECT 'outcome', outcome, '', count(*), 0, 0 FROM calls GROUP BY 2
UNION ALL
SELECT 'topic', topic, '', count(*), 0, 0 FROM calls WHERE topic <> '' GROUP BY 2
UNION ALL
SELECT 'operator', operator_id::text, operator, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), count(*) FILTER (WHERE outcome = ANY(%(settled)s))
  FROM calls GROUP BY operator_id, operator
UNION ALL
SELECT 'mix', operator_id::text, coalesce(category, nullif(topic, ''), outcome), count(*), 0, 0
  FROM calls GROUP BY 2, 3
UNION ALL
SELECT 'first', '', '', count(*) FILTER (WHERE phone_key <> '' AND outcome <> 'dropped'), 0,
       count(*) FILTER (WHERE phone_key <> '' AND outcome = ANY(%(settled)s) AND NOT called_again)
  FROM calls
"""


@dataclass(frozen=True, slots=True)
class OperatorCalls:
    """One operator's calls: how many, half of them shorter than, settled on the phone, and what most were about."""

    name: str
    calls: int
    median_seconds: int
    settled: int
    mix: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class CallFigures:
    """The calls of a period. ``known``: with a number and not cut off; ``resolved`` of them settled, with no further call."""

    total: int
    hours: Sequence[tuple[int, int]]
    outcomes: Sequence[tuple[CallOutcome, int]]
    topics: Sequence[tuple[str, int]]
    operators: Sequence[OperatorCalls]
    known: int
    resolved: int

    @property
    def resolved_percent(self) -> int | None:
        """First-contact resolution; None where no caller's number was known."""
        return round(100 * self.resolved / self.known) if self.known else None

    @property
    def busiest(self) -> int:
        return max((count for _hour, count in self.hours), default=0)


def call_figures(*, start: dt.datetime, end: dt.datetime, zone: str) -> CallFigures:
    """All figures of the desk between two instants, in one statement over the index ``call_time``."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CALLS,
            {"start": start, "end": end, "zone": zone, "again": AGAIN_WITHIN_DAYS, "settled": list(SETTLED)},
        )
        rows = cursor.fetchall()

    def of(kind: str) -> list[tuple[Any, ...]]:
        return [row[1:] for row in rows if row[0] == kind]

    mixes: dict[str, list[tuple[str, int]]] = {}
    for person, what, count, _median, _settled in of("mix"):
        mixes.setdefault(person, []).append((_in_words(what), count))
    hours = {int(hour): count for hour, _name, count, _m, _s in of("hour")}
    first = of("first")[0]
    return CallFigures(
        total=sum(hours.values()),
        hours=[
            (hour, hours.get(hour, 0)) for hour in range(min(hours, default=0), max(hours, default=-1) + 1)
        ],
        outcomes=sorted(
            ((CallOutcome(outcome), count) for outcome, _name, count, _m, _s in of("outcome")),
            key=lambda pair: -pair[1],
        ),
        topics=sorted(((topic, count) for topic, _name, count, _m, _s in of("topic")), key=_most)[:10],
        operators=sorted(
            (
                OperatorCalls(name, count, round(median or 0), settled, sorted(mixes[person], key=_most)[:3])
                for person, name, count, median, settled in of("operator")
            ),
            key=lambda row: row.name.casefold(),
        ),
        known=first[2],
        resolved=first[4],
    )


def _most(pair: tuple[str, int]) -> tuple[int, str]:
    return (-pair[1], pair[0])


def _in_words(what: str) -> str:
    return str(CallOutcome(what).label) if what in CallOutcome.values else what
