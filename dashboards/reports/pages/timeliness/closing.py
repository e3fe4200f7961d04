"""Time to close: by category, and the curves of departments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import curves_differ
from dashboards.reports.cells import NOTHING, count_cell, text_cell
from dashboards.reports.charts import Cell, Figure, StripRow, SurvivalSeries, Table, strip, survival
from dashboards.reports.names import days
from dashboards.reports.pages.timeliness.base import AgeRow, Opened, age_rows, time_cells, time_headers
from dashboards.reports.pages.timeliness.words import closing_words
from dashboards.reports.scope import Scope

MOST_STRIPS, MOST_CURVES = 10, 4
AFTER_DAYS = (7, 30, 90)


def category_figure(opened: Opened) -> Figure:
    """Time to close, overall and for the largest categories."""
    scope, total, drawing = opened.scope, opened.total, None
    if not total.is_thin:
        everything, rows = AgeRow(0, _("All categories"), total), age_rows(opened, "category")
        shown = [row for row in rows if not row.ages.is_thin]
        drawing = strip(
            [
                StripRow(
                    label=row.label, median=row.ages.median, p90=row.ages.p90, href=_timed(scope, row.key)
                )
                for row in (everything, *shown[:MOST_STRIPS])
            ],
            headers=(_("Category"), _("Half closed in"), _("Nine of ten closed in")),
            unit=_("days"),
            early=_("too early to say"),
        )
        table = tuple(
            (text_cell(row.label), count_cell(row.ages.n, _timed(scope, row.key)), *time_cells(row.ages))
            for row in (everything, *rows)
        )
        drawing = replace(drawing, table=Table(time_headers(_("Category")), table))
    return opened.figure(
        uid="time-to-close",
        finding=closing_words(total),
        description=_("Days until half and nine of ten requests are closed, for the largest categories."),
        definition=_(
            "Requests opened in the period, from the report to the closing in calendar days (Kaplan–Meier): open "
            "ones count with the time they have waited so far, so leaving hard ones open does not make the figure "
            "better. Reopening does not restart the clock. The intervals are Greenwood’s, on the log-log scale."
        ),
        drawing=drawing,
    )


def _timed(scope: Scope, category: int) -> str:
    return scope.rows_href("timed", category=category or None)


def department_figure(opened: Opened) -> Figure:
    """The share still open by age, for the largest departments."""
    scope, drawing, rows = opened.scope, None, age_rows(opened, "department")
    curves = [row for row in rows if not row.ages.is_thin][:MOST_CURVES]
    if curves:
        drawing = survival(
            [
                SurvivalSeries(
                    label=row.label,
                    curve=row.ages.curve,
                    href=scope.rows_href("timed", department=row.key),
                )
                for row in curves
            ],
            (_("Department"), _("Requests"), _("half closed"), _("nine of ten closed")),
            _("days"),
        )
        headers = (
            *time_headers(_("Department")),
            *[_("Open after %(n)s days") % {"n": n} for n in AFTER_DAYS],
        )
        drawing = replace(drawing, table=Table(headers, tuple(_department_line(scope, row) for row in rows)))
    return opened.figure(
        uid="still-open",
        finding=_department_finding(curves),
        description=ngettext(
            "Share still open by age in days, with its 95 %% interval.",
            "Share still open by age in days, with its 95 %% interval, for the %(n)s departments with most requests; all"
            " are in the table.",
            len(curves),
        )
        % {"n": len(curves)},
        definition=_(
            "Requests opened in the period, by the department that has them now: of those as old, the share not yet"
            " closed (Kaplan–Meier, open ones with the time they have waited so far). Departments do different work:"
            " choose one category before comparing them."
        ),
        drawing=drawing,
    )


def _department_line(scope: Scope, row: AgeRow) -> tuple[Cell, ...]:
    curve = row.ages.curve
    rest = [
        Cell(NOTHING)
        if row.ages.is_thin or after > curve.followed_until
        else _share_open(curve.open_after(after))
        for after in AFTER_DAYS
    ]
    there = scope.rows_href("timed", department=row.key)
    return text_cell(row.label), count_cell(row.ages.n, there), *time_cells(row.ages), *rest


def _share_open(value: float) -> Cell:
    return Cell(_("%(value)s\u00a0%%") % {"value": round(value * 100)}, "", round(value, 4))


def _department_finding(curves: Sequence[AgeRow]) -> str:
    known = [row for row in curves if row.ages.median.value is not None]
    if not known:
        return _("Too few requests in this period to say how long departments take.")
    ordered = sorted(known, key=lambda row: row.ages.median.value or 0)
    first, last = ordered[0], ordered[-1]
    if first is last or not curves_differ(first.ages.median, last.ages.median):
        words = _("Half of the requests of %(department)s are closed in %(median)s.")
        if first is not last:
            words = _("The largest departments take about as long: half are closed in %(median)s.")
        return words % {"department": first.label, "median": days(first.ages.median.value)}
    words = _("Half are closed in %(first_time)s at %(first)s, and in %(last_time)s at %(last)s.")
    return words % {
        "first": first.label,
        "first_time": days(first.ages.median.value),
        "last": last.label,
        "last_time": days(last.ages.median.value),
    }
