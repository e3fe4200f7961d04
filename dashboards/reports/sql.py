"""The statement behind a report: every number from one pass, written by hand.

Django needed longer to compile a dozen conditional aggregates than PostgreSQL to answer them. The conditions are those
of `rows`; tests hold each number against the rows behind it. What may be read is not written here: every part reads
`seen`, which is compiled from `Scope.requests`.
"""
# ruff: noqa: S608 (only words of this module are put together; every value is a parameter)

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from dashboards.reports.rows import AGES, CLOSINGS, DAY, DISPATCHERS, QUALITY, SETTLED, SUCCESSES
from dashboards.reports.scope import Scope, week_start
from requests_app.workflow import EventKind, Outcome, Status

Answers = dict[str, list[list[Any]]]
"""The lines of each part, as `ask` describes them."""
TOTAL = 0
"""In place of a week: the whole period."""

_COLUMNS = (
    "id",
    "category_id",
    "department_id",
    "assignee_id",
    "status",
    "outcome",
    "created_at",
    "first_due_at",
    "due_at",
    "closed_at",
    "reopened_count",
    "times_are_impossible",
    "place_is_fallback",
    "lead_id",
)
_CLOSING = "kind = ANY(%(closing)s) AND to_status = %(closed)s AND from_status <> %(closed)s"
_BY_NOW = "CASE WHEN status = %(closed)s THEN 'late_closed' ELSE 'late_open' END"

_BAND = " + ".join(f"(created_at < %(age_{band})s)::integer" for band in range(len(AGES) - 1))
_DOUBTFUL = {
    "impossible": "times_are_impossible",
    "fallback": "place_is_fallback",
    "not_recorded": "outcome = %(not_recorded)s",
}
_DOUBTS = ", ".join(f"count(*) FILTER (WHERE {_DOUBTFUL[name]})" for name in QUALITY)
_STANDS = "{0}undoes_id IS NULL AND {0}id NOT IN (SELECT id FROM undone)"
"""What was undone, and the undoing, are in no figure."""
_WEEK = "width_bucket({}, %(mondays)s::timestamptz[]) AS week"

# Events are few in a period and many in all: they are found by (kind, occurred_at) and (actor, occurred_at), brought to
# one line for each request, and only then is each of these requests looked up once by its key.
_TABLES = {
    "undone": "SELECT undoes_id AS id FROM requests_app_requestevent WHERE undoes_id IS NOT NULL",
    "opened": f"""
        SELECT category_id, {_WEEK.format("created_at")}, closed_at, outcome, times_are_impossible, place_is_fallback,
            outcome <> ALL(%(untimely)s) AND NOT times_are_impossible AND lead_id IS NULL AS timely,
            extract(epoch FROM coalesce(closed_at, %(now)s) - created_at)::integer AS age
        FROM seen WHERE created_at >= %(begins)s AND created_at < %(ends)s""",
    "still_open": f"""
        SELECT id, category_id, department_id, assignee_id, created_at, {_BAND} AS band
        FROM seen WHERE status <> %(closed)s AND lead_id IS NULL""",
    "finished": f"""
        SELECT DISTINCT request_id, {_WEEK.format("occurred_at")} FROM requests_app_requestevent
        WHERE {_CLOSING} AND occurred_at >= %(begins)s AND occurred_at < %(ends)s AND {_STANDS.format("")}""",
    "worked_on": f"""
        SELECT request_id, actor_id, bool_or({_CLOSING}) AS has_closed FROM requests_app_requestevent
        WHERE actor_id = ANY(ARRAY(SELECT id FROM departments_staffuser WHERE role = ANY(%(dispatchers)s)))
            AND occurred_at >= %(begins)s AND occurred_at < %(ends)s AND {_STANDS.format("")}
        GROUP BY request_id, actor_id""",
    "touched": """
        SELECT id FROM seen
        WHERE id IN (SELECT request_id FROM finished UNION SELECT request_id FROM worked_on)""",
    "closings": "SELECT request_id, week FROM finished JOIN touched ON touched.id = request_id",
    "due": f"""
        SELECT seen.department_id, CASE
            WHEN outcome = ANY(%(untimely)s) OR times_are_impossible OR lead_id IS NOT NULL THEN 'set_aside'
            WHEN closed_at <= first_due_at AND category.kind || ':' || outcome = ANY(%(successes)s) THEN 'solved'
            WHEN closed_at <= first_due_at THEN 'on_time'
            WHEN reopened_count = 0 THEN {_BY_NOW}
            ELSE coalesce((
                SELECT CASE WHEN category.kind || ':' || (closing.data ->> 'outcome') = ANY(%(successes)s)
                    AND NOT EXISTS (
                        SELECT FROM requests_app_requestevent AS reopening
                        WHERE reopening.request_id = closing.request_id AND reopening.kind = %(reopened)s
                            AND reopening.id > closing.id AND {_STANDS.format("reopening.")}
                            AND reopening.occurred_at <= closing.occurred_at + %(settled)s
                    ) THEN 'solved' ELSE 'on_time' END
                FROM requests_app_requestevent AS closing
                WHERE closing.request_id = seen.id AND {_CLOSING} AND closing.occurred_at <= first_due_at
                    AND {_STANDS.format("closing.")}
                    AND NOT EXISTS (
                        SELECT FROM requests_app_requestevent AS later
                        WHERE later.request_id = closing.request_id AND later.id > closing.id
                            AND {_STANDS.format("later.")}
                            AND later.occurred_at <= first_due_at AND later.from_status <> later.to_status
                    )
                LIMIT 1), {_BY_NOW}) END AS state,
            due_at IS DISTINCT FROM first_due_at AND EXISTS (
                SELECT FROM requests_app_requestevent AS promise
                WHERE promise.request_id = seen.id AND promise.kind = %(renewed)s
                    AND {_STANDS.format("promise.")}) AS renewed
        FROM seen JOIN departments_category AS category ON category.id = category_id
        WHERE first_due_at >= %(begins)s AND first_due_at < %(ends)s AND first_due_at <= %(now)s""",
    "held": f"""
        SELECT assignee_id, name, category_id, extract(epoch FROM %(now)s - coalesce((
            SELECT occurred_at FROM requests_app_requestevent
            WHERE request_id = still_open.id AND kind = %(assigned)s AND {_STANDS.format("")} ORDER BY id DESC LIMIT 1
        ), created_at))::integer AS seconds
        FROM still_open JOIN departments_staffuser AS staff ON staff.id = assignee_id
        WHERE staff.role = ANY(%(dispatchers)s)""",
}
_NOTHING = f"SELECT {', '.join(_COLUMNS)} FROM requests_app_servicerequest WHERE false"
_PARTS = {
    "categories": f"""
        SELECT json_build_array(category_id, count(*),
            coalesce(array_agg(age) FILTER (WHERE timely AND closed_at IS NOT NULL), '{{}}'),
            coalesce(array_agg(age) FILTER (WHERE timely AND closed_at IS NULL), '{{}}'),
            {_DOUBTS})
        FROM opened GROUP BY category_id""",
    "opened": "SELECT json_build_array(week, count(*)) FROM opened GROUP BY week",
    "closed": f"""
        SELECT json_build_array(week, count(*)) FROM closings GROUP BY week
        UNION ALL SELECT json_build_array({TOTAL}, count(DISTINCT request_id)) FROM closings""",
    "due": """
        SELECT json_build_array(department_id, state, count(*), count(*) FILTER (WHERE renewed))
        FROM due GROUP BY department_id, state ORDER BY department_id, state""",
    "backlog": """
        SELECT json_build_array(department_id, band, count(*)) FROM still_open GROUP BY department_id, band""",
    "acted": """
        SELECT json_build_array(actor_id, name, requests, closed) FROM (
            SELECT actor_id, count(*) AS requests, count(*) FILTER (WHERE has_closed) AS closed
            FROM worked_on JOIN touched ON touched.id = request_id GROUP BY actor_id
        ) AS done JOIN departments_staffuser AS staff ON staff.id = actor_id""",
    "held": """
        SELECT json_build_array(assignee_id, name, category_id, array_agg(seconds))
        FROM held GROUP BY assignee_id, name, category_id ORDER BY assignee_id, category_id""",
}
PARTS = tuple(_PARTS)
"""The names of everything a report asks."""

_WITH = ", ".join(f"{name} AS MATERIALIZED ({statement})" for name, statement in _TABLES.items())
_FIXED: dict[str, Any] = {
    "closed": Status.CLOSED.value,
    "closing": [kind.value for kind in CLOSINGS],
    "reopened": EventKind.REOPENED.value,
    "renewed": EventKind.RENEWED.value,
    "assigned": EventKind.ASSIGNED.value,
    "untimely": [Outcome.DUPLICATE.value, Outcome.WITHDRAWN.value],
    "not_recorded": Outcome.NOT_RECORDED.value,
    "dispatchers": list(DISPATCHERS),
    "successes": SUCCESSES,
    "settled": SETTLED,
}


def ask(scope: Scope, *parts: str) -> Answers:
    """The lines of some of the `PARTS`, in one statement.

    "categories": category, opened, ages in seconds of closed and of open ones, counts of each doubt of `QUALITY`;
    "opened": number of the week in `mondays` from 1, count; "closed": the same, and the `TOTAL`; "due":
    department, state, count, those with a new date promised; "backlog": department, age band, count; "acted": person, name, requests worked on,
    requests closed; "held": person, name, category, seconds each has been held.
    """
    seen, values = _seen(scope)
    values |= _FIXED | {
        "now": scope.now,
        "begins": scope.begins,
        "ends": scope.ends,
        "mondays": [week_start(scope, monday) for monday in mondays(scope)],
    }
    values |= {f"age_{band}": scope.now - days * DAY for band, days in enumerate(AGES) if days is not None}
    answers = ", ".join(
        f"(SELECT json_agg(line)::text FROM ({_PARTS[part]}) AS part (line))" for part in parts
    )
    statement = f"WITH seen AS NOT MATERIALIZED ({seen}), {_WITH} SELECT {answers}"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()
    return {part: json.loads(lines or "[]") for part, lines in zip(parts, found, strict=True)}


def _seen(scope: Scope) -> tuple[str, dict[str, Any]]:
    """The requests a report is about as a statement with named parameters."""
    rows = scope.requests().order_by().values_list(*_COLUMNS)
    try:
        statement, positional = rows.query.sql_with_params()
    except EmptyResultSet:  # a reader without a district sees nothing
        statement, positional = _NOTHING, ()
    names = [f"seen_{index}" for index in range(len(positional))]
    return statement % tuple(f"%({name})s" for name in names), dict(zip(names, positional, strict=True))


def mondays(scope: Scope) -> list[dt.date]:
    """The Mondays of all weeks the period touches."""
    first = scope.start - dt.timedelta(days=scope.start.weekday())
    return [first + dt.timedelta(weeks=n) for n in range((scope.end - first).days // 7 + 1)]
