"""Writing a checked step down: the request's columns, one event, its job. The only place that does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Choices, Field
from procrastinate.contrib.django import app as jobs

from departments.models import StaffUser
from requests_app.actions.actors import Actor
from requests_app.actions.clockwork import goes_on
from requests_app.actions.ending import end_tasks
from requests_app.models import BulkChange, RequestEvent, ServiceRequest, UndoWindow
from requests_app.workflow import ActorKind, Outcome, Status, Transition

FAN_OUT_TASK = "requests_app.notifications.fan_out"
SETTLE_TASK = "requests_app.notifications.settle"


@dataclass(frozen=True)
class Prepared:
    """A step ready to be written: the changed columns, its event, and the window in which it can be undone."""

    request: ServiceRequest
    columns: tuple[str, ...]
    event: RequestEvent
    window: UndoWindow | None


def write(
    request: ServiceRequest,
    step: Transition,
    target: Status,
    *,
    by: Actor,
    now: dt.datetime,
    changes: dict[str, Any],
    public_note: str = "",
    reporter_note: str = "",
    internal_note: str = "",
    data: dict[str, Any] | None = None,
    undoes: RequestEvent | None = None,
    bulk: BulkChange | None = None,
    follows: UndoWindow | None = None,
) -> RequestEvent:
    """Write a step of a locked request down: its columns, its event, its job.

    What staff can still undo opens a window: until it is settled, residents see the request as it was, and the job
    waits. A closing as spam hides at once, since nobody is told of it. A step in ``bulk`` can always be undone. A step
    that comes along with another one (on a report that follows, on the report that is joined) names in ``follows`` the
    window of that one, if it has one that waits: see `waiting_window`.
    """
    ready = prepare(
        request,
        step,
        target,
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
    request.save(update_fields=list(ready.columns))
    if target == Status.CLOSED and request.open_tasks:
        end_tasks(request, ended_by=by.label, now=now)
    event = ready.event
    event.save(force_insert=True)
    if ready.window is not None:
        ready.window.event = event
        ready.window.save(force_insert=True)
        until = ready.window.until
        jobs.configure_task(name=SETTLE_TASK, queue="events", schedule_at=until).defer(event_id=event.pk)
    elif undoes is None:
        defer(event)
    return event


def prepare(
    request: ServiceRequest,
    step: Transition,
    target: Status,
    *,
    by: Actor,
    now: dt.datetime,
    changes: dict[str, Any],
    public_note: str = "",
    reporter_note: str = "",
    internal_note: str = "",
    data: dict[str, Any] | None = None,
    undoes: RequestEvent | None = None,
    bulk: BulkChange | None = None,
    follows: UndoWindow | None = None,
) -> Prepared:
    """Set the columns of a locked request in memory, and make its event and window; nothing is saved yet."""
    source = Status(request.status)
    runs_on = goes_on(request, target, now) if undoes is None else {}
    columns = paired_columns(source, target, now) | runs_on | changes
    if by.kind == ActorKind.STAFF and step.acknowledges and request.acknowledged_at is None:
        columns["acknowledged_at"] = now
    until, user = _window(step, by, now, bulk, follows)
    if columns.get("outcome") == Outcome.SPAM:
        columns["held_until"] = None
    elif until is not None:
        columns["held_until"] = max(filter(None, (request.held_until, until)))
    kept = {*columns, "status"} - {"held_until"}
    before = {_column(name): stored(request, name) for name in kept}
    columns |= {"status": target, "version": request.version + 1, "updated_at": now}
    for name, value in columns.items():
        setattr(request, name, value)
    event = RequestEvent(
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
        data=data or {},
        undoes=undoes,
        occurred_at=now,
    )
    opened = None
    if until is not None and user is not None:
        opened = UndoWindow(
            event=event,
            request=request,
            user=user,
            bulk=bulk,
            follows=follows,
            before=before,
            after={_column(name): stored(request, name) for name in kept},
            until=until,
        )
    return Prepared(request, tuple(columns), event, opened)


def write_many(steps: list[Prepared]) -> list[RequestEvent]:
    """Write prepared steps of many requests, each of another request, in as few statements as one step needs."""
    if not steps:
        return []
    columns = sorted({name for ready in steps for name in ready.columns})
    ServiceRequest.objects.bulk_update([ready.request for ready in steps], columns)
    for ready in steps:
        if ready.event.to_status == Status.CLOSED and ready.request.open_tasks:
            end_tasks(ready.request, ended_by=ready.event.actor_label, now=ready.event.occurred_at)
    events = RequestEvent.objects.bulk_create([ready.event for ready in steps])
    for ready in steps:
        if ready.window is not None:
            ready.window.event = ready.event
    windows = UndoWindow.objects.bulk_create([ready.window for ready in steps if ready.window is not None])
    held = {window.event_id for window in windows}
    at_once = [{"event_id": event.pk} for event in events if event.pk not in held and event.undoes_id is None]
    if at_once:
        jobs.configure_task(name=FAN_OUT_TASK, queue="events").batch_defer(*at_once)
    if windows:
        settling = jobs.configure_task(name=SETTLE_TASK, queue="events", schedule_at=windows[0].until)
        settling.batch_defer(*({"event_id": window.event_id} for window in windows))
    return events


def waiting_window(event: RequestEvent) -> UndoWindow | None:
    """The window in which an event just written can be undone; None when it went out at once."""
    return UndoWindow.objects.pending().filter(event=event).first()


def _window(
    step: Transition, by: Actor, now: dt.datetime, bulk: BulkChange | None, follows: UndoWindow | None
) -> tuple[dt.datetime | None, StaffUser | None]:
    """Until when this step can be undone, and whose change it is; None for not at all."""
    if follows is not None:
        return follows.until, follows.user
    if by.kind != ActorKind.STAFF or not (step.undoable or bulk) or not settings.UNDO_WINDOW_SECONDS:
        return None, None
    return now + dt.timedelta(seconds=settings.UNDO_WINDOW_SECONDS), by.user


def _column(name: str) -> str:
    """The name of a column: ``assignee_id`` for ``assignee``."""
    field = ServiceRequest._meta.get_field(name)
    assert isinstance(field, Field)
    return field.attname


def stored(request: ServiceRequest, name: str) -> Any:
    """A column's value as an `UndoWindow` keeps it: JSON, instants in UTC, rows by id."""
    value = request.serializable_value(name)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.value if isinstance(value, Choices) else value


def paired_columns(source: Status, target: Status, now: dt.datetime) -> dict[str, Any]:
    """Columns that must change with the status for the row to stay whole; ``changes`` fills in the rest."""
    columns: dict[str, Any] = {}
    if source == Status.ON_HOLD and target != Status.ON_HOLD:
        columns |= {"hold_reason": "", "waiting_for": "", "review_on": None, "paused_at": None}
    if target == Status.CLOSED and source != Status.CLOSED:
        columns |= {"closed_at": now, "review_asked_at": None, "told_late_at": None}
    if source == Status.CLOSED and target != Status.CLOSED:
        columns |= {"closed_at": None, "outcome": "", "times_are_impossible": False, "disputed_at": None}
    return columns


def defer(event: RequestEvent) -> None:
    """Queue the event's messages in this same transaction; the job is named, not imported."""
    jobs.configure_task(name=FAN_OUT_TASK, queue="events").defer(event_id=event.pk)


def let_out(request: ServiceRequest, *, now: dt.datetime, at_once: bool) -> int:
    """Let out what waits on a locked request, unless some of it can still be undone; how many changes that were."""
    waiting = list(request.windows.pending().order_by("event_id"))
    if not waiting or (not at_once and any(window.until > now for window in waiting)):
        return 0
    UndoWindow.objects.filter(pk__in=[window.pk for window in waiting]).update(settled_at=now)
    request.held_until, request.updated_at = None, now
    request.save(update_fields=["held_until", "updated_at"])
    tell_of_later(request, since=waiting[0].event_id)
    return len(waiting)


def tell_of_later(request: ServiceRequest, *, since: int) -> None:
    """Queue anew what waited behind a window; what still waits behind another one waits on."""
    for event in request.events.standing().filter(pk__gte=since).order_by("pk"):
        defer(event)
