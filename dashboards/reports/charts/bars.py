"""Horizontal bars, stacked bars and paired weekly bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from dashboards.reports.charts.figure import Cell, Drawing, Label, Shape, Table, amount
from dashboards.reports.charts.scales import Linear, nice_ticks, num

WIDTH, LABELS, ROW = 720, 220, 30


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


def shorten(text: str, most: int = 28) -> str:
    """`text` cut to `most` characters, for the margin of a chart."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def bars(rows: Sequence[Bar], *, headers: tuple[str, str], limit: float | None = None) -> Drawing:
    """Horizontal bars from 0 with the value at the end of each; `headers` are those of the table.

    The longest bar fills the width, or `limit` does (100 for shares).
    """
    scale = Linear(0, limit or max([row.value for row in rows], default=0) or 1, LABELS, WIDTH - 80)
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
                x=num(LABELS),
                y=num(top + 4),
                width=num(max(end - LABELS, 1)),
                height=num(ROW - 8),
            )
        )
        labels.append(Label(x=num(LABELS - 8), y=num(top + 20), text=shorten(row.label), anchor="end"))
        if row.lower is not None and row.upper is not None:
            left, end = scale(row.lower), max(scale(row.upper), end)
            middle = num(top + ROW / 2)
            whisker = f"M{num(left)} {middle}H{num(end)}M{num(left)} {num(top + 10)}v10M{num(end)} {num(top + 10)}v10"
            shapes.append(Shape(tag="path", css="chart-whisker", d=whisker))
        labels.append(Label(x=num(end + 6), y=num(top + 20), text=text, css="chart-label chart-value"))
        table.append((Cell(row.label), Cell(text, row.href)))
    return Drawing(
        width=num(WIDTH),
        height=num(max(len(rows), 1) * ROW),
        shapes=tuple(shapes),
        labels=tuple(labels),
        table=Table(headers, tuple(table)),
    )


def stack(rows: Sequence[Part], bands: Sequence[str], *, header: str) -> Drawing:
    """Stacked bars, one row each, in the order of `bands` (at most six, from young to old)."""
    scale = Linear(0, max([sum(row.counts) for row in rows], default=0) or 1, LABELS, WIDTH - 60)
    shapes, labels, table = [], [], []
    for index, row in enumerate(rows):
        top, before = index * ROW, 0
        labels.append(Label(x=num(LABELS - 8), y=num(top + 20), text=shorten(row.label), anchor="end"))
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
                    x=num(left),
                    y=num(top + 4),
                    width=num(right - left),
                    height=num(ROW - 8),
                )
            )
            if right - left > 9 * len(amount(count)) + 4:
                css = f"chart-label chart-on-{number + 1}"
                x = num((left + right) / 2)
                labels.append(Label(x=x, y=num(top + 20), text=amount(count), anchor="middle", css=css))
        labels.append(
            Label(
                x=num(scale(before) + 6), y=num(top + 20), text=amount(before), css="chart-label chart-value"
            )
        )
        cells = [Cell(amount(count), href) for count, href in zip(row.counts, row.hrefs, strict=True)]
        table.append((Cell(row.label), *cells))
    return Drawing(
        width=num(WIDTH),
        height=num(max(len(rows), 1) * ROW),
        shapes=tuple(shapes),
        labels=tuple(labels),
        key=tuple((f"chart-band-{number + 1}", band) for number, band in enumerate(bands)),
        table=Table((header, *bands), tuple(table)),
    )


def weeks(rows: Sequence[Week], *, headers: tuple[str, str, str]) -> Drawing:
    """Two bars a week: filled for opened, outlined for closed; `headers` name week, opened and closed."""
    height, left, bottom = 260, 48, 228
    ticks = nice_ticks(max([max(row.opened, row.closed) for row in rows], default=0))
    scale = Linear(0, ticks[-1], bottom, 16)
    slot = (WIDTH - left - 8) / max(len(rows), 1)
    every = max(1, -(-len(rows) // 9))
    grid = tuple(
        Shape(tag="path", css="chart-grid", d=f"M{left} {num(scale(tick))}H{WIDTH - 8}") for tick in ticks
    )
    labels = [
        Label(x=num(left - 6), y=num(scale(tick) + 4), text=amount(tick), anchor="end") for tick in ticks
    ]
    shapes, table = [], []
    for index, row in enumerate(rows):
        x, day = left + index * slot, date_format(row.monday, "M j")
        pair = ((row.opened, row.opened_href, "chart-opened"), (row.closed, row.closed_href, "chart-closed"))
        for place, (count, href, css) in enumerate(pair):
            shapes.append(
                Shape(
                    tag="rect",
                    css=css,
                    title=f"{day}, {headers[place + 1]}: {amount(count)}",
                    href=href,
                    x=num(x + slot * (0.1 + 0.4 * place)),
                    y=num(scale(count)),
                    width=num(slot * 0.36),
                    height=num(bottom - scale(count)),
                )
            )
        if index % every == 0:
            labels.append(Label(x=num(x + slot / 2), y=num(bottom + 20), text=day, anchor="middle"))
        opened, closed = Cell(amount(row.opened), row.opened_href), Cell(amount(row.closed), row.closed_href)
        table.append((Cell(date_format(row.monday, "M j, Y")), opened, closed))
    return Drawing(
        width=num(WIDTH),
        height=num(height),
        grid=grid,
        shapes=tuple(shapes),
        labels=tuple(labels),
        key=(("chart-opened", headers[1]), ("chart-closed", headers[2])),
        table=Table(headers, tuple(table)),
    )
