"""Doubtful rows by doubt, by category, and by where they come from."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from civic311.lib.statistics import Share, wilson
from dashboards.reports.cells import count_cell, part_cell, share_cell, text_cell
from dashboards.reports.charts import Bar, Drawing, Figure, Table, bars
from dashboards.reports.charts.figure import Cell, amount
from dashboards.reports.frames import Frame
from dashboards.reports.names import names, percent
from dashboards.reports.quality_numbers import ANY, Doubted, by_column, counted, doubted
from dashboards.reports.quality_words import WORDS, is_untimely, told
from dashboards.reports.scope import Scope
from requests_app.workflow import Channel

PAGE = "quality"
MOST_BARS = 12


def _figure(
    scope: Scope,
    uid: str,
    *,
    finding: str,
    description: str,
    definition: str,
    rows: int,
    drawing: Drawing | None,
) -> Figure:
    return Figure(
        uid=uid,
        finding=finding,
        description=description,
        definition=definition,
        rows=rows,
        rows_href=scope.rows_href("opened"),
        csv_href=scope.file_href(PAGE, uid, "csv"),
        xlsx_href=scope.file_href(PAGE, uid, "xlsx"),
        drawing=drawing,
        empty=_("No row of this period is doubtful."),
    )


def by_doubt(scope: Scope, opened: Frame) -> Figure:
    """How many rows have each doubt, what it means, and whether their times are believed."""
    counts, total = counted(opened), len(opened)
    order = sorted(WORDS, key=lambda doubt: (-counts[doubt], doubt))
    hrefs = {doubt: scope.rows_href("quality", result=doubt.name.lower()) for doubt in order}
    chart = [
        Bar(label=str(WORDS[doubt].title), value=counts[doubt], href=hrefs[doubt])
        for doubt in order
        if counts[doubt]
    ]
    drawing, finding = None, _("No row of this period is doubtful.")
    if chart:
        headers = (
            _("Doubt"),
            _("Requests"),
            _("Share"),
            _("In figures of time"),
            _("What it means"),
        )
        rows = tuple(
            (
                text_cell(str(WORDS[doubt].title)),
                count_cell(counts[doubt], hrefs[doubt]),
                part_cell(counts[doubt], total),
                text_cell(_("left out") if is_untimely(doubt) else _("counted")),
                text_cell(str(WORDS[doubt].meaning)),
            )
            for doubt in order
        )
        drawing = replace(bars(chart, headers=headers[:2]), table=Table(headers, rows))
        finding = told(order[0], counts[order[0]])
    return _figure(
        scope,
        "doubts",
        finding=finding,
        description=_("Requests opened in the period, by what is doubtful about them."),
        definition=_(
            "Every request opened in the period, duplicates and withdrawn ones included; a row may have several doubts. Rows"
            " whose times can’t be believed are left out of every figure of time, the other doubts are only shown. Spam is"
            " left out."
        ),
        rows=total,
        drawing=drawing,
    )


def by_category(scope: Scope, opened: Frame) -> Figure:
    """The categories with most doubtful rows."""
    called = names()
    found = [(key, each) for key, each in by_column(opened, "category") if each.doubtful]
    chart = [
        Bar(
            label=called.category(key),
            value=each.doubtful,
            href=scope.rows_href("quality", category=key, result=ANY),
        )
        for key, each in found[:MOST_BARS]
    ]
    drawing, finding = None, _("No category has doubtful rows.")
    if chart:
        headers = (_("Category"), _("Doubtful"), _("Opened"), _("Share"), _("Most often"))
        rows = tuple(
            _row(
                called.category(key),
                each,
                scope.rows_href("quality", category=key, result=ANY),
                scope.rows_href("opened", category=key),
            )
            for key, each in found
        )
        drawing = replace(bars(chart, headers=headers[:2]), table=Table(headers, rows))
        top = found[0][1]
        finding = _("%(category)s has most doubtful rows: %(n)s of %(all)s.") % {
            "category": chart[0].label,
            "n": amount(top.doubtful),
            "all": amount(top.n),
        }
    return _figure(
        scope,
        "categories",
        finding=finding,
        description=_("Doubtful rows by category; at most %(most)s bars, all are in the table.")
        % {"most": MOST_BARS},
        definition=_("Requests opened in the period with at least one doubt, by category. Spam is left out."),
        rows=len(opened),
        drawing=drawing,
    )


def _row(label: str, each: Doubted, doubtful_href: str, href: str) -> tuple[Cell, ...]:
    return (
        text_cell(label),
        count_cell(each.doubtful, doubtful_href),
        count_cell(each.n, href),
        share_cell(wilson(each.doubtful, each.n)),
        text_cell("" if each.worst is None else str(WORDS[each.worst].title)),
    )


def _source_finding(shares: dict[str, Share | None]) -> str:
    here, imported = shares["made_here"], shares["imported"]
    if here is None and imported is None:
        return _("No request was opened in this period.")
    if imported is None:
        return _("All rows were reported here; doubtful are %(here)s.") % {"here": percent(here)}
    if here is None:
        return _("All rows were imported; doubtful are %(imported)s.") % {"imported": percent(imported)}
    return _("Doubtful are %(here)s of the rows reported here and %(imported)s of the imported ones.") % {
        "here": percent(here),
        "imported": percent(imported),
    }


def by_source(scope: Scope, opened: Frame) -> Figure:
    """Doubtful rows by origin (imported or reported here), then by channel."""
    imported = opened["request__is_imported"]
    rows, chart = [], []
    origins = (
        ("imported", _("Imported from another system"), imported),
        ("made_here", _("Reported here"), ~imported),
    )
    shares: dict[str, Share | None] = {}
    for name, label, marked in origins:
        each = doubted(opened.only(marked))
        shares[name] = wilson(each.doubtful, each.n)
        href = scope.rows_href("origin", result=f"{name}_doubtful")
        rows.append(_row(label, each, href, scope.rows_href("origin", result=name)))
        chart.append(Bar(label=label, value=each.doubtful, href=href if each.doubtful else ""))
    for key, each in by_column(opened, "channel"):
        label = str(Channel(key).label)
        href = scope.rows_href("quality", channel=key, result=ANY)
        rows.append(_row(label, each, href, scope.rows_href("opened", channel=key)))
        chart.append(Bar(label=label, value=each.doubtful, href=href if each.doubtful else ""))
    headers = (_("Where from"), _("Doubtful"), _("Opened"), _("Share"), _("Most often"))
    shown = [bar for bar in chart if bar.value]
    drawing = replace(bars(shown, headers=headers[:2]), table=Table(headers, tuple(rows)))
    return _figure(
        scope,
        "sources",
        finding=_source_finding(shares),
        description=_("Doubtful rows by where they come from: both origins first, then each channel."),
        definition=_(
            "Requests opened in the period with at least one doubt: imported from another system or reported here, then the"
            " same rows by channel. Spam is left out."
        ),
        rows=len(opened),
        drawing=drawing if opened["doubts"].any() else None,
    )
