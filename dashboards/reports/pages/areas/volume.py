"""How much comes in by area: for each 1,000 residents where their number is given, and week by week."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import TOO_FEW
from dashboards.reports.area_numbers import Members, by_week, outside
from dashboards.reports.cells import count_cell, part_cell, text_cell
from dashboards.reports.charts import Figure, MapArea, SmallSeries, choropleth, multiples, outlines_of
from dashboards.reports.charts.figure import Cell, amount
from dashboards.reports.frames import Frame, seconds
from dashboards.reports.kinds import KindOfArea, KnownArea
from dashboards.reports.making import make_figure
from dashboards.reports.pages.areas.words import too_few
from dashboards.reports.scope import Scope, mondays, week_start

PAGE = "areas"


def _per_thousand(each: KnownArea, n: int) -> float | None:
    return n * 1000 / each.residents if each.residents and n >= TOO_FEW else None


def volume(scope: Scope, kind: KindOfArea, opened: Frame, inside: Members) -> Figure:
    """Requests opened by area, and for each 1,000 residents where the city's pack gives them."""
    counts = {pk: len(rows) for pk, rows in inside.items()}
    elsewhere, uid = outside(opened["areas"], kind.ids), f"{kind.kind}-volume"
    areas, unknown = [], _("no population given")
    for each in kind.areas:
        n, href = counts[each.pk], scope.rows_href("opened", area=each.pk)
        rate = _per_thousand(each, n)
        residents = _residents_cell(each, unknown)
        if kind.has_residents:
            cells: tuple[Cell, ...] = (residents, count_cell(n, href), part_cell(n, len(opened)))
            value = rate
        else:
            cells, value = (residents, part_cell(n, len(opened))), float(n)
        areas.append(
            MapArea(
                pk=each.pk,
                label=each.name,
                short=each.short,
                value=value,
                href=href if n else "",
                cells=cells,
            )
        )
    if kind.has_residents:
        year = kind.counted
        people = _("Residents (%(year)s)") % {"year": year} if year else _("Residents")
        headers: tuple[str, ...] = (
            _("Area"),
            _("For 1,000 residents"),
            people,
            _("Opened"),
            _("Share"),
        )
        description = _("Requests opened for each 1,000 residents, by area.")
    else:
        headers = (_("Area"), _("Opened"), _("Residents"), _("Share"))
        description = _("Requests opened, by area. How many people live in each is not given.")
    return make_figure(
        scope,
        PAGE,
        uid,
        finding=_finding(kind, counts, len(opened)),
        description=description,
        definition=_(
            "Every request opened in the period, by the area of its place, duplicates and withdrawn ones included. Spam is"
            " left out. Numbers of reports are not numbers of problems: see the page “Reporting gap”."
        ),
        rows=len(opened),
        rows_href=scope.rows_href("opened"),
        excluded=ngettext(
            "%(n)s request lies in none of these areas, or has no place.",
            "%(n)s requests lie in none of these areas, or have no place.",
            elsewhere,
        )
        % {"n": amount(elsewhere)}
        if elsewhere
        else "",
        excluded_href=scope.rows_href("outside", result=kind.kind) if elsewhere else "",
        drawing=choropleth(
            areas,
            outlines_of(kind.kind),
            headers=headers,
            too_few=too_few(),
            words=_rate if kind.has_residents else amount,
        )
        if len(opened)
        else None,
        empty=_("No request was opened in this period."),
    )


def _rate(value: float) -> str:
    return amount(value, 1)


def _residents_cell(each: KnownArea, unknown: str) -> Cell:
    return text_cell(unknown) if each.residents is None else count_cell(each.residents)


def _finding(kind: KindOfArea, counts: dict[int, int], total: int) -> str:
    if not total:
        return _("%(kind)s: no request was opened in this period.") % {"kind": kind.label}
    rates = {
        each.name: rate for each in kind.areas if (rate := _per_thousand(each, counts[each.pk])) is not None
    }
    if len(rates) > 1:
        low, high = min(rates, key=rates.__getitem__), max(rates, key=rates.__getitem__)
        return _("From %(low)s reports for 1,000 residents in %(few)s to %(high)s in %(many)s.") % {
            "low": amount(rates[low], 1),
            "few": low,
            "high": amount(rates[high], 1),
            "many": high,
        }
    placed = [n for n in counts.values() if n]
    if not placed:
        return _("%(kind)s: no request lies in any area.") % {"kind": kind.label}
    return _(
        "%(kind)s: an area has %(low)s to %(high)s requests; without residents that says nothing of need."
    ) % {
        "kind": kind.label,
        "low": amount(min(counts.values())),
        "high": amount(max(placed)),
    }


def weekly(scope: Scope, kind: KindOfArea, opened: Frame, inside: Members) -> Figure:
    """What was opened in each area week by week, all on one scale."""
    columns, uid = mondays(scope), f"{kind.kind}-weeks"
    lines = by_week(opened["created_at"], [seconds(week_start(scope, day)) for day in columns], inside)
    series = [
        SmallSeries(
            label=each.name,
            values=lines[each.pk],
            href=scope.rows_href("opened", area=each.pk) if len(inside[each.pk]) else "",
            note=amount(len(inside[each.pk])),
        )
        for each in kind.areas
    ]
    return make_figure(
        scope,
        PAGE,
        uid,
        finding=_weekly_finding(kind, columns_of=len(columns), lines=lines),
        description=_("Requests opened in each week, by area."),
        definition=_(
            "Every request opened in the period, duplicates and withdrawn ones included, by area and by week from Monday"
            " to Sunday; the first and the last week may be cut by the period. Spam is left out."
        ),
        rows=len(opened),
        rows_href=scope.rows_href("opened"),
        drawing=multiples(series, columns, header=_("Area"), names=(_("Opened"), "")),
    )


def _weekly_finding(kind: KindOfArea, *, columns_of: int, lines: dict[int, tuple[float, ...]]) -> str:
    names = {each.pk: each.name for each in kind.areas}
    top, area = max(((max(values), pk) for pk, values in lines.items() if values), default=(0.0, 0))
    if not top:
        return _("No request lies in any area.")
    return ngettext(
        "The busiest week of an area in %(weeks)s week: %(n)s requests in %(area)s.",
        "The busiest week of an area in %(weeks)s weeks: %(n)s requests in %(area)s.",
        columns_of,
    ) % {"weeks": amount(columns_of), "n": amount(int(top)), "area": names[area]}
