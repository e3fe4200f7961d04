"""The share still open by age, as step curves with their confidence bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext as _

from civic311.lib.statistics import Curve, Floats, Quantile, quantile
from dashboards.reports.charts.axes import LETTER_PX, NARROW_PX, cut, tick_words
from dashboards.reports.charts.figure import Cell, Drawing, Label, Plot, Shape, Table, amount
from dashboards.reports.charts.markup import PLOT_WIDTH, Key
from dashboards.reports.charts.scales import Linear, decimals_of, nice_ticks, num, share, steps, trail

MOST = 4
"""As many curves are told apart by their dashes."""
STEPS, BAND_STEPS = 120, 60
TOP, BOTTOM, HEIGHT = 12, 236, 278
LABEL_LETTERS = 24
_SPOTS = 24
_LINE_PX = 16


@dataclass(frozen=True, kw_only=True)
class SurvivalSeries:
    """A curve with its name and the address of the requests behind it."""

    label: str
    curve: Curve
    href: str = ""


class SurvivalHeaders(NamedTuple):
    """The words of the table: whose curve, how many requests, the times by which half and nine of ten are closed."""

    name: str
    requests: str
    half: str
    most: str


def survival(
    curves: Sequence[SurvivalSeries],
    headers: SurvivalHeaders | tuple[str, str, str, str],
    unit: str,
    *,
    until: float | None = None,
    early: str = "",
) -> Drawing:
    """The share still open by time since opening, one step curve a series, with its band and two guides.

    Times are in the unit of the curves, and `unit` is its word ("days"). The drawing ends at `until`, by default
    somewhat after the latest P90; a curve ends where nothing older was seen. `early` is said where a share is not
    reached. Raises ValueError for more than four series.
    """
    if len(curves) > MOST:
        raise ValueError(f"At most {MOST} curves can be told apart.")
    headers, early = SurvivalHeaders(*headers), early or _("too early to say")
    ticks = nice_ticks(until or _until(curves), 5)
    x, y = Linear(0, ticks[-1], 0, PLOT_WIDTH), Linear(0, 1, BOTTOM, TOP)
    paths: list[Shape] = []
    bands: list[Shape] = []
    dots: list[Shape] = []
    for number, each in enumerate(curves, 1):
        bands.append(Shape(tag="path", css=f"chart-haze chart-haze-{number}", d=_band(each.curve, x, y)))
        line = trail(
            [(x(at), y(value)) for at, value in stairs(each.curve, each.curve.survival, STEPS, x.high)]
        )
        title = _title(each, headers, unit, early)
        paths.append(Shape(tag="path", css=f"chart-series-{number}", title=title, href=each.href, d=line))
        dots += _dots(each, number, headers, unit, x, y)
    grid, labels = _axes(ticks, unit, x, y)
    for level, words in ((0.5, headers.half), (0.1, headers.most)):
        grid.append(Shape(tag="rect", css="chart-guide", x="0", y=num(y(level)), width="100%", height="1"))
        if curves:
            css = "chart-label chart-halo chart-guide-label"
            labels.append(Label(x="100%", y=num(y(level) - 5), text=words, anchor="end", css=css))
    return Drawing(
        height=num(HEIGHT),
        is_fluid=True,
        css="chart-svg--axis",
        grid=tuple(grid),
        plots=(Plot("0", "0", "100%", num(HEIGHT), (*bands, *paths)),),
        shapes=tuple(dots),
        labels=(*labels, *_names(curves, x, y)),
        key=tuple(
            Key(f"chart-series-{number}", each.label, each.href, is_line=True)
            for number, each in enumerate(curves, 1)
        ),
        table=_table(curves, headers, unit, early, ticks[1:]),
    )


def _until(curves: Sequence[SurvivalSeries]) -> float:
    """Where the drawing ends: somewhat after the latest P90, or the longest time seen if one is not reached."""
    ends = [quantile(each.curve, 0.9).value or each.curve.followed_until for each in curves]
    seen = max([each.curve.followed_until for each in curves], default=0)
    return min(seen, 1.2 * max(ends, default=0)) or 1.0


def stairs(curve: Curve, values: Floats, most: int, end: float) -> list[tuple[float, float]]:
    """The corners of a curve up to `end`, with at most `most` steps: of those that fall together the last is kept."""
    inside = curve.times <= end
    times, kept = curve.times[inside], values[inside]
    slots = np.minimum((times / end * most).astype(np.int64), most - 1)
    last = np.append(slots[1:] != slots[:-1], True) if len(slots) else np.zeros(0, dtype=np.bool_)
    points = [(0.0, 1.0), *zip(times[last].tolist(), kept[last].tolist(), strict=True)]
    return steps(points, min(max(curve.followed_until, points[-1][0]), end))


def _band(curve: Curve, x: Linear, y: Linear) -> str:
    upper, lower = (stairs(curve, values, BAND_STEPS, x.high) for values in (curve.upper, curve.lower))
    return trail([(x(at), y(value)) for at, value in [*upper, *reversed(lower)]]) + "Z"


def _times(curve: Curve) -> tuple[Quantile, Quantile]:
    return quantile(curve, 0.5), quantile(curve, 0.9)


def _words(found: Quantile, unit: str, early: str) -> str:
    return early if found.value is None else f"{amount(found.value, 1)} {unit}"


def _title(each: SurvivalSeries, headers: SurvivalHeaders, unit: str, early: str) -> str:
    half, most = (_words(found, unit, early) for found in _times(each.curve))
    return f"{each.label}: {headers.half} {half}, {headers.most} {most}"


def _dots(
    each: SurvivalSeries, number: int, headers: SurvivalHeaders, unit: str, x: Linear, y: Linear
) -> list[Shape]:
    """Where the curve crosses the two guides."""
    return [
        Shape(
            tag="circle",
            css=f"chart-dot chart-dot-{number}",
            title=f"{each.label}, {words}: {amount(found.value, 1)} {unit}",
            href=each.href,
            x=share(x(found.value) / PLOT_WIDTH * 100),
            y=num(y(level)),
            width="4",
        )
        for found, level, words in zip(
            _times(each.curve), (0.5, 0.1), (headers.half, headers.most), strict=True
        )
        if found.value is not None and found.value <= x.high
    ]


def _axes(ticks: Sequence[float], unit: str, x: Linear, y: Linear) -> tuple[list[Shape], list[Label]]:
    grid = [
        Shape(tag="rect", css="chart-grid", x="0", y=num(y(level)), width="100%", height="1")
        for level in (0, 0.25, 0.75, 1)
    ]
    labels = [
        Label(x="0", dx="-6", y=num(y(part / 100) + 4), text=f"{part}\u00a0%", anchor="end")
        for part in (0, 25, 50, 75, 100)
    ]
    for tick, text in zip(ticks, tick_words(ticks), strict=True):
        anchor = "end" if tick == ticks[-1] else "middle" if tick else "start"
        labels.append(
            Label(x=share(x(tick) / PLOT_WIDTH * 100), y=num(BOTTOM + 20), text=text, anchor=anchor)
        )
    labels.append(Label(x="100%", y=num(BOTTOM + 36), text=unit, anchor="end"))
    return grid, labels


def _names(curves: Sequence[SurvivalSeries], x: Linear, y: Linear) -> list[Label]:
    """Each name beside its curve, where the other curves and names are farthest away on a small screen."""
    if len(curves) < 2:
        return []
    placed: list[tuple[float, float, float]] = []
    labels = []
    for number, each in enumerate(curves, 1):
        text = cut(each.label, LABEL_LETTERS)
        wide = len(text) * LETTER_PX / NARROW_PX * PLOT_WIDTH
        others = [other.curve for other in curves if other is not each]
        spots = [spot for n in range(1, _SPOTS) if (spot := n / _SPOTS * PLOT_WIDTH) + wide <= PLOT_WIDTH]
        rooms = [_room((spot, spot + wide), each.curve, others, placed, x, y) for spot in spots or [0.0]]
        best = (spots or [0.0])[rooms.index(max(rooms))]
        at = y(each.curve.open_after(x.high * best / PLOT_WIDTH)) - 6
        placed.append((best, best + wide, at))
        css = f"chart-label chart-halo chart-name-{number}"
        labels.append(
            Label(x=share(best / PLOT_WIDTH * 100), dx="4", y=num(max(at, TOP)), text=text, css=css)
        )
    return labels


def _room(
    place: tuple[float, float],
    curve: Curve,
    others: Sequence[Curve],
    placed: Sequence[tuple[float, float, float]],
    x: Linear,
    y: Linear,
) -> float:
    """How far a name from left to right at the curve's height is from the other curves and names, in pixels."""
    left, right = place
    height = y(curve.open_after(x.high * left / PLOT_WIDTH)) - 6
    along = [x.high * at / PLOT_WIDTH for at in (left, (left + right) / 2, right)]
    room = min(abs(height - 5 - y(other.open_after(at))) for other in others for at in along)
    guides = [abs(height - 4 - y(level)) for level in (0.5, 0.1)]
    beside = [abs(at - height) - _LINE_PX for start, end, at in placed if start < right and left < end]
    return min([room, *guides, *beside])


def _table(
    curves: Sequence[SurvivalSeries], headers: SurvivalHeaders, unit: str, early: str, ticks: Sequence[float]
) -> Table:
    decimals = decimals_of(ticks)
    after = [_("open after %(time)s") % {"time": f"{amount(tick, decimals)} {unit}"} for tick in ticks]
    rows = []
    for each in curves:
        times = [
            Cell(_words(found, unit, early), "", None if found.value is None else round(found.value, 2))
            for found in _times(each.curve)
        ]
        rest = [_still_open(each.curve, tick) for tick in ticks]
        rows.append((Cell(each.label), Cell(amount(each.curve.n), each.href, each.curve.n), *times, *rest))
    return Table((*headers, *after), tuple(rows))


def _still_open(curve: Curve, tick: float) -> Cell:
    if tick > curve.followed_until:
        return Cell("–")
    value = curve.open_after(tick)
    return Cell(f"{amount(value * 100)}\u00a0%", "", round(value, 4))
