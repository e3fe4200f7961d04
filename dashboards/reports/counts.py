"""Figures that count: volume, flow and backlog, put into words and drawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.reports.charts import Bar, Cell, Figure, Part, Table, Week, bars, stack, weeks
from dashboards.reports.charts.figure import amount
from dashboards.reports.figures import BacklogNumbers, CategoryNumbers, Flow
from dashboards.reports.names import BAND_NAMES, Names
from dashboards.reports.scope import UNROUTED, Scope, week_start
from departments.storms import DeclaredStorm, storms_between

MOST_BARS = 12
OLD_BANDS = 3
"""Open requests from this band on are older than 90 days."""


def volume_figure(scope: Scope, called: Names, rows: list[CategoryNumbers]) -> Figure:
    """Requests opened, by category."""
    total = sum(row.opened for row in rows)
    shown = [
        Bar(
            label=called.category(row.category),
            value=row.opened,
            href=scope.rows_href("opened", category=row.category),
        )
        for row in rows
    ]
    finding = _("No request was opened in this period.")
    if rows:
        words = _("%(category)s is reported most: %(n)s of %(total)s requests, %(share)s %%.")
        finding = words % {
            "category": shown[0].label,
            "n": amount(rows[0].opened),
            "total": amount(total),
            "share": amount(rows[0].opened * 100 / total),
        }
    drawing = None
    if rows:
        drawing = bars(shown[:MOST_BARS], headers=(_("Category"), _("Opened")))
        table = tuple(
            (
                Cell(bar.label),
                Cell(amount(bar.value), bar.href),
                Cell(f"{amount(bar.value * 100 / total, 1)} %"),
            )
            for bar in shown
        )
        drawing = replace(drawing, table=Table((_("Category"), _("Opened"), _("Share")), table))
    more = len(rows) - MOST_BARS
    description = (
        ngettext(
            "The %(most)s largest categories; one more is in the table.",
            "The %(most)s largest categories; %(more)s more are in the table.",
            more,
        )
        % {"most": MOST_BARS, "more": more}
        if more > 0
        else _("Requests opened, by category.")
    )
    return Figure(
        uid="volume",
        finding=finding,
        description=description,
        definition=_(
            "Every request opened in the period, duplicates and withdrawn ones included. Spam is left out."
        ),
        rows=total,
        rows_href=scope.rows_href("opened"),
        csv_href=scope.csv_href("volume"),
        drawing=drawing,
        empty=_("Nothing to draw. Choose a longer period or another department."),
    )


def flow_figure(scope: Scope, found: Flow) -> Figure:
    """Opened and closed by week."""
    if found.net > 0:
        words = ngettext(
            "One more request came in than was finished.",
            "%(n)s more requests came in than were finished.",
            found.net,
        )
    elif found.net < 0:
        words = ngettext(
            "One more request was finished than came in.",
            "%(n)s more requests were finished than came in.",
            -found.net,
        )
    else:
        words = _("As many requests were finished as came in.")
    storms = storms_between(scope.begins, scope.ends)
    rows = [
        Week(
            monday=week.monday,
            mark=_storm_of(scope, week.monday, storms),
            opened=week.opened,
            closed=week.closed,
            opened_href=scope.rows_href("opened", week=week.monday),
            closed_href=scope.rows_href("closed", week=week.monday),
        )
        for week in found.weeks
    ]
    return Figure(
        uid="flow",
        finding=words % {"n": amount(abs(found.net))},
        description=_("Requests opened and closed, by week."),
        definition=_(
            "Opened: by the time of the report. Closed: by the time of each closing in the history; a request counts "
            "once a week, and once in the total. Weeks begin on Monday in the city's time; the first and the last "
            "may be cut by the period. Reports that follow another one count like all others. Spam is left out."
        ),
        rows=found.closed,
        rows_href=scope.rows_href("closed"),
        csv_href=scope.csv_href("flow"),
        drawing=weeks(rows, headers=(_("Week of"), _("Opened"), _("Closed"))) if rows else None,
        empty=_("This period lies in the future."),
    )


def _storm_of(scope: Scope, monday: dt.date, storms: list[DeclaredStorm]) -> str:
    begins = week_start(scope, monday)
    ends = week_start(scope, monday + dt.timedelta(days=7))
    return ", ".join(storm.name for storm in storms if storm.begins < ends and storm.ends > begins)


def backlog_figure(scope: Scope, called: Names, rows: list[BacklogNumbers]) -> Figure:
    """Open now, by age and department."""
    total = sum(row.total for row in rows)
    old = older_than_90_days(rows)
    bands = tuple(str(name) for name in BAND_NAMES)
    parts = [
        Part(
            label=called.department(row.department),
            counts=row.counts,
            hrefs=tuple(
                scope.rows_href("open", department=row.department or UNROUTED, band=band)
                for band in range(len(row.counts))
            ),
        )
        for row in rows
    ]
    finding = _("Nothing is open.")
    if total:
        words = ngettext(
            "One request is open, %(old)s for more than 90 days.",
            "%(n)s requests are open, %(old)s of them for more than 90 days.",
            total,
        )
        finding = words % {"n": amount(total), "old": amount(old)}
    return Figure(
        uid="backlog",
        finding=finding,
        description=_("Open requests by age and department."),
        definition=_(
            "Every request open at this moment, whenever it was opened; the period above does not matter here. "
            "Reports of one problem count once, with the first. "
            "Age runs from the report, in days of 24 hours."
        ),
        rows=total,
        rows_href=scope.rows_href("open"),
        csv_href=scope.csv_href("backlog"),
        drawing=stack(parts, bands, header=_("Department")) if parts else None,
        empty=_("There is no open request here."),
    )


def older_than_90_days(rows: list[BacklogNumbers]) -> int:
    """How many of the open requests are that old."""
    return sum(sum(row.counts[OLD_BANDS:]) for row in rows)
