"""What had to be corrected after the report: category, department, place, and steps taken back."""

from __future__ import annotations

from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.cells import count_cell, part_cell, text_cell
from dashboards.reports.charts import Bar, Figure, Table, bars
from dashboards.reports.charts.figure import amount
from dashboards.reports.quality_numbers import changes_of
from dashboards.reports.scope import Scope

CHANGE_TITLES: dict[str, Promise] = {
    "recategorized": gettext_lazy("Category changed"),
    "rerouted": gettext_lazy("Sent to another department, or back"),
    "place_corrected": gettext_lazy("Place corrected"),
    "split": gettext_lazy("Split in two"),
    "parted": gettext_lazy("Wrongly joined with another report"),
    "undone": gettext_lazy("A step was taken back"),
}


def corrections(scope: Scope, opened: int) -> Figure:
    """How many of the requests opened in the period were corrected later; `opened` are all of them."""
    counts = changes_of(scope)
    order = sorted(CHANGE_TITLES, key=lambda name: -counts[name])
    hrefs = {name: scope.rows_href("corrected", result=name) for name in order}
    chart = [
        Bar(label=str(CHANGE_TITLES[name]), value=counts[name], href=hrefs[name])
        for name in order
        if counts[name]
    ]
    drawing, finding = None, _("Nothing had to be corrected.")
    if chart:
        headers = (_("Correction"), _("Requests"), _("Share"))
        rows = tuple(
            (
                text_cell(str(CHANGE_TITLES[name])),
                count_cell(counts[name], hrefs[name]),
                part_cell(counts[name], opened),
            )
            for name in order
        )
        drawing = replace(bars(chart, headers=headers[:2]), table=Table(headers, rows))
        finding = _("Most frequent correction: %(what)s (%(n)s of %(all)s requests).") % {
            "what": chart[0].label,
            "n": amount(counts[order[0]]),
            "all": amount(opened),
        }
    return Figure(
        uid="corrections",
        finding=finding,
        description=_("Requests opened in the period that were corrected later."),
        definition=_(
            "Requests opened in the period with such a step in their history, whenever it happened; each counts once a row. A"
            " correction that was taken back itself does not count. Figures use the category and department of today."
        ),
        rows=opened,
        rows_href=scope.rows_href("opened"),
        csv_href=scope.file_href("quality", "corrections", "csv"),
        xlsx_href=scope.file_href("quality", "corrections", "xlsx"),
        drawing=drawing,
        empty=_("No category, department or place was changed, and no step taken back."),
    )
