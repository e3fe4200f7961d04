"""The figures of the backlog page that follow weeks: what came and went, and how many are open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.reports.backlog_numbers import Flow
from dashboards.reports.cells import count_cell, day_cell
from dashboards.reports.charts import Cell, Figure, Point, Table, Week, line, weeks
from dashboards.reports.charts.figure import amount
from dashboards.reports.making import make_figure
from dashboards.reports.pages.backlog_open import SLUG
from dashboards.reports.scope import Scope
from dashboards.reports.storms import storm_marks, storm_of_week


def signed(net: int) -> str:
    """A change with its sign."""
    return f"{'+' if net > 0 else '−' if net < 0 else ''}{amount(abs(net))}"


def flow_figure(scope: Scope, found: Flow) -> Figure:
    """Opened and closed by week, with reopenings, net flow and its running total in the table."""
    bars, rows, running = [], [], 0
    for week in found.weeks:
        running += week.net
        opened_href = scope.rows_href("opened", week=week.monday)
        closed_href = scope.rows_href("closed", week=week.monday)
        bars.append(
            Week(
                monday=week.monday,
                opened=week.opened,
                closed=week.closed,
                opened_href=opened_href if week.opened else "",
                closed_href=closed_href if week.closed else "",
                mark=storm_of_week(scope, week.monday),
            )
        )
        day = day_cell(week.monday)
        rows.append(
            (
                day._replace(text=f"{day.text} · {bars[-1].mark}") if bars[-1].mark else day,
                count_cell(week.opened, opened_href),
                count_cell(week.closed, closed_href),
                count_cell(week.reopened, scope.rows_href("closed", result="reopened", week=week.monday)),
                Cell(signed(week.net), "", week.net),
                Cell(signed(running), "", running),
            )
        )
    headers = (_("Week of"), _("Opened"), _("Closed"), _("Reopened"), _("Net flow"), _("Since the start"))
    drawing = None
    if bars:
        drawing = replace(weeks(bars, headers=headers[:3]), table=Table(headers, tuple(rows)))
    return make_figure(
        scope,
        SLUG,
        "flow",
        finding=_flow_finding(found.total("net")),
        description=_("Requests opened and closed, by week; the table has the net flow."),
        definition=_(
            "Net flow is opened, less closed, plus reopened. Opened: by the time of the report. Closed and reopened: by "
            "the time of each closing and reopening in the history; what was undone never happened. Weeks begin on Monday "
            "in the city's time; the period may cut the first and the last. Reports that follow another one count like "
            "all others. Spam is left out."
        ),
        rows=found.total("closed"),
        rows_href=scope.rows_href("closed"),
        drawing=drawing,
        empty=_("This period lies in the future."),
        lead=True,
    )


def _flow_finding(net: int) -> str:
    if not net:
        return _("As many requests were finished as came in.")
    if net > 0:
        words = ngettext(
            "One more request came in than was finished.",
            "%(n)s more requests came in than were finished.",
            net,
        )
    else:
        words = ngettext(
            "One more request was finished than came in.",
            "%(n)s more requests were finished than came in.",
            -net,
        )
    return words % {"n": amount(abs(net))}


def level_figure(scope: Scope, found: Flow, levels: Sequence[int]) -> Figure:
    """How many reports were open at the end of each week, for a period that reaches the present."""
    at_end = list(zip(found.weeks, levels, strict=True))
    headers = (_("Week of"), _("Open at its end"))
    points = [Point(day=week.monday, value=level) for week, level in at_end]
    rows = tuple((day_cell(week.monday), count_cell(level)) for week, level in at_end)
    drawing = line(points, headers=(*headers, ""), marks=storm_marks(scope))
    finding = _("%(now)s reports are open; at the start of the period there were %(before)s.") % {
        "now": amount(levels[-1]),
        "before": amount(levels[0] - found.weeks[0].net),
    }
    return make_figure(
        scope,
        SLUG,
        "level",
        finding=finding,
        description=_("Reports open at the end of each week."),
        definition=_(
            "Counted back from what is open now by the net flow of each week; the last point is now. Every report "
            "counts, also those that follow another one, so there are more than open problems."
        ),
        rows=found.total("opened"),
        rows_href=scope.rows_href("opened"),
        drawing=replace(drawing, table=Table(headers, rows)),
        empty="",
    )
