"""The doubts that affect a report most, for the overview."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Note
from dashboards.reports.quality_numbers import doubts_of
from dashboards.reports.quality_words import told
from dashboards.reports.scope import Scope
from requests_app.models.fact import Doubt


def quality_notes(scope: Scope, known: Mapping[Doubt, int] | None = None, most: int = 3) -> list[Note]:
    """At most `most` doubts about the requests opened in the period, the most frequent first, each with its rows.

    ``known`` are the counts where somebody has them; else one statement, which reads doubtful rows alone. An empty list
    where no row is doubtful.
    """
    counts = [(doubt, n) for doubt, n in (doubts_of(scope) if known is None else known).items() if n]
    counts.sort(key=lambda pair: (-pair[1], pair[0]))
    return [
        Note(
            text=told(doubt, n),
            href=scope.rows_href("quality", result=doubt.name.lower()),
            count=amount(n),
        )
        for doubt, n in counts[:most]
    ]
