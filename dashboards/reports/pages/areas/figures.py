"""Punctuality and time to close by area, with the same mix of requests: maps and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from civic311.lib.statistics import Quantile, Standardised
from dashboards.reports.area_numbers import ShareOf, TimeOf
from dashboards.reports.cells import count_cell, days_cell, days_range_cell, share_cell, text_cell
from dashboards.reports.charts import Figure, MapArea, choropleth, outlines_of
from dashboards.reports.charts.figure import Cell, amount
from dashboards.reports.kinds import KindOfArea
from dashboards.reports.making import make_figure
from dashboards.reports.names import days
from dashboards.reports.pages.areas.words import about_intervals, listed, too_few
from dashboards.reports.scope import Scope

PAGE = "areas"


class Verdicts(NamedTuple):
    """The words of a table's verdicts, looked up once: a map has hundreds of areas."""

    worse: str
    better: str
    neither: str
    too_few: str


def _verdicts(worse: str, better: str) -> Verdicts:
    return Verdicts(worse, better, _("no difference beyond chance"), too_few())


def percent_of(value: float) -> str:
    """A share from 0 to 1 for people."""
    return _("%(value)s\u00a0%%") % {"value": amount(round(value * 100))}


def _sides(
    kind: KindOfArea, sides: Mapping[int, int], words: Callable[[int], str]
) -> tuple[list[str], list[str]]:
    """The areas served worse than all, and those served better, each with its figure."""
    worse: list[str] = []
    better: list[str] = []
    for each in kind.areas:
        if sides[each.pk]:
            (worse if sides[each.pk] < 0 else better).append(f"{each.name} ({words(each.pk)})")
    return worse, better


def _against(here: str, everywhere: str) -> str:
    return _("%(here)s against %(everywhere)s") % {"here": here, "everywhere": everywhere}


def _median_words(found: TimeOf) -> str:
    if found.same_mix is None or found.same_mix.value is None:
        return _("more than %(days)s") % {"days": days(found.seen_until)}
    return days(found.same_mix.value)


def _share_range(found: Standardised | None) -> Cell:
    if found is None:
        return text_cell("")
    return Cell(
        _("%(low)s–%(high)s\u00a0%%")
        % {"low": amount(round(found.lower * 100)), "high": amount(round(found.upper * 100))}
    )


def _ratio(value: float | None, said: Verdicts) -> Cell:
    return Cell(said.too_few) if value is None else Cell(percent_of(value), "", round(value, 4))


def _gap(side: int, said: Verdicts, *, is_known: bool) -> Cell:
    """The verdict in words, so that no color carries it alone."""
    if not is_known:
        return text_cell("")
    return text_cell(said.worse if side < 0 else said.better if side > 0 else said.neither)


def on_time(scope: Scope, kind: KindOfArea, shares: Mapping[int, ShareOf], rows: int) -> Figure:
    """The share on time by area with the mix of all; `rows` are the requests due in all."""
    known = {pk: each.same_mix.value for pk, each in shares.items() if each.same_mix is not None}
    worse, better = _sides(
        kind,
        {pk: each.side for pk, each in shares.items()},
        lambda pk: _against(percent_of(known[pk]), percent_of(shares[pk].everywhere or 0)),
    )
    said = _verdicts(_("less often on time"), _("more often on time"))
    uid = f"{kind.kind}-on-time"
    return make_figure(
        scope,
        PAGE,
        uid,
        finding=_on_time_finding(kind, len(known), worse, better),
        description=_("Share on time with the same mix of requests, by area."),
        definition=_(
            "Of requests whose first due date lies in the period, the share closed at that instant, by area. Each area"
            " is given the mix of categories of all areas (direct standardisation); “all areas” is the share in the"
            " categories this area has. Duplicates, withdrawn requests and times nobody can believe are left out."
        )
        + " "
        + about_intervals(),
        rows=rows,
        rows_href=scope.rows_href("due"),
        drawing=choropleth(
            [
                MapArea(
                    pk=each.pk,
                    label=each.name,
                    short=each.short,
                    value=known.get(each.pk),
                    href=scope.rows_href("due", area=each.pk) if shares[each.pk].n else "",
                    cells=_share_cells(scope, each.pk, shares[each.pk], said),
                )
                for each in kind.areas
            ],
            outlines_of(kind.kind),
            headers=(
                _("Area"),
                _("On time, same mix"),
                _("Interval"),
                _("All areas, same categories"),
                _("Verdict"),
                _("On time, as it was"),
                _("Due"),
            ),
            too_few=too_few(),
            words=percent_of,
        )
        if known
        else None,
        empty=_("Too few requests were due in any area. Choose a longer period or more categories."),
    )


def _share_cells(scope: Scope, area: int, found: ShareOf, said: Verdicts) -> tuple[Cell, ...]:
    return (
        _share_range(found.same_mix),
        _ratio(found.everywhere, said),
        _gap(found.side, said, is_known=found.same_mix is not None),
        share_cell(found.crude),
        count_cell(found.n, scope.rows_href("due", area=area)),
    )


def _on_time_finding(kind: KindOfArea, known: int, worse: Sequence[str], better: Sequence[str]) -> str:
    if known < 2:
        return _("%(kind)s: too few requests were due to compare areas.") % {"kind": kind.label}
    if worse and better:
        return _(
            "Less often on time than all areas with the same mix of requests: %(worse)s. More often: %(better)s."
        ) % {"worse": listed(worse), "better": listed(better)}
    if worse:
        return _("Less often on time than all areas with the same mix of requests: %(worse)s.") % {
            "worse": listed(worse)
        }
    if better:
        return _("More often on time than all areas with the same mix of requests: %(better)s.") % {
            "better": listed(better)
        }
    return _(
        "%(kind)s: with the same mix of requests, no area is on time more or less often beyond chance."
    ) % {"kind": kind.label}


def time_to_close(scope: Scope, kind: KindOfArea, times: Mapping[int, TimeOf], rows: int) -> Figure:
    """The median time to close by area with the mix of all; `rows` are the requests timed in all."""
    known = {
        pk: each.same_mix.value
        for pk, each in times.items()
        if each.same_mix is not None and each.same_mix.value is not None
    }
    worse, better = _sides(
        kind,
        {pk: each.side for pk, each in times.items()},
        lambda pk: _against(_median_words(times[pk]), days(times[pk].everywhere)),
    )
    said = _verdicts(_("later"), _("sooner"))
    uid = f"{kind.kind}-time"
    return make_figure(
        scope,
        PAGE,
        uid,
        finding=_time_finding(kind, len(known), worse, better),
        description=_("Median days to close with the same mix of requests, by area."),
        definition=_(
            "The time by which half of the requests opened in the period are closed, open ones counted as not closed yet"
            " (Kaplan–Meier), by area. Each area is given the mix of categories of all areas; “all areas” is the median in"
            " the categories this area has ten requests of. Duplicates, withdrawn requests and times nobody can believe"
            " are left out."
        )
        + " "
        + about_intervals(),
        rows=rows,
        rows_href=scope.rows_href("timed"),
        drawing=choropleth(
            [
                MapArea(
                    pk=each.pk,
                    label=each.name,
                    short=each.short,
                    value=known.get(each.pk),
                    href=scope.rows_href("timed", area=each.pk) if times[each.pk].n else "",
                    cells=_time_cells(scope, each.pk, times[each.pk], said),
                )
                for each in kind.areas
            ],
            outlines_of(kind.kind),
            headers=(
                _("Area"),
                _("Median, same mix"),
                _("Interval in days"),
                _("All areas, same categories"),
                _("Verdict"),
                _("Median, as it was"),
                _("Opened and timed"),
            ),
            too_few=_("too few, or too early to say"),
            words=days,
        )
        if known
        else None,
        empty=_(
            "Too few requests in any area, or too early to say. Choose a longer period or more categories."
        ),
    )


def _time_cells(scope: Scope, area: int, found: TimeOf, said: Verdicts) -> tuple[Cell, ...]:
    crude = found.crude or Quantile(None, None, None)
    return (
        days_range_cell(found.same_mix or Quantile(None, None, None)),
        days_cell(found.everywhere, none=said.too_few if found.same_mix is None else ""),
        _gap(found.side, said, is_known=found.same_mix is not None and found.everywhere is not None),
        days_cell(crude.value, none=said.too_few if found.crude is None else ""),
        count_cell(found.n, scope.rows_href("timed", area=area)),
    )


def _time_finding(kind: KindOfArea, known: int, worse: Sequence[str], better: Sequence[str]) -> str:
    if known < 2:
        return _("%(kind)s: too few requests, or too early, to compare times.") % {"kind": kind.label}
    if worse and better:
        return _("Half are closed later than in all areas, like for like: %(worse)s. Sooner: %(better)s.") % {
            "worse": listed(worse),
            "better": listed(better),
        }
    if worse:
        return _("Half are closed later than in all areas, like for like: %(worse)s.") % {
            "worse": listed(worse)
        }
    if better:
        return _("Half are closed sooner than in all areas, like for like: %(better)s.") % {
            "better": listed(better)
        }
    return _("%(kind)s: with the same mix of requests, no area waits longer than others beyond chance.") % {
        "kind": kind.label
    }
