"""Keeping the facts behind all figures: made anew for requests something happened to, or for all of them.

The events are the truth; everything written here can be thrown away and made again (`rebuild_facts`), and
`wrong_facts` holds what is stored against what the events say now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction

from departments.models import City
from requests_app.actions import fact_sql, fact_sums
from requests_app.models import RequestFact, StaleFact

BATCH = 2_000
MANY = 20_000
"""From so many waiting changes on, a fifth of all requests, everything is made anew."""
_LOCK = 311_005
"""Key of the advisory lock: one at a time makes facts, the worker's round or a rebuild."""

_ANALYZE = "ANALYZE requests_app_requestfact, requests_app_closingfact"

Cell = tuple[Any, int, int, str]
"""Month or Monday, category, department (0: none) and population of one sum."""

_WITH_LEADS = """
SELECT id FROM unnest(%(ids)s::bigint[]) AS stale(id)
UNION SELECT lead_id FROM requests_app_servicerequest WHERE id = ANY(%(ids)s) AND lead_id IS NOT NULL
UNION SELECT lead_id FROM requests_app_requestfact WHERE request_id = ANY(%(ids)s) AND lead_id IS NOT NULL
"""
_TAKE = """
DELETE FROM requests_app_stalefact WHERE id IN (
  SELECT id FROM requests_app_stalefact ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING request_id
"""
_SUMS: tuple[tuple[str, str, dict[str, Callable[..., str]]], ...] = (
    (
        fact_sums.MONTHS_TOUCHED,
        "month",
        {"monthsum": fact_sums.month_sums, "monthage": fact_sums.month_ages},
    ),
    (fact_sums.WEEKS_TOUCHED, "monday", {"weekvolume": fact_sums.week_volumes}),
)
"""The cells a change touches, their first column, and how each table of sums is written."""


def refresh_facts(*, most: int = 50_000) -> int:
    """Make the facts anew of requests that wait for it, in batches of a transaction each; how many rows that were.

    A request that changes meanwhile waits for the next round: its row is added in the transaction that changes it. After
    a large import everything is made anew at once, which is quicker.
    """
    if _mostly_stale():
        return rebuild_facts()
    done = 0
    while done < most and (taken := _refresh_some(is_first=not done)):
        done += taken
    return done


def _mostly_stale() -> bool:
    waiting = StaleFact.objects.order_by().values("pk")[: MANY + 1].count()
    return waiting > MANY and waiting > RequestFact.objects.order_by().values("pk")[: 5 * MANY].count() / 5


@transaction.atomic
def _refresh_some(*, is_first: bool) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_TAKE, [BATCH])
        taken = [row[0] for row in cursor.fetchall()]
    if taken:
        make_facts(taken, analyze=is_first and len(taken) == BATCH)
    return len(taken)


@transaction.atomic
def make_facts(ids: Iterable[int], *, analyze: bool = False) -> None:
    """Make the facts of these requests anew, of those they follow, and the sums they are part of.

    ``analyze`` counts the tables for the planner before they are summed: after an import into an empty city it would
    hold every fact against every sum.
    """
    parameters = fact_sql.fixed(str(City.current().zone))
    with connection.cursor() as cursor:
        cursor.execute(_WITH_LEADS, {"ids": list(set(ids))})
        parameters["ids"] = [row[0] for row in cursor.fetchall()]
        before = [_cells(touched, parameters) for touched, _name, _tables in _SUMS]
        _write(parameters)
        if analyze:
            cursor.execute(_ANALYZE)
        for (touched, name, tables), old in zip(_SUMS, before, strict=True):
            _sum(old | _cells(touched, parameters), name, tables, parameters)


def _write(parameters: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM requests_app_closingfact WHERE request_id = ANY(%(ids)s)", parameters)
        cursor.execute("DELETE FROM requests_app_requestfact WHERE request_id = ANY(%(ids)s)", parameters)
        cursor.execute(fact_sql.FACTS, parameters)
        cursor.execute(fact_sql.CLOSINGS, parameters)


def _cells(touched: str, parameters: dict[str, Any]) -> set[Cell]:
    with connection.cursor() as cursor:
        cursor.execute(touched, parameters)
        return set(cursor.fetchall())


def _sum(
    cells: set[Cell], name: str, tables: dict[str, Callable[..., str]], parameters: dict[str, Any]
) -> None:
    if not cells:
        return
    columns = zip(*cells, strict=True)
    keys = dict(zip(("spans", "categories", "departments", "populations"), map(list, columns), strict=True))
    with connection.cursor() as cursor:
        for table, statement in tables.items():
            cursor.execute(
                f"DELETE FROM requests_app_{table} AS s USING unnest(%(spans)s::date[], %(categories)s::bigint[],"  # noqa: S608
                " %(departments)s::bigint[], %(populations)s::text[]) AS cell(span, category_id, department_id, population)"
                f" WHERE s.{name} = cell.span AND s.category_id = cell.category_id"
                " AND s.department_id = cell.department_id AND s.population = cell.population",
                keys,
            )
            cursor.execute(statement(cells=True), parameters | keys)


@transaction.atomic
def rebuild_facts(progress: Callable[[int], None] = lambda done: None) -> int:
    """Throw all facts and sums away and make them again; how many requests were read. Reports wait meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for table in ("stalefact", "closingfact", "requestfact", "monthsum", "monthage", "weekvolume"):
            cursor.execute(f"DELETE FROM requests_app_{table}")  # noqa: S608
        parameters = fact_sql.fixed(str(City.current().zone))
        last = done = 0
        while ids := _ids_after(last):
            _write(parameters | {"ids": ids})
            last, done = ids[-1], done + len(ids)
            progress(done)
        cursor.execute(_ANALYZE)
        rebuild_sums()
        cursor.execute("ANALYZE requests_app_monthsum, requests_app_monthage, requests_app_weekvolume")
    return done


@transaction.atomic
def rebuild_sums() -> None:
    """Make the sums again from the facts there are; none may be there yet."""
    parameters = fact_sql.fixed(str(City.current().zone))
    with connection.cursor() as cursor:
        for _touched, _name, tables in _SUMS:
            for statement in tables.values():
                cursor.execute(statement(cells=False), parameters)


def _ids_after(last: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM requests_app_servicerequest WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH]
        )
        return [row[0] for row in cursor.fetchall()]


_TABLES = ("requestfact", "closingfact", "monthsum", "monthage", "weekvolume")


def wrong_facts() -> int:
    """How many rows of facts and sums differ from what the events say: 0 when all is well and none is waiting.

    Makes everything anew in a transaction that is given up, so it takes as long as a rebuild.
    """
    wrong = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"CREATE TEMPORARY TABLE was_{table} ON COMMIT DROP AS TABLE requests_app_{table}")
        rebuild_facts()
        for table in _TABLES:
            columns = _columns(table)
            was = f"SELECT {columns} FROM was_{table}"  # noqa: S608
            now = f"SELECT {columns} FROM requests_app_{table}"  # noqa: S608
            cursor.execute(
                f"SELECT count(*) FROM (({was} EXCEPT ALL {now}) UNION ALL ({now} EXCEPT ALL {was})) AS different"  # noqa: S608
            )
            wrong += int(cursor.fetchone()[0])
        transaction.set_rollback(True)
    return wrong


def _columns(table: str) -> str:
    """All columns but the running number of a sum."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'",
            [f"requests_app_{table}"],
        )
        return str(cursor.fetchone()[0])
