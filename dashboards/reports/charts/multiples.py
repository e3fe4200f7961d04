"""Small multiples: the same line once for each category or area, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.reports.charts.figure import Cell, Drawing, Plot, Shape, Table, amount, day_words
from dashboards.reports.charts.markup import PLOT_WIDTH, Key, key_markup, numbers_markup
from dashboards.reports.charts.scales import Linear, decimals_of, nice_ticks, num, ribbon, share, trail

TOP, BOTTOM, HEIGHT = 6, 68, 72


@dataclass(frozen=True, kw_only=True)
class SmallSeries:
    """A line with a value for each column, None for none, its band, and the address of its rows.

    `note` is a short remark under the name, such as "214, usually 120 – 160".
    """

    label: str
    values: tuple[float | None, ...]
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Multiples:
    """One small drawing a series, in a grid that follows the width of the page."""

    series: tuple[SmallSeries, ...]
    drawings: tuple[Drawing, ...]
    table: Table
    key: tuple[Key, ...]
    scale: str
    ends: tuple[str, str]

    def body(self, uid: str, finding: str, description: str) -> SafeString:
        """Legend, the small drawings, and the table of all values."""
        items = "".join([self._item(*pair) for pair in zip(self.series, self.drawings, strict=True)])
        first, last = (escape(text) for text in self.ends)
        return SafeString(
            f'{key_markup(self.key, escape(uid))}<p class="chart-hint">{escape(description)} {escape(self.scale)}</p>\n'
            f'<ul class="chart-multiples">{items}</ul>\n'
            f'<p class="chart-hint chart-ends"><bdi>{first}</bdi> – <bdi>{last}</bdi></p>'
            f"{numbers_markup(self.table, finding)}"
        )

    @staticmethod
    def _item(series: SmallSeries, drawing: Drawing) -> str:
        name, note, href = escape(series.label), escape(series.note), escape(series.href)
        name = f'<a class="chart-small-name" href="{href}">{name}</a>' if href else f"<strong>{name}</strong>"
        note = f'<span class="chart-small-note">{note}</span>' if note else ""
        return (
            f'<li>{name} {note}<svg class="chart-svg chart-svg--small" width="100%" height="{HEIGHT}" '
            f'aria-hidden="true" focusable="false">{drawing.marks}</svg></li>\n'
        )


def multiples(
    series: Sequence[SmallSeries],
    columns: Sequence[date],
    *,
    header: str,
    names: tuple[str, str],
    decimals: int = 0,
) -> Multiples:
    """A small line for each series over the days `columns` (weeks or months), all from 0 to the same top.

    `header` names what the series are, `names` the line and its band in the legend. The last value is marked and
    written; all values are in the table, a row a series. Raises ValueError for a series of another length.
    """
    for each in series:
        if any(len(values) not in {0, len(columns)} for values in (each.lower, each.upper)) or len(
            each.values
        ) != len(columns):
            raise ValueError(f"{each.label} has not one value for each column.")
    known = [v for each in series for v in (*each.values, *each.upper) if v is not None]
    top = nice_ticks(max([0.0, *known]), 8)[-1]
    x = Linear(0, max(len(columns) - 1, 1), 12, PLOT_WIDTH - 40)
    y = Linear(0, top, BOTTOM, TOP)
    rows = [
        (
            Cell(each.label, each.href),
            *[Cell("–" if v is None else amount(v, decimals), "", v) for v in each.values],
        )
        for each in series
    ]
    has_band = any(each.upper for each in series)
    return Multiples(
        series=tuple(series),
        drawings=tuple(_drawing(each, x, y) for each in series),
        table=Table((header, *[day_words(day, "M j, Y") for day in columns]), tuple(rows)),
        key=(
            Key("chart-line", names[0], is_line=True),
            *([Key("chart-area", names[1])] if has_band else []),
        ),
        scale=_("Each line is drawn from 0 to %(top)s.") % {"top": amount(top, decimals_of([top]))},
        ends=(day_words(columns[0], "M j, Y"), day_words(columns[-1], "M j, Y")) if columns else ("", ""),
    )


def _drawing(series: SmallSeries, x: Linear, y: Linear) -> Drawing:
    banded = [
        (x(at), y(up), y(max(low, 0)))
        for at, (low, up) in enumerate(zip(series.lower, series.upper, strict=True))
        if low is not None and up is not None
    ]
    shapes = [Shape(tag="path", css="chart-base", d=f"M0 {num(y(0))}H{PLOT_WIDTH}")]
    if banded:
        shapes.append(Shape(tag="path", css="chart-area", d=ribbon(banded)))
    points = [None if value is None else (x(at), y(value)) for at, value in enumerate(series.values)]
    if any(points):
        shapes.append(Shape(tag="path", css="chart-line", d=trail(points)))
    last = [point for point in points if point is not None][-1:]
    dots = [
        Shape(tag="circle", css="chart-dot", x=share(at / PLOT_WIDTH * 100), y=num(height), width="3")
        for at, height in last
    ]
    plot = Plot("0", "0", "100%", num(HEIGHT), tuple(shapes))
    return Drawing(height=num(HEIGHT), is_fluid=True, plots=(plot,), shapes=tuple(dots))
