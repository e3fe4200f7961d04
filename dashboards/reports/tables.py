"""Figures whose picture is a table, and figures with their files, for pages with many of them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from dashboards.reports.charts import Figure, Picture, Table
from dashboards.reports.charts.markup import table_markup
from dashboards.reports.scope import Scope


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
