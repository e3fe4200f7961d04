"""How requests ended: the share of each outcome, by category and in all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civic311.lib.statistics import TOO_FEW, wilson
from dashboards.reports.cells import count_cell, part_cell, share_cell, share_range_cell, text_cell
from dashboards.reports.charts import Bar, Figure, ShareRow, Table, bars, shares
from dashboards.reports.charts.figure import Cell, amount
from dashboards.reports.content import Note
from dashboards.reports.frames import Frame, seconds
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, percent
from dashboards.reports.outcome_numbers import NOTHING_DONE, among, reopening, stands_out
from dashboards.reports.pages.outcomes.slug import SLUG
from dashboards.reports.scope import Scope
from requests_app.workflow import Outcome

MOST_BARS = 12
MOST_NOTES = 4


@dataclass(frozen=True)
class Part:
    """Outcomes that are one part of a bar; the table has each alone."""

    name: str
    label: Promise
    outcomes: tuple[Outcome, ...]


PARTS = (
    Part("done", gettext_lazy("Fixed or delivered"), (Outcome.FIXED, Outcome.DELIVERED)),
    Part("before", gettext_lazy("Solved already"), (Outcome.ALREADY_FIXED, Outcome.RESOLVED_BY_OTHERS)),
    Part("inspected", gettext_lazy("Inspected"), (Outcome.VIOLATION_FOUND, Outcome.NO_VIOLATION)),
    Part("answered", gettext_lazy("Information given"), (Outcome.INFORMATION_GIVEN,)),
    Part("not_found", gettext_lazy("Not found"), (Outcome.NOT_FOUND,)),
    Part("declined", gettext_lazy("Declined"), (Outcome.DECLINED,)),
    Part("no_access", gettext_lazy("No access"), (Outcome.NO_ACCESS,)),
    Part("other", gettext_lazy("Not ours, or not recorded"), (Outcome.NOT_OURS, Outcome.NOT_RECORDED)),
)
"""What successes can be comes first, then what left the problem where it was."""
COUNTED_OUTCOMES = tuple(outcome for part in PARTS for outcome in part.outcomes)


def by_category(scope: Scope, called: Names, closings: Frame, aside: int) -> Figure:
    """Outcomes of the largest categories as bars of 100 %; all of them, by each outcome, in the table."""
    groups = sorted(closings.groups("category"), key=lambda pair: (-len(pair[1]), pair[0]))
    n = len(closings)
    solved, nothing = int(closings["is_success"].sum()), among(closings["outcome"], NOTHING_DONE)
    finding, drawing = _("No request was closed in this period."), None
    if n:
        words = ngettext(
            "One closing: %(solved)s %% solved the problem, %(nothing)s %% found nothing or did nothing.",
            "Of %(n)s closings %(solved)s %% solved the problem. %(nothing)s %% ended with nothing found, declined or"
            " no access.",
            n,
        )
        finding = words % {
            "n": amount(n),
            "solved": amount(solved * 100 / n),
            "nothing": amount(nothing * 100 / n),
        }
        rows = [_share_row(scope, called.category(pk), pk, group) for pk, group in groups[:MOST_BARS]]
        picture = shares(
            rows, tuple(str(part.label) for part in PARTS), headers=(_("Category"), _("Closings"))
        )
        drawing = replace(picture, table=_outcome_table(scope, called, groups))
    more = len(groups) - MOST_BARS
    description = _(
        "Closings of each category by outcome. The share that solved the problem stands beside the name."
    )
    if more > 0:
        description = ngettext(
            "The %(most)s categories with most closings; one more is in the table. The share that solved the problem"
            " stands beside the name.",
            "The %(most)s categories with most closings; %(more)s more are in the table. The share that solved the"
            " problem stands beside the name.",
            more,
        ) % {"most": MOST_BARS, "more": more}
    return make_figure(
        scope,
        SLUG,
        "ended",
        finding=finding,
        description=description,
        definition=_(
            "Each closing in the period, by its time in the history; a request closed twice counts twice, reports that"
            " follow another one do not count. Solved: an outcome that is a success for the kind of category: fixed or"
            " solved by others for repairs, delivered for deliveries, an inspection made whatever it found, information"
            " given for questions."
        ),
        rows=n,
        rows_href=scope.rows_href("closings"),
        drawing=drawing,
        empty=_("Nothing was closed here. Choose a longer period or another department."),
        excluded=_aside_words(aside),
        excluded_href=scope.rows_href("closings", result="set_aside"),
        lead=True,
    )


def _aside_words(aside: int) -> str:
    if not aside:
        return ""
    words = ngettext(
        "One closing as a duplicate or withdrawn is left out.",
        "%(n)s closings as duplicates or withdrawn are left out.",
        aside,
    )
    return words % {"n": amount(aside)}


def _share_row(scope: Scope, label: str, category: int, group: Frame) -> ShareRow:
    solved = wilson(int(group["is_success"].sum()), len(group))
    return ShareRow(
        label=label,
        counts=tuple(among(group["outcome"], part.outcomes) for part in PARTS),
        hrefs=tuple(
            scope.rows_href("closings", result=f"part-{part.name}", category=category) for part in PARTS
        ),
        href=scope.rows_href("closings", category=category),
        note=_("%(share)s solved") % {"share": percent(solved)},
    )


def _outcome_table(scope: Scope, called: Names, groups: list[tuple[int, Frame]]) -> Table:
    found = {str(each) for _pk, group in groups for each in np.unique(group["outcome"])}
    columns = [each for each in COUNTED_OUTCOMES if each.value in found]
    rows = []
    for pk, group in groups:
        counts = dict(zip(*_counted(group), strict=True))
        solved = int(group["is_success"].sum())
        rows.append(
            (
                text_cell(called.category(pk)),
                count_cell(len(group), scope.rows_href("closings", category=pk)),
                count_cell(solved, scope.rows_href("closings", result="success", category=pk)),
                share_cell(wilson(solved, len(group))),
                *[
                    count_cell(
                        counts.get(each.value, 0), scope.rows_href("closings", result=each.value, category=pk)
                    )
                    for each in columns
                ],
            )
        )
    headers = (_("Category"), _("Closings"), _("Solved"), _("Share solved"), *[str(c.label) for c in columns])
    return Table(headers, tuple(rows))


def _counted(group: Frame) -> tuple[list[str], list[int]]:
    values, counts = np.unique(group["outcome"], return_counts=True)
    return values.tolist(), counts.tolist()


def by_kind(scope: Scope, closings: Frame, aside: int) -> Figure:
    """Each typed outcome: how often, how often a success, and how often it was reopened."""
    n, now = len(closings), seconds(scope.now)
    groups = {Outcome(key): group for key, group in closings.groups("outcome")}
    order = sorted(groups, key=lambda each: (-len(groups[each]), each.value))
    finding, drawing = _("No request was closed in this period."), None
    if order:
        finding = _(
            "“%(outcome)s” is the most frequent outcome: %(n)s of %(total)s closings, %(share)s %%."
        ) % {
            "outcome": order[0].label,
            "n": amount(len(groups[order[0]])),
            "total": amount(n),
            "share": amount(len(groups[order[0]]) * 100 / n),
        }
        picture = bars(
            [
                Bar(
                    label=str(each.label),
                    value=len(groups[each]),
                    href=scope.rows_href("closings", result=each.value),
                )
                for each in order
            ],
            headers=(_("Outcome"), _("Closings")),
        )
        headers = (
            _("Outcome"),
            _("Closings"),
            _("Share of closings"),
            _("Counted as solved"),
            _("Old enough to tell"),
            _("Reopened within 30 days"),
            _("Share reopened"),
            _("95 % interval"),
        )
        table = Table(headers, tuple(_outcome_row(scope, each, groups[each], n, now) for each in order))
        drawing = replace(picture, table=table)
    return make_figure(
        scope,
        SLUG,
        "outcomes",
        finding=finding,
        description=_("Closings by outcome, and how many of each were reopened."),
        definition=_(
            "Closings as above, by the outcome chosen at the closing. The same outcome is a success for one kind of"
            " category and not for another; closings younger than 30 days do not count for reopening."
        ),
        rows=n,
        rows_href=scope.rows_href("closings"),
        drawing=drawing,
        empty=_("Nothing was closed here. Choose a longer period or another department."),
        excluded=_aside_words(aside),
        excluded_href=scope.rows_href("closings", result="set_aside"),
    )


def _outcome_row(scope: Scope, outcome: Outcome, group: Frame, total: int, now: float) -> tuple[Cell, ...]:
    again = reopening(group, now)
    return (
        text_cell(str(outcome.label)),
        count_cell(len(group), scope.rows_href("closings", result=outcome.value)),
        part_cell(len(group), total),
        count_cell(
            int(group["is_success"].sum()), scope.rows_href("closings", result=f"success-{outcome.value}")
        ),
        count_cell(again.closings, scope.rows_href("reopened", result=f"-{outcome.value}")),
        count_cell(again.reopened, scope.rows_href("reopened", result=f"reopened-{outcome.value}")),
        share_cell(again.share),
        share_range_cell(again.share),
    )


def dead_ends(scope: Scope, called: Names, closings: Frame) -> list[Note]:
    """Categories that end with nothing done more often than the others, beyond chance; the largest first."""
    n, nothing = len(closings), among(closings["outcome"], NOTHING_DONE)
    groups = [(pk, group) for pk, group in closings.groups("category") if len(group) >= TOO_FEW]
    text = _("%(category)s: %(share)s of %(n)s closings ended with nothing found, declined or no access.")
    notes = []
    for pk, group in groups:
        mine = among(group["outcome"], NOTHING_DONE)
        if stands_out(mine, len(group), nothing, n, len(groups)):
            words = text % {
                "category": called.category(pk),
                "share": percent(wilson(mine, len(group))),
                "n": amount(len(group)),
            }
            href = scope.rows_href("closings", result="nothing", category=pk)
            notes.append((mine, Note(words, href, amount(mine))))
    return [note for _mine, note in sorted(notes, key=lambda pair: -pair[0])[:MOST_NOTES]]
