"""Statements of the busiest pages, compiled once: making the SQL cost more than answering it.

Each is prepared by the database too, once for each connection, so that planning it is paid once. Only what stands in
for a value stays open in it; a condition such as ``status <> 'closed'`` keeps its value, which an index may need.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import QuerySet

SOMEBODY = -311
"""Stands for the id of a row, such as a person or a request, in a statement that is compiled."""
SOME_TEXT = "\x01"
SOME_TIME = dt.datetime(1, 1, 2, 3, 4, 5, tzinfo=dt.UTC)

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""Names of the statements each connection holds; a new connection holds none."""


def plan_once(*, connection: Any, **_kwargs: object) -> None:
    """Let a new connection plan what it prepares once, and not anew for every value: a receiver of ``connection_created``.

    Planning a page's counters takes several times as long as counting, and the plan is the same for everybody.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")


class Compiled:
    """The SQL of ``rows`` (made by ``values_list``, or a statement with its parameters), to be asked again and again
    with other values. ``is_prepared`` is for statements of which there are few: the database keeps each.
    """

    def __init__(
        self, rows: QuerySet[Any, Any] | tuple[str, Sequence[Any]], *, is_prepared: bool = True
    ) -> None:
        self.sql, self.params = rows.query.sql_with_params() if isinstance(rows, QuerySet) else rows
        self.is_prepared = is_prepared
        self._name = ""
        self._body = ""
        self._open: list[Any] = []

    def fetch(self, values: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """The rows as the database gives them; ``values`` says what each stand-in stands for, always for the same ones."""
        with connection.cursor() as cursor:
            if self.is_prepared:
                self._prepare(cursor, values)
                given = [values[stand_in] for stand_in in self._open]
                cursor.execute(f"EXECUTE {self._name}{_places(len(given))}", given)
            else:
                params = [values[param] if _stands(param, values) else param for param in self.params]
                cursor.execute(self.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def _prepare(self, cursor: Any, values: Mapping[Any, Any]) -> None:
        if not self._name:
            self._close(values)
        known = _prepared.setdefault(connection.connection, set())
        if self._name not in known:
            cursor.execute(f"PREPARE {self._name} AS {self._body}")
            known.add(self._name)

    def _close(self, values: Mapping[Any, Any]) -> None:
        """Write every parameter into the statement but those ``values`` gives: they become $1, $2 …"""
        *texts, last = self.sql.split("%s")
        assert len(texts) == len(self.params), "a %s that is no parameter"
        pieces: list[str] = []
        written: list[Any] = []
        stand_ins: list[Any] = []
        for text, param in zip(texts, self.params, strict=True):
            if _stands(param, values):
                stand_ins.append(param)
                pieces.append(f"{text}${len(stand_ins)}")
            else:
                written.append(param)
                pieces.append(f"{text}%s")
        self._open = stand_ins
        postgresql: Any = connection.ops
        self._body = postgresql.compose_sql("".join(pieces) + last, written)
        self._name = "civic311_" + sha256(self._body.encode()).hexdigest()[:16]


def _stands(param: Any, values: Mapping[Any, Any]) -> bool:
    return bool(param.__hash__) and param in values


def _places(count: int) -> str:
    return f"({', '.join(['%s'] * count)})" if count else ""
