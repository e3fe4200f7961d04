"""The small line of a card."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.reports.charts.figure import Drawing, Shape
from dashboards.reports.charts.scales import Linear, num, ribbon, trail

WIDTH, HEIGHT = 120, 32
_EDGE = 4


def sparkline(values: Sequence[float | None], band: Sequence[tuple[float, float] | None] = ()) -> Drawing:
    """A small line without axes over its usual band, its last value marked; 26 values take less than 1 KB.

    `band` has a lower and an upper end for each value. Raises ValueError for a band of another length.
    """
    if band and len(band) != len(values):
        raise ValueError("A band has an end for each value.")
    ends = [value for pair in band if pair for value in pair]
    known = [value for value in values if value is not None]
    x = Linear(0, max(len(values) - 1, 1), _EDGE, WIDTH - _EDGE)
    y = Linear(min([0.0, *known, *ends]), max([*known, *ends], default=0) or 1, HEIGHT - _EDGE, _EDGE)
    inside = [(x(at), y(pair[1]), y(pair[0])) for at, pair in enumerate(band) if pair]
    shapes = []
    if inside:
        shapes.append(Shape(tag="path", css="chart-haze", d=ribbon(inside)))
    points = [None if value is None else (x(at), y(value)) for at, value in enumerate(values)]
    if known:
        shapes.append(Shape(tag="path", css="chart-line", d=trail(points)))
    if points and points[-1]:
        at, height = points[-1]
        shapes.append(Shape(tag="circle", css="chart-dot", x=num(at), y=num(height), width="3"))
    return Drawing(width=num(WIDTH), height=num(HEIGHT), shapes=tuple(shapes))
