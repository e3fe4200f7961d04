"""Horizontal bars, stacked bars and paired weekly bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.reports.charts.axes import AXIS_CSS, cut, grid_and_values
from dashboards.reports.charts.figure import Cell, Drawing, Label, Shape, Table, amount, day_words
from dashboards.reports.charts.scales import Linear, num, share, whole_ticks

ROW, BAR_TOP, BAR = 44, 20, 15
"""Height of a row with its label above the bar, the top of the bar in it, and the bar's height, in pixels."""
FULL = 84
"""How much of the width the longest bar takes, in percent; the rest is for the value beside it."""
NARROW_PX = 320
"""The narrowest drawing: a count is written into a bar only where it fits there."""
LETTER_PX = 9


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One horizontal bar; `text` is what is written beside it, by default the value.

    `lower` and `upper` are the ends of its interval, drawn as a whisker.
    """

    label: str
    value: float
    href: str = ""
    text: str = ""
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One row of a stacked bar: a count, and the address of its rows, for each band."""

    label: str
    counts: tuple[int, ...]
    hrefs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Week:
    """Requests opened and closed in the week that begins on `monday`."""

    monday: date
    opened: int
    closed: int
    opened_href: str = ""
    closed_href: str = ""
    mark: str = ""
    """What was special that week, such as a storm."""


def bars(rows: Sequence[Bar], *, headers: tuple[str, str], limit: float | None = None) -> Drawing:
    """Horizontal bars from 0 with the value at the end of each; `headers` are those of the table.

    The longest bar fills the width, or `limit` does (100 for shares).
    """
    ends = [end for row in rows for end in (row.value, row.upper or 0)]
    scale = Linear(0, limit or max(ends, default=0) or 1, 0, FULL)
    shapes, labels, table = [], [], []
    for index, row in enumerate(rows):
        top, text = index * ROW, row.text or amount(row.value)
        end = scale(row.value)
        shapes.append(
            Shape(
                tag="rect",
                css="chart-bar",
                title=f"{row.label}: {text}",
                href=row.href,
                x="0",
                y=num(top + BAR_TOP),
                width=share(max(end, 0.3)),
                height=num(BAR),
            )
        )
        if row.lower is not None and row.upper is not None:
            shapes += _whisker(scale(row.lower), scale(row.upper), top)
            end = max(end, scale(row.upper))
        labels += [_name(row.label, top), _value(text, end, top)]
        table.append((Cell(row.label), Cell(text, row.href, row.value)))
    return Drawing(
        height=num(max(len(rows), 1) * ROW),
        is_fluid=True,
        shapes=tuple(shapes),
        labels=tuple(labels),
        table=Table(headers, tuple(table)),
    )


def _name(text: str, top: float) -> Label:
    return Label(x="0", y=num(top + BAR_TOP - 6), text=cut(text))


def _value(text: str, end: float, top: float) -> Label:
    return Label(
        x=share(end), dx="6", y=num(top + BAR_TOP + BAR - 3), text=text, css="chart-label chart-value"
    )


def _whisker(lower: float, upper: float, top: float) -> list[Shape]:
    middle = top + BAR_TOP + BAR / 2
    line = Shape(
        tag="rect",
        css="chart-whisker",
        x=share(lower),
        y=num(middle - 0.75),
        width=share(upper - lower),
        height="1.5",
    )
    ends = [
        Shape(tag="rect", css="chart-whisker", x=share(at), y=num(middle - 4), width="1.5", height="8")
        for at in (lower, upper)
    ]
    return [line, *ends]


def stack(rows: Sequence[Part], bands: Sequence[str], *, header: str) -> Drawing:
    """Stacked bars, one row each, in the order of `bands` (at most six, from young to old)."""
    scale = Linear(0, max([sum(row.counts) for row in rows], default=0) or 1, 0, FULL)
    shapes, labels, table = [], [], []
    for index, row in enumerate(rows):
        top, before = index * ROW, 0
        labels.append(_name(row.label, top))
        for number, (band, count, href) in enumerate(zip(bands, row.counts, row.hrefs, strict=True)):
            left, right = scale(before), scale(before + count)
            before += count
            if not count:
                continue
            shapes.append(
                Shape(
                    tag="rect",
                    css=f"chart-band-{number + 1}",
                    title=f"{row.label}, {band}: {amount(count)}",
                    href=href,
                    x=share(left),
                    y=num(top + BAR_TOP),
                    width=share(right - left),
                    height=num(BAR),
                )
            )
            if (right - left) / 100 * NARROW_PX > LETTER_PX * len(amount(count)) + 4:
                css, x = f"chart-label chart-on-{number + 1}", share((left + right) / 2)
                y = num(top + BAR_TOP + BAR - 3)
                labels.append(Label(x=x, y=y, text=amount(count), anchor="middle", css=css))
        labels.append(_value(amount(before), scale(before), top))
        cells = [Cell(amount(count), href, count) for count, href in zip(row.counts, row.hrefs, strict=True)]
        table.append((Cell(row.label), *cells))
    return Drawing(
        height=num(max(len(rows), 1) * ROW),
        is_fluid=True,
        shapes=tuple(shapes),
        labels=tuple(labels),
        key=tuple((f"chart-band-{number + 1}", band) for number, band in enumerate(bands)),
        table=Table((header, *bands), tuple(table)),
    )


def weeks(rows: Sequence[Week], *, headers: tuple[str, str, str]) -> Drawing:
    """Two bars a week: filled for opened, outlined for closed; `headers` name week, opened and closed."""
    bottom = 196
    ticks = whole_ticks(max([max(row.opened, row.closed) for row in rows], default=0))
    scale = Linear(0, ticks[-1], bottom, 12)
    slot = 100 / max(len(rows), 1)
    grid, labels = grid_and_values(ticks, scale)
    every = max(1, -(-len(rows) // 5))
    shapes, table = [], []
    for index, row in enumerate(rows):
        x, day = index * slot, day_words(row.monday, "M j")
        if row.mark:
            shapes.append(
                Shape(
                    tag="rect",
                    css="chart-mark",
                    title=f"{day}: {row.mark}",
                    x=share(x),
                    y="0",
                    width=share(slot),
                    height=num(bottom),
                )
            )
        pair = ((row.opened, row.opened_href, "chart-opened"), (row.closed, row.closed_href, "chart-closed"))
        for place, (count, href, css) in enumerate(pair):
            shapes.append(
                Shape(
                    tag="rect",
                    css=css,
                    title=f"{day}, {headers[place + 1]}: {amount(count)}",
                    href=href,
                    x=share(x + slot * (0.12 + 0.4 * place)),
                    y=num(scale(count)),
                    width=share(slot * 0.34),
                    height=num(bottom - scale(count)),
                )
            )
        if index % every == 0:
            anchor = "start" if index == 0 else "end" if index == len(rows) - 1 else "middle"
            at = x + slot * {"start": 0, "middle": 0.5, "end": 1}[anchor]
            labels.append(Label(x=share(at), y=num(bottom + 18), text=day, anchor=anchor))
        opened = Cell(amount(row.opened), row.opened_href, row.opened)
        closed = Cell(amount(row.closed), row.closed_href, row.closed)
        heading = day_words(row.monday, "M j, Y") + (f" · {row.mark}" if row.mark else "")
        table.append((Cell(heading, "", row.monday), opened, closed))
    marks = (("chart-mark", ", ".join(dict.fromkeys(row.mark for row in rows if row.mark))),)
    return Drawing(
        height=num(bottom + 28),
        is_fluid=True,
        css=AXIS_CSS,
        grid=tuple(grid),
        shapes=tuple(shapes),
        labels=tuple(labels),
        key=(("chart-opened", headers[1]), ("chart-closed", headers[2]), *(marks if marks[0][1] else ())),
        table=Table(headers, tuple(table)),
    )
