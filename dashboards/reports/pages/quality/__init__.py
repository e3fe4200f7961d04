"""What may mislead in the figures: doubtful rows, where they come from, and how fresh the figures are."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy

from dashboards.reports.content import Content, Drill, Params, ReportPage, Rows, UnknownFigure
from dashboards.reports.drills import of_facts, one_of
from dashboards.reports.frames import frame
from dashboards.reports.pages.quality.cards import cards, freshness
from dashboards.reports.pages.quality.figures import by_category, by_doubt, by_source
from dashboards.reports.pages.quality.history import CHANGE_TITLES, corrections
from dashboards.reports.pages.quality.notes import quality_notes
from dashboards.reports.quality_numbers import ANY, CHANGES, EVERY_DOUBT, UNTIMELY, changed, having
from dashboards.reports.quality_words import WORDS
from dashboards.reports.scope import Scope
from requests_app.models.fact import UNTIMELY_DOUBTS, Doubt

__all__ = ["PAGE", "quality_notes"]

SLUG = "quality"
RESULTS = {
    "": having(EVERY_DOUBT),
    ANY: having(EVERY_DOUBT),
    UNTIMELY: having(UNTIMELY_DOUBTS),
    **{doubt.name.lower(): having(doubt) for doubt in Doubt},
}
IMPORTED = Q(request__is_imported=True)
ORIGINS = {
    "": Q(),
    "imported": IMPORTED,
    "made_here": ~IMPORTED,
    "imported_doubtful": IMPORTED & having(EVERY_DOUBT),
    "made_here_doubtful": ~IMPORTED & having(EVERY_DOUBT),
}


def build(scope: Scope) -> Content:
    """The page: one statement for what was opened, one for its corrections, two for how fresh the facts are."""
    opened = frame(scope.opened(), "category", "channel", "doubts", "request__is_imported")
    return Content(
        cards=cards(scope, opened, freshness()),
        figures=[
            by_doubt(scope, opened),
            *([by_category(scope, opened), by_source(scope, opened)] if opened["doubts"].any() else []),
            corrections(scope, len(opened)),
        ],
    )


def _quality(scope: Scope, params: Params) -> Rows:
    return of_facts(scope, scope.opened().filter(one_of(params, RESULTS)))


def _origin(scope: Scope, params: Params) -> Rows:
    return of_facts(scope, scope.opened().filter(one_of(params, ORIGINS)))


def _corrected(scope: Scope, params: Params) -> Rows:
    if params.result not in CHANGES:
        raise UnknownFigure(params.result)
    return of_facts(scope, changed(scope.opened(), params.result))


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Data quality"),
    lead=gettext_lazy("Which rows may mislead, and what the figures do with them."),
    build=build,
    drills={
        "quality": Drill(
            titles={
                "": gettext_lazy("Doubtful rows"),
                ANY: gettext_lazy("Doubtful rows"),
                UNTIMELY: gettext_lazy("Left out of figures of time"),
                **{doubt.name.lower(): words.title for doubt, words in WORDS.items()},
            },
            explanation=gettext_lazy("Of the requests opened in the period. Spam is left out."),
            find=_quality,
        ),
        "origin": Drill(
            titles={
                "": gettext_lazy("Opened in the period"),
                "imported": gettext_lazy("Imported from another system"),
                "made_here": gettext_lazy("Reported here"),
                "imported_doubtful": gettext_lazy("Imported from another system, doubtful"),
                "made_here_doubtful": gettext_lazy("Reported here, doubtful"),
            },
            explanation=gettext_lazy("Of the requests opened in the period. Spam is left out."),
            find=_origin,
        ),
        "corrected": Drill(
            titles={"": gettext_lazy("Corrected later"), **CHANGE_TITLES},
            explanation=gettext_lazy(
                "Of the requests opened in the period, whenever that happened. A correction that was taken back itself does not"
                " count. Spam is left out."
            ),
            find=_corrected,
        ),
    },
)
