"""How facts follow from rows and history: the statements behind `requests_app.actions.facts`, written by hand.

They read whole batches of requests at once. "Standing" steps are those nobody took back; undone steps and the undoing
are in no figure.
"""
# ruff: noqa: S608 (only words of this module are put together; every value is a parameter)

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from departments.kinds import Kind
from requests_app.actions.reporter import UNANSWERABLE
from requests_app.models.fact import SETTLED, UNTIMELY_DOUBTS, Doubt
from requests_app.workflow import TRANSITIONS, ActorKind, EventKind, Outcome, Status, successes_for

REPEAT_DAYS = 14
"""Further reports of a problem are counted in its first days, while it can be seen by others."""
NEVER_ASKED = (*sorted(UNANSWERABLE), Outcome.NOT_RECORDED)
"""Endings after which nobody is asked; of imported ones without an outcome the reporter is not known."""
DATE_ONLY = ["opened_date_only", "closed_date_only"]
PLACEHOLDERS = ["closed_at_placeholder", "closed_at_unreadable"]
UNFLAGGED, NO_CLOSING = "on_time_flag_missing", "closed_without_time"
CALLED_DUPLICATE = "duplicate_in_source"
DUE_UNKNOWN = ["due_at_placeholder", "due_at_unreadable"]
"""Codes in ``ImportedRow.problems``, which the import sets (`requests_app.imports`): times without a time of day, a
closing time that stands for "unknown" or can't be read, the source's own word for late left blank, no closing time at
all, a request that the source calls a duplicate though it is open, a due date that stands for "unknown" or can't be
read."""
GENERATION = dt.timedelta(days=20 * 365)
"""No source means a due date so long after the report: it stands for "none" (Boston's is the last day of 2059)."""
SUCCESSES = [f"{kind.value}:{outcome.value}" for kind in Kind for outcome in sorted(successes_for(kind))]
"""Every pair of a kind and an outcome that solves it."""

_FIRST_AGE_S = 60.0
_AGE_STEP = 1.06
AGE_BUCKET = (
    f"floor(ln(greatest(({{0}})::float8, {_FIRST_AGE_S}) / {_FIRST_AGE_S}) / ln({_AGE_STEP}))::integer"
)
"""SQL for the bucket of an age in seconds: each is six percent wider than the one before; the first begins at a minute."""


def bucket_age(bucket: int) -> float:
    """The geometric middle of a bucket, in seconds."""
    return _FIRST_AGE_S * math.exp((bucket + 0.5) * math.log(_AGE_STEP))


_PASSIVE = frozenset(step.event for step in TRANSITIONS if not step.acknowledges) | {
    EventKind.SUBMITTED,
    EventKind.ROUTED,
}
_WORK = (
    EventKind.STARTED,
    EventKind.HANDED_OVER,
    EventKind.ASKED,
    EventKind.TASK_GIVEN,
    EventKind.CLOSED,
)
_CLOSES = "to_status = %(closed)s AND from_status NOT IN (%(closed)s, '')"
_REOPENS = "from_status = %(closed)s AND to_status <> %(closed)s AND kind = ANY(%(reopening)s)"
_HOLDS = "kind = ANY(%(holding)s)"
_BY_REPORTER = "actor_kind = %(reporter)s"

_STEPS = f"""
ids AS MATERIALIZED (SELECT unnest(%(ids)s::bigint[]) AS id),
step AS MATERIALIZED (
  SELECT e.id, e.request_id, e.kind, e.from_status, e.to_status, e.department_id, e.actor_kind, e.actor_id,
         e.occurred_at, e.data, {_CLOSES} AS closes, {_REOPENS} AS reopens,
         min(occurred_at) FILTER (WHERE {_REOPENS}) OVER (
           PARTITION BY request_id ORDER BY e.id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_reopening
    FROM requests_app_requestevent AS e JOIN ids ON ids.id = e.request_id
   WHERE e.undoes_id IS NULL
     AND NOT EXISTS (SELECT FROM requests_app_requestevent AS undoing WHERE undoing.undoes_id = e.id)
),
known AS MATERIALIZED (
  SELECT r.*, category.kind AS category_kind,
         ARRAY(SELECT area_id FROM requests_app_servicerequest_areas WHERE servicerequest_id = r.id ORDER BY area_id)
           AS area_ids,
         {Doubt.IMPOSSIBLE:d} * (r.times_are_impossible
               AND NOT coalesce(source.problems ?| %(unknown_closings)s, false))::integer
           + {Doubt.AT_ONCE:d} * coalesce(r.closed_at = r.created_at, false)::integer
           + {Doubt.MIDNIGHT:d} * coalesce(source.problems ?| %(date_only)s, false)::integer
           + {Doubt.PLACEHOLDER:d} * coalesce(source.problems ?| %(placeholders)s, false)::integer
           + {Doubt.DUE_BEFORE:d} * coalesce(r.first_due_at < r.created_at, false)::integer
           + {Doubt.FALLBACK:d} * r.place_is_fallback::integer
           + {Doubt.NO_PLACE:d} * (r.latitude IS NULL AND r.address = '')::integer
           + {Doubt.DUPLICATE:d} * (r.outcome = %(duplicate)s
               OR coalesce(source.problems ? %(called_duplicate)s, false))::integer
           + {Doubt.NOT_RECORDED:d} * (r.outcome = %(not_recorded)s)::integer
           + {Doubt.UNFLAGGED:d} * coalesce(
               source.problems ? %(unflagged)s AND r.closed_at > r.first_due_at, false)::integer
           + {Doubt.NO_CLOSING:d} * (r.times_are_impossible
               AND coalesce(source.problems ? %(no_closing)s AND NOT source.problems ?| %(placeholders)s, false))::integer
           + {Doubt.DUE_UNKNOWN:d} * (r.is_imported AND coalesce(
               r.first_due_at > r.created_at + %(generation)s, source.problems ?| %(due_unknown)s, false))::integer AS doubts
    FROM requests_app_servicerequest AS r
    JOIN ids ON ids.id = r.id
    LEFT JOIN imports_importedrow AS source ON source.request_id = r.id
    JOIN departments_category AS category ON category.id = r.category_id
   WHERE r.outcome <> %(spam)s
)"""

FACTS = f"""
WITH {_STEPS},
counted AS (
  SELECT step.request_id,
         min(occurred_at) FILTER (WHERE kind = ANY(%(routing)s)
           AND (step.department_id IS NOT NULL OR known.partner_id IS NOT NULL)) AS routed_at,
         min(occurred_at) FILTER (WHERE kind = ANY(%(acknowledging)s)
           OR (actor_kind = %(staff)s AND kind <> ALL(%(passive)s))) AS acknowledged_at,
         min(occurred_at) FILTER (WHERE kind = ANY(%(work)s) AND actor_kind <> %(reporter)s) AS acted_at,
         count(*) FILTER (WHERE reopens) AS reopenings,
         count(*) FILTER (WHERE kind = %(rerouted)s) AS reroutes,
         count(*) FILTER (WHERE kind = %(renewed)s) AS renewals,
         min((data -> 'expected' ->> 'median_days')::integer) FILTER (WHERE kind = %(submitted)s) AS median_days,
         min((data -> 'expected' ->> 'p90_days')::integer) FILTER (WHERE kind = %(submitted)s) AS p90_days
    FROM step JOIN known ON known.id = step.request_id
   GROUP BY step.request_id
),
in_force AS (
  SELECT DISTINCT ON (step.request_id) step.request_id, step.closes, step.occurred_at, step.next_reopening,
         coalesce(step.data ->> 'outcome', known.outcome) AS outcome, known.category_kind
    FROM step JOIN known ON known.id = step.request_id
   WHERE step.from_status <> step.to_status AND step.occurred_at <= known.first_due_at
   ORDER BY step.request_id, step.id DESC
),
due AS (
  SELECT request_id, closes AS closed,
         closes AND category_kind || ':' || outcome = ANY(%(successes)s)
           AND coalesce(next_reopening > occurred_at + %(settled)s, true) AS solved
    FROM in_force
),
pause AS (
  SELECT request_id, sum(extract(epoch FROM until - occurred_at)) AS seconds
    FROM (
      SELECT request_id, occurred_at, {_HOLDS} AND coalesce((data ->> 'pauses')::boolean, false) AS pauses,
             lead(occurred_at) OVER (PARTITION BY request_id ORDER BY id) AS until
        FROM step WHERE {_HOLDS} OR to_status <> %(on_hold)s
    ) AS relevant
   WHERE pauses AND until IS NOT NULL
   GROUP BY request_id
)
INSERT INTO requests_app_requestfact (request_id, created_at, category_id, department_id, partner_id, population,
  channel, areas, lead_id, status, outcome, closed_at, is_timely, first_due_at, due_at, due_closed, due_solved, renewals,
  routed_at, acknowledged_at, acted_at, reopenings, reroutes, median_days, p90_days, repeats, paused_s, doubts)
SELECT known.id, known.created_at, known.category_id, known.department_id, known.partner_id, known.population,
       known.channel, known.area_ids, known.lead_id, known.status, known.outcome, known.closed_at,
       known.lead_id IS NULL AND known.outcome <> ALL(%(untimely)s)
         AND known.doubts & {UNTIMELY_DOUBTS | Doubt.DUPLICATE:d} = 0,
       known.first_due_at, known.due_at, coalesce(due.closed, false), coalesce(due.solved, false),
       coalesce(renewals, 0), routed_at, counted.acknowledged_at, acted_at, coalesce(reopenings, 0),
       coalesce(reroutes, 0), median_days, p90_days,
       (SELECT count(*) FROM requests_app_servicerequest AS follower
         WHERE follower.lead_id = known.id AND follower.outcome <> %(spam)s
           AND follower.created_at BETWEEN known.created_at AND known.created_at + %(repeating)s)
         + (SELECT count(*) FROM requests_app_support AS support
             WHERE support.request_id = known.id AND support.created_at <= known.created_at + %(repeating)s),
       coalesce(pause.seconds, 0)::bigint, known.doubts
  FROM known
  LEFT JOIN counted ON counted.request_id = known.id
  LEFT JOIN due ON due.request_id = known.id
  LEFT JOIN pause ON pause.request_id = known.id
"""

CLOSINGS = f"""
WITH {_STEPS},
spelled AS (
  SELECT step.*, count(*) FILTER (WHERE closes) OVER spell AS spell,
         CASE WHEN kind = %(confirmed)s AND {_BY_REPORTER} THEN 'yes'
              WHEN (kind = %(disputed)s OR kind = %(reopened)s) AND {_BY_REPORTER} THEN 'no' END AS answer
    FROM step
  WINDOW spell AS (PARTITION BY request_id ORDER BY id)
),
answered AS (
  SELECT request_id, spell, (array_agg(answer ORDER BY id DESC) FILTER (WHERE answer IS NOT NULL))[1] AS answer
    FROM spelled GROUP BY request_id, spell
)
INSERT INTO requests_app_closingfact (event_id, request_id, category_id, closed_at, department_id, actor_id, outcome,
  is_success, reopened_at, answer)
SELECT closing.id, closing.request_id, known.category_id, closing.occurred_at,
       coalesce(closing.department_id, known.department_id), closing.actor_id, said.outcome,
       known.category_kind || ':' || said.outcome = ANY(%(successes)s), closing.next_reopening,
       coalesce(answered.answer, '')
  FROM spelled AS closing
  JOIN known ON known.id = closing.request_id
  JOIN answered ON answered.request_id = closing.request_id AND answered.spell = closing.spell
  CROSS JOIN LATERAL (SELECT coalesce(closing.data ->> 'outcome', nullif(known.outcome, ''), %(not_recorded)s)
    AS outcome) AS said
 WHERE closing.closes AND said.outcome <> %(spam)s
"""

_LOCAL = "date_trunc('{unit}', {at} AT TIME ZONE %(zone)s)::date"
_OF = "f.category_id, coalesce(f.department_id, 0) AS department_id, f.population"
MONTHS_TOUCHED = f"""
SELECT DISTINCT {_LOCAL.format(unit="month", at="at.moment")}, {_OF}
  FROM requests_app_requestfact AS f
  LEFT JOIN requests_app_closingfact AS c ON c.request_id = f.request_id
  CROSS JOIN LATERAL (VALUES (f.created_at), (f.first_due_at), (c.closed_at)) AS at(moment)
 WHERE at.moment IS NOT NULL AND f.request_id = ANY(%(ids)s)
"""
WEEKS_TOUCHED = f"""
SELECT DISTINCT {_LOCAL.format(unit="week", at="f.created_at")}, {_OF}
  FROM requests_app_requestfact AS f WHERE f.request_id = ANY(%(ids)s)
"""
_CELLS = """
WITH cell AS MATERIALIZED (
  SELECT *, (span::timestamp AT TIME ZONE %(zone)s) AS begins,
         ((span + interval '{length}')::timestamp AT TIME ZONE %(zone)s) AS ends
    FROM unnest(%(spans)s::date[], %(categories)s::bigint[], %(departments)s::bigint[], %(populations)s::text[])
      AS touched(span, category_id, department_id, population)
)"""
_IN_CELL = (
    " JOIN cell ON {of}.category_id = cell.category_id AND coalesce(f.department_id, 0) = cell.department_id"
    " AND f.population = cell.population AND {at} >= cell.begins AND {at} < cell.ends"
)
_BITS = ", ".join(f"count(*) FILTER (WHERE f.doubts & {doubt:d} > 0)" for doubt in Doubt)
_KEYS = f"{_LOCAL}, f.category_id, coalesce(f.department_id, 0), f.population"
_SUMMED = (
    "opened",
    "timely",
    "due",
    "due_closed",
    "due_solved",
    "set_aside",
    "closings",
    "counted",
    "reopened",
    "asked",
    "answered",
    "solved",
)


def _part(
    at: str, tables: str, of: str, counts: dict[str, str], unit: str = "month", doubts: str = "NULL"
) -> str:
    """Some of the sums of a month: those of one kind of instant. ``{join}`` narrows them to cells, or is empty."""
    columns = ", ".join(f"{counts.get(name, '0')} AS {name}" for name in _SUMMED)
    return (
        f"SELECT {_KEYS.format(unit=unit, at=at)}, {columns}, {doubts}::bigint[] AS doubts FROM {tables}"
        f"{{{{join:{of}:{at}}}}} WHERE {at} IS NOT NULL GROUP BY 1, 2, 3, 4"
    )


_FACT = "requests_app_requestfact AS f"
_CLOSING = "requests_app_closingfact AS c JOIN requests_app_requestfact AS f ON f.request_id = c.request_id"
_BORN = {"opened": "count(*)", "timely": "count(*) FILTER (WHERE f.is_timely)"}
_PROMISED = {
    "due": "count(*) FILTER (WHERE f.is_timely)",
    "due_closed": "count(*) FILTER (WHERE f.is_timely AND f.due_closed)",
    "due_solved": "count(*) FILTER (WHERE f.is_timely AND f.due_solved)",
    "set_aside": "count(*) FILTER (WHERE NOT f.is_timely)",
}
_COUNTED = "f.lead_id IS NULL AND c.outcome <> ALL(%(untimely)s)"
_ENDED = {
    "closings": "count(*)",
    "counted": f"count(*) FILTER (WHERE {_COUNTED})",
    "reopened": f"count(*) FILTER (WHERE {_COUNTED} AND c.reopened_at <= c.closed_at + %(settled)s)",
    "asked": "count(*) FILTER (WHERE c.outcome <> ALL(%(never_asked)s) OR c.answer <> '')",
    "answered": "count(*) FILTER (WHERE c.answer <> '')",
    "solved": "count(*) FILTER (WHERE c.answer = 'yes')",
}


def _joined(statement: str, *, cells: bool) -> str:
    """A statement over the cells named by the parameters, or over everything."""

    def join(match: re.Match[str]) -> str:
        return _IN_CELL.format(of=match[1], at=match[2]) if cells else ""

    return re.sub(r"\{\{join:(\w+):([\w.]+)\}\}", join, statement)


def month_sums(*, cells: bool) -> str:
    """Write the sums of the months named by the parameters, or of all."""
    parts = " UNION ALL ".join(
        (
            _part("f.created_at", _FACT, "f", _BORN, doubts=f"ARRAY[{_BITS}]"),
            _part("f.first_due_at", _FACT, "f", _PROMISED),
            _part("c.closed_at", _CLOSING, "c", _ENDED),
        )
    )
    names = ", ".join(_SUMMED)
    sums = ", ".join(f"sum({name})" for name in _SUMMED)
    none = f"array_fill(0::bigint, ARRAY[{len(Doubt)}])"
    return _joined(
        f"{_CELLS.format(length='1 month') if cells else ''}"
        f" INSERT INTO requests_app_monthsum (month, category_id, department_id, population, {names}, doubts)"
        f" SELECT span, category_id, department_id, population, {sums}, coalesce(max(doubts), {none})"
        f" FROM ({parts}) AS part (span, category_id, department_id, population, {names}, doubts)"
        " GROUP BY span, category_id, department_id, population",
        cells=cells,
    )


def month_ages(*, cells: bool) -> str:
    """Write the ages of the months named by the parameters, or of all."""
    age = AGE_BUCKET.format("extract(epoch FROM f.closed_at - f.created_at)")
    return _joined(
        f"{_CELLS.format(length='1 month') if cells else ''}"
        " INSERT INTO requests_app_monthage (month, category_id, department_id, population, bucket, closed)"
        f" SELECT {_KEYS.format(unit='month', at='f.created_at')}, {age}, count(*) FROM {_FACT}"
        "{{join:f:f.created_at}} WHERE f.is_timely AND f.closed_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5",
        cells=cells,
    )


def week_volumes(*, cells: bool) -> str:
    """Write the volumes of the weeks named by the parameters, or of all."""
    return _joined(
        f"{_CELLS.format(length='7 days') if cells else ''}"
        " INSERT INTO requests_app_weekvolume (monday, category_id, department_id, population, opened)"
        f" SELECT {_KEYS.format(unit='week', at='f.created_at')}, count(*) FROM {_FACT}"
        "{{join:f:f.created_at}} GROUP BY 1, 2, 3, 4",
        cells=cells,
    )


def fixed(zone: str) -> dict[str, Any]:
    """The parameters that are the same for every batch; ``zone`` is the city's."""
    return {
        "zone": zone,
        "closed": Status.CLOSED.value,
        "on_hold": Status.ON_HOLD.value,
        "reporter": ActorKind.REPORTER.value,
        "staff": ActorKind.STAFF.value,
        "spam": Outcome.SPAM.value,
        "duplicate": Outcome.DUPLICATE.value,
        "not_recorded": Outcome.NOT_RECORDED.value,
        "date_only": DATE_ONLY,
        "placeholders": PLACEHOLDERS,
        "unflagged": UNFLAGGED,
        "called_duplicate": CALLED_DUPLICATE,
        "no_closing": NO_CLOSING,
        "unknown_closings": [*PLACEHOLDERS, NO_CLOSING],
        "due_unknown": DUE_UNKNOWN,
        "generation": GENERATION,
        "untimely": [Outcome.DUPLICATE.value, Outcome.WITHDRAWN.value],
        "never_asked": [outcome.value for outcome in NEVER_ASKED],
        "reopening": [EventKind.REOPENED.value, EventKind.MIRRORED.value],
        "holding": [EventKind.HELD.value, EventKind.ASKED.value],
        "routing": [EventKind.ROUTED.value, EventKind.REROUTED.value],
        "acknowledging": [EventKind.ACKNOWLEDGED.value, EventKind.STARTED.value],
        "passive": sorted(kind.value for kind in _PASSIVE),
        "work": [kind.value for kind in _WORK],
        "rerouted": EventKind.REROUTED.value,
        "renewed": EventKind.RENEWED.value,
        "submitted": EventKind.SUBMITTED.value,
        "confirmed": EventKind.CONFIRMED.value,
        "disputed": EventKind.DISPUTED.value,
        "reopened": EventKind.REOPENED.value,
        "successes": SUCCESSES,
        "settled": SETTLED,
        "repeating": dt.timedelta(days=REPEAT_DAYS),
    }
