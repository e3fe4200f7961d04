"""How requests ended, and whether that lasted."""

from __future__ import annotations

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic311.lib.statistics import TOO_FEW, wilson
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Card, Content, Drill, Params, ReportPage, Rows
from dashboards.reports.drills import of_closings, one_of
from dashboards.reports.frames import Frame, frame, seconds
from dashboards.reports.names import names, percent, percent_range
from dashboards.reports.outcome_numbers import (
    COUNTED,
    INCIDENT,
    NOTHING_DONE,
    REOPENED_SOON,
    SET_ASIDE,
    Reopening,
    among,
    by_outcome,
    narrowed,
    reopening,
    settled,
)
from dashboards.reports.pages.outcomes.ended import PARTS, by_category, by_kind, dead_ends
from dashboards.reports.pages.outcomes.reopened import reopened_by_category, reopened_by_department
from dashboards.reports.pages.outcomes.slug import SLUG
from dashboards.reports.scope import Scope
from requests_app.workflow import Outcome


def build(scope: Scope) -> Content:
    """The page, from one frame of the closings of the period."""
    closings = frame(
        scope.closings().filter(INCIDENT),
        "closed_at",
        "reopened_at",
        "category",
        "department",
        "outcome",
        "is_success",
    )
    aside = among(closings["outcome"], SET_ASIDE)
    if aside:
        outcomes = closings["outcome"]
        closings = closings.only((outcomes != Outcome.DUPLICATE) & (outcomes != Outcome.WITHDRAWN))
    called, now = names(), seconds(scope.now)
    return Content(
        cards=_cards(scope, closings, reopening(closings, now)),
        notes=dead_ends(scope, called, closings),
        notes_title=_("Where requests end with nothing done"),
        figures=[
            by_category(scope, called, closings, aside),
            by_kind(scope, closings, aside),
            reopened_by_department(scope, called, closings),
            reopened_by_category(scope, called, closings),
        ],
    )


def _cards(scope: Scope, closings: Frame, again: Reopening) -> list[Card]:
    n = len(closings)
    solved = wilson(int(closings["is_success"].sum()), n)
    nothing = wilson(among(closings["outcome"], NOTHING_DONE), n)
    interval = _("95 %% interval: %(range)s")
    few = n < TOO_FEW
    thin = _("%(n)s closings")
    return [
        Card(
            _("Solved"),
            percent(solved),
            scope.rows_href("closings", result="success"),
            thin % {"n": amount(n)} if few else interval % {"range": percent_range(solved)},
            "#ended",
            few,
        ),
        Card(
            _("Nothing found, declined or no access"),
            percent(nothing),
            scope.rows_href("closings", result="nothing"),
            thin % {"n": amount(n)} if few else interval % {"range": percent_range(nothing)},
            "#ended",
            few,
        ),
        Card(
            _("Reopened within 30 days"),
            percent(again.share),
            scope.rows_href("reopened", result="reopened"),
            _("too early to say for %(n)s") % {"n": amount(again.early)}
            if again.closings < TOO_FEW
            else interval % {"range": percent_range(again.share)},
            "#reopened-by-department",
            again.closings < TOO_FEW,
        ),
    ]


def _closings(scope: Scope, params: Params) -> Rows:
    return of_closings(scope, narrowed(scope, params, scope.closings().filter(one_of(params, ENDINGS))))


def _reopened(scope: Scope, params: Params) -> Rows:
    old, young = settled(scope), ~settled(scope)
    states = by_outcome({"": old, "reopened": old & REOPENED_SOON, "early": young})
    found = scope.closings().filter(COUNTED & one_of(params, states))
    return of_closings(scope, narrowed(scope, params, found))


ENDINGS: dict[str, Q] = {
    "": COUNTED,
    **by_outcome({"success": COUNTED & Q(is_success=True)}),
    "not_success": COUNTED & Q(is_success=False),
    "nothing": COUNTED & Q(outcome__in=NOTHING_DONE),
    "set_aside": INCIDENT & Q(outcome__in=SET_ASIDE),
    **{f"part-{part.name}": COUNTED & Q(outcome__in=part.outcomes) for part in PARTS},
    **{each.value: INCIDENT & Q(outcome=each) for each in Outcome if each != Outcome.SPAM},
}
"""The closings each printed number counts."""

PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Outcomes and reopening"),
    lead=gettext_lazy("How requests end, and whether that lasts. Closing is not fixing."),
    build=build,
    drills={
        "closings": Drill(
            titles={
                "": gettext_lazy("Closed in the period"),
                "success": gettext_lazy("Closed as solved"),
                "not_success": gettext_lazy("Closed without being solved"),
                "nothing": gettext_lazy("Closed with nothing found, declined or no access"),
                "set_aside": gettext_lazy("Closed as duplicates, or withdrawn"),
                **{f"part-{part.name}": part.label for part in PARTS},
                **{each.value: each.label for each in Outcome},
                **{
                    f"success-{each.value}": format_lazy(
                        "{} · {}", gettext_lazy("Closed as solved"), each.label
                    )
                    for each in Outcome
                },
            },
            explanation=gettext_lazy(
                "One line for each closing: a request closed twice has two. Reports that follow another one are left"
                " out, and so is spam."
            ),
            find=_closings,
        ),
        "reopened": Drill(
            titles={
                "": gettext_lazy("Closed at least 30 days ago"),
                "reopened": gettext_lazy("Reopened within 30 days"),
                "early": gettext_lazy("Closed less than 30 days ago"),
                **{
                    f"{state}-{each.value}": format_lazy("{} · {}", words, each.label)
                    for state, words in (
                        ("", gettext_lazy("Closed at least 30 days ago")),
                        ("reopened", gettext_lazy("Reopened within 30 days")),
                    )
                    for each in Outcome
                },
            },
            explanation=gettext_lazy(
                "One line for each closing in the period. A closing counts once it is 30 days old. Duplicates,"
                " withdrawn ones and reports that follow another one are left out."
            ),
            find=_reopened,
        ),
    },
)
