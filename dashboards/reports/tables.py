"""Figures whose picture is a table, and figures with their files, for pages with many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from civic311.lib.statistics import wilson
from dashboards.reports.charts import Bar, Drawing, Figure, Picture, Table, bars
from dashboards.reports.charts.figure import amount
from dashboards.reports.charts.markup import table_markup
from dashboards.reports.names import percent
from dashboards.reports.scope import Scope

ROOM = 1.15
"""How much longer the scale is than the longest interval, for the words beside it on a small screen."""


@dataclass(frozen=True)
class TablePicture:
    """A table that is read as it stands, not folded away below a drawing."""

    table: Table

    def body(self, uid: str, finding: str, description: str) -> SafeString:
        """The description and the table in a region that scrolls."""
        hint = f'<p class="chart-hint" id="{escape(uid)}-desc">{escape(description)}</p>\n'
        return SafeString(hint + table_markup(self.table, finding))


def filed(
    scope: Scope,
    page: str,
    uid: str,
    *,
    finding: str,
    description: str,
    definition: str,
    rows: int,
    rows_href: str,
    drawing: Picture | None,
    empty: str,
    excluded: str = "",
    excluded_href: str = "",
    lead: bool = False,
) -> Figure:
    """A figure with the addresses of its files; what leaves nothing out links to nothing."""
    return Figure(
        uid=uid,
        finding=finding,
        description=description,
        definition=definition,
        rows=rows,
        rows_href=rows_href,
        csv_href=scope.file_href(page, uid, "csv"),
        xlsx_href=scope.file_href(page, uid, "xlsx"),
        drawing=drawing,
        empty=empty,
        excluded=excluded,
        excluded_href=excluded_href if excluded else "",
        lead=lead,
    )


def share_bar(label: str, part: int, n: int, href: str) -> Bar:
    """A share in percent with its 95 % interval and the number it rests on; a share of nothing leads nowhere.

    Raises ValueError for a share of no requests.
    """
    share = wilson(part, n)
    if share is None:
        raise ValueError("A bar needs requests to be a share of.")
    return Bar(
        label=label,
        value=share.value * 100,
        text=_("%(share)s of %(n)s") % {"share": percent(share), "n": amount(n)},
        href=href if part else "",
        lower=share.lower * 100,
        upper=share.upper * 100,
    )


def share_bars(rows: Sequence[Bar]) -> Drawing:
    """Bars of `share_bar`, scaled so that the longest interval stays inside the drawing. Its table is to be replaced."""
    return bars(
        rows, headers=("", ""), limit=ROOM * max([row.upper or row.value for row in rows], default=100)
    )
