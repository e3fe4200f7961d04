"""A long history in little time: the requests of a small city written over and over again, further and further back.

Nothing of a copy lies in the quarter that is measured, so that the quarter holds the same rows at any size. Copies are
closed; their facts are copied with them, and the sums are made anew from those. Beyond a hundred copies their single steps
and areas are left out: no page reads those of requests outside its period, and they would take most of the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

SHIFT_WEEKS = 40
"""The youngest copy, its due dates included, ends before the quarter begins; whole weeks keep weekdays and hours."""
MOST_WHOLE = 100
"""So many copies are written with their steps and areas."""
SPREAD_WEEKS = 940
"""Copies reach back so many weeks more, some eighteen years."""


def multiply(times: int) -> None:
    """Write the requests there are ``times - 1`` times more, with areas, events and facts. Runs inside Django."""
    from requests_app.actions.facts import rebuild_sums
    from requests_app.actions.mapcells import rebuild_map_cells
    from requests_app.models import ClosingFact, RequestEvent, RequestFact, ServiceRequest

    through = ServiceRequest.areas.through
    written: list[type[models.Model]] = [ServiceRequest, through, RequestEvent, RequestFact, ClosingFact]
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SELECT max(id) FROM requests_app_servicerequest")
        step = cursor.fetchone()[0]
        cursor.execute("SELECT max(id) FROM requests_app_requestevent")
        events = cursor.fetchone()[0]
    ids = {"id": step, "request_id": step, "lead_id": step, "servicerequest_id": step}
    whole = times <= MOST_WHOLE
    with _without_indexes(written):
        _copy(ServiceRequest, times, ids | {"lead": step}, _REQUEST)
        if whole:
            _copy(through, times, {"servicerequest_id": step}, {"id": None})
            _copy(RequestEvent, times, {"id": events, "request_id": step, "undoes_id": events}, {})
        _copy(RequestFact, times, ids, _FACT)
        _copy(ClosingFact, times, {"event_id": events, "request_id": step}, {})
    with connection.cursor() as cursor:
        for table in ("servicerequest", "requestevent", "servicerequest_areas"):
            name = f"requests_app_{table}"
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            )
        cursor.execute("ANALYZE")
        for table in ("monthsum", "monthage", "weekvolume"):
            cursor.execute(f"DELETE FROM requests_app_{table}")
    rebuild_sums()
    rebuild_map_cells()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


_CLOSED_AT = (
    "CASE WHEN r.status = 'closed' THEN r.closed_at ELSE r.created_at + interval '30 days' END - c.back"
)
_REQUEST: dict[str, str | None] = {
    "number": "split_part(r.number, '-', 1) || '-' || (split_part(r.number, '-', 2)::bigint + c.n * 1000000)",
    "token_hash": "left(r.token_hash, 56) || lpad(to_hex(c.n), 8, '0')",
    "status": "'closed'",
    "outcome": "CASE WHEN r.outcome = '' THEN 'not_found' ELSE r.outcome END",
    "closed_at": _CLOSED_AT,
    "shown_status": "'closed'",
    "shown_outcome": "CASE WHEN r.outcome = '' THEN 'not_found' ELSE r.outcome END",
    "shown_closed_at": _CLOSED_AT,
    "hold_reason": "''",
    "waiting_for": "''",
    **dict.fromkeys(
        (
            "review_on",
            "paused_at",
            "told_late_at",
            "held_until",
            "review_asked_at",
            "disputed_at",
            "appealed_at",
        ),
        "NULL",
    ),
    "assignee_id": "r.assignee_id",
    "open_tasks": "0",
}
_FACT: dict[str, str | None] = {
    "status": "'closed'",
    "outcome": "CASE WHEN r.outcome = '' THEN 'not_found' ELSE r.outcome END",
    "closed_at": _CLOSED_AT,
}


def _copy(
    model: type[models.Model], times: int, moved: dict[str, int], changed: dict[str, str | None]
) -> None:
    """Copy all rows of a table: ids moved on, instants moved back, some columns changed; None leaves one out."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and changed.get(str(field.column), "") is not None
    ]
    values = [_value(field, moved, changed) for field in fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)} FROM {table} AS r,"
            f" (SELECT n, make_interval(weeks => {SHIFT_WEEKS} + n * 61 % {SPREAD_WEEKS}) AS back"
            f"  FROM generate_series(1, {times - 1}) AS n) AS c"
        )


def _value(field: models.Field[Any, Any], moved: dict[str, int], changed: dict[str, str | None]) -> str:
    column = str(field.column)
    known = changed.get(column)
    if known is not None:
        return known
    if column in moved:
        return f'r."{column}" + c.n * {moved[column]}'
    if isinstance(field, models.DateTimeField):
        return f'r."{column}" - c.back'
    return f'r."{column}"'


@contextmanager
def _without_indexes(written: list[type[models.Model]]) -> Iterator[None]:
    """Without indexes, checks, foreign keys and triggers while tables grow a hundredfold; then all are there again."""
    tables = [model._meta.db_table for model in written]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [tables],
        )
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype IN ('f', 'c') AND conrelid = ANY(%s::regclass[])",
            [tables],
        )
        constraints = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for table, name, _definition in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition} NOT VALID')
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
