"""The requests behind each printed number: the only place where a figure's membership is defined."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.fields import CharField
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
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

TIMELY = ~Q(outcome__in=(Outcome.DUPLICATE, Outcome.WITHDRAWN)) & Q(times_are_impossible=False)
"""What counts for timeliness: not duplicates, not withdrawn, not closed before it was opened."""
CLOSING = Q(to_status=Status.CLOSED) & ~Q(from_status=Status.CLOSED)
"""The events that closed a request."""
NOT_RECORDED = Q(outcome=Outcome.NOT_RECORDED)
QUALITY: dict[str, tuple[Q, Promise]] = {
    "impossible": (Q(times_are_impossible=True), _("closed before it was opened, as the source says")),
    "fallback": (Q(place_is_fallback=True), _("at a stand-in point, because the place was not found")),
    "not_recorded": (NOT_RECORDED, _("closed without a recorded outcome")),
}


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
    closings = RequestEvent.objects.filter(
        CLOSING, request=OuterRef("pk"), occurred_at__gte=begins, occurred_at__lt=ends
    )
    return scope.requests().filter(Exists(closings))


def _due(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    found = scope.due()
    if params.result == "set_aside":
        return found.exclude(TIMELY)
    found = found.filter(TIMELY)
    if not params.result:
        return found
    if params.result not in DUE_RESULTS:
        raise UnknownFigure(params.result)
    return with_due_state(found).filter(DUE_RESULTS[params.result])


def _timed(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    found = scope.opened()
    if params.category is not None:
        found = found.filter(category=params.category)
    return found.exclude(TIMELY) if params.result == "set_aside" else found.filter(TIMELY)


def _open(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    found = scope.requests().open()
    if params.band is None:
        return found
    if not 0 <= params.band < len(AGES):
        raise UnknownFigure(str(params.band))
    return found.filter(age_band(params.band, scope.now))


def _work(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    if params.result in {"closed", "acted"}:
        done = RequestEvent.objects.filter(
            request=OuterRef("pk"),
            occurred_at__gte=scope.begins,
            occurred_at__lt=scope.ends,
            actor__role__in=DISPATCHERS,
        )
        if params.person is not None:
            done = done.filter(actor=params.person)
        return scope.requests().filter(Exists(done.filter(CLOSING) if params.result == "closed" else done))
    found = scope.requests().open().filter(assignee__role__in=DISPATCHERS)
    if params.person is not None:
        found = found.filter(assignee=params.person)
    return found if params.category is None else found.filter(category=params.category)


def _quality(scope: Scope, params: Params) -> ServiceRequestQuerySet:
    if params.result not in QUALITY:
        raise UnknownFigure(params.result)
    return scope.opened().filter(QUALITY[params.result][0])


def age_band(band: int, now: dt.datetime) -> Q:
    """Requests whose age at ``now`` lies in the band: over the end of the one before, up to its own end."""
    condition = Q()
    youngest, oldest = AGES[band - 1] if band else None, AGES[band]
    if youngest is not None:
        condition &= Q(created_at__lt=now - youngest * DAY)
    if oldest is not None:
        condition &= Q(created_at__gte=now - oldest * DAY)
    return condition


def with_due_state(found: ServiceRequestQuerySet) -> ServiceRequestQuerySet:
    """Add what was true at the first due date: ``closed_by_due`` (the closing in force then, or null), its
    ``due_outcome``, and ``reopened_by`` (the first reopening after it, or null).

    A request closed now and since before the due date was closed at that instant, and stays so. Only one that was
    reopened needs its history: the last change of status up to the due date decides, and a later reopening is
    looked for.
    """
    changes = (
        RequestEvent.objects.filter(request=OuterRef("pk"), occurred_at__lte=OuterRef("first_due_at"))
        .exclude(from_status=F("to_status"))
        .order_by("-occurred_at", "-pk")
    )
    closing = Case(When(to_status=Status.CLOSED, then=F("occurred_at")), output_field=DateTimeField())
    outcome = Case(
        When(to_status=Status.CLOSED, then=KT("data__outcome")), default=Value(""), output_field=CharField()
    )
    reopenings = RequestEvent.objects.filter(
        request=OuterRef("pk"), kind=EventKind.REOPENED, occurred_at__gt=OuterRef("first_due_at")
    ).order_by("occurred_at", "pk")
    return found.annotate(
        closed_by_due=Case(
            When(closed_at__lte=F("first_due_at"), then=F("closed_at")),
            When(reopened_count__gt=0, then=Subquery(changes.values(at=closing)[:1])),
            output_field=DateTimeField(),
        ),
        due_outcome=Case(
            When(closed_at__lte=F("first_due_at"), then=F("outcome")),
            When(reopened_count__gt=0, then=Coalesce(Subquery(changes.values(what=outcome)[:1]), Value(""))),
            default=Value(""),
            output_field=CharField(),
        ),
        reopened_by=Case(
            When(closed_at__lte=F("first_due_at"), then=Value(None)),
            When(reopened_count__gt=0, then=Subquery(reopenings.values("occurred_at")[:1])),
            output_field=DateTimeField(),
        ),
    )


def _success() -> Q:
    condition = Q()
    for kind in Kind:
        condition |= Q(category__kind=kind, due_outcome__in=successes_for(kind))
    return condition


ON_TIME = Q(closed_by_due__isnull=False)
SOLVED = (
    ON_TIME & _success() & (Q(reopened_by__isnull=True) | Q(reopened_by__gt=F("closed_by_due") + SETTLED))
)
LATE = Q(closed_by_due__isnull=True)
DUE_RESULTS: dict[str, Q] = {
    "on_time": ON_TIME,
    "solved": SOLVED,
    "late": LATE,
    "late_closed": LATE & Q(status=Status.CLOSED),
    "late_open": LATE & ~Q(status=Status.CLOSED),
}
"""How a request can stand to its first due date, over `with_due_state`."""
