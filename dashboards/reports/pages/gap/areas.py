"""Where fewer people report the same problems: a map and a table of areas."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from dashboards.reports.cells import count_cell, text_cell
from dashboards.reports.charts import Figure, MapArea, choropleth, outlines_of
from dashboards.reports.charts.figure import Cell, amount
from dashboards.reports.gap_numbers import Reporting
from dashboards.reports.kinds import KindOfArea
from dashboards.reports.making import make_figure
from dashboards.reports.pages.areas.figures import percent_of
from dashboards.reports.pages.areas.words import about_intervals, listed, too_few
from dashboards.reports.pages.gap.words import definition, delay_cell
from dashboards.reports.scope import Scope

SLUG = "gap"


def by_kind(scope: Scope, kind: KindOfArea, found: Mapping[int, Reporting], rows: int) -> Figure:
    """Further reports of those expected, by area; `rows` are the incidents in all."""
    uid = f"{kind.kind}-gap"
    known = {pk: each.ratio.value for pk, each in found.items() if each.ratio is not None}
    quiet = [f"{each.name} ({percent_of(known[each.pk])})" for each in kind.areas if found[each.pk].side < 0]
    return make_figure(
        scope,
        SLUG,
        uid,
        finding=_area_finding(kind, len(known), quiet),
        description=_(
            "Further reports in percent of those expected, by area. Less than 100 % means fewer people report."
        ),
        definition=definition()
        + " "
        + _(
            "Expected are as many as the same kinds of incidents have in all areas; the interval allows for incidents that"
            " many people report."
        )
        + " "
        + about_intervals(),
        rows=rows,
        rows_href=scope.rows_href("incidents"),
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
        delay_cell(found.delay_days, is_known=found.rate is not None),
        count_cell(found.reports),
        count_cell(found.again, scope.rows_href("incidents", area=area, result="again")),
        count_cell(found.incidents, scope.rows_href("incidents", area=area)),
    )


def _area_finding(kind: KindOfArea, known: int, quiet: list[str]) -> str:
    if known < 2:
        return _("%(kind)s: too few incidents to say where people report less.") % {"kind": kind.label}
    if quiet:
        return _("Fewer people report the same problems here than elsewhere: %(areas)s. Go and look.") % {
            "areas": listed(quiet)
        }
    return _("%(kind)s: no area reports less than the others beyond chance.") % {"kind": kind.label}
