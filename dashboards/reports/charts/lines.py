"""A line with its band, and the percentile strip."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from civic311.lib.statistics import Quantile
from dashboards.reports.charts.axes import AXIS_CSS, cut, grid_and_values
from dashboards.reports.charts.bars import BAR, BAR_TOP, ROW
from dashboards.reports.charts.figure import Cell, Drawing, Label, Plot, Shape, Table, amount, day_words, span
from dashboards.reports.charts.markup import PLOT_WIDTH, Key
from dashboards.reports.charts.scales import (
    Linear,
    month_ticks,
    nice_ticks,
    num,
    ribbon,
    share,
    trail,
    week_ticks,
    whole_ticks,
)

LINE_TOP, LINE_BOTTOM = 16, 226
MOST_DAYS = 6
MOST_LARGE_DOTS = 30
STRIP_FULL = 62
"""How much of the width the longest strip takes, in percent; two times are written beside it."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of a series, None for "too early to say", with its band where there is one."""

    day: date
    value: float | None
    lower: float | None = None
    upper: float | None = None
    href: str = ""
    usual: float | None = None
    """The middle of the band, such as the median of the same weeks in earlier years."""


@dataclass(frozen=True, kw_only=True)
class StripRow:
    """The times by which half and nine of ten are closed."""

    label: str
    median: Quantile
    p90: Quantile
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A stretch of time that was special, such as a storm, from `start` to `end`, both included."""

    start: date
    end: date
    label: str
    href: str = ""


def line(
    points: Sequence[Point],
    *,
    headers: tuple[str, str, str],
    decimals: int = 0,
    none: str = "–",
    usual: str = "",
    marks: Sequence[Mark] = (),
    monthly: bool = False,
) -> Drawing:
    """A line over weeks (or months, if `monthly`), over the band of the same weeks in earlier years.

    `headers` name day, value and band; `usual` names the middle of the band, drawn as a dotted line where a point has
    one; `none` says why a value is missing. `marks` are hatched stretches of time. All points with rows are links.
    """
    numbers = [n for p in points for n in (p.value, p.upper, p.usual) if n is not None]
    highest = max([0.0, *numbers])
    ticks = nice_ticks(highest) if decimals else whole_ticks(highest)
    y = Linear(0, ticks[-1], LINE_BOTTOM, LINE_TOP)
    days = [p.day.toordinal() for p in points]
    x = Linear(min(days, default=0), max(days, default=1), 12, PLOT_WIDTH - 12)
    grid, labels = grid_and_values(ticks, y)
    labels += _day_labels(points, x, monthly=monthly)
    stretches = [_stretch(mark, x) for mark in marks if points and _overlaps(mark, points)]
    shapes, table = [], []
    radius = "4" if len(points) <= MOST_LARGE_DOTS else "3"
    for p in points:
        text = none if p.value is None else amount(p.value, decimals)
        name = day_words(p.day, "F Y" if monthly else "M j, Y")
        special = ", ".join(
            [mark.label for mark in marks if mark.start <= _last(p, monthly) and mark.end >= p.day]
        )
        heading = f"{name} · {special}" if special else name
        between = [Cell("–" if p.usual is None else amount(p.usual, decimals), "", p.usual)] if usual else []
        band = Cell(span(p.lower, p.upper, decimals))
        table.append((Cell(heading, "", p.day), Cell(text, p.href, p.value), *between, band))
        if p.value is not None:
            at = {"x": share(x(p.day.toordinal()) / PLOT_WIDTH * 100), "y": num(y(p.value))}
            title = f"{heading}: {text}" + ("" if p.upper is None else f" ({headers[2]}: {band.text})")
            shapes.append(Shape(tag="circle", css="chart-dot", title=title, href=p.href, width=radius, **at))
    paths = _paths(points, x, y)
    drawn = {shape.css for shape in paths}
    key = [
        Key("chart-line", headers[1], is_line=True),
        Key("chart-usual", usual, is_line=True),
        Key("chart-area", headers[2]),
    ]
    storms = ", ".join(dict.fromkeys(mark.label for mark in marks)) if stretches else ""
    return Drawing(
        height=num(LINE_BOTTOM + 30),
        is_fluid=True,
        css=AXIS_CSS,
        grid=tuple(grid),
        behind=tuple(stretches),
        plots=(Plot("0", "0", "100%", num(LINE_BOTTOM + 30), tuple(paths)),),
        shapes=tuple(shapes),
        labels=tuple(labels),
        key=(
            *([entry for entry in key if entry.css in drawn and entry.text] if len(drawn) > 1 else ()),
            *((Key("chart-storm", storms, fill="fall"),) if storms else ()),
        ),
        table=Table((*headers[:2], *([usual] if usual else []), headers[2]), tuple(table)),
    )


def _last(point: Point, monthly: bool) -> date:
    """The last day of the week or month that begins on a point's day."""
    if not monthly:
        return point.day + timedelta(days=6)
    return (point.day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _day_labels(points: Sequence[Point], x: Linear, *, monthly: bool) -> list[Label]:
    if not points:
        return []
    first, last = points[0].day, points[-1].day
    ticks = month_ticks(first, last, MOST_DAYS) if monthly else week_ticks(first, last, MOST_DAYS)
    labels = []
    for day in ticks:
        at = x(day.toordinal()) / PLOT_WIDTH * 100
        anchor = "start" if at < 8 else "end" if at > 92 else "middle"
        text = day_words(day, "M Y" if monthly else "M j")
        labels.append(Label(x=share(at), y=num(LINE_BOTTOM + 20), text=text, anchor=anchor))
    return labels


def _overlaps(mark: Mark, points: Sequence[Point]) -> bool:
    return mark.start <= points[-1].day and mark.end >= points[0].day


def _stretch(mark: Mark, x: Linear) -> Shape:
    """The time of a mark, at least a hair wide, cut to the drawing."""
    left, right = (
        min(max(x(day.toordinal()), 0), PLOT_WIDTH) / PLOT_WIDTH * 100
        for day in (mark.start, mark.end + timedelta(days=1))
    )
    words = f"{mark.label}: {day_words(mark.start, 'M j, Y')} – {day_words(mark.end, 'M j, Y')}"
    return Shape(
        tag="rect",
        css="chart-storm",
        fill="fall",
        title=words,
        href=mark.href,
        x=share(left),
        y="0",
        width=share(max(right - left, 0.8)),
        height=num(LINE_BOTTOM),
    )


def _paths(points: Sequence[Point], x: Linear, y: Linear) -> list[Shape]:
    """Band, middle of the band, and line, as far as there are values."""
    at = [x(p.day.toordinal()) for p in points]
    edges = [
        (left, y(p.upper), y(max(p.lower, 0)))
        for left, p in zip(at, points, strict=True)
        if p.lower is not None and p.upper is not None
    ]
    usual = [None if p.usual is None else (left, y(p.usual)) for left, p in zip(at, points, strict=True)]
    values = [None if p.value is None else (left, y(p.value)) for left, p in zip(at, points, strict=True)]
    shapes = [Shape(tag="path", css="chart-area", d=ribbon(edges))] if edges else []
    if any(usual):
        shapes.append(Shape(tag="path", css="chart-usual", d=trail(usual)))
    if any(values):
        shapes.append(Shape(tag="path", css="chart-line", d=trail(values)))
    return shapes


def strip(rows: Sequence[StripRow], *, headers: tuple[str, str, str], unit: str, early: str) -> Drawing:
    """Median (dark) and P90 (light) in one bar a row, written out beside it; `early` is "too early to say"."""
    reached = [q.value for row in rows for q in (row.median, row.p90) if q.value is not None]
    scale = Linear(0, max(reached, default=0) or 1, 0, STRIP_FULL)
    shapes, labels, table = [], [], []
    for index, row in enumerate(rows):
        top, end = index * ROW, 0.0
        texts = [early if q.value is None else f"{amount(q.value, 1)} {unit}" for q in (row.median, row.p90)]
        labels.append(Label(x="0", y=num(top + BAR_TOP - 6), text=cut(row.label)))
        for place, css, inset in ((1, "chart-p90", 2), (0, "chart-p50", 0)):
            value = (row.median, row.p90)[place].value
            if value is None:
                continue
            end = max(end, scale(value))
            shapes.append(
                Shape(
                    tag="rect",
                    css=css,
                    title=f"{row.label}, {headers[place + 1]}: {texts[place]}",
                    href=row.href,
                    x="0",
                    y=num(top + BAR_TOP + inset),
                    width=share(max(scale(value), 0.3)),
                    height=num(BAR - 2 * inset),
                )
            )
        label = texts[0] if row.median.value is None else _both(row, texts)
        at = {"x": share(end), "dx": "6", "y": num(top + BAR_TOP + BAR - 3)}
        labels.append(Label(text=label, css="chart-label chart-value", **at))
        times = [Cell(text, row.href, q.value) for text, q in zip(texts, (row.median, row.p90), strict=True)]
        table.append((Cell(row.label), *times))
    return Drawing(
        height=num(max(len(rows), 1) * ROW),
        is_fluid=True,
        shapes=tuple(shapes),
        labels=tuple(labels),
        key=(("chart-p50", headers[1]), ("chart-p90", headers[2])),
        table=Table(headers, tuple(table)),
    )


def _both(row: StripRow, texts: list[str]) -> str:
    """The two times beside a strip, the unit once; the first alone where the second is too early to say."""
    if row.p90.value is None:
        return texts[0]
    return f"{amount(row.median.value, 1)} · {texts[1]}"
