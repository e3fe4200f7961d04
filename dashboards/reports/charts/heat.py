"""A grid of hours and weekdays, shaded by how many requests fall in each hour of the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import get_format, time_format

from dashboards.reports.charts.figure import Cell, Drawing, Label, Shape, Table, amount, said_once
from dashboards.reports.charts.markup import Key
from dashboards.reports.charts.scales import num, share
from dashboards.reports.charts.shading import ranges, shades

DAYS, HOURS = 7, 24
ROW, TOP = 26, 4


def heat(
    grid: Sequence[Sequence[int]],
    *,
    headers: tuple[str, str],
    hrefs: Mapping[tuple[int, int], str] | None = None,
) -> Drawing:
    """Counts by weekday (row, Monday first) and hour (column, 0 to 23), shaded in fifths of the hours not empty.

    `headers` name the hour and the total in the table; `hrefs` lead from (weekday, hour) to its rows. Raises
    ValueError for a grid that is not 7 by 24.
    """
    if len(grid) != DAYS or any(len(row) != HOURS for row in grid):
        raise ValueError("A week has 7 days of 24 hours.")
    hrefs = hrefs or {}
    counts = [count or None for row in grid for count in row]
    marked = shades(counts)
    shapes, labels = [], []
    for day, row in enumerate(grid):
        top = TOP + day * ROW
        labels.append(Label(x="0", dx="-6", y=num(top + 17), text=str(WEEKDAYS_ABBR[day]), anchor="end"))
        for hour, count in enumerate(row):
            href = hrefs.get((day, hour), "") if count else ""
            shapes.append(
                Shape(
                    tag="rect",
                    css=f"chart-shade-{marked[day * HOURS + hour]}",
                    title=f"{WEEKDAYS[day]}, {hour_words(hour)}: {amount(count)}",
                    href=href,
                    x=share(hour * 100 / HOURS),
                    y=num(top),
                    width=share(100 / HOURS),
                    height=num(ROW),
                )
            )
    bottom = TOP + DAYS * ROW
    for hour in range(0, HOURS, 6):
        labels.append(Label(x=share(hour * 100 / HOURS), y=num(bottom + 18), text=hour_words(hour)))
    return Drawing(
        height=num(bottom + 26),
        is_fluid=True,
        css="chart-svg--axis chart-svg--heat",
        shapes=tuple(shapes),
        labels=tuple(labels),
        key=(Key("chart-shade-0", amount(0)), *ranges(counts, amount)),
        table=_table(grid, headers, hrefs),
    )


def _table(
    grid: Sequence[Sequence[int]], headers: tuple[str, str], hrefs: Mapping[tuple[int, int], str]
) -> Table:
    """Hours down, weekdays across, with the sums of both."""
    rows = []
    for hour in range(HOURS):
        counts = [row[hour] for row in grid]
        cells = [
            Cell(amount(count), hrefs.get((day, hour), "") if count else "", count)
            for day, count in enumerate(counts)
        ]
        rows.append((Cell(hour_words(hour)), *cells, Cell(amount(sum(counts)), "", sum(counts))))
    sums = [sum(row) for row in grid]
    rows.append((Cell(headers[1]), *[Cell(amount(n), "", n) for n in (*sums, sum(sums))]))
    names = [str(WEEKDAYS_ABBR[day]) for day in range(DAYS)]
    return Table((headers[0], *names, headers[1]), tuple(rows))


@said_once
def hour_words(hour: int) -> str:
    """An hour of the day for people: "9 a.m." or "9:00", as the language has it."""
    return time_format(time(hour), "g a" if "P" in str(get_format("TIME_FORMAT")) else "G:i")
