"""The boxes of a photo as they are typed: four numbers in percent each, or drawn with the script that types them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _

from requests_app.photos.redaction import BOXES_MAX, Box

FIELDS = ("x", "y", "width", "height")
ROWS_FIRST = 3


@dataclass(frozen=True)
class Row:
    """One line of the form, as typed."""

    number: int
    x: str = ""
    y: str = ""
    width: str = ""
    height: str = ""
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.x or self.y or self.width or self.height)


@dataclass(frozen=True)
class Typed:
    """All lines, and the boxes of those that are whole and right."""

    rows: tuple[Row, ...]
    boxes: tuple[Box, ...]

    @property
    def errors(self) -> list[str]:
        return [row.error for row in self.rows if row.error]


def rows_of(post: QueryDict, *, more: int = 0) -> Typed:
    """Read the lines. Columns of different lengths, or more lines than there can be, are no form of ours: 400."""
    columns = [post.getlist(name) for name in FIELDS]
    if len({len(column) for column in columns}) != 1 or len(columns[0]) > BOXES_MAX:
        raise BadRequest("boxes")
    rows, boxes = [], []
    for number, values in enumerate(zip(*columns, strict=True), start=1):
        row = Row(number, *(value.strip()[:20] for value in values))
        if not row.is_empty:
            read = _box(row)
            if isinstance(read, Box):
                boxes.append(read)
            else:
                row = Row(number, row.x, row.y, row.width, row.height, read)
        rows.append(row)
    return Typed(_filled_up(rows, more), tuple(boxes))


def no_rows() -> Typed:
    """The lines of a fresh form."""
    return Typed(_filled_up([], 0), ())


def as_query(boxes: Sequence[Box]) -> str:
    """The boxes as they stand in the address of the picture with the grid."""
    return "&".join(f"b={box.x:g},{box.y:g},{box.width:g},{box.height:g}" for box in boxes)


def from_query(query: QueryDict) -> list[Box]:
    """The boxes of such an address; anything else is 400."""
    found = []
    for text in query.getlist("b")[:BOXES_MAX]:
        parts = text[:100].split(",")
        read = _box(Row(0, *parts)) if len(parts) == len(FIELDS) else ""
        if not isinstance(read, Box):
            raise BadRequest("b")
        found.append(read)
    return found


def _filled_up(rows: list[Row], more: int) -> tuple[Row, ...]:
    wanted = min(max(ROWS_FIRST, len(rows) + more), BOXES_MAX)
    return tuple(rows + [Row(number) for number in range(len(rows) + 1, wanted + 1)])


def _box(row: Row) -> Box | str:
    """The box of a line, or what is wrong with it."""
    try:
        x, y, width, height = (
            float(text.replace(",", ".")) for text in (row.x, row.y, row.width, row.height)
        )
    except ValueError:
        return _("Box %(number)s: write four numbers.") % {"number": row.number}
    if not all(map(math.isfinite, (x, y, width, height))):
        return _("Box %(number)s: write four numbers.") % {"number": row.number}
    if not (0 <= x < 100 and 0 <= y < 100):
        return _("Box %(number)s: left and top lie between 0 and 100.") % {"number": row.number}
    if width <= 0 or height <= 0:
        return _("Box %(number)s: width and height are more than 0.") % {"number": row.number}
    return Box(x, y, min(width, 100 - x), min(height, 100 - y))
