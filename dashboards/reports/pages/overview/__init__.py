"""One page a director reads in a minute: what changed, how many say it was solved, what is about to break."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.reports.content import Content, Drill, Note, Params, ReportPage, Rows
from dashboards.reports.drills import of_facts, one_of
from dashboards.reports.names import names
from dashboards.reports.pages.overview.cards import cards
from dashboards.reports.pages.overview.figures import reported_figure, slow_figure
from dashboards.reports.pages.overview.findings import findings
from dashboards.reports.pages.overview.promises import promise_note, soon, waiting
from dashboards.reports.pages.overview.trends import trends
from dashboards.reports.pages.quality import quality_notes
from dashboards.reports.scope import Scope
from dashboards.reports.summary import Summary, summarize, summarize_both
from requests_app.models.fact import Doubt

LONG = dt.timedelta(days=800)
"""A period longer than this is held against nothing before it."""


def build(scope: Scope) -> Content:
    """The page, in a dozen statements whatever the period."""
    now, before = _now_and_before(scope)
    open_now = waiting(scope)
    called = names()
    has_past = before is not None and before.total["opened"] > 0
    notes = findings(scope, called, now, before if has_past else None)
    promised = promise_note(scope, open_now)
    if promised is not None:
        notes.append(promised)
    return Content(
        cards=cards(scope, now, open_now, trends(scope)),
        notes=notes or [_nothing(scope, has_past=has_past)],
        notes_title=_("What changed, and what to fix first") if has_past else _("What to fix first"),
        figures=[reported_figure(scope, called, now), slow_figure(scope, called, now)],
        warnings=quality_notes(scope, dict(zip(Doubt, now.total.doubts.tolist(), strict=True))),
    )


def _now_and_before(scope: Scope) -> tuple[Summary, Summary | None]:
    if scope.end - scope.start > LONG:
        return summarize(scope), None
    return summarize_both(scope, _before(scope))


def _before(scope: Scope) -> Scope:
    """The period of the same length right before."""
    length = scope.end - scope.start + dt.timedelta(days=1)
    return replace(scope, start=scope.start - length, end=scope.start - dt.timedelta(days=1))


def _nothing(scope: Scope, *, has_past: bool) -> Note:
    unchanged = _("Nothing changed beyond what is usual.")
    alone = _("There is nothing before this period to hold it against.")
    return Note(unchanged if has_past else alone, scope.rows_href("opened"))


def _promises(scope: Scope, params: Params) -> Rows:
    results = {"": Q(due_at__isnull=False), "soon": soon(scope.now), "late": Q(due_at__lt=scope.now)}
    return of_facts(scope, scope.open_now().filter(one_of(params, results)))


PAGE = ReportPage(
    slug="overview",
    title=gettext_lazy("Overview"),
    lead=gettext_lazy("What changed, and what to do first."),
    build=build,
    drills={
        "promises": Drill(
            titles={
                "": gettext_lazy("Open with a promised date"),
                "soon": gettext_lazy("Promised for the next seven days and still open"),
                "late": gettext_lazy("Past the promised date and still open"),
            },
            explanation=gettext_lazy("Open at this moment, by the date promised last."),
            find=_promises,
        )
    },
)
