"""Five shades by quantile, with the legend of their ranges, for maps, heat grids and matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboards.reports.charts.markup import Key
from dashboards.reports.charts.scales import quantile_steps

SHADES = 5


def shades(values: Sequence[float | None]) -> list[int]:
    """For each value its shade from 1 (lowest fifth) to 5 (highest); 0 where there is none. Equal values share one."""
    known = [value for value in values if value is not None]
    found = iter(quantile_steps(known, SHADES)) if known else iter(())
    return [0 if value is None else next(found) + 1 for value in values]


def ranges(values: Sequence[float | None], words: Callable[[float], str]) -> list[Key]:
    """The legend: for each shade in use the lowest and the highest value in it, in `words`."""
    entries = []
    marked = [
        (shade, value) for shade, value in zip(shades(values), values, strict=True) if value is not None
    ]
    for shade in range(1, SHADES + 1):
        inside = [value for at, value in marked if at == shade]
        if inside:
            low, high = words(min(inside)), words(max(inside))
            entries.append(Key(f"chart-shade-{shade}", low if low == high else f"{low} – {high}"))
    return entries
