"""Words that both figures of the reporting gap share."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards.reports.cells import number_cell, text_cell
from dashboards.reports.charts.figure import Cell
from dashboards.reports.gap_numbers import WATCHED_DAYS
from dashboards.reports.pages.areas.words import too_few


def definition() -> str:
    """What is counted, and how a delay follows from it."""
    return _(
        "Incidents opened in the period of kinds a neighbor can see, with further reports (joined, supported, called in"
        " again) in their first %(days)s days while they were open. The rate of further reports is taken for the rate of"
        " first ones, so one divided by it is the mean delay (Liu, Bhandaram and Garg, Nature Computational Science,"
        " 2024). Duplicates, withdrawn and imported requests are left out."
    ) % {"days": WATCHED_DAYS}


def delay_cell(value: float | None, *, is_known: bool) -> Cell:
    """A delay in days; `is_known` tells a lack of second reports from too few incidents."""
    if value is None:
        return text_cell(_("no second report yet") if is_known else too_few())
    return number_cell(value)
