"""The frame of a fluid chart with values upwards: grid, and the values beside it in the margin of the style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.reports.charts.figure import Label, Shape, amount
from dashboards.reports.charts.scales import Linear, num

AXIS_CSS = "chart-svg--axis"
"""The class that gives the drawing its margin for the values."""
NARROW_PX = 270
"""How wide the drawing is on a phone, without that margin."""
LETTER_PX = 7.2
"""How wide a letter of a label is, about."""


def grid_and_values(ticks: Sequence[float], y: Linear) -> tuple[list[Shape], list[Label]]:
    """A line across for each tick, and its value to the left of it."""
    decimals = int(any(tick % 1 > 0 for tick in ticks))
    grid = [
        Shape(tag="rect", css="chart-grid", x="0", y=num(y(tick)), width="100%", height="1") for tick in ticks
    ]
    labels = [
        Label(x="0", dx="-6", y=num(y(tick) + 4), text=amount(tick, decimals), anchor="end") for tick in ticks
    ]
    return grid, labels


def broken(text: str, room_px: float) -> tuple[str, ...]:
    """A label in one or two lines that fit `room_px`, if need be cut short."""
    most = max(int(room_px / LETTER_PX), 2)
    if len(text) <= most:
        return (text,)
    middle = [at for at, letter in enumerate(text) if letter == " " and at <= most]
    first, rest = (text[: middle[-1]], text[middle[-1] + 1 :]) if middle else (text, "")
    return tuple(part if len(part) <= most else f"{part[: most - 1]}…" for part in (first, rest) if part)
