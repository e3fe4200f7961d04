"""What is open, how old it is and what it waits for; what came in and what was finished, by week."""

from __future__ import annotations

import re

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.backlog_numbers import (
    BIN_NAMES,
    OLD_BANDS,
    WAITING,
    Backlog,
    Flow,
    age_q,
    backlog,
    bin_q,
    flow,
    reopenings,
    waits,
    with_wait,
)
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Card, Content, Drill, Params, ReportPage, Rows, UnknownFigure
from dashboards.reports.drills import DAY, of_closings, of_facts
from dashboards.reports.names import names
from dashboards.reports.pages.backlog_flow import flow_figure, level_figure, signed
from dashboards.reports.pages.backlog_open import (
    SLUG,
    ages_figure,
    categories_figure,
    clocks_figure,
    departments_figure,
    oldest_figure,
    waits_figure,
)
from dashboards.reports.scope import Scope, week_start
from requests_app.workflow import Status

BAND_ENDS: tuple[int | None, ...] = (None, 7, 30, 90, 365, None)
"""Where the age bands begin and end, in days."""
WAIT_KEY = re.compile(r"wait-([0-9a-f]{12})")


def build(scope: Scope) -> Content:
    """The page: what is open in three statements, what came and went in four more."""
    called, found, moved = names(), backlog(scope), flow(scope)
    figures = [
        ages_figure(scope, found),
        departments_figure(scope, called, found),
        flow_figure(scope, moved),
        *([level_figure(scope, moved, moved.open_at_end)] if moved.open_at_end else []),
        waits_figure(scope, found, waits(scope)),
        clocks_figure(scope, called, found),
        categories_figure(scope, called, found),
        oldest_figure(scope, called, found),
    ]
    return Content(cards=_cards(scope, found, moved), figures=figures)


def _cards(scope: Scope, found: Backlog, moved: Flow) -> list[Card]:
    old, total = found.old, found.total
    hold, partner = found.status(Status.ON_HOLD), found.status(Status.WITH_PARTNER)
    net = moved.total("net")
    of_open = _("of %(n)s open") % {"n": amount(total)}

    def link(count: int, result: str = "") -> str:
        return scope.rows_href("open", result=result) if count else ""

    return [
        Card(_("Open now"), amount(total), link(total), _("first reports of a problem"), "#ages", not total),
        Card(_("Older than 90 days"), amount(old), link(old, "old"), of_open, "#ages", not old),
        Card(
            _("Net flow"),
            signed(net),
            scope.rows_href("opened"),
            _("%(opened)s opened, %(closed)s closed, %(reopened)s reopened")
            % {name: amount(moved.total(name)) for name in ("opened", "closed", "reopened")},
            "#flow",
        ),
        Card(_("On hold"), amount(hold), link(hold, Status.ON_HOLD), of_open, "#waiting", not hold),
        Card(
            _("With a partner"),
            amount(partner),
            link(partner, Status.WITH_PARTNER),
            of_open,
            "#waiting",
            not partner,
        ),
    ]


def _open(scope: Scope, params: Params) -> Rows:
    found = scope.open_now()
    if params.band is not None:
        if params.band + 1 >= len(BAND_ENDS):
            raise UnknownFigure(str(params.band))
        found = found.filter(age_q(scope.now, BAND_ENDS[params.band], BAND_ENDS[params.band + 1]))
    if key := WAIT_KEY.fullmatch(params.result):
        return of_facts(scope, found.filter(pk__in=with_wait(found).filter(wait_key=key[1]).values("pk")))
    results = {"": Q(), "old": age_q(scope.now, BAND_ENDS[OLD_BANDS], None), "waiting": WAITING}
    results |= {status.value: Q(status=status) for status in Status if status != Status.CLOSED}
    results |= {f"age{number}": bin_q(scope.now, number) for number in range(len(BIN_NAMES))}
    if params.result not in results:
        raise UnknownFigure(params.result)
    return of_facts(scope, found.filter(results[params.result]))


def _closed(scope: Scope, params: Params) -> Rows:
    if params.result not in {"", "reopened"}:
        raise UnknownFigure(params.result)
    found, column = (reopenings(scope), "reopened_at") if params.result else (scope.closings(), "closed_at")
    if params.week is not None:
        begins, ends = week_start(scope, params.week), week_start(scope, params.week + 7 * DAY)
        found = found.filter(Q((f"{column}__gte", begins), (f"{column}__lt", ends)))
    return of_closings(scope, found)


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Backlog and flow"),
    lead=gettext_lazy("What is open, how old it is, what it waits for, and whether it grows."),
    build=build,
    drills={
        "open": Drill(
            titles={
                "": gettext_lazy("Open now"),
                "old": gettext_lazy("Open for more than 90 days"),
                "waiting": gettext_lazy("On hold or with a partner"),
                **{status.value: status.label for status in Status},
                **{f"age{number}": name for number, name in enumerate(BIN_NAMES)},
            },
            explanation=gettext_lazy(
                "Open at this moment, whenever it was opened. Reports of one problem count once, with the first."
            ),
            find=_open,
        ),
        "closed": Drill(
            titles={
                "": gettext_lazy("Closed in the period"),
                "reopened": gettext_lazy("Reopened in the period"),
            },
            explanation=gettext_lazy(
                "By the time of each closing or reopening in the history. A request closed twice stands here twice."
            ),
            find=_closed,
        ),
    },
)
