"""The one CSV writer: RFC 4180, streamed, and safe to open in a spreadsheet.

Text that a spreadsheet would run as a formula gets a leading apostrophe (OWASP, "CSV injection"). Numbers and
times are exempt by the type of their column, never by their look: otherwise every western longitude would become
text. A column that claims to hold numbers therefore refuses text.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

Kind = Literal["text", "number", "datetime"]
_ROWS_PER_CHUNK = 200
_CHARACTERS_BEFORE = r"[\s\"'`“”‘’«»＂＇\x00-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*"
_FORMULA = re.compile(rf"[\t\r\n]|{_CHARACTERS_BEFORE}[=+\-@＝＋－＠﹦﹢﹣﹫−\t\r\n]")


@dataclass(frozen=True)
class Column:
    """One column: its heading and what its cells hold."""

    header: str
    kind: Kind = "text"


class _Line(Protocol):
    def writerow(self, row: Iterable[object], /) -> object: ...


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def safe_text(value: object) -> str:
    """`value` as text that no spreadsheet takes for a formula; None is empty."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def cell(value: object, kind: Kind) -> str:
    """One cell. Instants are written in the active time zone with their offset (ISO 8601).

    Raises TypeError when a column of numbers or times is given anything else.
    """
    if value is None:
        return ""
    if kind == "text":
        return safe_text(value)
    if kind == "number" and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    if kind == "datetime" and isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(" ", "seconds")
    if kind == "datetime" and isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A {kind} column can't hold {type(value).__name__}.")


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file in pieces of some hundred rows, heading first, lines ended by CR LF.

    Raises ValueError for a row that has not one cell for each column.
    """
    writer: _Line = csv.writer(_Echo(), lineterminator="\r\n")
    piece = [str(writer.writerow([safe_text(column.header) for column in columns]))]
    kinds = [column.kind for column in columns]
    for row in rows:
        cells = [cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
        piece.append(str(writer.writerow(cells)))
        if len(piece) >= _ROWS_PER_CHUNK:
            yield "".join(piece)
            piece = []
    if piece:
        yield "".join(piece)


def stream_csv(
    columns: Sequence[Column], rows: Iterable[Sequence[object]], *, filename: str = "export.csv"
) -> StreamingHttpResponse:
    """A download of `rows`, streamed, never kept by a cache."""
    zone = timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        # streamed after the request's own zone is gone
        with timezone.override(zone):
            yield from csv_lines(columns, rows)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8; header=present")
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
