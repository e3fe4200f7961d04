"""Statements of the busiest pages, compiled once: making the SQL cost more than answering it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

SOMEBODY = -311
"""Stands for the id of a row, such as a person or a request, in a statement that is compiled."""
SOME_TEXT = "\x01"
SOME_TIME = dt.datetime(1, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


class Compiled:
    """The SQL of ``rows`` (made by ``values_list``), to be asked again and again with other values."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self.sql, self.params = rows.query.sql_with_params()

    def fetch(self, values: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """The rows as the database gives them; ``values`` says what each stand-in stands for."""
        params = [values.get(param, param) if param.__hash__ else param for param in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
