"""Each department, what goes to the wrong one first, and who holds requests for how long."""

from __future__ import annotations

import re
from collections import Counter

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civic311.lib.statistics import TOO_FEW, wilson
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Card, Content, Drill, Params, ReportPage, Rows, UnknownFigure
from dashboards.reports.drills import TIMELY, of_facts
from dashboards.reports.frames import Frame, frame
from dashboards.reports.held_numbers import Held, Holder, held_in, standing_steps
from dashboards.reports.names import days, names, percent, percent_range
from dashboards.reports.outcome_numbers import COUNTED
from dashboards.reports.pages.departments.handoffs import (
    by_category,
    flows,
    mean_hops,
    sent_on,
    wrong_first,
)
from dashboards.reports.pages.departments.holders import held_figure
from dashboards.reports.pages.departments.slug import SLUG
from dashboards.reports.pages.departments.standing import standing
from dashboards.reports.scope import Scope
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import EventKind

PARTNER = re.compile(r"partner-(\d{1,9})")


def build(scope: Scope) -> Content:
    """The page: a frame each of what was opened, due, open and closed; hand-offs and histories from events."""
    opened = frame(
        scope.opened(), "created_at", "closed_at", "category", "department", "is_timely", "reroutes"
    )
    due = frame(scope.due().filter(TIMELY), "department", "due_closed")
    open_now = frame(scope.open_now(), "department")
    closings = frame(scope.closings().filter(COUNTED), "fact__department")
    called, found = names(), held_in(scope)
    timely = opened.only(opened["is_timely"])
    return Content(
        cards=_cards(scope, timely, found),
        notes=wrong_first(scope, called, timely),
        notes_title=_("What goes to the wrong department first"),
        figures=[
            standing(scope, called, opened=opened, due=due, open_now=open_now, closings=closings),
            by_category(scope, called, timely),
            flows(scope, called, _moves(scope)),
            held_figure(scope, called, found),
        ],
    )


def _cards(scope: Scope, timely: Frame, found: dict[Holder, Held]) -> list[Card]:
    moved, few = sent_on(timely), len(timely) < TOO_FEW
    share, hops = wilson(moved, len(timely)), mean_hops(timely)
    with_partners = [each for holder, each in found.items() if holder.is_partner]
    waited = len({request for each in with_partners for request in each.seconds})
    outside = ngettext(
        "one closed request waited for an owner outside the city",
        "%(n)s closed requests waited for an owner outside the city",
        waited,
    )
    return [
        Card(
            _("Sent on to another department"),
            percent(share),
            scope.rows_href("rerouted", result="opened"),
            _("%(part)s of %(whole)s requests") % {"part": amount(moved), "whole": amount(len(timely))}
            if few
            else _("95 %% interval: %(range)s") % {"range": percent_range(share)},
            "#rerouted",
            few,
        ),
        Card(
            _("Times sent on, mean"),
            amount(hops, 2) if hops is not None else _("none"),
            scope.rows_href("rerouted", result="opened"),
            _("of requests sent on at all"),
            "#rerouted",
            hops is None,
        ),
        Card(
            _("Days with partners"),
            days(sum(each.days for each in with_partners)),
            scope.rows_href("held", result="partners"),
            outside % {"n": amount(waited)} if waited else _("nothing closed had waited for a partner"),
            "#held",
        ),
    ]


def _handoffs(scope: Scope) -> QuerySet[RequestEvent]:
    """Hand-offs of the period, of requests that pass the filters and are the first report of their problem."""
    seen = scope.facts().filter(lead_id__isnull=True).order_by().values("pk")
    return standing_steps().filter(
        kind=EventKind.REROUTED,
        occurred_at__gte=scope.begins,
        occurred_at__lt=scope.ends,
        request__in=seen,
    )


def _moves(scope: Scope) -> Counter[tuple[int, int]]:
    pairs = _handoffs(scope).order_by().values_list(KT("data__department_from_id"), "department_id")
    return Counter((int(source or 0), target or 0) for source, target in pairs)


def _rerouted(scope: Scope, params: Params) -> Rows:
    if params.result in {"opened", "counted"}:
        found = scope.opened().filter(TIMELY)
        return of_facts(scope, found.filter(reroutes__gt=0) if params.result == "opened" else found)
    if params.result:
        raise UnknownFigure(params.result)
    moves = _handoffs(scope)
    if params.source is not None:
        source = Q(data__department_from_id=params.source)
        nobody = Q(data__department_from_id=None) | Q(data__department_from_id__isnull=True)
        moves = moves.filter(source if params.source else nobody)
    if params.target is not None:
        moves = moves.filter(
            Q(department_id=params.target) if params.target else Q(department_id__isnull=True)
        )
    return ServiceRequest.objects.listed_for(scope.user).filter(events__in=moves.order_by().values("pk"))


def _held(scope: Scope, params: Params) -> Rows:
    found = held_in(scope)
    partner = PARTNER.fullmatch(params.result)
    if partner is None and params.result not in {"", "on_hold", "partners"}:
        raise UnknownFigure(params.result)
    ids: set[int] = set()
    for holder, each in found.items():
        if partner is not None:
            wanted = holder == Holder(True, int(partner[1]))
        elif params.result == "partners":
            wanted = holder.is_partner
        else:
            wanted = params.source is None or holder == Holder(False, params.source)
        if wanted:
            ids |= set(each.on_hold if params.result == "on_hold" else each.seconds)
    return ServiceRequest.objects.listed_for(scope.user).filter(pk__in=ids)


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Departments and hand-offs"),
    lead=gettext_lazy(
        "Who has what, what goes to the wrong department first, and who holds it for how long."
    ),
    build=build,
    drills={
        "rerouted": Drill(
            titles={
                "": gettext_lazy("Sent to another department"),
                "opened": gettext_lazy("Opened in the period and sent on at least once"),
                "counted": gettext_lazy("Opened in the period"),
            },
            explanation=gettext_lazy(
                "Duplicates, withdrawn requests and reports that follow another one are left out. A list of hand-offs"
                " has one line for each: a request sent on twice has two."
            ),
            find=_rerouted,
        ),
        "held": Drill(
            titles={
                "": gettext_lazy("Closed in the period, by who held them"),
                "on_hold": gettext_lazy("Closed in the period, after time on hold"),
                "partners": gettext_lazy("Closed in the period, after time with a partner"),
            },
            explanation=gettext_lazy(
                "One line for each request. Whoever had it between the report and its closing held it."
            ),
            find=_held,
        ),
    },
)
