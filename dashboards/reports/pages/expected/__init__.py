"""What residents are told about the time it takes, and how often that came true."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.content import Card, Content, Drill, Params, ReportPage, Rows
from dashboards.reports.drills import in_week, of_facts, one_of
from dashboards.reports.expected_numbers import COLUMNS, LENGTHS, Kept
from dashboards.reports.frames import frame
from dashboards.reports.names import names, percent
from dashboards.reports.pages.expected.base import SLUG, Estimates, share_of, verdict
from dashboards.reports.pages.expected.kept import category_figure, overall_figure
from dashboards.reports.pages.expected.over import BAND_WORDS, length_figure, month_figure
from dashboards.reports.pages.expected.told import told_figure
from dashboards.reports.scope import Scope
from requests_app.queries import calibration

TITLES = {
    "": gettext_lazy("Told a time that can be judged"),
    "told": gettext_lazy("Told a time that can be judged"),
    "given": gettext_lazy("Told a time"),
    "pending": gettext_lazy("Told a time that is not over yet"),
    "kept_p50": gettext_lazy("Closed by the time told for half"),
    "missed_p50": gettext_lazy("Not closed by the time told for half"),
    "kept_p90": gettext_lazy("Closed by the time told for nine of ten"),
    "missed_p90": gettext_lazy("Not closed by the time told for nine of ten"),
}
BY_LENGTH = ("told", "kept_p50", "missed_p50", "kept_p90", "missed_p90")
"""Lists that exist for each band of `LENGTHS` too, as "told-0"."""


def results(now: dt.datetime) -> dict[str, Q]:
    """The condition of each list at ``now``."""
    found = {
        "": calibration.told(now),
        "told": calibration.told(now),
        "given": calibration.GIVEN,
        "pending": calibration.pending(now),
        "kept_p50": calibration.kept("median_days", now),
        "missed_p50": calibration.missed("median_days", now),
        "kept_p90": calibration.kept("p90_days", now),
        "missed_p90": calibration.missed("p90_days", now),
    }
    for band, (least, most) in LENGTHS.items():
        length = Q(median_days__gte=least, median_days__lte=most)
        found |= {f"{name}-{band}": found[name] & length for name in BY_LENGTH}
    return found


def build(scope: Scope) -> Content:
    """The page: one statement for what was opened, two for the times in force."""
    called = names()
    opened = frame(scope.opened(), "category", "department", *COLUMNS)
    estimates = Estimates(scope, opened, called)
    return Content(
        cards=_cards(scope, estimates),
        figures=[
            overall_figure(estimates),
            told_figure(scope, called, opened),
            category_figure(estimates),
            month_figure(estimates),
            length_figure(estimates),
        ],
    )


def _cards(scope: Scope, estimates: Estimates) -> list[Card]:
    return [
        _card(scope, _("Closed by the time for half"), estimates.total.median, "kept_p50"),
        _card(scope, _("Closed by the time for nine of ten"), estimates.total.p90, "kept_p90"),
    ]


def _card(scope: Scope, label: str, kept: Kept, result: str) -> Card:
    found = share_of(kept)
    note = _("should be %(share)s\u00a0%%: %(verdict)s") % {
        "share": round(kept.promised * 100),
        "verdict": verdict(kept),
    }
    return Card(
        label=label,
        value=percent(found),
        href=scope.rows_href("expected", result=result),
        note=note if found else _("too early, or too few"),
        anchor="#came-true",
        is_thin=found is None,
    )


def _find(scope: Scope, params: Params) -> Rows:
    return of_facts(scope, in_week(scope, params, scope.opened()).filter(one_of(params, results(scope.now))))


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Expected time"),
    lead=gettext_lazy("What residents are told, and how often it comes true."),
    build=build,
    drills={
        "expected": Drill(
            titles={
                **TITLES,
                **{
                    f"{name}-{band}": format_lazy(
                        "{} · {} {}", TITLES[name], gettext_lazy("for half:"), BAND_WORDS[band]
                    )
                    for name in BY_LENGTH
                    for band in LENGTHS
                },
            },
            explanation=gettext_lazy(
                "By the time of the report. A time can be judged twelve weeks after it was told, when it is over."
            ),
            find=_find,
        )
    },
)
