"""What residents say: is it solved? The north star, with how many answered at all."""

from __future__ import annotations

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic311.lib.statistics import TOO_FEW, wilson
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Card, Content, Drill, Note, Params, ReportPage, Rows
from dashboards.reports.drills import of_closings, one_of
from dashboards.reports.frames import Frame, frame
from dashboards.reports.names import Names, names, percent, percent_range
from dashboards.reports.outcome_numbers import ANSWERED, ASKED, Confirmed, by_outcome, confirmed, narrowed
from dashboards.reports.pages.satisfaction.figures import Group, by_group, by_week, by_what_the_city_says
from dashboards.reports.pages.satisfaction.slug import SLUG
from dashboards.reports.scope import Scope
from requests_app.models import ClosingFact
from requests_app.workflow import Outcome

WORTH_SAYING = 3
"""A category with fewer denials is no finding."""


def build(scope: Scope) -> Content:
    """The page, from one frame of all closings of the period."""
    closings = frame(
        scope.closings(), "closed_at", "category", "department", "outcome", "is_success", "answer"
    )
    called, said = names(), confirmed(closings)
    departments: list[Group] = [
        (called.department(pk), confirmed(group), {"source": pk})
        for pk, group in closings.groups("department")
    ]
    categories: list[Group] = [
        (called.category(pk), confirmed(group), {"category": pk}) for pk, group in closings.groups("category")
    ]
    return Content(
        cards=_cards(scope, said),
        notes=_gap_notes(scope, called, closings),
        notes_title=_("The city says solved, residents say no"),
        figures=[
            by_week(scope, closings, said),
            by_what_the_city_says(scope, closings, said),
            by_group(scope, "by-department", _("Department"), departments, said),
            by_group(scope, "by-category", _("Category"), categories, said),
        ],
    )


def _cards(scope: Scope, said: Confirmed) -> list[Card]:
    few = said.answered < TOO_FEW
    answers = _("%(answered)s of %(asked)s answered") % {
        "answered": amount(said.answered),
        "asked": amount(said.asked),
    }
    interval = _("95 %% interval: %(range)s")
    return [
        Card(
            _("Confirmed by residents"),
            percent(said.share),
            scope.rows_href("answers", result="yes"),
            answers if few else interval % {"range": percent_range(said.share)},
            "#confirmed",
            few,
        ),
        Card(
            _("Answered when asked"),
            percent(said.response),
            scope.rows_href("answers", result="answered"),
            answers,
            "#confirmed",
            said.asked < TOO_FEW,
        ),
        Card(
            _("Said it is not solved"),
            amount(said.no),
            scope.rows_href("answers", result="no"),
            _("each of them is a request to look at again"),
            "#by-outcome",
        ),
    ]


def _gap_notes(scope: Scope, called: Names, closings: Frame) -> list[Note]:
    """Categories whose "solved" was denied most often; the most denials first."""
    solved = closings.only(closings["is_success"])
    notes = []
    for pk, group in solved.groups("category"):
        said = confirmed(group)
        if said.answered < TOO_FEW or said.no < WORTH_SAYING:
            continue
        words = _(
            "%(category)s: residents say no to %(share)s of %(n)s answered closings the city calls solved."
        )
        text = words % {
            "category": called.category(pk),
            "share": percent(wilson(said.no, said.answered)),
            "n": amount(said.answered),
        }
        href = scope.rows_href("answers", result="gap", category=pk)
        notes.append((said.no, Note(text, href, amount(said.no))))
    return [note for _no, note in sorted(notes, key=lambda pair: -pair[0])[:3]]


SOLVED, NOT_SOLVED = Q(answer=ClosingFact.Said.SOLVED), Q(answer=ClosingFact.Said.NOT_SOLVED)
STATES = {
    **by_outcome(
        {
            "": ASKED,
            "yes": SOLVED,
            "no": NOT_SOLVED,
            "answered": ANSWERED,
            "unanswered": ASKED & ~ANSWERED,
        }
    ),
    "gap": NOT_SOLVED & Q(is_success=True),
}
"""The closings each printed number counts."""
TITLES = {
    "": gettext_lazy("Reporters who could be asked"),
    "yes": gettext_lazy("The reporter says it is solved"),
    "no": gettext_lazy("The reporter says it is not solved"),
    "answered": gettext_lazy("The reporter answered"),
    "unanswered": gettext_lazy("The reporter did not answer"),
}


def _answers(scope: Scope, params: Params) -> Rows:
    return of_closings(scope, narrowed(scope, params, scope.closings().filter(one_of(params, STATES))))


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Confirmed by residents"),
    lead=gettext_lazy("Of those who answered, how many say it is solved: the city's own word is not enough."),
    build=build,
    drills={
        "answers": Drill(
            titles={
                **TITLES,
                **{
                    f"{name}-{each.value}": format_lazy("{} · {}", words, each.label)
                    for name, words in TITLES.items()
                    for each in Outcome
                },
                "gap": gettext_lazy("Closed as solved, and the reporter says it is not"),
            },
            explanation=gettext_lazy(
                "One line for each closing in the period; a request closed twice has two. Nobody is asked after"
                " duplicates, withdrawn and imported requests."
            ),
            find=_answers,
        )
    },
)
