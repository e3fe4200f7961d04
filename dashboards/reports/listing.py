"""A table as the picture of a figure, where a drawing would say no more."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from dashboards.reports.charts import Table
from dashboards.reports.charts.markup import table_markup


@dataclass(frozen=True)
class Listing:
    """A table that is shown as it is; no second one is folded away."""

    table: Table

    def body(self, uid: str, finding: str, description: str) -> SafeString:
        """What the table shows, then the table."""
        return SafeString(
            f'<p class="chart-hint" id="{escape(uid)}-desc">{escape(description)}</p>\n'
            f"{table_markup(self.table, finding)}"
        )
