"""Patterns that tell areas apart without colour: hatches and dots, drawn by classes so that they follow the theme."""

from __future__ import annotations

from collections.abc import Iterable

SIZE = 6
_MARKS = {
    "rise": "M-1 1L1-1M0 6L6 0M5 7L7 5",
    "fall": "M-1 5L1 7M0 0L6 6M5-1L7 1",
    "cross": "M0 6L6 0M0 0L6 6",
    "level": "M0 3H6",
    "upright": "M3 0V6",
    "dots": "M2 3H4",
}
NAMES = tuple(_MARKS)


def pattern_defs(names: Iterable[str], uid: str, scale: float = 1) -> str:
    """The `<defs>` of the patterns in use, their ids beginning with `uid`; raises KeyError for an unknown name."""
    larger = f' patternTransform="scale({scale})"' if scale != 1 else ""
    drawn = "".join(
        [
            f'<pattern id="{uid}-{name}" width="{SIZE}" height="{SIZE}" patternUnits="userSpaceOnUse"{larger}>'
            f'<rect class="chart-ground" width="{SIZE}" height="{SIZE}"/>'
            f'<path class="chart-hatch" d="{_MARKS[name]}"/></pattern>'
            for name in sorted(names)
        ]
    )
    return f"<defs>{drawn}</defs>" if drawn else ""
