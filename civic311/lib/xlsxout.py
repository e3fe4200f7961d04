"""The one writer of workbooks: row by row, so that a large table is never in memory, and safe to open.

Text is written as a string cell, never as a formula, whatever it begins with; it is kept as it is, since a cell of the
type "string" is not calculated (ECMA-376 part 1, 18.18.11). Instants are written in the active time zone without an
offset, because workbooks know none.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from civic311.lib.csvout import Column, Kind

MOST_ROWS = 1_048_575
"""Excel's rows in a sheet, less the headings."""
MOST_TEXT = 32_767
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 64 * 1024
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class SheetOut:
    """One sheet: its name, columns and rows; each row has one value for each column."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]


def write_xlsx(sheets: Sequence[SheetOut], out: IO[bytes]) -> None:
    """Write a workbook; one without sheets gets an empty one.

    Raises TypeError when a column of numbers or times is given anything else, ValueError for a row that has not one cell
    for each column and for more rows than a sheet can hold.
    """
    book = Workbook(write_only=True)
    try:
        _fill(book, sheets)
    except BaseException:
        for sheet in book.worksheets:
            sheet.close()
        raise
    book.save(out)


def _fill(book: Workbook, sheets: Sequence[SheetOut]) -> None:
    for number, each in enumerate(sheets or [SheetOut("-", (), ())], 1):
        sheet = book.create_sheet(f"{number} {_NO_TITLE.sub(' ', each.title)}"[:31])
        sheet.freeze_panes = "A2"
        heading = [_text(sheet, column.header) for column in each.columns]
        for cell in heading:
            cell.font = Font(bold=True)
        sheet.append(heading)
        kinds = [column.kind for column in each.columns]
        for line, row in enumerate(each.rows):
            if line >= MOST_ROWS:
                raise ValueError("A sheet cannot hold so many rows.")
            sheet.append([_cell(sheet, value, kind) for value, kind in zip(row, kinds, strict=True)])


def _cell(sheet: Any, value: object, kind: Kind) -> object:
    if value is None:
        return None
    if kind == "text":
        return _text(sheet, str(value))
    if kind == "number" and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    if kind == "datetime" and isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if kind == "datetime" and isinstance(value, date):
        return value
    raise TypeError(f"A {kind} column can't hold {type(value).__name__}.")


def _text(sheet: Any, value: str) -> Any:
    cell: Any = WriteOnlyCell(sheet, value=None)
    # set together: openpyxl would take a text that begins with "=" for a formula
    cell._value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", value)[:MOST_TEXT], "s"
    return cell


def stream_xlsx(sheets: Sequence[SheetOut], *, filename: str = "export.xlsx") -> StreamingHttpResponse:
    """A download of a workbook from a temporary file that is gone with the response; never kept by a cache."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the response ends)
    try:
        write_xlsx(sheets, file)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(_CHUNK):
                yield piece

    response = StreamingHttpResponse(pieces(), content_type=CONTENT_TYPE)
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Length"] = str(size)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
