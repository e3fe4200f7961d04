"""A small history with every trap of the figures, by the real actions, and the numbers counted by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboards.reports.scope import Scope
from departments.models import Category, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import ActorKind, EventKind, Outcome, Population, Status
from tests import makers

ZONE = ZoneInfo("America/New_York")
START, END = dt.date(2026, 3, 2), dt.date(2026, 3, 29)  # Monday to Sunday, summer time begins on March 8
NOW = dt.datetime(2026, 4, 15, 12, 0, tzinfo=ZONE)


def at(day: int, hour: int = 10, month: int = 3) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, 0, tzinfo=ZONE)


def scope(user: StaffUser, **fields: object) -> Scope:
    values: dict[str, object] = {"now": NOW, "zone": ZONE, "start": START, "end": END, **fields}
    return Scope(user=user, **values)  # type: ignore[arg-type]


def opened(category: Category, moment: dt.datetime) -> ServiceRequest:
    return makers.submitted(category, now=moment).request


def closed(
    request: ServiceRequest, moment: dt.datetime, by: Actor, outcome: Outcome = Outcome.FIXED
) -> ServiceRequest:
    actions.close(
        request_id=request.pk, version=None, outcome=outcome, public_answer="Done.", by=by, now=moment
    )
    return request


def reopened(request: ServiceRequest, moment: dt.datetime, by: Actor) -> ServiceRequest:
    actions.reopen(request_id=request.pk, version=None, reason="It is still there.", by=by, now=moment)
    return request


@dataclass(frozen=True)
class Scene:
    """Potholes are due five calendar days after the report. Each is named by its trap."""

    fixed: ServiceRequest
    not_found: ServiceRequest
    late: ServiceRequest
    never: ServiceRequest
    reopened_soon: ServiceRequest
    reopened_before_due: ServiceRequest
    fixed_again: ServiceRequest
    reopened_much_later: ServiceRequest
    withdrawn: ServiceRequest
    spam: ServiceRequest
    staff_found: ServiceRequest
    impossible: ServiceRequest


def scene(city: makers.SmallCity, dispatcher: StaffUser) -> Scene:
    """Twelve potholes opened on Tuesday, March 3, at 10:00, and due on Sunday, March 8."""
    by, hole, born = Actor.staff(dispatcher), city.pothole, at(3)
    made = Scene(**{name: opened(hole, born) for name in Scene.__annotations__})
    closed(made.fixed, at(5), by)
    closed(made.not_found, at(5), by, Outcome.NOT_FOUND)
    closed(made.late, at(18), by)
    reopened(closed(made.reopened_soon, at(6), by), at(20), by)
    closed(reopened(closed(made.reopened_before_due, at(4), by), at(6), by), at(24), by)
    closed(reopened(closed(made.fixed_again, at(4), by), at(5), by), at(6), by)
    reopened(closed(made.reopened_much_later, at(4), by), at(9, month=4), by)
    actions.withdraw(request_id=made.withdrawn.pk, by=Actor.reporter(), now=at(4))
    closed(made.spam, at(4), by, Outcome.SPAM)
    closed(made.staff_found, at(3, 12), by)
    ServiceRequest.objects.filter(pk=made.staff_found.pk).update(population=Population.STAFF_FOUND)
    _import_impossible(made.impossible)
    return made


def _import_impossible(request: ServiceRequest) -> None:
    """As the import writes a row whose source closed it before it was opened."""
    RequestEvent.objects.create(
        request=request,
        kind=EventKind.CLOSED,
        from_status=Status.NEW,
        to_status=Status.CLOSED,
        actor_kind=ActorKind.IMPORT,
        occurred_at=request.created_at,
    )
    ServiceRequest.objects.filter(pk=request.pk).update(
        status=Status.CLOSED,
        outcome=Outcome.NOT_RECORDED,
        is_imported=True,
        times_are_impossible=True,
        place_is_fallback=True,
    )
