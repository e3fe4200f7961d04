"""The figures of the volume page that follow time: weeks in their band, what changed, hours of the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import Band
from dashboards.reports.cells import band_cell, count_cell, number_cell, text_cell
from dashboards.reports.charts import Bar, Figure, Point, Table, bars, heat, line
from dashboards.reports.charts.figure import amount, span
from dashboards.reports.charts.heat import DAYS, HOURS, hour_words
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names
from dashboards.reports.scope import Comparison, Scope
from dashboards.reports.storms import storm_marks
from dashboards.reports.volume_numbers import Volume
from dashboards.reports.weekly import CategoryChange, Weekly

SLUG = "volume"
MOST_CHANGES = 10
FEW_A_WEEK = 20
"""Bands that end below it are told to tenths, lest 4 be beyond "0 – 4"."""
ROOM_FOR_WORDS = 1.5
"""The longest bar or band takes so much less of the width than usual: its words are longer than a number."""


def band_words(band: Band) -> str:
    """The ends of a band, in whole requests, or in tenths where these are few."""
    decimals = 0 if band.upper >= FEW_A_WEEK else 1
    return span(round(band.lower, decimals), round(band.upper, decimals), decimals)


def level_words(value: float) -> str:
    """A median week: whole, or a half between two."""
    return amount(value, 0 if float(value).is_integer() else 1)


def weeks_figure(scope: Scope, counted: Volume, found: Weekly) -> Figure:
    """Requests opened by week, in the band of the same weeks in earlier years."""
    points = [
        Point(
            day=monday,
            value=int(n),
            lower=band.lower if band else None,
            upper=band.upper if band else None,
            usual=usual,
            href=scope.rows_href("opened", week=monday),
        )
        for monday, n, band, usual in zip(
            found.weeks, found.total.tolist(), found.season.bands, found.usual, strict=True
        )
    ]
    cut = counted.total() - counted.total("whole")
    left_out = ngettext(
        "One request of weeks that the period cuts, or of the present week, is left out.",
        "%(n)s requests of weeks that the period cuts, or of the present week, are left out.",
        cut,
    ) % {"n": amount(cut)}
    usual = _("The year before") if scope.comparison == Comparison.LAST else _("Middle of earlier years")
    has_usual = any(point.usual is not None for point in points)
    drawing = None
    if points:
        drawing = line(
            points,
            headers=(_("Week of"), _("Opened"), _("Usual band")),
            usual=usual if has_usual else "",
            marks=storm_marks(scope),
        )
    return make_figure(
        scope,
        SLUG,
        "weeks",
        finding=_weeks_finding(scope, found),
        description=_("Requests opened in each whole week, and the band of the same weeks in earlier years."),
        definition=_(
            "Requests opened from Monday to Sunday in the city's time. The band holds 95 of 100 weeks like those of "
            "earlier years: the same week and its two neighbors, of at most five years, by median and median "
            "deviation; fewer than four earlier weeks give none. A week is beyond it by chance now and then. Declared "
            "storms are hatched."
        ),
        rows=counted.total("whole"),
        rows_href=scope.rows_href("opened", result="whole"),
        excluded=left_out if cut else "",
        excluded_href=scope.rows_href("opened", result="cut") if cut else "",
        drawing=drawing,
        empty=_("The period holds no whole week that is over. Choose a longer one."),
        lead=True,
    )


def _weeks_finding(scope: Scope, found: Weekly) -> str:
    if not found.weeks:
        return _("No whole week to show.")
    change = found.change
    if change is None:
        words = _("%(now)s requests come in a week. There are too few earlier weeks to compare with.")
        if scope.comparison == Comparison.NONE:
            words = _("%(now)s requests come in a week.")
        return words % {"now": level_words(float(np.median(found.total)))}
    place = {
        -1: _("Fewer requests than usual: %(now)s a week, against %(usual)s in earlier years."),
        0: _("As many requests as usual: %(now)s a week, against %(usual)s in earlier years."),
        1: _("More requests than usual: %(now)s a week, against %(usual)s in earlier years."),
    }[change.beyond]
    words = place % {"now": level_words(change.now), "usual": band_words(change.band)}
    beyond = sum(1 for place in found.season.beyond if place)
    if not beyond:
        return words
    weeks = ngettext(
        "One of %(weeks)s weeks is beyond its band.",
        "%(n)s of %(weeks)s weeks are beyond their band.",
        beyond,
    ) % {"n": beyond, "weeks": len(found.weeks)}
    return f"{words} {weeks}"


def changes_figure(scope: Scope, called: Names, counted: Volume, found: Weekly) -> Figure:
    """Categories whose median week lies beyond the usual band, the largest change first."""
    opened = dict(counted.by("category", "whole"))
    rows = tuple(
        (
            text_cell(called.category(each.category)),
            number_cell(each.change.now),
            number_cell(each.change.usual),
            band_cell(each.change.band.lower, each.change.band.upper),
            text_cell(_more_or_less(each)),
            count_cell(
                opened.get(each.category, 0),
                scope.rows_href("opened", category=each.category, result="whole"),
            ),
        )
        for each in found.changes
    )
    headers = (
        _("Category"),
        _("A week now"),
        _("Usual week"),
        _("Usual band"),
        _("Change"),
        _("Opened in whole weeks"),
    )
    shown = [
        Bar(
            label=called.category(each.category),
            value=each.change.now,
            lower=each.change.band.lower,
            upper=each.change.band.upper,
            text=_("%(now)s (usually %(usual)s)")
            % {"now": level_words(each.change.now), "usual": band_words(each.change.band)},
            href=scope.rows_href("opened", category=each.category, result="whole"),
        )
        for each in found.changes[:MOST_CHANGES]
    ]
    drawing = None
    if rows:
        longest = max(max(bar.value, bar.upper or 0) for bar in shown)
        picture = bars(shown, headers=headers[:2], limit=longest * ROOM_FOR_WORDS)
        drawing = replace(picture, table=Table(headers, rows))
    return make_figure(
        scope,
        SLUG,
        "changes",
        finding=_changes_finding(called, found),
        description=_("The median week of each category now; the thin line is its usual band."),
        definition=_(
            "The median of the whole weeks in the period, against the same weeks of earlier years, by category. Only "
            "categories beyond the band in which 95 of 100 unchanged ones lie; about one in twenty is beyond it by "
            "chance. The largest change in requests a week comes first."
        ),
        rows=counted.total("whole"),
        rows_href=scope.rows_href("opened", result="whole"),
        drawing=drawing,
        empty=_("Look at the weeks above for what earlier years there are."),
    )


def _changes_finding(called: Names, found: Weekly) -> str:
    if found.change is None:
        return _("Too few earlier weeks to say what changed.")
    if not found.changes:
        return _("No category is beyond its usual band.")
    first = found.changes[0]
    words = _("%(category)s changed most: %(now)s a week, against %(usual)s in earlier years.") % {
        "category": called.category(first.category),
        "now": level_words(first.change.now),
        "usual": band_words(first.change.band),
    }
    more = len(found.changes) - 1
    if not more:
        return words
    others = ngettext(
        "One more category is beyond its band.", "%(n)s more categories are beyond their band.", more
    ) % {"n": more}
    return f"{words} {others}"


def _more_or_less(each: CategoryChange) -> str:
    ratio = each.change.ratio
    if ratio is None:
        return _("new")
    sign = "+" if ratio >= 1 else "−"
    return f"{sign}{amount(abs(ratio - 1) * 100)}\u00a0%"


def hours_figure(scope: Scope, grid: Sequence[Sequence[int]]) -> Figure:
    """Requests opened by hour and weekday."""
    total = sum(map(sum, grid))
    drawing, finding = None, _("No request was opened in this period.")
    if total:
        hrefs = {
            (day, hour): scope.rows_href("opened", weekday=day, hour=hour)
            for day in range(DAYS)
            for hour in range(HOURS)
            if grid[day][hour]
        }
        drawing = heat(grid, headers=(_("Hour"), _("Total")), hrefs=hrefs)
        n, day, hour = max((grid[day][hour], -day, -hour) for day in range(DAYS) for hour in range(HOURS))
        late = sum(sum(row[:8]) + sum(row[17:]) if day < 5 else sum(row) for day, row in enumerate(grid))
        finding = _(
            "Most come on %(day)s at %(hour)s: %(n)s. %(late)s\u00a0%% come outside of 8 a.m. to 5 p.m. on weekdays."
        ) % {
            "day": WEEKDAYS[-day],
            "hour": hour_words(-hour),
            "n": amount(n),
            "late": amount(late * 100 / total),
        }
    return make_figure(
        scope,
        SLUG,
        "hours",
        finding=finding,
        description=_("Requests opened by weekday and hour; a darker field has more."),
        definition=_(
            "The time of the report on the clocks of the city, summer time included, whatever the channel. Spam is left "
            "out."
        ),
        rows=total,
        rows_href=scope.rows_href("opened"),
        drawing=drawing,
        empty=_("Nothing to draw. Choose a longer period or another department."),
        lead=True,
    )
