"""A line with its band, the percentile strip, and the sparkline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from civic311.lib.statistics import Quantile
from dashboards.reports.charts.bars import BAR, BAR_TOP, ROW
from dashboards.reports.charts.figure import Cell, Drawing, Label, Shape, Table, amount, day_words, span
from dashboards.reports.charts.scales import Linear, band_path, nice_ticks, num, path, share, week_ticks

WIDTH = 720
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


@dataclass(frozen=True, kw_only=True)
class StripRow:
    """The times by which half and nine of ten are closed."""

    label: str
    median: Quantile
    p90: Quantile
    href: str = ""


def line(
    points: Sequence[Point], *, headers: tuple[str, str, str], decimals: int = 0, none: str = "–"
) -> Drawing:
    """A line over time with a band; `headers` name day, value and band; `none` says why a value is missing."""
    left, right, bottom = 48, WIDTH - 16, 228
    numbers = [n for p in points for n in (p.value, p.upper) if n is not None]
    ticks = nice_ticks(max([0.0, *numbers]))
    y = Linear(0, ticks[-1], bottom, 16)
    days = [p.day.toordinal() for p in points]
    x = Linear(min(days, default=0), max(days, default=1), left + 8, right - 8)
    grid = [Shape(tag="path", css="chart-grid", d=f"M{left} {num(y(tick))}H{right}") for tick in ticks]
    labels = [
        Label(x=num(left - 6), y=num(y(t) + 4), text=amount(t, int(ticks[1] % 1 > 0)), anchor="end")
        for t in ticks
    ]
    if points:
        for day in week_ticks(points[0].day, points[-1].day):
            text = day_words(day, "M j")
            labels.append(Label(x=num(x(day.toordinal())), y=num(bottom + 20), text=text, anchor="middle"))
    banded = [
        (x(p.day.toordinal()), p.lower, p.upper)
        for p in points
        if p.lower is not None and p.upper is not None
    ]
    shape = band_path(
        [(at, y(up)) for at, _, up in banded if up is not None],
        [(at, y(max(low, 0))) for at, low, _ in banded if low is not None],
    )
    line_d = path(None if p.value is None else (x(p.day.toordinal()), y(p.value)) for p in points)
    shapes = [Shape(tag="path", css="chart-area", d=shape), Shape(tag="path", css="chart-line", d=line_d)]
    table = []
    for p in points:
        text = none if p.value is None else amount(p.value, decimals)
        day, band = day_words(p.day, "M j, Y"), span(p.lower, p.upper, decimals)
        table.append((Cell(day, "", p.day), Cell(text, p.href, p.value), Cell(band)))
        if p.value is not None:
            title = f"{day_words(p.day, 'M j')}: {text}"
            at = {"x": num(x(p.day.toordinal())), "y": num(y(p.value))}
            shapes.append(Shape(tag="circle", css="chart-dot", title=title, href=p.href, width="4", **at))
    return Drawing(
        width=num(WIDTH),
        height="260",
        grid=tuple(grid),
        shapes=tuple(s for s in shapes if s.tag != "path" or s.d),
        labels=tuple(labels),
        key=(("chart-line-key", headers[1]), ("chart-area", headers[2])) if banded else (),
        table=Table(headers, tuple(table)),
    )


def strip(rows: Sequence[StripRow], *, headers: tuple[str, str, str], unit: str, early: str) -> Drawing:
    """Median (dark) and P90 (light) in one bar a row, written out beside it; `early` is "too early to say"."""
    reached = [q.value for row in rows for q in (row.median, row.p90) if q.value is not None]
    scale = Linear(0, max(reached, default=0) or 1, 0, STRIP_FULL)
    shapes, labels, table = [], [], []
    for index, row in enumerate(rows):
        top, end = index * ROW, 0.0
        texts = [early if q.value is None else f"{amount(q.value, 1)} {unit}" for q in (row.median, row.p90)]
        labels.append(Label(x="0", y=num(top + BAR_TOP - 6), text=row.label))
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


def sparkline(values: Sequence[float | None]) -> Drawing:
    """A small line without axes, its last value marked."""
    x = Linear(0, max(len(values) - 1, 1), 4, 116)
    known = [value for value in values if value is not None]
    y = Linear(min([0.0, *known]), max(known, default=0) or 1, 28, 4)
    points = [None if value is None else (x(index), y(value)) for index, value in enumerate(values)]
    shapes = [Shape(tag="path", css="chart-line", d=path(points))] if known else []
    if points and points[-1]:
        shapes.append(
            Shape(tag="circle", css="chart-dot", x=num(points[-1][0]), y=num(points[-1][1]), width="3")
        )
    return Drawing(width="120", height="32", shapes=tuple(shapes))
