"""The one door through which a request changes."""

import datetime as dt
from typing import Any

from procrastinate.contrib.django import app as jobs

from requests_app.actions.actors import Actor
from requests_app.actions.errors import MoveNotPossible, NotAllowed, StaleRequest
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import BY_NAME, ActorKind, Status, Transition

FAN_OUT_TASK = "requests_app.notifications.fan_out"


def transition(
    *,
    request_id: int,
    version: int | None,
    move: str,
    by: Actor,
    now: dt.datetime,
    changes: dict[str, Any] | None = None,
    public_note: str = "",
    reporter_note: str = "",
    internal_note: str = "",
    data: dict[str, Any] | None = None,
) -> RequestEvent:
    """Lock the row, re-read it, check the step, write the columns and one event, defer the event's job.

    Must run inside a transaction. ``version`` is the one the screen was drawn with; None skips that check (reporters'
    links, jobs). ``changes`` are further columns of the request. Raises `StaleRequest`, `MoveNotPossible`,
    `NotAllowed`, and `ServiceRequest.DoesNotExist`.
    """
    request = lock(request_id)
    step = permitted(request, move, by=by, version=version)
    return record(
        request,
        step,
        by=by,
        now=now,
        changes=changes or {},
        public_note=public_note,
        reporter_note=reporter_note,
        internal_note=internal_note,
        data=data or {},
    )


def permitted(request: ServiceRequest, move: str, *, by: Actor, version: int | None) -> Transition:
    """The step, when the workflow, the person's role and the screen's version allow it; otherwise the refusal."""
    step = BY_NAME[move]
    if version is not None and request.version != version:
        last = request.events.order_by("-id").first()
        raise StaleRequest(
            request, last.actor_label if last else "", last.occurred_at if last else request.updated_at
        )
    _check(step, request, by)
    return step


def lock(request_id: int) -> ServiceRequest:
    """The request, locked until the transaction ends."""
    return (
        ServiceRequest.objects.select_for_update(of=("self",))
        .select_related("category", "department", "assignee", "partner")
        .get(pk=request_id)
    )


def _check(step: Transition, request: ServiceRequest, by: Actor) -> None:
    if request.status not in step.sources:
        raise MoveNotPossible(request, step)
    if by.kind == ActorKind.STAFF:
        assert by.user is not None
        if by.user.role not in step.roles:
            raise NotAllowed(step)
    elif (by.kind == ActorKind.REPORTER and not step.by_reporter) or (
        by.kind == ActorKind.RESIDENT and not step.by_resident
    ):
        raise NotAllowed(step)


def record(
    request: ServiceRequest,
    step: Transition,
    *,
    by: Actor,
    now: dt.datetime,
    changes: dict[str, Any],
    public_note: str,
    reporter_note: str,
    internal_note: str,
    data: dict[str, Any],
) -> RequestEvent:
    """Write a checked step of a locked request: its columns, its event, its job."""
    source = Status(request.status)
    target = step.result(source, by_staff=by.kind == ActorKind.STAFF)
    columns = paired_columns(source, target, now) | changes
    if by.kind == ActorKind.STAFF and request.acknowledged_at is None:
        columns["acknowledged_at"] = now
    columns |= {"status": target, "version": request.version + 1, "updated_at": now}
    for name, value in columns.items():
        setattr(request, name, value)
    request.save(update_fields=list(columns))
    event = RequestEvent.objects.create(
        request=request,
        kind=step.event,
        from_status=source,
        to_status=target,
        department=request.department,
        assignee=request.assignee,
        actor_kind=by.kind,
        actor=by.user,
        actor_label=by.label,
        public_note=public_note,
        reporter_note=reporter_note,
        internal_note=internal_note,
        data=data,
        occurred_at=now,
    )
    defer(event)
    return event


def paired_columns(source: Status, target: Status, now: dt.datetime) -> dict[str, Any]:
    """Columns that must change with the status for the row to stay whole; ``changes`` fills in the rest."""
    columns: dict[str, Any] = {}
    if source == Status.ON_HOLD and target != Status.ON_HOLD:
        columns |= {"hold_reason": "", "waiting_for": "", "review_on": None}
    if target == Status.CLOSED and source != Status.CLOSED:
        columns |= {"closed_at": now, "review_asked_at": None}
    if source == Status.CLOSED and target != Status.CLOSED:
        columns |= {"closed_at": None, "outcome": "", "times_are_impossible": False, "disputed_at": None}
    return columns


def defer(event: RequestEvent) -> None:
    """Queue the event's messages in this same transaction; the job is named, not imported."""
    jobs.configure_task(name=FAN_OUT_TASK, queue="events").defer(event_id=event.pk)
