"""Areas shaded by a value, each a link to its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboards.reports.charts.figure import Cell, Drawing, Label, Shape, Table, amount
from dashboards.reports.charts.markup import MAP_CSS, Key
from dashboards.reports.charts.outlines import WIDTH, Outlines
from dashboards.reports.charts.scales import num
from dashboards.reports.charts.shading import ranges, shades

MOST_NAMED = 24
"""As many areas have their short name written into them."""


@dataclass(frozen=True, kw_only=True)
class MapArea:
    """One area with its value, None for "too few"; `cells` are further cells of its row in the table.

    `pk` is that of the area in the outlines; `short` is written into it where the areas are few.
    """

    pk: int
    label: str
    value: float | None
    href: str = ""
    short: str = ""
    cells: tuple[Cell, ...] = ()


def choropleth(
    areas: Sequence[MapArea],
    outlines: Outlines,
    *,
    headers: Sequence[str],
    too_few: str,
    words: Callable[[float], str] = amount,
) -> Drawing:
    """A map of areas in five shades, each a fifth of the areas; those without a value are hatched.

    `headers` name area, value and the further cells; `words` writes a value. An area without an outline is in the
    table only, an outline without an area is left blank.
    """
    values = [each.value for each in areas]
    drawn, blank = [], []
    known = {each.pk for each in areas}
    for pk, d in outlines.paths.items():
        if pk not in known:
            blank.append(Shape(tag="path", css="chart-shade-0", d=d))
    for each, shade in zip(areas, shades(values), strict=True):
        if each.pk in outlines.paths:
            text = too_few if each.value is None else words(each.value)
            drawn.append(
                Shape(
                    tag="path",
                    css=f"chart-shade-{shade}",
                    fill="" if shade else "rise",
                    title=f"{each.label}: {text}",
                    href=each.href,
                    d=outlines.paths[each.pk],
                )
            )
    key = ranges(values, words)
    if any(value is None for value in values):
        key.append(Key("chart-shade-0", too_few, fill="rise"))
    return Drawing(
        width=num(WIDTH),
        height=num(max(outlines.height, 1)),
        css=MAP_CSS,
        grid=tuple(blank),
        shapes=tuple(drawn),
        labels=_names(areas, outlines, shades(values)),
        key=tuple(key),
        table=Table(tuple(headers), tuple(_row(each, too_few, words) for each in areas)),
    )


def _names(areas: Sequence[MapArea], outlines: Outlines, shaded: Sequence[int]) -> tuple[Label, ...]:
    if len(areas) > MOST_NAMED:
        return ()
    return tuple(
        Label(
            x=num(outlines.centres[each.pk][0]),
            y=num(outlines.centres[each.pk][1] + 12),
            text=each.short,
            anchor="middle",
            css=f"chart-place chart-on-shade-{shade}",
        )
        for each, shade in zip(areas, shaded, strict=True)
        if each.short and each.pk in outlines.centres
    )


def _row(each: MapArea, too_few: str, words: Callable[[float], str]) -> tuple[Cell, ...]:
    text = too_few if each.value is None else words(each.value)
    return Cell(each.label), Cell(text, each.href, each.value), *each.cells
