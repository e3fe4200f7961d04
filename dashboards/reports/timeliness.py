"""Figures of time: on time and time to close, put into words and drawn."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import TOO_FEW
from dashboards.reports.charts import Bar, Cell, Figure, StripRow, Table, bars, strip
from dashboards.reports.charts.figure import amount
from dashboards.reports.figures import Ages, CategoryNumbers, DueNumbers
from dashboards.reports.names import Names, days, days_range, percent, percent_range
from dashboards.reports.scope import UNROUTED, Scope

MOST_STRIPS = 8


def due_figure(scope: Scope, called: Names, rows: list[DueNumbers], total: DueNumbers) -> Figure:
    """Closed by the first due date, by department."""
    shown, table = [], []
    for row in rows:
        there = {"department": row.department or UNROUTED}
        label = called.department(row.department)
        share = row.share_on_time
        enough = share is not None and row.due >= TOO_FEW
        if row.due:
            shown.append(
                Bar(
                    label=label,
                    value=share.value * 100 if share and enough else 0,
                    href=scope.rows_href("due", **there),
                    text=percent(share),
                    lower=share.lower * 100 if share and enough else None,
                    upper=share.upper * 100 if share and enough else None,
                )
            )
        table.append(
            (
                Cell(label),
                Cell(amount(row.due), scope.rows_href("due", **there)),
                Cell(amount(row.on_time), scope.rows_href("due", **there, result="on_time")),
                Cell(percent(share)),
                Cell(percent_range(share) or "–"),
                Cell(amount(row.solved), scope.rows_href("due", **there, result="solved")),
                Cell(percent(row.share_solved)),
                Cell(amount(row.late_closed), scope.rows_href("due", **there, result="late_closed")),
                Cell(amount(row.late_open), scope.rows_href("due", **there, result="late_open")),
                Cell(amount(row.renewed), scope.rows_href("due", **there, result="renewed")),
            )
        )
    headers = (
        _("Department"),
        _("Due"),
        _("On time"),
        _("Share"),
        _("95 % interval"),
        _("On time and solved"),
        _("Share"),
        _("Closed late"),
        _("Open and late"),
        _("New date promised"),
    )
    drawing = None
    if total.due >= TOO_FEW:
        drawing = bars(shown, headers=(_("Department"), _("On time")), limit=100)
        drawing = replace(drawing, table=Table(headers, tuple(table)))
    words = _("%(on_time)s were closed by their due date, %(solved)s were solved by then.")
    finding = words % {"on_time": percent(total.share_on_time), "solved": percent(total.share_solved)}
    return Figure(
        uid="on-time",
        finding=finding if drawing else _("Too few due dates in this period to say how many were kept."),
        description=_("Share closed at the due date, by department, with its 95 % interval."),
        definition=_(
            "Of requests whose first due date fell in the period and has passed, the share that was closed at that "
            "instant. Open past due counts as late. Solved: closed with an outcome that is a success for its kind of "
            "request, and not reopened within 30 days. The clock starts with the report and never restarts; a new date "
            "that was promised is counted apart and changes neither share."
        ),
        excluded=_set_aside(total.set_aside),
        rows=total.due,
        rows_href=scope.rows_href("due"),
        csv_href=scope.csv_href("on-time"),
        drawing=drawing,
        empty=_("Fewer than 10 due dates passed in this period."),
        excluded_href=scope.rows_href("due", result="set_aside") if total.set_aside else "",
    )


def time_figure(scope: Scope, called: Names, rows: list[CategoryNumbers], ages: Ages) -> Figure:
    """Time to close, overall and for the largest categories."""
    early = _("too early to say")
    shown = [
        StripRow(label=_("All categories"), median=ages.median, p90=ages.p90, href=scope.rows_href("timed"))
    ]
    largest = sorted((row for row in rows if row.ages.n >= TOO_FEW), key=lambda row: -row.ages.n)
    shown += [
        StripRow(
            label=called.category(row.category),
            median=row.ages.median,
            p90=row.ages.p90,
            href=scope.rows_href("timed", category=row.category),
        )
        for row in largest[:MOST_STRIPS]
    ]
    counts = [ages.n, *(row.ages.n for row in largest)]
    drawing = None
    finding = _("Too few requests in this period to say how long they take.")
    if ages.n >= TOO_FEW:
        headers = (_("Category"), _("Half closed in"), _("Nine of ten closed in"))
        drawing = strip(shown, headers=headers, unit=_("days"), early=early)
        table = tuple(
            (
                Cell(row.label),
                Cell(amount(n), row.href),
                Cell(days(row.median.value)),
                Cell(days_range(row.median) or "–"),
                Cell(days(row.p90.value)),
                Cell(days_range(row.p90) or "–"),
            )
            for row, n in zip(shown, counts, strict=False)
        )
        names_row = (
            _("Category"),
            _("Requests"),
            _("Median"),
            _("95 % interval"),
            _("P90"),
            _("95 % interval"),
        )
        drawing = replace(drawing, table=Table(names_row, table))
        if ages.median.value is None:
            finding = _("It is too early to say how long half of these requests take.")
        elif ages.p90.value is None:
            words = _("Half are closed in %(median)s. It is too early to say when nine of ten are.")
            finding = words % {"median": days(ages.median.value)}
        else:
            words = _("Half are closed in %(median)s, nine of ten in %(p90)s.")
            finding = words % {"median": days(ages.median.value), "p90": days(ages.p90.value)}
    set_aside = sum(row.set_aside for row in rows)
    return Figure(
        uid="time-to-close",
        finding=finding,
        description=_("Days until half and nine of ten requests are closed, for the largest categories."),
        definition=_(
            "Requests opened in the period, from the report to the closing in calendar days (Kaplan–Meier): open "
            "ones count with the time they have waited so far, so leaving hard ones open does not make the figure "
            "better. Reopening does not restart the clock."
        ),
        excluded=_set_aside(set_aside),
        rows=ages.n,
        rows_href=scope.rows_href("timed"),
        csv_href=scope.csv_href("time-to-close"),
        drawing=drawing,
        empty=_("Fewer than 10 requests were opened in this period."),
        excluded_href=scope.rows_href("timed", result="set_aside") if set_aside else "",
    )


def _set_aside(count: int) -> str:
    if not count:
        return _(
            "Duplicates, reports that follow another one, withdrawn requests and impossible times are left out:"
            " here, none."
        )
    words = ngettext(
        "Left out: %(n)s request that is a duplicate, follows another report, was withdrawn, or has impossible times.",
        "Left out: %(n)s requests that are duplicates, follow another report, were withdrawn, or have impossible times.",
        count,
    )
    return words % {"n": amount(count)}
