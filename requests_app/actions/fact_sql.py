"""How facts follow from rows and history: the statements behind `requests_app.actions.facts`, written by hand.

They read whole batches of requests at once. "Standing" steps are those nobody took back; undone steps and the undoing
are in no figure.
"""
# ruff: noqa: S608 (only words of this module are put together; every value is a parameter)

from __future__ import annotations

import datetime as dt
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
