"""On time and solved, and how long requests take, from the report to routing, first look, first action and closing."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic311.lib.statistics import Quantile, Share
from dashboards.reports.content import Card, Content, Drill, Params, ReportPage, Rows
from dashboards.reports.drills import TIMELY, in_week, of_facts, one_of
from dashboards.reports.frames import frame
from dashboards.reports.names import days, days_range, names, percent, percent_range
from dashboards.reports.pages.timeliness.base import COLUMNS, SLUG, Opened
from dashboards.reports.pages.timeliness.closing import category_figure, department_figure
from dashboards.reports.pages.timeliness.cohorts import cohort_figures
from dashboards.reports.pages.timeliness.due import due_figure, due_notes, due_rows
from dashboards.reports.pages.timeliness.steps import STEPS, clocks_figure, steps_figure
from dashboards.reports.scope import Scope
from dashboards.reports.timeliness_numbers import DUE_COLUMNS, DueNumbers, due_numbers

LATE = TIMELY & Q(due_closed=False)
DUE_RESULTS: dict[str, Q] = {
    "": TIMELY,
    "on_time": TIMELY & Q(due_closed=True),
    "solved": TIMELY & Q(due_closed=True, due_solved=True),
    "late": LATE,
    "late_closed": LATE & Q(closed_at__isnull=False),
    "late_open": LATE & Q(closed_at__isnull=True),
    "renewed": TIMELY & Q(renewals__gt=0),
    "set_aside": ~TIMELY,
}
TIMED_RESULTS: dict[str, Q] = {"": TIMELY, "set_aside": ~TIMELY}
STEP_RESULTS: dict[str, Q] = {
    "": TIMELY,
    "paused": TIMELY & Q(paused_s__gt=0),
    **{step.done: TIMELY & Q((f"{step.column}__isnull", False)) for step in STEPS},
    **{step.missing: TIMELY & Q((f"{step.column}__isnull", True)) for step in STEPS},
}


def build(scope: Scope) -> Content:
    """The page: one statement for what fell due, one for what was opened."""
    called = names()
    due = frame(scope.due(), "category", "department", "outcome", *DUE_COLUMNS)
    opened = Opened(scope, frame(scope.opened(), *COLUMNS), called)
    kept = due_numbers(due)
    by_category = due_rows(due, called, "category")
    return Content(
        cards=_cards(scope, kept, opened),
        notes=due_notes(scope, by_category, kept),
        notes_title=_("What to look at"),
        figures=[
            due_figure(scope, due_rows(due, called, "department"), kept, "department"),
            due_figure(scope, by_category, kept, "category"),
            category_figure(opened),
            department_figure(opened),
            *cohort_figures(opened),
            steps_figure(opened),
            clocks_figure(opened),
        ],
    )


def _cards(scope: Scope, kept: DueNumbers, opened: Opened) -> list[Card]:
    timed = scope.rows_href("timed")
    on_time, solved = (scope.rows_href("due", result=result) for result in ("on_time", "solved"))
    found = opened.total
    return [
        _share_card(_("On time"), kept.share_on_time, on_time, thin=kept.is_thin),
        _share_card(_("On time and solved"), kept.share_solved, solved, thin=kept.is_thin),
        _time_card(_("Half are closed in"), found.median, timed, thin=found.is_thin),
        _time_card(_("Nine of ten are closed in"), found.p90, timed, thin=found.is_thin),
    ]


def _share_card(label: str, share: Share | None, href: str, *, thin: bool) -> Card:
    note = (
        _("too few due dates") if thin else _("95 %% interval: %(range)s") % {"range": percent_range(share)}
    )
    return Card(label=label, value=percent(share), href=href, note=note, anchor="#on-time", is_thin=thin)


def _time_card(label: str, time: Quantile, href: str, *, thin: bool) -> Card:
    value = _("too few") if thin else days(time.value)
    note = ""
    if not thin and time.value is not None:
        note = _("95 %% interval: %(range)s days") % {"range": days_range(time)}
    return Card(
        label=label,
        value=value,
        href=href,
        note=note,
        anchor="#time-to-close",
        is_thin=thin or time.value is None,
    )


def _due(scope: Scope, params: Params) -> Rows:
    return of_facts(
        scope, in_week(scope, params, scope.due(), "first_due_at").filter(one_of(params, DUE_RESULTS))
    )


def _timed(scope: Scope, params: Params) -> Rows:
    return of_facts(scope, in_week(scope, params, scope.opened()).filter(one_of(params, TIMED_RESULTS)))


def _steps(scope: Scope, params: Params) -> Rows:
    return of_facts(scope, in_week(scope, params, scope.opened()).filter(one_of(params, STEP_RESULTS)))


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Timeliness"),
    lead=gettext_lazy("Whether promises are kept, and how long requests take."),
    build=build,
    drills={
        "due": Drill(
            titles={
                "": gettext_lazy("Due in the period"),
                "on_time": gettext_lazy("Closed by the due date"),
                "solved": gettext_lazy("Closed by the due date and solved"),
                "late": gettext_lazy("Not closed by the due date"),
                "late_closed": gettext_lazy("Closed after the due date"),
                "late_open": gettext_lazy("Still open after the due date"),
                "renewed": gettext_lazy("Promised a new date"),
                "set_aside": gettext_lazy("Due in the period, but left out"),
            },
            explanation=gettext_lazy(
                "By the first due date. New dates that were promised change nothing here."
            ),
            find=_due,
        ),
        "timed": Drill(
            titles={
                "": gettext_lazy("Opened in the period, first reports of a problem"),
                "set_aside": gettext_lazy("Opened in the period, but left out of figures of time"),
            },
            explanation=gettext_lazy(
                "By the time of the report. Duplicates, reports that follow another one, withdrawn requests and"
                " impossible times do not count where time is counted."
            ),
            find=_timed,
        ),
        "steps": Drill(
            titles={
                "": gettext_lazy("Opened in the period, first reports of a problem"),
                "routed": gettext_lazy("Given to a department"),
                "not_routed": gettext_lazy("Not given to a department yet"),
                "acknowledged": gettext_lazy("Acknowledged by a person"),
                "not_acknowledged": gettext_lazy("Not acknowledged by a person"),
                "acted": gettext_lazy("Acted upon"),
                "not_acted": gettext_lazy("Not acted upon"),
                "paused": gettext_lazy("Paused for a time"),
            },
            explanation=gettext_lazy(
                "Opened in the period, those that count for timeliness. Routing by a rule is not acknowledgement."
            ),
            find=_steps,
        ),
    },
)
