"""Vertical bars, such as the ages of what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.reports.charts.axes import AXIS_CSS, NARROW_PX, broken, grid_and_values
from dashboards.reports.charts.figure import Cell, Drawing, Label, Shape, Table, amount
from dashboards.reports.charts.markup import Key
from dashboards.reports.charts.scales import Linear, num, share, whole_ticks

TOP, BOTTOM = 22, 196
MOST_LABELS = 8
VALUE_PX = 8.5
"""How wide a figure of a value, in bold, is about."""
WIDEST = 22
"""The most of the width that one bin takes, in percent."""


@dataclass(frozen=True, kw_only=True)
class Bin:
    """One bar; `is_marked` bars are hatched, such as those past their due date."""

    label: str
    count: int
    href: str = ""
    is_marked: bool = False


def histogram(bins: Sequence[Bin], *, headers: tuple[str, str], marked: str = "") -> Drawing:
    """A vertical bar for each bin, in the order given; `headers` name bin and count, `marked` the hatched ones."""
    ticks = whole_ticks(max([each.count for each in bins], default=0))
    y = Linear(0, ticks[-1], BOTTOM, TOP)
    grid, labels = grid_and_values(ticks, y)
    slot = min(100 / max(len(bins), 1), WIDEST)
    every = -(-len(bins) // MOST_LABELS) or 1
    room = slot * every / 100 * NARROW_PX - 8
    shapes, table = [], []
    for index, each in enumerate(bins):
        middle, text = index * slot + slot / 2, amount(each.count)
        if each.count:
            top = min(y(each.count), BOTTOM - 1.5)
            shapes.append(
                Shape(
                    tag="rect",
                    css="chart-bar chart-marked" if each.is_marked else "chart-bar",
                    fill="rise" if each.is_marked else "",
                    title=f"{each.label}: {text}",
                    href=each.href,
                    x=share(middle - slot * 0.41),
                    y=num(top),
                    width=share(slot * 0.82),
                    height=num(BOTTOM - top),
                )
            )
        if len(text) * VALUE_PX <= slot / 100 * NARROW_PX:
            css = "chart-label chart-value chart-halo"
            labels.append(
                Label(x=share(middle), y=num(y(each.count) - 5), text=text, anchor="middle", css=css)
            )
        if index % every == 0:
            labels += [
                Label(x=share(middle), y=num(BOTTOM + 17 + 14 * line), text=part, anchor="middle")
                for line, part in enumerate(broken(each.label, room))
            ]
        table.append((Cell(each.label), Cell(text, each.href, each.count)))
    has_marked = any(each.is_marked and each.count for each in bins)
    return Drawing(
        height=num(BOTTOM + 56),
        is_fluid=True,
        css=AXIS_CSS,
        grid=tuple(grid),
        shapes=tuple(shapes),
        labels=tuple(labels),
        key=(Key("chart-bar chart-marked", marked, fill="rise"),) if marked and has_marked else (),
        table=Table(headers, tuple(table)),
    )
