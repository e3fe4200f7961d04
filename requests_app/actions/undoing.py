"""Taking a change back while nobody outside heard of it, and letting it go out: by itself, in time, or at once.

A change waits in an `UndoWindow`. Undoing it is one more event: the history never shrinks. What several windows of one
request hold back goes out together, when the last of them is over, in the order it happened.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from requests_app.actions.actors import Actor
from requests_app.actions.ending import take_up_tasks
from requests_app.actions.errors import ActionRefused, NotAllowed
from requests_app.actions.recording import let_out, stored, tell_of_later
from requests_app.actions.transition import lock, permitted, record
from requests_app.models import BulkChange, RequestEvent, ServiceRequest, UndoWindow
from requests_app.models.undo import restored
from requests_app.workflow import BY_NAME, TRANSITIONS, ActorKind, EventKind, Status


class CannotUndo(ActionRefused):
    """It is too late, or something was built on it. Nothing was changed."""


@transaction.atomic
def undo(*, event_id: int, by: Actor, now: dt.datetime, version: int | None = None) -> RequestEvent:
    """Give the request back the columns the event changed, on this report and on those it came along to.

    A report whose columns somebody changed since keeps them: the event itself is refused then (`CannotUndo`), one that
    only came along is left as it is. Raises `NotAllowed`, `StaleRequest`, `RequestEvent.DoesNotExist`.
    """
    locked = _lock_all(Q(event=event_id) | Q(follows=event_id))
    event = RequestEvent.objects.get(pk=event_id)
    window = UndoWindow.objects.select_related("user").filter(event=event).first()
    if by.kind != ActorKind.STAFF or by.user is None:
        raise NotAllowed(BY_NAME["undo"])
    why = refusal(event, window, now=now, target=locked.get(event.request_id))
    if why or window is None:
        raise CannotUndo(why)
    may_make_it(event, by)
    undone = _take_back(locked[event.request_id], window, by=by, now=now, version=version)
    for along in window.along.pending().select_related("event").order_by("-event_id"):
        if not _changed_since(locked[along.request_id], along):
            _take_back(locked[along.request_id], along, by=by, now=now, version=None)
    for request in locked.values():
        let_out(request, now=now, at_once=False)
    return undone


def undo_bulk(*, bulk: BulkChange, by: Actor, now: dt.datetime) -> tuple[int, int]:
    """Undo each of a bulk change's events that still can be; how many were, and how many could not.

    Each request is a transaction of its own: one that was changed since does not stop the others.
    """
    done = refused = 0
    waiting = UndoWindow.objects.pending().filter(bulk=bulk, follows__isnull=True)
    for event_id in waiting.order_by("-event_id").values_list("event_id", flat=True):
        try:
            undo(event_id=event_id, by=by, now=now)
        except CannotUndo:
            refused += 1
        else:
            done += 1
    return done, refused


@transaction.atomic
def send_now(*, request_id: int, by: Actor, now: dt.datetime) -> int:
    """Everything that waits on this report goes out at once, here and where it came along; how many changes that were."""
    step = BY_NAME["undo"]
    if by.kind != ActorKind.STAFF or by.user is None or by.user.role not in step.roles:
        raise NotAllowed(step)
    roots = UndoWindow.objects.pending().filter(request=request_id, follows__isnull=False)
    ids = {request_id, *roots.values_list("follows__request_id", flat=True)}
    waiting = Q(settled_at__isnull=True, undone_at__isnull=True)
    locked = _lock_all(waiting & (Q(request__in=ids) | Q(follows__request__in=ids)))
    return sum(let_out(request, now=now, at_once=True) for request in locked.values())


@transaction.atomic
def settle(*, event_id: int, now: dt.datetime) -> None:
    """The time of an event's window is over: residents see it and are told. Safe to run late, early and twice."""
    window = UndoWindow.objects.pending().filter(event=event_id).first()
    if window is not None:
        let_out(lock(window.request_id), now=now, at_once=False)


def refusal(
    event: RequestEvent, window: UndoWindow | None, *, now: dt.datetime, target: ServiceRequest | None
) -> str:
    """Why an event can no longer be undone, in words; empty when it can. ``target`` is its request as it is now."""
    if event.kind == EventKind.UNDONE:
        return _("An undo cannot be undone. Make the change again instead.")
    if window is None or target is None:
        return _("This step cannot be undone.")
    if window.follows_id is not None:
        return _("This came along with a change of another report. Undo it there.")
    if window.undone_at is not None:
        taken_back = RequestEvent.objects.filter(undoes=event).first()
        who = taken_back.actor_label if taken_back else _("Somebody")
        return _("%(who)s has undone this already.") % {"who": who}
    if window.settled_at is not None:
        return _("Too late: it went out at %(time)s and residents have been told.") % {
            "time": _clock(window.settled_at)
        }
    if window.until <= now:
        return _("Too late: the time to undo this ended at %(time)s.") % {"time": _clock(window.until)}
    if _changed_since(target, window):
        return _("%(who)s changed the same thing since. Undo that first, or change it by hand.") % {
            "who": _changed_by(window)
        }
    return ""


def may_make_it(event: RequestEvent, by: Actor) -> None:
    """Whoever may not make a move may not take it back either. Raises `NotAllowed`."""
    made = [step for step in TRANSITIONS if step.event == event.kind and step.roles] or [BY_NAME["undo"]]
    if by.user is None or not any(by.user.role in step.roles for step in made):
        raise NotAllowed(made[0])


def _lock_all(windows: Q) -> dict[int, ServiceRequest]:
    """The requests of these windows, locked: those that follow nobody first, as everywhere reports are joined."""
    rows = UndoWindow.objects.filter(windows).values_list("request__lead_id", "request_id").distinct()
    ordered = sorted(rows, key=lambda row: (row[0] is not None, row[1]))
    return {request_id: lock(request_id) for _lead, request_id in ordered}


def _changed(window: UndoWindow) -> list[str]:
    """The columns the event gave another value."""
    return [name for name, value in window.before.items() if value != window.after.get(name)]


def _changed_since(request: ServiceRequest, window: UndoWindow) -> bool:
    return any(stored(request, name) != window.after[name] for name in _changed(window))


def _changed_by(window: UndoWindow) -> str:
    """Who changed one of the columns last, as far as the history tells."""
    later = RequestEvent.objects.standing().filter(request=window.request_id, pk__gt=window.event_id)
    named = list(later.order_by("-pk").values_list("actor_label", "pk"))
    touched = {
        each.event_id
        for each in UndoWindow.objects.filter(event__in=[pk for _name, pk in named])
        if set(_changed(each)) & set(_changed(window))
    }
    ordered = sorted(named, key=lambda row: (row[1] in touched, row[1]), reverse=True)
    return next((name for name, _pk in ordered if name), _("Somebody"))


def _take_back(
    request: ServiceRequest, window: UndoWindow, *, by: Actor, now: dt.datetime, version: int | None
) -> RequestEvent:
    step = permitted(request, "undo", by=by, version=version)
    before: dict[str, Any] = {name: restored(name, window.before[name]) for name in _changed(window)}
    target = Status(before.pop("status", request.status))
    window.undone_at = now
    window.save(update_fields=["undone_at"])
    rest = request.windows.pending().order_by("-until").values_list("until", flat=True).first()
    if window.after.get("status") == Status.CLOSED:
        take_up_tasks(request, ended_at=window.event.occurred_at)
    undone = record(
        request,
        step,
        by=by,
        now=now,
        changes={**before, "held_until": rest if request.held_until else None},
        public_note="",
        reporter_note="",
        internal_note="",
        data={"undone": window.event.kind},
        target=target,
        undoes=window.event,
    )
    tell_of_later(request, since=window.event_id)
    return undone


def _clock(instant: dt.datetime) -> str:
    return date_format(timezone.localtime(instant), "H:i")
