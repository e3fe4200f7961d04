"""What comes in: by category, week, department and area, held against the same weeks of earlier years."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.reports.cells import count_cell, part_cell, text_cell
from dashboards.reports.charts import Bar, Figure, Table, bars
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Content, Drill, Params, ReportPage, Rows
from dashboards.reports.drills import in_week, of_facts
from dashboards.reports.frames import Frame, frame
from dashboards.reports.names import Names, names
from dashboards.reports.scope import Scope

SLUG = "volume"
MOST_BARS = 12


def build(scope: Scope) -> Content:
    """The page: one statement for what was opened, one for the weeks of earlier years."""
    opened = frame(scope.opened(), "created_at", "category", "department")
    return Content(figures=[_by_category(scope, names(), opened)])


def _by_category(scope: Scope, called: Names, opened: Frame) -> Figure:
    keys, counts = np.unique(opened["category"], return_counts=True)
    pairs = sorted(zip(keys.tolist(), counts.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    total = len(opened)
    shown = [
        Bar(label=called.category(pk), value=n, href=scope.rows_href("opened", category=pk))
        for pk, n in pairs
    ]
    finding, drawing = _("No request was opened in this period."), None
    if shown:
        words = _("%(category)s is reported most: %(n)s of %(total)s requests, %(share)s %%.")
        finding = words % {
            "category": shown[0].label,
            "n": amount(pairs[0][1]),
            "total": amount(total),
            "share": amount(pairs[0][1] * 100 / total),
        }
        table = tuple(
            (text_cell(bar.label), count_cell(n, bar.href), part_cell(n, total))
            for bar, (_pk, n) in zip(shown, pairs, strict=True)
        )
        drawing = replace(
            bars(shown[:MOST_BARS], headers=(_("Category"), _("Opened"))),
            table=Table((_("Category"), _("Opened"), _("Share")), table),
        )
    more = len(shown) - MOST_BARS
    description = _("Requests opened, by category.")
    if more > 0:
        description = ngettext(
            "The %(most)s largest categories; one more is in the table.",
            "The %(most)s largest categories; %(more)s more are in the table.",
            more,
        ) % {"most": MOST_BARS, "more": more}
    return Figure(
        uid="categories",
        finding=finding,
        description=description,
        definition=_(
            "Every request opened in the period, duplicates and withdrawn ones included. Spam is left out."
        ),
        rows=total,
        rows_href=scope.rows_href("opened"),
        csv_href=scope.file_href(SLUG, "categories", "csv"),
        xlsx_href=scope.file_href(SLUG, "categories", "xlsx"),
        drawing=drawing,
        empty=_("Nothing to draw. Choose a longer period or another department."),
    )


def _opened(scope: Scope, params: Params) -> Rows:
    return of_facts(scope, in_week(scope, params, scope.opened()))


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Volume"),
    lead=gettext_lazy("What comes in, and whether that is unusual."),
    build=build,
    drills={
        "opened": Drill(
            titles={"": gettext_lazy("Opened in the period")},
            explanation=gettext_lazy("By the time of the report. Spam is left out."),
            find=_opened,
        )
    },
)
