"""Bars of 100 %, such as the outcomes of each category, their parts told apart by pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.reports.charts.axes import LETTER_PX, NAME_LETTERS, NARROW_PX, cut
from dashboards.reports.charts.bars import BAR_TOP, ROW
from dashboards.reports.charts.figure import Cell, Drawing, Label, Shape, Table, amount
from dashboards.reports.charts.markup import Key
from dashboards.reports.charts.scales import num, share

BAR = 18
PATTERNS = ("", "rise", "", "dots", "", "fall", "level", "")
"""What fills each part: a plain shade, or the name of a pattern; neighbors are never both plain, but the last two."""


@dataclass(frozen=True, kw_only=True)
class ShareRow:
    """A bar: a count for each part, the address of its rows, and those of the whole; `note` follows the label."""

    label: str
    counts: tuple[int, ...]
    hrefs: tuple[str, ...] = ()
    href: str = ""
    note: str = ""


def shares(rows: Sequence[ShareRow], parts: Sequence[str], *, headers: tuple[str, str]) -> Drawing:
    """A bar of 100 % for each row, cut into `parts` in their order; `headers` name the row and its sum.

    Raises ValueError for more than eight parts: put the small ones together first. A row without requests has no bar.
    """
    if len(parts) > len(PATTERNS):
        raise ValueError(f"At most {len(PATTERNS)} parts can be told apart.")
    shapes, labels, table = [], [], []
    for index, row in enumerate(rows):
        top, total, before = index * (ROW + 4), sum(row.counts), 0
        hrefs = row.hrefs or ("",) * len(parts)
        note = f" · {row.note}" if row.note else ""
        labels.append(
            Label(x="0", y=num(top + BAR_TOP - 6), text=cut(row.label, NAME_LETTERS - len(note)) + note)
        )
        cells = []
        for number, (part, count, href) in enumerate(zip(parts, row.counts, hrefs, strict=True), 1):
            cells.append(Cell(amount(count), href if count else "", count))
            if not count:
                continue
            left, width = before * 100 / total, count * 100 / total
            before += count
            text = f"{amount(width)}\u00a0%"
            shapes.append(
                Shape(
                    tag="rect",
                    css=f"chart-part-{number}",
                    fill=PATTERNS[number - 1],
                    title=f"{row.label}, {part}: {amount(count)} ({text})",
                    href=href,
                    x=share(left),
                    y=num(top + BAR_TOP),
                    width=share(width),
                    height=num(BAR),
                )
            )
            if width / 100 * NARROW_PX > LETTER_PX * len(text) + 6:
                css = f"chart-label chart-on-part-{number}"
                x, y = share(left + width / 2), num(top + BAR_TOP + BAR - 4)
                labels.append(Label(x=x, y=y, text=text, anchor="middle", css=css))
        table.append((Cell(row.label), *cells, Cell(amount(total), row.href if total else "", total)))
    used = [any(row.counts[at] for row in rows) for at in range(len(parts))]
    return Drawing(
        height=num(max(len(rows), 1) * (ROW + 4)),
        is_fluid=True,
        shapes=tuple(shapes),
        labels=tuple(labels),
        key=tuple(
            Key(f"chart-part-{number}", part, fill=PATTERNS[number - 1])
            for number, part in enumerate(parts, 1)
            if used[number - 1]
        ),
        table=Table((headers[0], *parts, headers[1]), tuple(table)),
    )
