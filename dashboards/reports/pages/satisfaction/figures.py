"""Confirmed by residents: by week, by what the city said, by department and by category."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from django.utils.translation import gettext as _

from civic311.lib.statistics import TOO_FEW, wilson
from dashboards.reports.cells import count_cell, share_cell, share_range_cell, text_cell
from dashboards.reports.charts import Bar, Figure, Point, Table, line
from dashboards.reports.charts.figure import Cell, amount
from dashboards.reports.frames import Frame, seconds
from dashboards.reports.making import make_figure
from dashboards.reports.names import percent, percent_range
from dashboards.reports.outcome_numbers import Confirmed, confirmed
from dashboards.reports.pages.satisfaction.slug import SLUG
from dashboards.reports.scope import Scope, mondays, week_start
from dashboards.reports.share_bars import share_bar, share_bars
from requests_app.workflow import Outcome

MOST_BARS = 12
Group = tuple[str, Confirmed, Mapping[str, int]]
"""A name, what was said, and the parameters that narrow the list of answers to it."""


def by_week(scope: Scope, closings: Frame, said: Confirmed) -> Figure:
    """The north star by week of the closing."""
    starts = mondays(scope)
    edges = [seconds(week_start(scope, monday)) for monday in starts]
    week = np.searchsorted(edges, closings["closed_at"], side="right") - 1
    points, rows = [], []
    for index, monday in enumerate(starts):
        found = confirmed(closings.only(week == index))
        share = found.share if found.answered >= TOO_FEW else None
        href = scope.rows_href("answers", result="answered", week=monday)
        points.append(
            Point(
                day=monday,
                value=None if share is None else share.value * 100,
                lower=None if share is None else share.lower * 100,
                upper=None if share is None else share.upper * 100,
                href=href if found.answered else "",
            )
        )
        rows.append(found)
    drawing = None
    if said.answered >= TOO_FEW:
        picture = line(
            points,
            headers=(_("Week of"), _("Confirmed, in percent"), _("95 % interval")),
            none=_("too few"),
        )
        table = tuple(
            (old[0], *_said_cells(scope, found, {"week": point.day}))
            for old, point, found in zip(picture.table.rows, points, rows, strict=True)
        )
        drawing = replace(picture, table=Table((_("Week of"), *_said_headers()), table))
    return make_figure(
        scope,
        SLUG,
        "confirmed",
        finding=_overall_words(said),
        description=_(
            "Confirmed by residents, by week of the closing. A week with fewer than %(few)s answers is blank."
        )
        % {"few": amount(TOO_FEW)},
        definition=_(
            "Of closings in the period whose reporter answered, the share “yes, solved”. Each reporter counts, those of"
            " reports that follow another one too; the last answer before the next closing holds. Nobody is asked after"
            " duplicates, withdrawn and imported requests. This is a survey of the result: a survey of the call is not."
        ),
        rows=said.answered,
        rows_href=scope.rows_href("answers", result="answered"),
        drawing=drawing,
        empty=_("Too few residents answered to say more. Choose a longer period."),
        excluded=_("%(n)s could be asked and did not answer.") % {"n": amount(said.unanswered)}
        if said.unanswered
        else "",
        excluded_href=scope.rows_href("answers", result="unanswered"),
        lead=True,
    )


def _overall_words(said: Confirmed) -> str:
    if said.answered < TOO_FEW:
        return _("Too few residents answered: %(answered)s of %(asked)s that could be asked.") % {
            "answered": amount(said.answered),
            "asked": amount(said.asked),
        }
    words = _("%(share)s of residents who answered say it is solved; %(response)s of those asked answered.")
    return words % {"share": percent(said.share), "response": percent(said.response)}


def _said_headers() -> tuple[str, ...]:
    return (
        _("Could be asked"),
        _("Answered"),
        _("Response rate"),
        _("Solved"),
        _("Not solved"),
        _("Confirmed"),
        _("95 % interval"),
    )


def _said_cells(
    scope: Scope, said: Confirmed, at: Mapping[str, int | dt.date], suffix: str = ""
) -> tuple[Cell, ...]:
    def href(result: str) -> str:
        return scope.rows_href("answers", result=result + suffix, **at)

    return (
        count_cell(said.asked, href("")),
        count_cell(said.answered, href("answered")),
        share_cell(said.response),
        count_cell(said.yes, href("yes")),
        count_cell(said.no, href("no")),
        share_cell(said.share),
        share_range_cell(said.share),
    )


def by_what_the_city_says(scope: Scope, closings: Frame, said: Confirmed) -> Figure:
    """What the city chose at the closing against what the resident says of it."""
    claimed = confirmed(closings.only(closings["is_success"]))
    groups = [
        (str(Outcome(key).label), confirmed(group), f"-{key}") for key, group in closings.groups("outcome")
    ]
    groups = sorted([each for each in groups if each[1].asked], key=lambda each: (-each[1].answered, each[0]))
    finding = _("Too few residents answered to hold the outcomes against.")
    if claimed.answered >= TOO_FEW:
        words = _(
            "Where the city says solved, %(share)s of residents who answered say it is not (%(no)s of %(n)s)."
        )
        finding = words % {
            "share": percent(wilson(claimed.no, claimed.answered)),
            "no": amount(claimed.no),
            "n": amount(claimed.answered),
        }
    bars_of = [
        _bar(scope, label, found, result=f"yes{suffix}")
        for label, found, suffix in groups
        if found.answered >= TOO_FEW
    ]
    table = tuple(
        (text_cell(label), *_said_cells(scope, found, {}, suffix)) for label, found, suffix in groups
    )
    drawing = replace(share_bars(bars_of), table=Table((_("Outcome"), *_said_headers()), table))
    return make_figure(
        scope,
        SLUG,
        "by-outcome",
        finding=finding,
        description=_("Confirmed by residents, by the outcome the city chose, with the 95 % interval."),
        definition=_(
            "As above, by the outcome of the closing. The gap between what the city says and what the resident says is"
            " the finding: the link leads to closings with a success of their kind and the answer “not solved”."
        ),
        rows=claimed.no,
        rows_href=scope.rows_href("answers", result="gap"),
        drawing=drawing if bars_of else None,
        empty=_("No outcome has %(few)s answers. Choose a longer period.") % {"few": amount(TOO_FEW)},
    )


def _bar(scope: Scope, label: str, said: Confirmed, **at: int | str) -> Bar:
    return share_bar(label, said.yes, said.answered, scope.rows_href("answers", **at))


def by_group(scope: Scope, uid: str, header: str, groups: Iterable[Group], said: Confirmed) -> Figure:
    """By department or category, those with most answers first."""
    order = sorted([each for each in groups if each[1].asked], key=lambda each: (-each[1].answered, each[0]))
    large = [group for group in order if group[1].answered >= TOO_FEW]
    finding, drawing = _("Too few residents answered to compare."), None
    if len(large) == 1:
        finding = _overall_words(said)
    if len(large) > 1:
        label, low, _at = min(large, key=lambda each: each[1].yes / each[1].answered)
        finding = _(
            "Least often confirmed: %(name)s, %(share)s of %(n)s answers (95 %% interval %(range)s)."
        ) % {
            "name": label,
            "share": percent(low.share),
            "n": amount(low.answered),
            "range": percent_range(low.share),
        }
    if large:
        table = tuple((text_cell(label), *_said_cells(scope, found, at)) for label, found, at in order)
        drawing = replace(
            share_bars(
                [_bar(scope, label, found, result="yes", **at) for label, found, at in large[:MOST_BARS]]
            ),
            table=Table((header, *_said_headers()), table),
        )
    return make_figure(
        scope,
        SLUG,
        uid,
        finding=finding,
        description=_("Confirmed by residents, with the 95 % interval, the most answers first."),
        definition=(
            _(
                "As above. A department counts for what it closed itself. Those with fewer than %(few)s answers stand in"
                " the table only."
            )
            if uid == "by-department"
            else _("As above. Kinds with fewer than %(few)s answers stand in the table only.")
        )
        % {"few": amount(TOO_FEW)},
        rows=said.answered,
        rows_href=scope.rows_href("answers", result="answered"),
        drawing=drawing,
        empty=_("Nobody here has %(few)s answers. Choose a longer period.") % {"few": amount(TOO_FEW)},
    )
