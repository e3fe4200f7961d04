"""How many closings did not last: reopened within 30 days, by department and by category."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import TOO_FEW
from dashboards.reports.cells import count_cell, share_cell, share_range_cell, text_cell
from dashboards.reports.charts import Bar, Figure, Table
from dashboards.reports.charts.figure import amount
from dashboards.reports.frames import Frame, seconds
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, percent, percent_range
from dashboards.reports.outcome_numbers import Reopening, reopening
from dashboards.reports.pages.outcomes.slug import SLUG
from dashboards.reports.scope import Scope
from dashboards.reports.share_bars import share_bar, share_bars

MOST_BARS = 12
Group = tuple[str, Reopening, dict[str, int]]
"""A name, its numbers, and the parameters that narrow the list to it."""


def reopened_by_department(scope: Scope, called: Names, closings: Frame) -> Figure:
    """By the department that closed, whoever has the request now."""
    groups = [
        (called.department(pk), reopening(group, seconds(scope.now)), {"source": pk})
        for pk, group in closings.groups("department")
    ]
    return _figure(
        scope, "reopened-by-department", _("Department"), _("no department stands out"), closings, groups
    )


def reopened_by_category(scope: Scope, called: Names, closings: Frame) -> Figure:
    """By category."""
    groups = [
        (called.category(pk), reopening(group, seconds(scope.now)), {"category": pk})
        for pk, group in closings.groups("category")
    ]
    return _figure(
        scope, "reopened-by-category", _("Category"), _("no category stands out"), closings, groups
    )


def _figure(scope: Scope, uid: str, header: str, nobody: str, closings: Frame, groups: list[Group]) -> Figure:
    everything = reopening(closings, seconds(scope.now))
    groups.sort(key=lambda group: (-group[1].closings, group[0]))
    large = [group for group in groups if group[1].closings >= TOO_FEW]
    drawing = None
    if large:
        drawing = replace(
            share_bars([_bar(scope, *group) for group in large[:MOST_BARS]]),
            table=Table(
                (
                    header,
                    _("Old enough to tell"),
                    _("Reopened within 30 days"),
                    _("Share reopened"),
                    _("95 % interval"),
                    _("Too early to tell"),
                ),
                tuple(
                    (
                        text_cell(label),
                        count_cell(found.closings, scope.rows_href("reopened", **at)),
                        count_cell(found.reopened, scope.rows_href("reopened", result="reopened", **at)),
                        share_cell(found.share),
                        share_range_cell(found.share),
                        count_cell(found.early, scope.rows_href("reopened", result="early", **at)),
                    )
                    for label, found, at in groups
                ),
            ),
        )
    return make_figure(
        scope,
        SLUG,
        uid,
        finding=_finding(everything, large, nobody),
        description=_(
            "Share of closings reopened within 30 days, with the 95 % interval, the most closings first."
        ),
        definition=_(
            "Of closings in the period that are at least 30 days old, the share reopened within 30 days, by residents"
            " or by staff. It counts for the department that closed, whoever has the request now."
        ),
        rows=everything.closings,
        rows_href=scope.rows_href("reopened"),
        drawing=drawing,
        empty=_("Fewer than %(few)s closings are old enough to tell. Choose an earlier period.")
        % {"few": amount(TOO_FEW)},
        excluded=ngettext(
            "Too early for one closing: it is younger than 30 days.",
            "Too early for %(n)s closings: they are younger than 30 days.",
            everything.early,
        )
        % {"n": amount(everything.early)}
        if everything.early
        else "",
        excluded_href=scope.rows_href("reopened", result="early"),
    )


def _bar(scope: Scope, label: str, found: Reopening, at: dict[str, int]) -> Bar:
    href = scope.rows_href("reopened", result="reopened", **at)
    return share_bar(label, found.reopened, found.closings, href)


def _finding(everything: Reopening, large: list[Group], nobody: str) -> str:
    if everything.closings < TOO_FEW:
        return _("Too few closings are old enough to tell how many were reopened.")
    share = everything.share
    high = [group for group in large if group[1].stands_out(everything, len(large))]
    if not high:
        return _("%(share)s of %(n)s closings were reopened within 30 days; %(nobody)s.") % {
            "nobody": nobody,
            "share": percent(share),
            "n": amount(everything.closings),
        }
    label, found, _at = max(high, key=lambda group: group[1].reopened)
    return _(
        "%(share)s of closings were reopened within 30 days. %(name)s stands out: %(high)s (%(range)s)."
    ) % {
        "share": percent(share),
        "name": label,
        "high": percent(found.share),
        "range": percent_range(found.share),
    }
