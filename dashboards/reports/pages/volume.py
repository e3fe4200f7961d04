"""What comes in: by category, week, department and area, held against the same weeks of earlier years."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civic311.lib.statistics import TOO_FEW, wilson
from dashboards.queue.choices import catalogue
from dashboards.reports.cells import count_cell, part_cell, text_cell
from dashboards.reports.charts import Bar, Cell, Drawing, Figure, Table, bars
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Card, Content, Drill, Note, Params, ReportPage, Rows
from dashboards.reports.drills import TIMELY, in_week, of_facts, one_of
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, names, percent
from dashboards.reports.pages.volume_weeks import (
    SLUG,
    band_words,
    changes_figure,
    hours_figure,
    level_words,
    weeks_figure,
)
from dashboards.reports.scope import UNROUTED, Scope
from dashboards.reports.storms import storm_figure, storm_note
from dashboards.reports.volume_numbers import (
    NOWHERE,
    REPEATED,
    WITHDRAWN,
    Volume,
    at_hour,
    by_area,
    hours,
    volume,
)
from dashboards.reports.weekly import Weekly, in_whole_weeks, weekly
from departments.kinds import AreaKind

MOST_BARS = 12
MOST_NOTES = 3


def build(scope: Scope) -> Content:
    """The page: sums of what was opened, by week and kind, by hour and by area, and the weeks of earlier years."""
    called, counted = names(), volume(scope)
    week_by_week = weekly(scope, counted.by_week())
    figures = [
        weeks_figure(scope, counted, week_by_week),
        changes_figure(scope, called, counted, week_by_week),
        _by_category(scope, called, counted),
        hours_figure(scope, hours(scope)),
        _by_department(scope, called, counted),
        _by_area(scope, counted) if scope.area is None else None,
        storm_figure(scope, SLUG),
    ]
    return Content(
        cards=_cards(scope, counted, week_by_week),
        notes=_notes(scope, called, week_by_week),
        notes_title=_("What changed most"),
        figures=[figure for figure in figures if figure is not None],
    )


def _notes(scope: Scope, called: Names, found: Weekly) -> list[Note]:
    notes = []
    for each in found.changes[:MOST_NOTES]:
        words = _("%(category)s: %(now)s a week, usually %(usual)s.") % {
            "category": called.category(each.category),
            "now": level_words(each.change.now),
            "usual": band_words(each.change.band),
        }
        notes.append(Note(words, scope.rows_href("opened", category=each.category)))
    storm = storm_note(scope)
    return [*notes, storm] if storm else notes


def _cards(scope: Scope, counted: Volume, found: Weekly) -> list[Card]:
    total, change = counted.total(), found.change
    usual = _("no earlier years to compare with")
    if change is not None:
        usual = _("%(now)s a week; usually %(usual)s") % {
            "now": level_words(change.now),
            "usual": band_words(change.band),
        }
    cards = [Card(_("Opened"), amount(total), scope.rows_href("opened"), usual, "#weeks", not total)]
    for name, label in (("repeated", _("Already known")), ("withdrawn", _("Withdrawn"))):
        part = counted.total(name)
        share = wilson(part, total)
        cards.append(
            Card(
                label,
                percent(share),
                scope.rows_href("opened", result=name),
                _("%(part)s of %(whole)s requests") % {"part": amount(part), "whole": amount(total)},
                "#categories",
                share is None or share.n < TOO_FEW or not part,
            )
        )
    return cards


def _by_category(scope: Scope, called: Names, counted: Volume) -> Figure:
    total, pairs = counted.total(), counted.by("category")
    known, withdrawn = (dict(counted.by("category", name)) for name in ("repeated", "withdrawn"))
    shown = [
        Bar(label=called.category(pk), value=n, href=scope.rows_href("opened", category=pk))
        for pk, n in pairs
    ]
    headers = (_("Category"), _("Opened"), _("Share"), _("Already known"), _("Withdrawn"))
    rows = tuple(
        (
            text_cell(bar.label),
            count_cell(n, bar.href),
            part_cell(n, total),
            count_cell(known[pk], scope.rows_href("opened", category=pk, result="repeated")),
            count_cell(withdrawn[pk], scope.rows_href("opened", category=pk, result="withdrawn")),
        )
        for bar, (pk, n) in zip(shown, pairs, strict=True)
    )
    return make_figure(
        scope,
        SLUG,
        "categories",
        finding=_most(
            shown, total, _("%(name)s is reported most: %(n)s of %(total)s requests, %(share)s\u00a0%%.")
        ),
        description=_how_many(shown, _("Requests opened, by category.")),
        definition=_(
            "Every request opened in the period, by the time of the report, duplicates and withdrawn ones included. "
            "Already known: reports that follow the first one of the same problem, or were closed as duplicates. "
            "Spam is left out."
        ),
        rows=total,
        rows_href=scope.rows_href("opened"),
        drawing=_drawn(shown, headers, rows),
        empty=_nothing(),
    )


def _by_department(scope: Scope, called: Names, counted: Volume) -> Figure:
    total, pairs = counted.total(), counted.by("department")
    shown = [
        Bar(label=called.department(pk), value=n, href=scope.rows_href("opened", department=pk or UNROUTED))
        for pk, n in pairs
    ]
    rows = tuple(
        (text_cell(bar.label), count_cell(n, bar.href), part_cell(n, total))
        for bar, (_pk, n) in zip(shown, pairs, strict=True)
    )
    return make_figure(
        scope,
        SLUG,
        "departments",
        finding=_most(
            shown, total, _("%(name)s has most of them: %(n)s of %(total)s requests, %(share)s\u00a0%%.")
        ),
        description=_how_many(shown, _("Requests opened, by department.")),
        definition=_(
            "The same requests by the department that has them now, or had them last. Those sent on count with the one "
            "they were sent to."
        ),
        rows=total,
        rows_href=scope.rows_href("opened"),
        drawing=_drawn(shown, (_("Department"), _("Opened"), _("Share")), rows),
        empty=_nothing(),
    )


def _by_area(scope: Scope, counted: Volume) -> Figure:
    """Areas of one kind as bars; the table has every kind."""
    total, nowhere = counted.total(), counted.total("nowhere")
    known = {pk: (name, kind) for pk, name, kind in catalogue().areas}
    pairs = [(pk, n) for pk, n in by_area(scope) if pk in known]
    kinds = [known[pk][1] for pk, _n in pairs]
    labels = {each: text_cell(str(AreaKind(each).label)) for each in {*kinds}}
    kind = AreaKind.COUNCIL_DISTRICT.value
    if kind not in kinds and kinds:
        kind = kinds[0]
    shown = [
        Bar(label=known[pk][0], value=n, href=scope.rows_href("opened", area=pk))
        for pk, n in pairs
        if known[pk][1] == kind
    ]
    rows = tuple(
        (
            text_cell(known[pk][0]),
            labels[known[pk][1]],
            count_cell(n, scope.rows_href("opened", area=pk)),
            part_cell(n, total),
        )
        for pk, n in pairs
    )
    more = ngettext(
        "One more lies in no area of the map.", "%(n)s more lie in no area of the map.", nowhere
    ) % {"n": amount(nowhere)}
    return make_figure(
        scope,
        SLUG,
        "areas",
        finding=_most(
            shown, total, _("Most come from %(name)s: %(n)s of %(total)s requests, %(share)s\u00a0%%.")
        ),
        description=_how_many(shown, _("Requests opened, by area.")),
        definition=_(
            "The same requests by the place of the report. The bars show one kind of area, the table all of them; a "
            "place lies in one area of each kind. Large areas have more: the page of areas counts by residents and "
            "kind of request."
        ),
        rows=total,
        rows_href=scope.rows_href("opened"),
        excluded=more if nowhere else "",
        excluded_href=scope.rows_href("opened", result="nowhere") if nowhere else "",
        drawing=_drawn(shown, (_("Area"), _("Kind"), _("Opened"), _("Share")), rows),
        empty=_("None of these requests lies in an area of the map."),
    )


def _most(shown: list[Bar], total: int, words: str) -> str:
    if not shown:
        return _("No request was opened in this period.") if not total else _("No place is known.")
    return words % {
        "name": shown[0].label,
        "n": amount(shown[0].value),
        "total": amount(total),
        "share": amount(shown[0].value * 100 / total),
    }


def _drawn(shown: list[Bar], headers: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> Drawing | None:
    if not rows:
        return None
    return replace(bars(shown[:MOST_BARS], headers=(headers[0], headers[1])), table=Table(headers, rows))


def _how_many(shown: list[Bar], all_of_them: str) -> str:
    more = len(shown) - MOST_BARS
    if more <= 0:
        return all_of_them
    words = ngettext(
        "The %(most)s largest; one more is in the table.",
        "The %(most)s largest; %(more)s more are in the table.",
        more,
    ) % {"most": MOST_BARS, "more": more}
    return f"{all_of_them} {words}"


def _nothing() -> str:
    return _("Nothing to draw. Choose a longer period or another department.")


_RESULTS = {
    "": Q(),
    "repeated": REPEATED,
    "withdrawn": WITHDRAWN,
    "nowhere": NOWHERE,
    "timed": TIMELY,
    "again": Q(lead_id__isnull=True, repeats__gt=0),
}


def _opened(scope: Scope, params: Params) -> Rows:
    whole = in_whole_weeks(scope)
    found = scope.opened().filter(one_of(params, {**_RESULTS, "whole": whole, "cut": ~whole}))
    found = at_hour(scope, found, weekday=params.weekday, hour=params.hour)
    return of_facts(scope, in_week(scope, params, found))


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Volume"),
    lead=gettext_lazy("What comes in, and whether that is unusual."),
    build=build,
    drills={
        "opened": Drill(
            titles={
                "": gettext_lazy("Opened in the period"),
                "repeated": gettext_lazy("Reports of a problem that was known"),
                "withdrawn": gettext_lazy("Opened in the period and withdrawn"),
                "nowhere": gettext_lazy("Opened in the period, in no area of the map"),
                "timed": gettext_lazy("Opened in the period, first reports of a problem"),
                "again": gettext_lazy("Opened in the period and reported again"),
                "whole": gettext_lazy("Opened in the whole weeks of the period"),
                "cut": gettext_lazy("Opened in weeks the period cuts, or in the present one"),
            },
            explanation=gettext_lazy("By the time of the report. Spam is left out."),
            find=_opened,
        )
    },
)
