"""What can still be undone, as the bars above the request and above the queue draw it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.queue.history import entry
from departments.models import StaffUser
from requests_app.actions import Actor, NotAllowed
from requests_app.actions.undoing import may_make_it, refusal
from requests_app.models import BulkChange, ServiceRequest, UndoWindow
from requests_app.queries.undoing import bulk_windows, can_undo, own_waiting
from requests_app.workflow import BY_NAME


@dataclass(frozen=True)
class Line:
    """One change that waits: what it was, until when, where its buttons lead ("" where there is none), or why not."""

    what: str
    number: str
    until: dt.datetime
    undo_url: str
    send_url: str
    why: str


def of_request(target: ServiceRequest, user: StaffUser, now: dt.datetime) -> dict[str, Any] | None:
    """The bar of a request's page; None where nothing waits, or where this reader has no part in it."""
    if user.role not in BY_NAME["undo"].roles:
        return None
    windows = can_undo(target, now)
    if not windows:
        return None
    return {
        "lines": [_line(window, user, now, target=target) for window in windows],
        "until": max(window.until for window in windows),
        "send_url": reverse("queue:send_now", args=[target.number]),
        "next": reverse("queue:detail", args=[target.number]),
    }


def own(user: StaffUser, now: dt.datetime) -> dict[str, Any] | None:
    """The bar above the queue: what somebody did just now, also on requests that left their sight. One statement, and
    another where something waits."""
    if user.role not in BY_NAME["undo"].roles:
        return None
    lines = [_line(window, user, now) for window in own_waiting(user, now)]
    return {"lines": lines, "next": reverse("queue:list")} if lines else None


def of_bulk(bulk: BulkChange, user: StaffUser, now: dt.datetime) -> dict[str, Any] | None:
    """The bar of a bulk change's page; None when nothing of it waits any more."""
    waiting = [window for window in bulk_windows(bulk) if is_waiting(window, now)]
    if not waiting or user.role not in BY_NAME["undo"].roles:
        return None
    return {"lines": [_bulk_line(bulk, len(waiting), waiting[0].until)], "next": ""}


def is_waiting(window: UndoWindow, now: dt.datetime) -> bool:
    """Whether a change can still be taken back, as far as the time goes."""
    return window.undone_at is None and window.settled_at is None and window.until > now


def _line(
    window: UndoWindow, user: StaffUser, now: dt.datetime, *, target: ServiceRequest | None = None
) -> Line:
    if window.bulk is not None and window.bulk.changed > 1:
        return _bulk_line(window.bulk, window.bulk.changed, window.until)
    root = window.follows or window
    at = target if target is not None and target.pk == root.request_id else root.request
    why = refusal(root.event, root, now=now, target=at)
    try:
        may_make_it(root.event, Actor.staff(user))
    except NotAllowed:
        return Line(entry(window.event).what, window.request.number, window.until, "", "", why)
    return Line(
        what=entry(window.event).what,
        number=window.request.number,
        until=window.until,
        undo_url="" if why else reverse("queue:undo", args=[root.event_id]),
        send_url=reverse("queue:send_now", args=[root.request.number]),
        why=why,
    )


def _bulk_line(bulk: BulkChange, count: int, until: dt.datetime) -> Line:
    words = _("%(count)s requests changed at once: %(move)s") % {
        "count": count,
        "move": str(BY_NAME[bulk.move].label) if bulk.move in BY_NAME else bulk.move,
    }
    return Line(
        what=words,
        number="",
        until=until,
        undo_url=reverse("queue:undo_change", args=[bulk.pk]),
        send_url=reverse("queue:send_change", args=[bulk.pk]),
        why="",
    )


@dataclass(frozen=True)
class Fate:
    """What became of one request of a bulk change; ``url`` is empty where the reader does not see it."""

    number: str
    category: str
    words: str
    url: str


def fates(bulk: BulkChange, seen: Iterable[int], now: dt.datetime) -> list[Fate]:
    """Each request of a bulk change; those in ``seen`` are links."""
    visible = frozenset(seen)
    return [
        Fate(
            window.request.number,
            window.request.category.shown_name,
            _fate(window, now),
            reverse("queue:detail", args=[window.request.number]) if window.request_id in visible else "",
        )
        for window in bulk_windows(bulk)
    ]


def _fate(window: UndoWindow, now: dt.datetime) -> str:
    if window.undone_at is not None:
        return _("Undone")
    if window.settled_at is not None:
        return _("Changed: residents see it")
    return refusal(window.event, window, now=now, target=window.request) or _("Changed: can be undone")
