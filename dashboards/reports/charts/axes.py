"""The frame of a fluid chart with values upwards: grid, and the values beside it in the margin of the style sheet."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards.reports.charts.figure import Label, Shape, amount
from dashboards.reports.charts.scales import Linear, decimals_of, num

AXIS_CSS = "chart-svg--axis"
"""The class that gives the drawing its margin for the values."""
NARROW_PX = 270
"""How wide the drawing is on a phone, without that margin."""
MOST_LINES = 3
NAME_LETTERS = 42
LARGE, MILLION = 100_000, 1_000_000
LETTER_PX = 6.9
"""How wide a letter of a label is, about."""


def grid_and_values(ticks: Sequence[float], y: Linear) -> tuple[list[Shape], list[Label]]:
    """A line across for each tick, and its value to the left of it."""
    grid = [
        Shape(tag="rect", css="chart-grid", x="0", y=num(y(tick)), width="100%", height="1") for tick in ticks
    ]
    labels = [
        Label(x="0", dx="-6", y=num(y(tick) + 4), text=text, anchor="end")
        for tick, text in zip(ticks, tick_words(ticks), strict=True)
    ]
    return grid, labels


def tick_words(ticks: Sequence[float]) -> list[str]:
    """The values of an axis, short enough for its margin: large ones in thousands (k) or millions (M)."""
    top = max(ticks, default=0)
    if top >= MILLION:
        scaled, pattern = [tick / MILLION for tick in ticks], _("%(value)s M")
    elif top >= LARGE:
        scaled, pattern = [tick / 1000 for tick in ticks], _("%(value)s k")
    else:
        scaled, pattern = list(ticks), "%(value)s"
    decimals = decimals_of(scaled)
    return [pattern % {"value": amount(tick, decimals)} if tick else amount(0) for tick in scaled]


def cut(text: str, most: int = NAME_LETTERS) -> str:
    """A name that fits the width of a phone, if need be cut short; title and table have all of it."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def broken(text: str, room_px: float) -> tuple[str, ...]:
    """A label in up to three lines that fit `room_px`, if need be cut short."""
    most = max(int(room_px / LETTER_PX), 2)
    lines = textwrap.wrap(text, most, break_long_words=False, break_on_hyphens=False)
    short = [cut(part, most) for part in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        short[-1] = cut(f"{lines[MOST_LINES - 1]} {lines[MOST_LINES]}", most)
    return tuple(short)
