"""What each doubt about a row means, and whether its times are believed: the words of the page on data quality."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from dashboards.reports.charts.figure import amount
from requests_app.models.fact import UNTIMELY_DOUBTS, Doubt


@dataclass(frozen=True)
class Doubtful:
    """`title` for tables and lists, `counted` a sentence for `told`, `meaning` what to make of it."""

    title: Promise
    counted: Promise
    meaning: Promise


WORDS: dict[Doubt, Doubtful] = {
    Doubt.IMPOSSIBLE: Doubtful(
        gettext_lazy("Closed before it was opened"),
        ngettext_lazy(
            "%(n)s request was closed before it was opened.",
            "%(n)s requests were closed before they were opened.",
            "count",
        ),
        gettext_lazy("The source’s times are impossible. The row is kept as it came."),
    ),
    Doubt.AT_ONCE: Doubtful(
        gettext_lazy("Closed in the second it was opened"),
        ngettext_lazy(
            "%(n)s request was closed in the second it was opened.",
            "%(n)s requests were closed in the second they were opened.",
            "count",
        ),
        gettext_lazy("Mostly work written down after it was done, or a call that needed only an answer."),
    ),
    Doubt.MIDNIGHT: Doubtful(
        gettext_lazy("A date without a time of day"),
        ngettext_lazy(
            "%(n)s request has a date without a time of day.",
            "%(n)s requests have a date without a time of day.",
            "count",
        ),
        gettext_lazy(
            "Opened or closed at midnight exactly: the source knows the day, not the hour, or closed a batch."
        ),
    ),
    Doubt.PLACEHOLDER: Doubtful(
        gettext_lazy("A stand-in date"),
        ngettext_lazy("%(n)s request has a stand-in date.", "%(n)s requests have a stand-in date.", "count"),
        gettext_lazy("A date such as January 1, 1900, which only stands for “unknown”."),
    ),
    Doubt.DUE_BEFORE: Doubtful(
        gettext_lazy("Due before it was opened"),
        ngettext_lazy(
            "%(n)s request was due before it was opened.",
            "%(n)s requests were due before they were opened.",
            "count",
        ),
        gettext_lazy("A date nobody could keep. It still counts as late."),
    ),
    Doubt.FALLBACK: Doubtful(
        gettext_lazy("At a stand-in point"),
        ngettext_lazy(
            "%(n)s request is at a stand-in point.", "%(n)s requests are at a stand-in point.", "count"
        ),
        gettext_lazy(
            "The address was not found, and the source put the city’s middle instead. In no area and on no map."
        ),
    ),
    Doubt.NO_PLACE: Doubtful(
        gettext_lazy("Without a place"),
        ngettext_lazy("%(n)s request has no place.", "%(n)s requests have no place.", "count"),
        gettext_lazy("Neither address nor point. Right for questions, a hole in the map for repairs."),
    ),
    Doubt.DUPLICATE: Doubtful(
        gettext_lazy("A duplicate without its first report"),
        ngettext_lazy(
            "%(n)s duplicate does not name its first report.",
            "%(n)s duplicates do not name their first report.",
            "count",
        ),
        gettext_lazy(
            "Closed as a duplicate by itself. Join reports instead, so that they are closed together."
        ),
    ),
    Doubt.NOT_RECORDED: Doubtful(
        gettext_lazy("Closed without an outcome"),
        ngettext_lazy(
            "%(n)s request was closed without an outcome.",
            "%(n)s requests were closed without an outcome.",
            "count",
        ),
        gettext_lazy("Nobody knows what was done. Counts as closed, but never as solved."),
    ),
    Doubt.UNFLAGGED: Doubtful(
        gettext_lazy("Late, but the source does not say so"),
        ngettext_lazy(
            "%(n)s request is late, but its source does not say so.",
            "%(n)s requests are late, but their source does not say so.",
            "count",
        ),
        gettext_lazy("The source’s own word for late is blank. Our figures go by its dates."),
    ),
    Doubt.NO_CLOSING: Doubtful(
        gettext_lazy("Closed at a time nobody knows"),
        ngettext_lazy(
            "%(n)s request was closed at a time nobody knows.",
            "%(n)s requests were closed at a time nobody knows.",
            "count",
        ),
        gettext_lazy("The source says that it is closed, and not when."),
    ),
    Doubt.DUE_UNKNOWN: Doubtful(
        gettext_lazy("A stand-in due date"),
        ngettext_lazy(
            "%(n)s request has a stand-in due date.", "%(n)s requests have a stand-in due date.", "count"
        ),
        gettext_lazy(
            "Due in 1900 or decades ahead, or on a date that can’t be read. It never counts as late, and never as on time."
        ),
    ),
}
"""In the order of the page."""


def told(doubt: Doubt, n: int) -> str:
    """How many requests have a doubt, as a sentence."""
    return str(WORDS[doubt].counted % {"count": n, "n": amount(n)})


def is_untimely(doubt: Doubt) -> bool:
    """Whether rows with this doubt are left out of every figure of time."""
    return bool(doubt & UNTIMELY_DOUBTS)
