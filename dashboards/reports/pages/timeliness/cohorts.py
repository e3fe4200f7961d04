"""Time to close by week or month of opening: groups that were opened together, however they ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from civic311.lib.statistics import Quantile, curves_differ
from dashboards.reports.cells import count_cell, day_cell
from dashboards.reports.charts import Figure, Point, Table, line
from dashboards.reports.charts.figure import day_words
from dashboards.reports.names import days
from dashboards.reports.pages.timeliness.base import Opened, time_cells
from dashboards.reports.spans import Span, cut, is_monthly, spans
from dashboards.reports.storms import storm_marks
from dashboards.reports.timeliness_numbers import Ages, ages


def cohort_figures(opened: Opened) -> list[Figure]:
    """Median and P90 by week, or month, of opening."""
    monthly = is_monthly(opened.scope)
    parts = spans(opened.scope, monthly=monthly)
    cohorts = [(part, ages(mine, opened.now)) for part, mine in cut(opened.rows, parts)]
    return [_figure(opened, cohorts, monthly=monthly, is_p90=is_p90) for is_p90 in (False, True)]


def _figure(opened: Opened, cohorts: Sequence[tuple[Span, Ages]], *, monthly: bool, is_p90: bool) -> Figure:
    found = [(part, mine, mine.p90 if is_p90 else mine.median) for part, mine in cohorts]
    headers = (
        _("Month of opening") if monthly else _("Week of opening"),
        _("Nine of ten closed in") if is_p90 else _("Half closed in"),
        _("95 % interval"),
    )
    drawing = None
    if not opened.total.is_thin:
        drawing = line(
            [_point(part, mine, reached) for part, mine, reached in found],
            headers=headers,
            decimals=1,
            marks=storm_marks(opened.scope),
            monthly=monthly,
        )
        table = tuple(
            (
                day_cell(part.day, pattern="F Y" if monthly else "M j, Y"),
                count_cell(mine.n, part.scope.rows_href("timed")),
                *(time_cells(mine)[2:] if is_p90 else time_cells(mine)[:2]),
            )
            for part, mine, _reached in found
        )
        drawing = replace(drawing, table=Table((headers[0], _("Requests"), *headers[1:]), table))
    return opened.figure(
        uid="nine-of-ten-by-opening" if is_p90 else "half-by-opening",
        finding=_finding(found, monthly, is_p90=is_p90),
        description=_("Days, by the time the requests were opened, with the 95 % interval."),
        definition=_(
            "Requests opened in that week or month, from the report to the closing (Kaplan–Meier, open ones with the"
            " time they have waited so far). Too early to say: so many of them are still open that the share is not"
            " reached. Recent ones never look faster than they are."
        ),
        drawing=drawing,
    )


def _point(part: Span, mine: Ages, reached: Quantile) -> Point:
    if mine.is_thin or reached.value is None:
        return Point(day=part.day, value=None)
    return Point(
        day=part.day,
        value=reached.value,
        lower=reached.lower,
        upper=reached.upper,
        href=part.scope.rows_href("timed"),
    )


def _finding(found: Sequence[tuple[Span, Ages, Quantile]], monthly: bool, *, is_p90: bool) -> str:
    told = [
        (part, reached) for part, mine, reached in found if not mine.is_thin and reached.value is not None
    ]
    if not told:
        return (
            _("It is too early to say when nine of ten are closed.")
            if is_p90
            else _("It is too early to say when half are closed.")
        )
    (first, then), (last, lately) = told[0], told[-1]
    if first is last:
        words = (
            _("Opened in %(last)s: nine of ten take %(lately)s.")
            if is_p90
            else _("Opened in %(last)s: half take %(lately)s.")
        )
    elif curves_differ(then, lately):
        words = (
            _("Opened in %(last)s: nine of ten take %(lately)s. It was %(then)s in %(first)s.")
            if is_p90
            else _("Opened in %(last)s: half take %(lately)s. It was %(then)s in %(first)s.")
        )
    else:
        words = (
            _("Opened in %(last)s: nine of ten take %(lately)s. No clear change since %(first)s.")
            if is_p90
            else _("Opened in %(last)s: half take %(lately)s. No clear change since %(first)s.")
        )
    return words % {
        "then": days(then.value),
        "lately": days(lately.value),
        "first": _span_words(first, monthly),
        "last": _span_words(last, monthly),
    }


def _span_words(part: Span, monthly: bool) -> str:
    if monthly:
        return day_words(part.day, "F Y")
    return _("the week of %(day)s") % {"day": day_words(part.day, "M j")}
