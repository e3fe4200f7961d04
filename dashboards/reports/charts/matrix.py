"""Who passes on to whom: a table of counts with shaded cells, the picture and the numbers in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.reports.charts.figure import Cell, Table, amount
from dashboards.reports.charts.shading import shades


@dataclass(frozen=True, kw_only=True)
class Flow:
    """How many requests went from one holder to another, and the address of those."""

    source: str
    target: str
    count: int
    href: str = ""


class FlowHeaders(NamedTuple):
    """The words for those who give, those who get, and the sums."""

    source: str
    target: str
    total: str


@dataclass(frozen=True)
class Matrix:
    """A table with shaded cells; `shading` holds a shade from 0 to 5 for each count, without the sums."""

    headers: FlowHeaders
    table: Table
    shading: tuple[tuple[int, ...], ...]

    def body(self, uid: str, finding: str, description: str) -> SafeString:
        """The table in a region that scrolls; its names stay in view, and it needs no second table."""
        source, target, total = (escape(text) for text in self.headers)
        names = self.table.headers[1:]
        columns = "".join([f'<th scope="col"><span>{escape(name)}</span></th>' for name in names])
        *rows, sums = self.table.rows
        if not rows:
            return SafeString(f'<p class="chart-empty">{total}: {escape(sums[-1].text)}</p>')
        lines = "".join([self._line(row, shading) for row, shading in zip(rows, self.shading, strict=True)])
        uid = escape(uid)
        return SafeString(
            f'<p class="chart-hint" id="{uid}-desc">{escape(description)}</p>\n'
            f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(_("Table"))}: {escape(finding)}">'
            f'<table class="table chart-table chart-matrix" aria-describedby="{uid}-desc">'
            f'<caption class="sr-only">{escape(finding)}</caption><thead>'
            f'<tr><th rowspan="2" scope="col">{source}</th><th colspan="{len(names)}" scope="colgroup">{target}</th>'
            f"</tr><tr>{columns}</tr></thead><tbody>{lines}</tbody><tfoot>{self._line(sums, ())}</tfoot>"
            "</table></div>"
        )

    @staticmethod
    def _line(cells: tuple[Cell, ...], shading: tuple[int, ...]) -> str:
        heading, *counts = cells
        inner = []
        for at, cell in enumerate(counts):
            shade = shading[at] if at < len(shading) else 0
            css = f' class="chart-cell-{shade}"' if shade else ""
            text = escape(cell.text)
            if cell.href:
                text = f'<a href="{escape(cell.href)}">{text}</a>'
            inner.append(f"<td{css}>{text}</td>")
        return f'<tr><th scope="row">{escape(heading.text)}</th>{"".join(inner)}</tr>\n'


def flow_table(
    flows: Sequence[Flow],
    *,
    headers: FlowHeaders | tuple[str, str, str],
    source_hrefs: Mapping[str, str] | None = None,
    target_hrefs: Mapping[str, str] | None = None,
) -> Matrix:
    """Givers down, getters across, busiest first, with sums; counts of one pair are added up.

    The hrefs lead from a name to all it gave or got. An empty cell is a pair without requests.
    """
    headers = FlowHeaders(*headers)
    source_hrefs, target_hrefs = source_hrefs or {}, target_hrefs or {}
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    given: defaultdict[str, int] = defaultdict(int)
    got: defaultdict[str, int] = defaultdict(int)
    hrefs = {}
    for flow in flows:
        if flow.count:
            counts[flow.source, flow.target] += flow.count
            given[flow.source] += flow.count
            got[flow.target] += flow.count
            hrefs[flow.source, flow.target] = flow.href
    sources = sorted(given, key=lambda name: (-given[name], name))
    targets = sorted(got, key=lambda name: (-got[name], name))
    grid = [[counts.get((source, target)) for target in targets] for source in sources]
    marked = iter(shades([count for row in grid for count in row]))
    rows = [
        (
            Cell(source),
            *[
                _cell(count, hrefs.get((source, target), ""))
                for target, count in zip(targets, row, strict=True)
            ],
            _cell(given[source], source_hrefs.get(source, "")),
        )
        for source, row in zip(sources, grid, strict=True)
    ]
    sums = [_cell(got[target], target_hrefs.get(target, "")) for target in targets]
    everything = sum(given.values())
    rows.append((Cell(headers.total), *sums, Cell(amount(everything), "", everything)))
    return Matrix(
        headers,
        Table((headers.source, *targets, headers.total), tuple(rows)),
        tuple(tuple(next(marked) for _target in targets) for _source in sources),
    )


def _cell(count: int | None, href: str) -> Cell:
    return Cell("") if count is None else Cell(amount(count), href, count)
