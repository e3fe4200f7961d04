"""Where problems are not reported: second and later reports as an estimate of how long a first one takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civic311.lib.cached import cached
from civic311.lib.statistics import TOO_FEW, Floats, Rate
from dashboards.reports.area_numbers import confidence_for, members
from dashboards.reports.cells import count_cell, number_cell, text_cell
from dashboards.reports.charts import Bar, Figure, MapArea, Table, bars, choropleth, outlines_of
from dashboards.reports.charts.figure import Cell, Drawing, amount, span
from dashboards.reports.content import Content, Drill, Note, Params, ReportPage, Rows
from dashboards.reports.drills import TIMELY, of_facts, one_of
from dashboards.reports.frames import Frame, frame, seconds
from dashboards.reports.gap_numbers import WATCHED_DAYS, Reporting, by_area, observed_days, of_rows
from dashboards.reports.kinds import KindOfArea, all_areas, kinds_of_areas
from dashboards.reports.names import Names, names
from dashboards.reports.names import days as days_words
from dashboards.reports.pages.areas.figures import percent_of
from dashboards.reports.pages.areas.words import about_intervals, listed, too_few
from dashboards.reports.scope import Scope
from departments.models import Category

SLUG = "gap"
MOST_BARS = 12
RESULTS = {"": Q(), "again": Q(repeats__gt=0)}


@cached(seconds=10)
def shared_categories() -> list[int]:
    """Categories of which one report can be the problem of several residents."""
    return [each.pk for each in Category.objects.only("kind", "radius_m") if each.may_be_shared]


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
        figures.append(_by_area(whole, kind, found, len(incidents)))
    figures.append(_by_category(whole, incidents, days))
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


def _definition() -> str:
    return _(
        "Incidents opened in the period of kinds a neighbor can see, with further reports (joined, supported, called in"
        " again) in their first %(days)s days while they were open. The rate of further reports is taken for the rate of"
        " first ones, so one divided by it is the mean delay (Liu, Bhandaram and Garg, Nature Computational Science,"
        " 2024). Duplicates, withdrawn and imported requests are left out."
    ) % {"days": WATCHED_DAYS}


def _by_area(scope: Scope, kind: KindOfArea, found: Mapping[int, Reporting], rows: int) -> Figure:
    uid = f"{kind.kind}-gap"
    known = {pk: each.ratio.value for pk, each in found.items() if each.ratio is not None}
    quiet = [f"{each.name} ({percent_of(known[each.pk])})" for each in kind.areas if found[each.pk].side < 0]
    return Figure(
        uid=uid,
        finding=_area_finding(kind, len(known), quiet),
        description=_(
            "Further reports in percent of those expected, by area. Less than 100 % means fewer people report."
        ),
        definition=_definition()
        + " "
        + _(
            "Expected are as many as the same kinds of incidents have in all areas; the interval allows for incidents that"
            " many people report."
        )
        + " "
        + about_intervals(),
        rows=rows,
        rows_href=scope.rows_href("incidents"),
        csv_href=scope.file_href(SLUG, uid, "csv"),
        xlsx_href=scope.file_href(SLUG, uid, "xlsx"),
        drawing=choropleth(
            [
                MapArea(
                    pk=each.pk,
                    label=each.name,
                    short=each.short,
                    value=known.get(each.pk),
                    href=scope.rows_href("incidents", area=each.pk) if found[each.pk].incidents else "",
                    cells=_area_cells(scope, each.pk, found[each.pk]),
                )
                for each in kind.areas
            ],
            outlines_of(kind.kind),
            headers=(
                _("Area"),
                _("Further reports, of those expected"),
                _("Interval"),
                _("Verdict"),
                _("Days until a first report, same mix"),
                _("Further reports"),
                _("Reported again"),
                _("Incidents"),
            ),
            too_few=too_few(),
            words=percent_of,
        )
        if known
        else None,
        empty=_("Too few incidents in any area. Choose a longer period."),
    )


def _area_cells(scope: Scope, area: int, found: Reporting) -> tuple[Cell, ...]:
    ratio, verdict, interval = found.ratio, "", text_cell("")
    if ratio is not None:
        low, high = amount(round(ratio.lower * 100)), amount(round(ratio.upper * 100))
        interval = Cell(_("%(low)s–%(high)s\u00a0%%") % {"low": low, "high": high})
        verdict = {
            -1: _("fewer people report"),
            0: _("no difference beyond chance"),
            1: _("more people report"),
        }[found.side]
    return (
        interval,
        text_cell(verdict),
        _delay_cell(found.delay_days, is_known=found.rate is not None),
        count_cell(found.reports),
        count_cell(found.again, scope.rows_href("incidents", area=area, result="again")),
        count_cell(found.incidents, scope.rows_href("incidents", area=area)),
    )


def _delay_cell(value: float | None, *, is_known: bool) -> Cell:
    if value is None:
        return text_cell(_("no second report yet") if is_known else too_few())
    return number_cell(value)


def _area_finding(kind: KindOfArea, known: int, quiet: list[str]) -> str:
    if known < 2:
        return _("%(kind)s: too few incidents to say where people report less.") % {"kind": kind.label}
    if quiet:
        return _("Fewer people report the same problems here than elsewhere: %(areas)s. Go and look.") % {
            "areas": listed(quiet)
        }
    return _("%(kind)s: no area reports less than the others beyond chance.") % {"kind": kind.label}


def _by_category(scope: Scope, incidents: Frame, days: Floats) -> Figure:
    called, found = names(), []
    order = np.argsort(incidents["category"], kind="stable")
    keys, starts = np.unique(incidents["category"][order], return_index=True)
    for key, rows in zip(keys.tolist(), np.split(order, starts[1:]), strict=True):
        found.append((key, of_rows(incidents, days, rows)))
    found.sort(key=lambda pair: (-(pair[1].delay_days or 0), -pair[1].incidents, pair[0]))
    slow = [(key, each, each.delay_days) for key, each in found if each.delay_days is not None]
    chart = [
        Bar(
            label=called.category(key),
            value=delay,
            href=scope.rows_href("incidents", category=key),
            text=days_words(delay),
        )
        for key, _each, delay in slow[:MOST_BARS]
    ]
    drawing: Drawing | None = None
    if chart:
        headers = (
            _("Category"),
            _("Days until a first report"),
            _("Interval in days"),
            _("Further reports"),
            _("Reported again"),
            _("Incidents"),
        )
        rows_of_table = tuple(_category_row(scope, called.category(key), key, each) for key, each in found)
        drawing = replace(bars(chart, headers=headers[:2]), table=Table(headers, rows_of_table))
    return Figure(
        uid="categories",
        finding=_category_finding(called, slow),
        description=_("Estimated days until somebody reports a problem, by category; at most %(most)s bars.")
        % {"most": MOST_BARS},
        definition=_definition()
        + " "
        + _(
            "The interval is for the number of further reports (Garwood). Categories with fewer than %(few)s incidents show"
            " no figure."
        )
        % {"few": TOO_FEW},
        rows=len(incidents),
        rows_href=scope.rows_href("incidents"),
        csv_href=scope.file_href(SLUG, "categories", "csv"),
        xlsx_href=scope.file_href(SLUG, "categories", "xlsx"),
        drawing=drawing,
        empty=_("No kind of problem was reported again often enough to tell. Choose a longer period."),
    )


def _category_row(scope: Scope, label: str, key: int, each: Reporting) -> tuple[Cell, ...]:
    return (
        text_cell(label),
        _delay_cell(each.delay_days, is_known=each.rate is not None),
        _interval_cell(each.rate),
        count_cell(each.reports),
        count_cell(each.again, scope.rows_href("incidents", category=key, result="again")),
        count_cell(each.incidents, scope.rows_href("incidents", category=key)),
    )


def _interval_cell(rate: Rate | None) -> Cell:
    """The interval of a delay; open above where no second report was seen."""
    if rate is None:
        return text_cell("")
    if rate.delay_upper is None:
        return Cell(_("%(low)s or more") % {"low": amount(rate.delay_lower, 1)})
    return Cell(span(rate.delay_lower, rate.delay_upper, 1))


def _category_finding(called: Names, slow: list[tuple[int, Reporting, float]]) -> str:
    if not slow:
        return _("Too few problems were reported again to estimate a delay.")
    key, each, delay = slow[0]
    return ngettext(
        "%(category)s waits longest for a first report: about %(delay)s, from %(n)s further report.",
        "%(category)s waits longest for a first report: about %(delay)s, from %(n)s further reports.",
        each.reports,
    ) % {"category": called.category(key), "delay": days_words(delay), "n": amount(each.reports)}


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
