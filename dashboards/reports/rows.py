"""The requests behind each printed number: the only place where a figure's membership is defined."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat
from django.db.models.lookups import In
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards.reports.scope import Scope, week_start
from departments.kinds import Kind
from departments.roles import Role
from requests_app.models import RequestEvent
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.workflow import EventKind, Outcome, Status, successes_for

DAY = dt.timedelta(days=1)
SETTLED = 30 * DAY
"""A closing counts as solved when nobody reopened it within this time."""
AGES: tuple[int | None, ...] = (7, 30, 90, 365, None)
"""Upper ends of the age bands of open requests, in days."""
DISPATCHERS = (Role.DISPATCHER.value, Role.SUPERVISOR.value)

FIRST = Q(lead__isnull=True)
"""Work is counted once for each problem: the first report of it, not those that follow."""
TIMELY = ~Q(outcome__in=(Outcome.DUPLICATE, Outcome.WITHDRAWN)) & Q(times_are_impossible=False) & FIRST
"""What counts for timeliness: not duplicates or followers, not withdrawn, not closed before it was opened."""
CLOSINGS = (EventKind.CLOSED, EventKind.WITHDRAWN, EventKind.MIRRORED)
CLOSING = Q(kind__in=CLOSINGS, to_status=Status.CLOSED) & ~Q(from_status=Status.CLOSED)
"""The events that closed a request."""
NOT_RECORDED = Q(outcome=Outcome.NOT_RECORDED)
QUALITY: dict[str, tuple[Q, Promise]] = {
    "impossible": (Q(times_are_impossible=True), _("closed before it was opened, as the source says")),
    "fallback": (Q(place_is_fallback=True), _("at a stand-in point, because the place was not found")),
    "not_recorded": (NOT_RECORDED, _("closed without a recorded outcome")),
}


SUCCESSES = [f"{kind.value}:{outcome.value}" for kind in Kind for outcome in sorted(successes_for(kind))]
"""Every pair of a kind and an outcome that solves it."""


@dataclass(frozen=True)
class Params:
    """What narrows a figure's rows to one number. Each figure reads the ones it knows."""

    category: int | None = None
    week: dt.date | None = None
    band: int | None = None
    result: str = ""
    person: int | None = None


class UnknownFigure(ValueError):
    """There is no such figure, or not with these parameters."""


def rows(figure: str, scope: Scope, params: Params) -> ServiceRequestQuerySet:
    """The requests counted by one number of a figure. Raises `UnknownFigure`."""
    makers = {
        "opened": _opened,
        "closed": _closed,
        "due": _due,
        "timed": _timed,
        "open": _open,
        "work": _work,
        "quality": _quality,
    }
    if figure not in makers:
        raise UnknownFigure(figure)
    return makers[figure](scope, params)


def _opened(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    found = scope.opened()
    if params.category is not None:
        found = found.filter(category=params.category)
    if params.week is not None:
        found = found.filter(
            created_at__gte=week_start(scope, params.week),
            created_at__lt=week_start(scope, params.week + 7 * DAY),
        )
    return found


def _closed(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    begins, ends = scope.begins, scope.ends
    if params.week is not None:
        begins = max(begins, week_start(scope, params.week))
        ends = min(ends, week_start(scope, params.week + 7 * DAY))
    closings = standing_events().filter(
        CLOSING, request=OuterRef("pk"), occurred_at__gte=begins, occurred_at__lt=ends
    )
    return scope.requests().filter(Exists(closings))


def _due(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    if params.result not in DUE_RESULTS:
        raise UnknownFigure(params.result)
    found: ServiceRequestQuerySet = with_due_state(scope.due()).filter(
        due_state__in=DUE_RESULTS[params.result]
    )
    if params.result == "renewed":
        found = found.filter(Exists(standing_events().filter(kind=EventKind.RENEWED, request=OuterRef("pk"))))
    return found


def _timed(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    found = scope.opened()
    if params.category is not None:
        found = found.filter(category=params.category)
    return found.exclude(TIMELY) if params.result == "set_aside" else found.filter(TIMELY)


def _open(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    found = scope.requests().open().filter(FIRST)
    if params.band is None:
        return found
    if not 0 <= params.band < len(AGES):
        raise UnknownFigure(str(params.band))
    return found.filter(age_band(params.band, scope.now))


def _work(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    if params.result in {"closed", "acted"}:
        done = standing_events().filter(
            request=OuterRef("pk"),
            occurred_at__gte=scope.begins,
            occurred_at__lt=scope.ends,
            actor__role__in=DISPATCHERS,
        )
        if params.person is not None:
            done = done.filter(actor=params.person)
        return scope.requests().filter(Exists(done.filter(CLOSING) if params.result == "closed" else done))
    found = scope.requests().open().filter(FIRST, assignee__role__in=DISPATCHERS)
    if params.person is not None:
        found = found.filter(assignee=params.person)
    return found if params.category is None else found.filter(category=params.category)


def _quality(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    if params.result not in QUALITY:
        raise UnknownFigure(params.result)
    return scope.opened().filter(QUALITY[params.result][0])


def standing_events() -> QuerySet[RequestEvent]:
    """Steps that hold: what was undone, and the undoing, are in no figure. The undone ones are few, and looked up once."""
    undoings = RequestEvent.objects.filter(undoes__isnull=False)
    return RequestEvent.objects.filter(undoes__isnull=True).exclude(pk__in=undoings.values("undoes"))


def age_band(band: int, now: dt.datetime) -> Q:
    """Requests whose age at ``now`` lies in the band: over the end of the one before, up to its own end."""
    condition = Q()
    youngest, oldest = AGES[band - 1] if band else None, AGES[band]
    if youngest is not None:
        condition &= Q(created_at__lt=now - youngest * DAY)
    if oldest is not None:
        condition &= Q(created_at__gte=now - oldest * DAY)
    return condition


def with_due_state(found: ServiceRequestQuerySet) -> Any:
    """Add ``due_state``: how each request stood to its first due date, one of `DueState`. The rows are still requests.

    A request closed now and since before the due date was closed at that instant. Only one that was reopened needs
    its history: the last change of status up to the due date decides, and a reopening soon after it is looked for.
    """
    on_time = Q(closed_at__lte=F("first_due_at"))
    by_now = Case(
        When(status=Status.CLOSED, then=Value(DueState.LATE_CLOSED.value)),
        default=Value(DueState.LATE_OPEN.value),
    )
    return found.annotate(
        due_state=Case(
            When(~TIMELY, then=Value(DueState.SET_ASIDE.value)),
            When(on_time & _success("category__kind", F("outcome")), then=Value(DueState.SOLVED.value)),
            When(on_time, then=Value(DueState.ON_TIME.value)),
            When(reopened_count=0, then=by_now),
            default=Coalesce(Subquery(_state_in_force()), by_now),
            output_field=CharField(),
        )
    )


def _state_in_force() -> QuerySet[RequestEvent, Any]:
    """The state by the closing that held at the outer request's first due date; no row where it was open then."""
    later = (
        standing_events()
        .filter(
            request=OuterRef("request"),
            pk__gt=OuterRef("pk"),
            occurred_at__lte=OuterRef(OuterRef("first_due_at")),
        )
        .exclude(from_status=F("to_status"))
    )
    too_soon = standing_events().filter(
        kind=EventKind.REOPENED,
        request=OuterRef("request"),
        pk__gt=OuterRef("pk"),
        occurred_at__lte=OuterRef("occurred_at") + SETTLED,
    )
    solved = _success("request__category__kind", Cast(KT("data__outcome"), CharField())) & ~Exists(too_soon)
    state = Case(
        When(solved, then=Value(DueState.SOLVED.value)),
        default=Value(DueState.ON_TIME.value),
        output_field=CharField(),
    )
    return (
        standing_events()
        .filter(~Exists(later), CLOSING, request=OuterRef("pk"), occurred_at__lte=OuterRef("first_due_at"))
        .values(state=state)[:1]
    )


def _success(kind: str, outcome: Combinable) -> Q:
    """The outcome is a success of the kind: one comparison of the pair, for the sake of a short statement."""
    return Q(In(Concat(F(kind), Value(":"), outcome), SUCCESSES))


class DueState(TextChoices):
    """How a request stood at its first due date, and what became of it."""

    SOLVED = "solved"
    ON_TIME = "on_time"
    LATE_CLOSED = "late_closed"
    LATE_OPEN = "late_open"
    SET_ASIDE = "set_aside"


DUE_RESULTS: dict[str, tuple[DueState, ...]] = {
    "": (DueState.SOLVED, DueState.ON_TIME, DueState.LATE_CLOSED, DueState.LATE_OPEN),
    "on_time": (DueState.SOLVED, DueState.ON_TIME),
    "solved": (DueState.SOLVED,),
    "late": (DueState.LATE_CLOSED, DueState.LATE_OPEN),
    "late_closed": (DueState.LATE_CLOSED,),
    "late_open": (DueState.LATE_OPEN,),
    "set_aside": (DueState.SET_ASIDE,),
    "renewed": (DueState.SOLVED, DueState.ON_TIME, DueState.LATE_CLOSED, DueState.LATE_OPEN),
}
"""The states each printed number counts."""
