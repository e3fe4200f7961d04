"""A figure of a page, with the addresses of its files."""

from __future__ import annotations

from dashboards.reports.charts import Figure, Picture
from dashboards.reports.scope import Scope


def make_figure(
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
    empty: str = "",
    excluded: str = "",
    excluded_href: str = "",
    lead: bool = False,
) -> Figure:
    """The figure ``uid`` of the page with the slug ``page``; see `Figure` for the words."""
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
