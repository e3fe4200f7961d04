"""How sums follow from facts: the statements behind `requests_app.actions.facts` that count months and weeks."""
# ruff: noqa: S608 (only words of this module are put together; every value is a parameter)

from __future__ import annotations

import math
import re

from requests_app.models.fact import Doubt

_FIRST_AGE_S = 60.0
_AGE_STEP = 1.06
AGE_BUCKET = (
    f"floor(ln(greatest(({{0}})::float8, {_FIRST_AGE_S}) / {_FIRST_AGE_S}) / ln({_AGE_STEP}))::integer"
)
"""SQL for the bucket of an age in seconds: each is six percent wider than the one before; the first begins at a minute."""


def bucket_age(bucket: int) -> float:
    """The geometric middle of a bucket, in seconds."""
    return _FIRST_AGE_S * math.exp((bucket + 0.5) * math.log(_AGE_STEP))


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
