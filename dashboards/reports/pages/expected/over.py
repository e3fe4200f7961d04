"""Whether what residents were told came true, by month of the report and by how long a time was told."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.reports.cells import NOTHING, day_cell, text_cell
from dashboards.reports.charts import Figure, Point, Table, line
from dashboards.reports.expected_numbers import LENGTHS, Kept, by_length, told_numbers
from dashboards.reports.names import percent
from dashboards.reports.pages.expected.base import Estimates, kept_bars, share_of, told_headers, told_line
from dashboards.reports.spans import cut, spans

BAND_WORDS = (
    gettext_lazy("1 day"),
    gettext_lazy("2–3 days"),
    gettext_lazy("4–7 days"),
    gettext_lazy("8–30 days"),
    gettext_lazy("Over 30 days"),
)


def month_figure(estimates: Estimates) -> Figure:
    """Nine of ten by month of the report, with the half in the table."""
    found = [
        (part, told_numbers(mine, estimates.now))
        for part, mine in cut(estimates.rows, spans(estimates.scope, monthly=True))
    ]
    drawing = None
    if not estimates.total.is_thin:
        points = []
        for part, each in found:
            share = share_of(each.p90)
            href = part.scope.rows_href("expected", result="kept_p90")
            points.append(
                Point(day=part.day, value=None, usual=90)
                if share is None
                else Point(
                    day=part.day,
                    value=share.value * 100,
                    lower=share.lower * 100,
                    upper=share.upper * 100,
                    href=href,
                    usual=90,
                )
            )
        drawing = line(
            points,
            headers=(
                _("Month of the report"),
                _("Closed by the time for nine of ten, %"),
                _("95 % interval"),
            ),
            none=NOTHING,
            usual=_("as told: 90 %"),
            monthly=True,
        )
        table = tuple(told_line(day_cell(part.day, pattern="F Y"), each, part.scope) for part, each in found)
        drawing = replace(drawing, table=Table(told_headers(_("Month of the report")), table))
    clear = [each for _part, each in found if (c := each.p90.calibration) and c.direction < 0]
    return estimates.figure(
        "came-true-by-month",
        ngettext(
            "In %(n)s month residents were clearly told too short a time.",
            "In %(n)s months residents were clearly told too short a time.",
            len(clear),
        )
        % {"n": len(clear)}
        if clear
        else _("In no month were residents clearly told too short a time."),
        _("Share closed by the time told for nine of ten, by month of the report. It should be 90 %."),
        drawing,
    )


def length_figure(estimates: Estimates) -> Figure:
    """P50 and P90 by how long a time was told: short ones suffer most from whole days."""
    found = by_length(estimates.rows, estimates.now)
    drawing = None
    if not estimates.total.is_thin:
        rows = [
            (str(word), each, f"-{band}") for band, word, each in zip(LENGTHS, BAND_WORDS, found, strict=True)
        ]
        href = estimates.scope.rows_href
        drawing = kept_bars(
            [
                (label, each.median, href("expected", result="kept_p50" + ending))
                for label, each, ending in rows
            ]
        )
        table = tuple(
            told_line(text_cell(label), each, estimates.scope, ending=ending) for label, each, ending in rows
        )
        drawing = replace(drawing, table=Table(told_headers(_("Time told for half")), table))
    long = [each.median for each in found[1:]]
    kept, n = sum(each.kept for each in long), sum(each.n for each in long)
    whole = share_of(Kept(kept, n, 0.5))
    finding = _("Too few were told more than one day to judge longer times.")
    if whole:
        words = _("Told two days or more for half: %(share)s were closed by then.")
        finding = words % {"share": percent(whole)}
    return estimates.figure(
        "came-true-by-length",
        finding,
        _(
            "Share closed by the time told for half, by its length. It should be 50 %; one day is rounded up most."
        ),
        drawing,
    )
