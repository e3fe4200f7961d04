"""Whether what residents were told came true: overall and by category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from dashboards.reports.cells import count_cell, share_cell, share_range_cell, text_cell
from dashboards.reports.charts import Cell, Figure, Picture, Table
from dashboards.reports.expected_numbers import ToldNumbers, told_numbers
from dashboards.reports.listing import Listing
from dashboards.reports.names import Names, percent
from dashboards.reports.pages.expected.base import (
    Estimates,
    kept_bars,
    share_of,
    told_headers,
    told_line,
    verdict,
)

MOST_BARS = 12


def overall_figure(estimates: Estimates) -> Figure:
    """P50 and P90 of everything."""
    total, drawing = estimates.total, None
    if not total.is_thin:
        pairs = (
            (_("Time told for half"), total.median, "p50"),
            (_("Time told for nine of ten"), total.p90, "p90"),
        )
        href = estimates.scope.rows_href
        drawing = kept_bars(
            [(label, kept, href("expected", result=f"kept_{name}")) for label, kept, name in pairs]
        )
        headers = (
            _("Time told"),
            _("Should be closed"),
            _("Can be judged"),
            _("Closed by then"),
            _("Not closed by then"),
            _("Share"),
            _("95 % interval"),
            _("Verdict"),
        )
        lines = []
        for label, kept, name in pairs:
            yes, no = (href("expected", result=f"{result}_{name}") for result in ("kept", "missed"))
            lines.append(
                (
                    text_cell(label),
                    Cell(_("%(value)s\u00a0%%") % {"value": round(kept.promised * 100)}, "", kept.promised),
                    count_cell(kept.n),
                    count_cell(kept.kept, yes),
                    count_cell(kept.missed, no),
                    share_cell(share_of(kept)),
                    share_range_cell(share_of(kept)),
                    text_cell(verdict(kept)),
                )
            )
        drawing = replace(drawing, table=Table(headers, tuple(lines)))
    return estimates.figure(
        "came-true",
        _finding(total),
        _("Share closed by the time told, with its 95 % interval. It should be 50 % and 90 %."),
        drawing,
    )


def _finding(total: ToldNumbers) -> str:
    half, most = share_of(total.median), share_of(total.p90)
    if most is None:
        words = _("%(half)s were closed by the time told for half. Of nine of ten it is too early to say.")
        return words % {"half": percent(half)}
    words = _("%(half)s were closed by the time told for half, %(most)s by that for nine of ten.")
    return words % {"half": percent(half), "most": percent(most)}


def category_figure(estimates: Estimates) -> Figure:
    """P50 and P90 by category; the drawing shows nine of ten."""
    scope, called = estimates.scope, estimates.called
    found = [(key, told_numbers(mine, estimates.now)) for key, mine in estimates.rows.groups("category")]
    found = sorted([pair for pair in found if pair[1].told], key=lambda pair: (-pair[1].told, pair[0]))
    drawing: Picture | None = None
    if not estimates.total.is_thin:
        shown = [pair for pair in found if share_of(pair[1].p90)][:MOST_BARS]
        lines = tuple(told_line(text_cell(called.category(key)), each, scope, key) for key, each in found)
        table = Table(told_headers(_("Category")), lines)
        picture = kept_bars(
            [
                (
                    called.category(key),
                    each.p90,
                    scope.rows_href("expected", category=key, result="kept_p90"),
                )
                for key, each in shown
            ]
        )
        drawing = replace(picture, table=table) if shown else Listing(table)
    return estimates.figure(
        "came-true-by-category",
        _category_finding(called, found),
        _("Share closed by the time told for nine of ten, by category, with its 95 % interval."),
        drawing,
    )


def _category_finding(called: Names, found: Sequence[tuple[int, ToldNumbers]]) -> str:
    judged = [
        (key, each.p90, each.p90.calibration) for key, each in found if each.p90.calibration is not None
    ]
    late = [(key, kept) for key, kept, verdict in judged if verdict.direction < 0]
    if not judged:
        return _("Too few times can be judged to compare categories.")
    if not late:
        return _("In no category were residents clearly told too short a time.")
    key, worst = max(late, key=lambda pair: pair[1].missed)
    words = _("Told too short: %(category)s, %(share)s closed by the time for nine of ten.")
    return words % {"category": called.category(key), "share": percent(share_of(worst))}
