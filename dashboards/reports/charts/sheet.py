"""The table of a chart as a sheet of raw values, for CSV and workbooks: one table gives the page and the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from civic311.lib.csvout import Column, Kind

if TYPE_CHECKING:
    from dashboards.reports.charts.figure import Cell, Table


@dataclass(frozen=True)
class Sheet:
    """Columns and rows of one file; each row has one value for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]


def sheet(table: Table) -> Sheet:
    """The raw values of `table`: numbers as numbers, days as days, and else the text that is shown.

    A column holds numbers or days when all its raw values do (None, an empty cell, fits both) and there is one;
    otherwise it holds text, and a cell without a raw value gives its text. Raises ValueError for a row that has not
    one cell for each header.
    """
    for row in table.rows:
        if len(row) != len(table.headers):
            raise ValueError(f"A row has {len(row)} cells for {len(table.headers)} headers.")
    cells = [[row[at] for row in table.rows] for at in range(len(table.headers))]
    kinds = [_kind(column) for column in cells]
    columns = tuple(Column(header, kind) for header, kind in zip(table.headers, kinds, strict=True))
    values = [_values(column, kind) for column, kind in zip(cells, kinds, strict=True)]
    return Sheet(columns, tuple(zip(*values, strict=True)))


def _kind(cells: Sequence[Cell]) -> Kind:
    raw = [cell.value for cell in cells if cell.value is not None]
    if raw and all(isinstance(value, int | float) and not isinstance(value, bool) for value in raw):
        return "number"
    if raw and all(isinstance(value, dt.date) for value in raw):
        return "datetime"
    return "text"


def _values(cells: Sequence[Cell], kind: Kind) -> list[object]:
    if kind == "text":
        return [cell.text if cell.value is None else cell.value for cell in cells]
    return [cell.value for cell in cells]
