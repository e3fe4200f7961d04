"""Sentences that more than one figure of time needs."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.reports.charts.figure import amount
from dashboards.reports.names import days
from dashboards.reports.timeliness_numbers import Ages

HOURS = 24
MINUTES = 60


def length(value: float | None) -> str:
    """A length of time in days, in the unit that people would use: minutes, hours or days."""
    if value is None or value >= 2:
        return days(value)
    hours = value * HOURS
    if hours >= 1:
        whole = round(hours)
        return ngettext("%(n)s hour", "%(n)s hours", whole) % {"n": amount(whole)}
    minutes = round(hours * MINUTES)
    if minutes < 1:
        return _("less than a minute")
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": amount(minutes)}


def set_aside(count: int) -> str:
    """What a figure of time leaves out."""
    if not count:
        return _(
            "Duplicates, reports that follow another one, withdrawn requests and impossible times are left out:"
            " here, none."
        )
    words = ngettext(
        "Left out: %(n)s request that is a duplicate, follows another report, was withdrawn, or has impossible times.",
        "Left out: %(n)s requests that are duplicates, follow another report, were withdrawn, or have impossible times.",
        count,
    )
    return words % {"n": amount(count)}


def closing_words(found: Ages) -> str:
    """By when half and nine of ten are closed."""
    if found.median.value is None:
        return _("It is too early to say how long half of these requests take.")
    if found.p90.value is None:
        words = _("Half are closed in %(median)s. It is too early to say when nine of ten are.")
        return words % {"median": days(found.median.value)}
    words = _("Half are closed in %(median)s, nine of ten in %(p90)s.")
    return words % {"median": days(found.median.value), "p90": days(found.p90.value)}
