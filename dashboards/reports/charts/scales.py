"""Scales, ticks and paths for SVG: numbers in, attribute texts out, never in a local number format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor, isfinite, log10


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


def path(points: Iterable[tuple[float, float] | None]) -> str:
    """The `d` of a line through `points`; None lifts the pen."""
    parts: list[str] = []
    drawing = False
    for point in points:
        if point is not None:
            parts.append(f"{'L' if drawing else 'M'}{num(point[0])} {num(point[1])}")
        drawing = point is not None
    return "".join(parts)


def band_path(upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]]) -> str:
    """The `d` of the closed shape between two lines; empty without points."""
    return path([*upper, *reversed(lower)]) + "Z" if upper and lower else ""
