"""Where problems are not reported: second and later reports as an estimate of how long a first one takes."""

from __future__ import annotations

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic311.lib.cached import cached
from dashboards.reports.area_numbers import confidence_for, members
from dashboards.reports.content import Content, Drill, Note, Params, ReportPage, Rows
from dashboards.reports.drills import TIMELY, of_facts, one_of
from dashboards.reports.frames import frame, seconds
from dashboards.reports.gap_numbers import Reporting, by_area, observed_days, of_rows
from dashboards.reports.kinds import all_areas, kinds_of_areas
from dashboards.reports.names import days as days_words
from dashboards.reports.pages.gap.areas import by_kind
from dashboards.reports.pages.gap.categories import by_category
from dashboards.reports.scope import Scope
from departments.models import Category

SLUG = "gap"
RESULTS = {"": Q(), "again": Q(repeats__gt=0)}


@cached(seconds=10)
def shared_categories() -> list[int]:
    """Categories of which one report can be the problem of several residents."""
    return [each.pk for each in Category.objects.all() if each.may_be_shared]


def _incidents_of() -> Q:
    return TIMELY & Q(category__in=shared_categories(), request__is_imported=False)


def build(scope: Scope) -> Content:
    """The page: one statement for the incidents opened in the period."""
    whole = all_areas(scope)
    incidents = frame(
        whole.opened().filter(_incidents_of()),
        "created_at",
        "closed_at",
        "category",
        "repeats",
        "areas",
    )
    days = observed_days(incidents, seconds(scope.now))
    everywhere = of_rows(incidents, days, np.arange(len(incidents)))
    figures = []
    for kind in kinds_of_areas():
        inside = members(incidents["areas"], kind.ids)
        found = by_area(incidents, days, inside, everywhere, confidence_for(len(kind.areas)))
        figures.append(by_kind(whole, kind, found, len(incidents)))
    figures.append(by_category(whole, incidents, days, everywhere))
    return Content(notes=_notes(scope, everywhere), notes_title=_("How to read this page"), figures=figures)


def _notes(scope: Scope, everywhere: Reporting) -> list[Note]:
    notes = []
    if everywhere.delay_days is not None:
        words = _(
            "A problem waits about %(delay)s for its first report, judged by how soon others report it again."
        )
        notes.append(Note(words % {"delay": days_words(everywhere.delay_days)}))
    notes.append(
        Note(
            _(
                "This assumes that second and later reports of a problem come as often as first ones. Nobody sees the"
                " problems that no one reports."
            )
        )
    )
    notes.append(
        Note(
            _(
                "Where few people report, go and look: inspect the area, leave flyers and door cards, ask its associations,"
                " and check that the form works in its languages."
            )
        )
    )
    if scope.area is not None:
        notes.append(Note(_("The filter of one area is set aside on this page: it compares all areas.")))
    return notes


def _incidents(scope: Scope, params: Params) -> Rows:
    return of_facts(scope, scope.opened().filter(_incidents_of() & one_of(params, RESULTS)))


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Reporting gap"),
    lead=gettext_lazy("Where problems wait because too few people report them."),
    build=build,
    drills={
        "incidents": Drill(
            titles={
                "": gettext_lazy("Incidents that neighbors could report again"),
                "again": gettext_lazy("Incidents that were reported again"),
            },
            explanation=gettext_lazy(
                "First reports of problems of a kind several people can see. Duplicates, withdrawn and imported requests and"
                " times nobody can believe are left out."
            ),
            find=_incidents,
        )
    },
)
