"""The categories most reported, and those that take longest."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from civic311.lib.statistics import TOO_FEW
from dashboards.reports.cells import count_cell, days_cell, days_range_cell, share_cell, text_cell
from dashboards.reports.charts import Bar, Cell, Figure, StripRow, Table, bars, strip
from dashboards.reports.charts.figure import amount
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, days
from dashboards.reports.scope import Scope
from dashboards.reports.summary import Summary
from dashboards.reports.tally import Tally

PAGE = "overview"
SHOWN, LISTED = 8, 25
ENOUGH = 30


def reported_figure(scope: Scope, called: Names, found: Summary) -> Figure:
    """Most reported kinds with how they are handled."""
    rows = sorted(found.by_category.items(), key=lambda row: (-row[1]["opened"], row[0]))
    rows = [(category, tally) for category, tally in rows if tally["opened"]]
    total = found.total["opened"]
    drawing, finding = None, _("No request was opened in this period.")
    if rows:
        shown = [
            Bar(
                label=called.category(category),
                value=tally["opened"],
                href=scope.rows_href("opened", category=category),
            )
            for category, tally in rows[:SHOWN]
        ]
        three = sum(tally["opened"] for _category, tally in rows[:3])
        finding = _("%(category)s is reported most; the three largest kinds are %(share)s %% of all.") % {
            "category": shown[0].label,
            "share": amount(100 * three / total),
        }
        drawing = replace(
            bars(shown, headers=(_("Category"), _("Opened"))),
            table=_table(scope, called, rows[:LISTED]),
        )
    return make_figure(
        scope,
        PAGE,
        "most-reported",
        finding=finding,
        description=_("Requests opened, by category; the table says how each is handled."),
        definition=_(
            "Every request opened in the period, spam left out. On time: of first due dates in the period, those closed"
            " by then. Solved: of reporters who answered after a closing in the period, those who say so. Fewer than ten"
            " show no share."
        ),
        rows=total,
        rows_href=scope.rows_href("opened"),
        drawing=drawing,
        empty=_("Nothing to draw. Choose a longer period or fewer filters."),
    )


def _table(scope: Scope, called: Names, rows: list[tuple[int, Tally]]) -> Table:
    headers = (
        _("Category"),
        _("Opened"),
        _("Half closed in"),
        _("Nine of ten closed in"),
        _("On time"),
        _("On time and solved"),
        _("Solved, say residents"),
    )
    return Table(headers, tuple(_line(scope, called, category, tally) for category, tally in rows))


def _line(scope: Scope, called: Names, category: int, tally: Tally) -> tuple[Cell, ...]:
    few = _("too few") if tally["timely"] < TOO_FEW else ""
    return (
        text_cell(called.category(category)),
        count_cell(tally["opened"], scope.rows_href("opened", category=category)),
        days_cell(tally.median.value, none=few),
        days_cell(tally.p90.value, none=few),
        share_cell(tally.on_time, scope.rows_href("due", category=category, result="on_time")),
        share_cell(tally.on_time_and_solved, scope.rows_href("due", category=category, result="solved")),
        share_cell(tally.confirmed, scope.rows_href("answers", category=category, result="yes")),
    )


def slow_figure(scope: Scope, called: Names, found: Summary) -> Figure:
    """The kinds whose ninth of ten takes longest, among those with enough requests."""
    rows = [
        (category, tally)
        for category, tally in found.by_category.items()
        if tally["timely"] >= ENOUGH and tally.median.value is not None
    ]
    early = _("too early to say")
    rows.sort(key=lambda row: (-(row[1].p90.value or row[1].median.value or 0), row[0]))
    drawing, finding = None, _("Too few requests in this period to say which kinds take longest.")
    if rows:
        shown = [
            StripRow(
                label=called.category(category),
                median=tally.median,
                p90=tally.p90,
                href=scope.rows_href("timed", category=category),
            )
            for category, tally in rows[:SHOWN]
        ]
        first = rows[0][1]
        if first.p90.value is None:
            finding = _("%(category)s takes longest: half take %(days)s.") % {
                "category": shown[0].label,
                "days": days(first.median.value),
            }
        else:
            finding = _("%(category)s takes longest: one in ten takes more than %(days)s.") % {
                "category": shown[0].label,
                "days": days(first.p90.value),
            }
        headers = (_("Category"), _("Half closed in"), _("Nine of ten closed in"))
        table = Table(
            (
                _("Category"),
                _("Requests"),
                _("Half closed in"),
                _("95 % interval"),
                _("Nine of ten closed in"),
                _("95 % interval"),
            ),
            tuple(
                (
                    text_cell(called.category(category)),
                    count_cell(tally["timely"], scope.rows_href("timed", category=category)),
                    days_cell(tally.median.value),
                    days_range_cell(tally.median),
                    days_cell(tally.p90.value),
                    days_range_cell(tally.p90),
                )
                for category, tally in rows[:LISTED]
            ),
        )
        drawing = replace(strip(shown, headers=headers, unit=_("days"), early=early), table=table)
    rounded = _(" Ages of so many requests are read from sums and rounded to three percent.")
    return make_figure(
        scope,
        PAGE,
        "slowest",
        finding=finding,
        description=_("Days until half and nine of ten requests are closed, the slowest categories first."),
        definition=_(
            "Requests opened in the period that count for time, from the report to the closing in calendar days"
            " (Kaplan–Meier, open ones counted with the time they have waited), for kinds with at least thirty."
        )
        + (rounded if found.is_summed else ""),
        rows=found.total["timely"],
        rows_href=scope.rows_href("timed"),
        drawing=drawing,
        empty=_("No kind has thirty requests in this period."),
    )
