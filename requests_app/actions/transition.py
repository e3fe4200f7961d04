"""The one door through which a request changes."""

import datetime as dt
from typing import Any

from requests_app.actions.actors import Actor
from requests_app.actions.errors import ChangeWaits, MoveNotPossible, NotAllowed, StaleRequest
from requests_app.actions.mirroring import closes_alone, mirror, pass_on, refuse_follower
from requests_app.actions.recording import let_out, write
from requests_app.models import BulkChange, RequestEvent, ServiceRequest, UndoWindow
from requests_app.models.undo import OUTSIDE
from requests_app.workflow import BY_NAME, ActorKind, Status, Transition


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
    target: Status | None = None,
    undoes: RequestEvent | None = None,
    bulk: BulkChange | None = None,
    follows: UndoWindow | None = None,
) -> RequestEvent:
    """Lock the row, re-read it, check the step, write the columns and one event, defer the event's job.

    Must run inside a transaction. ``version`` is the one the screen was drawn with; None skips that check (reporters'
    links, jobs). ``changes`` are further columns of the request; ``target``, ``undoes``, ``bulk`` and ``follows`` as in `record`
    and `requests_app.actions.recording.write`. Raises `StaleRequest`, `MoveNotPossible`,
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
        target=target,
        undoes=undoes,
        bulk=bulk,
        follows=follows,
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
    refuse_follower(request, step, by)
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
        if by.kind in OUTSIDE and request.held_until is not None and request.shown_status in step.sources:
            raise ChangeWaits(request)
        raise MoveNotPossible(request, step)
    if by.kind == ActorKind.STAFF:
        assert by.user is not None
        if by.user.role not in step.roles:
            raise NotAllowed(step)
    elif (
        (by.kind == ActorKind.REPORTER and not step.by_reporter)
        or (by.kind == ActorKind.RESIDENT and not step.by_resident)
        or (by.kind == ActorKind.COLLEAGUE and not step.by_colleague)
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
    target: Status | None = None,
    undoes: RequestEvent | None = None,
    bulk: BulkChange | None = None,
    follows: UndoWindow | None = None,
) -> RequestEvent:
    """Write a checked step of a locked request: its columns, its event, its job.

    ``target`` is given for moves that follow something else (`Transition.targets`), and for no others. The reports that
    follow this one go through it as well. What the reporter changes is not held back: what staff could still undo goes
    out with it.
    """
    source = Status(request.status)
    if step.targets:
        if target not in step.targets:
            raise ValueError(f"{step.name} needs one of its targets, not {target}")
    elif target is not None:
        raise ValueError(f"{step.name} knows its target itself")
    goes_to = target or step.result(source, by_staff=by.kind == ActorKind.STAFF)
    if by.kind in OUTSIDE and goes_to != source and request.held_until is not None:
        let_out(request, now=now, at_once=True)
    if closes_alone(request, step, changes):
        pass_on(request, by=by, now=now)
    event = write(
        request,
        step,
        goes_to,
        by=by,
        now=now,
        changes=changes,
        public_note=public_note,
        reporter_note=reporter_note,
        internal_note=internal_note,
        data=data,
        undoes=undoes,
        bulk=bulk,
        follows=follows,
    )
    mirror(request, event, by=by, now=now)
    return event
