"""What waits because it can still be undone: for the staff's bars, for the residents' pages, for the worker."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django.db.models import F, QuerySet

from civic311.lib.compiled import SOME_TIME, SOMEBODY, Compiled
from departments.models import StaffUser
from requests_app.models import BulkChange, RequestEvent, ServiceRequest, UndoWindow
from requests_app.models.undo import OUTSIDE, restored
from requests_app.workflow import Outcome

DUE_AT_ONCE = 500
BAR_SHOWS = 3
MOST_READ = 50


def numbered(number: str) -> ServiceRequest | None:
    """The request of a number, also out of sight: who changed it may still undo that, which the caller asks."""
    return ServiceRequest.objects.filter(number=number).first()


def can_undo(request: ServiceRequest, now: dt.datetime) -> list[UndoWindow]:
    """The changes of a request that wait, newest first; one that came along with another report's has that in ``follows``.

    Whether a person may, and whether somebody built on it, is the action's to say. Two statements, one where the time
    is over, and none where nothing waits: a request that shows residents what it is has nothing to undo, unless it was
    closed as spam.
    """
    if request.held_until is None and request.outcome != Outcome.SPAM:
        return []
    if all(until <= now for _event, until in _pending(request.pk)):
        return []
    rows = waiting_windows().filter(request=request, until__gt=now)
    return list(rows.select_related("follows__event", "follows__request").order_by("-event_id"))


def own_waiting(user: StaffUser, now: dt.datetime) -> list[UndoWindow]:
    """What somebody changed just now and can still undo, newest first, wherever the request went.

    A bulk change stands there once, and of each request what was changed last: that is undone first.
    """
    if not _own().fetch({SOMEBODY: user.pk, SOME_TIME: now}):
        return []
    rows = waiting_windows().filter(user=user, until__gt=now, follows__isnull=True)
    found: list[UndoWindow] = []
    bulks: set[int] = set()
    requests: set[int] = set()
    for window in rows.order_by("-event_id")[:MOST_READ]:
        is_known = window.request_id in requests or window.bulk_id in bulks
        requests.add(window.request_id)
        if window.bulk_id is not None:
            bulks.add(window.bulk_id)
        if not is_known:
            found.append(window)
    return found[:BAR_SHOWS]


@lru_cache(maxsize=1)
def _own() -> Compiled:
    """Whether anything of somebody waits: nothing does on nearly every page, and the whole row costs ten times as much."""
    rows = UndoWindow.objects.pending().filter(user=SOMEBODY, until__gt=SOME_TIME, follows__isnull=True)
    return Compiled(rows.values_list("pk")[:1])


def waiting_windows() -> QuerySet[UndoWindow]:
    """Windows that are open, with the event of each."""
    return UndoWindow.objects.pending().select_related(
        "event__assignee", "event__department", "request", "bulk"
    )


def bulk_windows(bulk: BulkChange) -> list[UndoWindow]:
    """The windows of a bulk change in the order of the requests' numbers, with what became of each."""
    rows = UndoWindow.objects.filter(bulk=bulk, follows__isnull=True)
    return list(rows.select_related("event", "request__category").order_by("request__number"))


def waits(event: RequestEvent) -> bool:
    """Whether residents do not hear of an event yet: it, or what came before it on its report, can still be undone."""
    return UndoWindow.objects.pending().filter(request=event.request_id, event__lte=event.pk).exists()


def first_waiting(request_id: int) -> int | None:
    """The event of the earliest change of a held report residents do not see."""
    return next((event for event, _until in _pending(request_id)), None)


def _pending(request_id: int) -> list[tuple[Any, ...]]:
    """The changes of a request that wait, oldest first, as (event id, until when)."""
    return _pending_of().fetch({SOMEBODY: request_id})


@lru_cache(maxsize=1)
def _pending_of() -> Compiled:
    rows = UndoWindow.objects.pending().filter(request=SOMEBODY).order_by("event_id")
    return Compiled(rows.values_list("event_id", "until"))


def columns_before(request_ids: list[int]) -> dict[int, dict[str, Any]]:
    """The columns of held reports as residents last saw them, by the report's id: what the earliest window kept wins."""
    found: dict[int, dict[str, Any]] = {}
    rows = UndoWindow.objects.pending().filter(request__in=request_ids).order_by("-event_id")
    for request_id, before in rows.values_list("request_id", "before"):
        columns = {name: restored(name, value) for name, value in before.items()}
        found[request_id] = {**found.get(request_id, {}), **columns}
    return found


def photos_waiting(request_id: int) -> frozenset[str]:
    """Public ids of the photos that came with a change of a held report residents do not see yet."""
    first = first_waiting(request_id)
    if first is None:
        return frozenset()
    later = RequestEvent.objects.filter(request=request_id, pk__gte=first).exclude(actor_kind__in=OUTSIDE)
    waiting: set[str] = set()
    for data in later.order_by("pk").values_list("data", flat=True):
        waiting.update(data.get("photos", ()))
        if data.get("photo") in waiting and "became" in data:
            waiting.add(data["became"])  # redacted meanwhile: the new one waits as the old one did
    return frozenset(waiting)


def due_windows(now: dt.datetime) -> list[int]:
    """Events whose time is over though nobody let them out, oldest first."""
    rows = UndoWindow.objects.due(now).order_by(F("until"), "event_id")
    return list(rows.values_list("event_id", flat=True)[:DUE_AT_ONCE])
