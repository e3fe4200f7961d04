"""Facts as columns: what a figure is computed from, read in one statement and kept as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, F, FloatField, Func, Model, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.fields import BooleanField, CharField, DateTimeField
from django.utils.translation import gettext as _
from numpy.typing import NDArray

MOST_ROWS = 200_000
"""A page reads no more requests than this at once; the overview reads sums beyond it."""
DAY_S = 86_400


class TooManyRows(Exception):
    """The report asks for more requests than one page can count."""

    def __str__(self) -> str:
        return _(
            "This page counts at most %(most)s requests at once. Choose a shorter period or narrow it by a department, a"
            " category or an area."
        ) % {"most": f"{MOST_ROWS:,}"}


class Unconverted:
    """An aggregate whose numbers are taken as the driver gives them: thousands of groups cost less than half."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        """None: the driver gives whole numbers for whole numbers."""
        return []


class GroupSum(Unconverted, Sum):
    """`Sum` of whole numbers by group."""


class GroupCount(Unconverted, Count):
    """`Count` by group."""


class Epoch(Func):
    """An instant as seconds since 1970, or an interval as seconds."""

    template = "extract(epoch FROM %(expressions)s)::float8"
    output_field = FloatField()

    def get_db_converters(self, connection: Any) -> list[Any]:
        """None: the driver gives floats, and there may be hundreds of thousands."""
        return []


@dataclass(frozen=True)
class Frame:
    """Columns of one length by name: instants in seconds since 1970 (NaN for none), ids (0 for none), flags, words, lists."""

    columns: dict[str, NDArray[Any]]
    n: int

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def only(self, wanted: NDArray[np.bool_]) -> Frame:
        """The rows marked."""
        return Frame({name: values[wanted] for name, values in self.columns.items()}, int(wanted.sum()))

    def groups(self, name: str) -> Iterator[tuple[Any, Frame]]:
        """The rows by the values of a column, in rising order of the value."""
        values = self.columns[name]
        if not len(values):
            return
        order = np.argsort(values, kind="stable")
        keys, starts = np.unique(values[order], return_index=True)
        for key, rows in zip(keys.tolist(), np.split(order, starts[1:]), strict=True):
            yield key, Frame({each: column[rows] for each, column in self.columns.items()}, len(rows))


def frame(rows: QuerySet[Any, Any], *names: str, **computed: Combinable) -> Frame:
    """Columns of ``rows`` by name, in one statement; ``computed`` are further ones by expression (numbers).

    Raises `TooManyRows` beyond `MOST_ROWS`.
    """
    kinds = {name: _kind(rows.model, name) for name in names}
    asked: dict[str, Any] = {
        f"{name}_x": Epoch(F(name)) for name, kind in kinds.items() if kind == "instant"
    } | dict(computed)
    order = [f"{name}_x" if kinds[name] == "instant" else name for name in names] + list(computed)
    found = list(rows.annotate(**asked).order_by().values_list(*order)[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        raise TooManyRows
    columns = list(zip(*found, strict=True)) if found else [()] * len(order)
    labels = [*names, *computed]
    arrays = {
        label: _array(kinds.get(label, "number"), values)
        for label, values in zip(labels, columns, strict=True)
    }
    return Frame(arrays, len(found))


def _kind(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name.split("__", 1)[0])
    for part in name.split("__")[1:]:
        field = field.related_model._meta.get_field(part)
    if isinstance(field, DateTimeField):
        return "instant"
    if isinstance(field, BooleanField):
        return "flag"
    if isinstance(field, ArrayField):
        return "list"
    if isinstance(field, CharField):
        return "word"
    return "number" if field.get_internal_type() == "FloatField" else "id"


def _array(kind: str, values: tuple[Any, ...]) -> NDArray[Any]:
    if kind in {"instant", "number"}:
        return np.array(values, dtype=np.float64)
    if kind == "flag":
        return np.array(values, dtype=np.bool_)
    if kind == "word":
        return np.array(values, dtype=np.str_) if values else np.array([], dtype=np.str_)
    if kind == "list":
        lists = np.empty(len(values), dtype=np.object_)
        lists[:] = values
        return lists
    return np.array([value or 0 for value in values], dtype=np.int64)


def seconds(moment: Any) -> float:
    """An instant as the frames hold it."""
    return float(moment.timestamp())
