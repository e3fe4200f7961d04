"""Whether every part of the city is served alike: areas within the same kinds of requests, with intervals."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.area_numbers import confidence_for, members, shares_by_area, times_by_area
from dashboards.reports.charts import Figure
from dashboards.reports.content import Content, Drill, Note, Params, ReportPage, Rows, UnknownFigure
from dashboards.reports.drills import TIMELY, of_facts
from dashboards.reports.frames import frame, seconds
from dashboards.reports.kinds import all_areas, kinds_of_areas
from dashboards.reports.pages.areas.figures import on_time, time_to_close
from dashboards.reports.pages.areas.volume import volume, weekly
from dashboards.reports.scope import Scope

SLUG = "areas"
MOST_WEEKLY = 24
"""More areas than this have no line each."""


def build(scope: Scope) -> Content:
    """The page: one statement for what was due, one for what was opened.

    The coarsest kind of area has all figures, finer kinds have their punctuality and volume.
    """
    kinds = kinds_of_areas()
    if not kinds:
        return Content(
            notes=[Note(_("This city has no two areas of one kind, so nothing can be compared."))],
            notes_title=_("No areas"),
        )
    whole = all_areas(scope)
    due = frame(whole.due().filter(TIMELY), "category", "due_closed", "areas")
    opened = frame(whole.opened(), "created_at", "closed_at", "category", "is_timely", "areas")
    timed = opened.only(opened["is_timely"])
    figures: list[Figure] = []
    for at, kind in enumerate(kinds):
        confidence = confidence_for(len(kind.areas))
        inside = members(opened["areas"], kind.ids)
        shares = shares_by_area(due, members(due["areas"], kind.ids), confidence)
        figures.append(on_time(whole, kind, shares, len(due)))
        if at == 0:
            times = times_by_area(timed, seconds(scope.now), members(timed["areas"], kind.ids), confidence)
            figures.append(time_to_close(whole, kind, times, len(timed)))
        figures.append(volume(whole, kind, opened, inside))
        if at == 0 and len(kind.areas) <= MOST_WEEKLY and len(opened):
            figures.append(weekly(whole, kind, opened, inside))
    notes = []
    if scope.area is not None:
        notes.append(
            Note(_("The filter of one area is set aside on this page: it compares all areas."), "", "")
        )
    return Content(figures=figures, notes=notes, notes_title=_("About this page"))


def _outside(scope: Scope, params: Params) -> Rows:
    """Requests that lie in no area of the kind asked for."""
    for kind in kinds_of_areas():
        if kind.kind == params.result:
            return of_facts(scope, scope.opened().exclude(areas__overlap=kind.ids))
    raise UnknownFigure(params.result)


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Areas and equity"),
    lead=gettext_lazy("Whether every part of the city is served alike, the same kinds of requests compared."),
    build=build,
    drills={
        "outside": Drill(
            titles={"": gettext_lazy("Opened in the period, outside all areas of this kind")},
            explanation=gettext_lazy(
                "Requests without a point on the map, or with a point in none of the areas. Spam is left out."
            ),
            find=_outside,
        )
    },
)
