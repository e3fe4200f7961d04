"""Scales, ticks and paths for SVG: numbers in, attribute texts out, never in a local number format."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, isfinite, log10


def num(value: float) -> str:
    """A coordinate as an SVG attribute: at most two decimals, a point, no thousands separator, no "-0"."""
    if not isfinite(value):
        raise ValueError("A coordinate must be finite.")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def share(value: float) -> str:
    """A part of the drawing's width as an SVG length, in percent."""
    return f"{num(value)}%"


@dataclass(frozen=True)
class Linear:
    """Maps values from `low`..`high` onto coordinates from `start`..`end`; one value only maps to the start."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.start
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def nice_ticks(high: float, count: int = 4) -> list[float]:
    """Round ticks from 0 to at least `high`, about `count` steps of 1, 2, 2.5 or 5 times a power of ten.

    Raises ValueError for a negative or infinite `high`. Nothing to show gives 0 and 1.
    """
    if high < 0 or not isfinite(high):
        raise ValueError("Ticks need a finite value of at least 0.")
    if high == 0:
        return [0.0, 1.0]
    raw = high / count
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))
    ticks = [0.0]
    while ticks[-1] < high * (1 - 1e-9):
        ticks.append(round(len(ticks) * step, 10))
    return ticks


def whole_ticks(high: float, count: int = 4) -> list[float]:
    """Like `nice_ticks`, but whole numbers only, for counts."""
    ticks = [tick for tick in nice_ticks(high, count) if tick % 1 == 0]
    return ticks if ticks[-1] >= high else [*ticks, float(ceil(high))]


def decimals_of(ticks: Sequence[float], most: int = 3) -> int:
    """How many decimals tell the ticks apart: as few as show each exactly."""
    fitting = (n for n in range(most) if all(abs(round(tick, n) - tick) < 1e-9 for tick in ticks))
    return next(fitting, most)


def week_ticks(first: date, last: date, most: int = 8) -> list[date]:
    """Mondays between two days, both included, thinned evenly to at most `most`."""
    monday = first + timedelta(days=-first.weekday() % 7)
    mondays = [monday + timedelta(weeks=n) for n in range(max(0, (last - monday).days // 7 + 1))]
    return mondays[:: max(1, -(-len(mondays) // most))]


def month_ticks(first: date, last: date, most: int = 12) -> list[date]:
    """First days of the months between two days, both included, thinned evenly to at most `most`."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    starts = [date(month // 12, month % 12 + 1, 1) for month in months]
    starts = [start for start in starts if first <= start <= last]
    return starts[:: max(1, -(-len(starts) // most))]


def trail(points: Iterable[tuple[float, float] | None], digits: int = 1) -> str:
    """The `d` of a line, each point relative to the one before, without adding up what rounding takes; None lifts the pen.

    A lone point becomes a line of no length, which round ends make a dot.
    """
    parts: list[str] = []
    before: tuple[float, float] | None = None
    for point in points:
        if point is None:
            before = None
            continue
        here = (round(point[0], digits), round(point[1], digits))
        if before is None:
            parts.append(f"M{num(here[0])}{_after(here[1])}l0 0")
        else:
            parts.append(_after(here[0] - before[0]) + _after(here[1] - before[1]))
        before = here
    return "".join(parts)


def _after(value: float) -> str:
    """A number behind another: a minus keeps them apart by itself."""
    text = num(value)
    return text if text.startswith("-") else f" {text}"


def ribbon(edges: Sequence[tuple[float, float, float]]) -> str:
    """The `d` of a closed band from its places with both edges (x, y of one, y of the other); empty without any."""
    there = [(x, first) for x, first, _second in edges]
    back = [(x, second) for x, _first, second in reversed(edges)]
    return f"{trail([*there, *back])}Z" if edges else ""


def steps(points: Sequence[tuple[float, float]], end: float) -> list[tuple[float, float]]:
    """The corners of a step curve that jumps at each point and holds until the next, the last until `end`."""
    corners: list[tuple[float, float]] = []
    for at, value in points:
        if corners:
            corners.append((at, corners[-1][1]))
        corners.append((at, value))
    if corners:
        corners.append((end, corners[-1][1]))
    return corners


def quantile_steps(values: Sequence[float], count: int = 5) -> list[int]:
    """For each value its class from 0 to `count` - 1, with about as many values in each; equal values share one."""
    ranked = sorted(values)
    return [bisect_left(ranked, value) * count // len(ranked) for value in values]
