"""The date: both clocks, what was promised first, who changed it and why, and the way to a new one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings

from dashboards.queue.history import entry
from requests_app.queries.pauses import clocks
from requests_app.workflow import EventKind

if TYPE_CHECKING:
    from dashboards.queue.panels import At


def panel(at: At) -> dict[str, Any] | None:
    """Nothing where nothing was promised and the clock never stood still. No question to the database."""
    target = at.target
    both = clocks(at.history, created_at=target.created_at, closed_at=target.closed_at, now=at.now)
    if target.due_at is None and not both.has_pause:
        return None
    ahead = target.due_at - at.now if target.due_at is not None and target.is_open else None
    told = [event for event in at.history if event.kind in {EventKind.RENEWED, EventKind.AT_RISK}]
    return {
        "clocks": both,
        "is_late": ahead is not None and ahead < dt.timedelta(),
        "is_soon": ahead is not None
        and dt.timedelta() <= ahead <= dt.timedelta(hours=settings.PROMISE_ASK_HOURS),
        "told": [entry(event) for event in told],
        "renewed": sum(1 for event in told if event.kind == EventKind.RENEWED),
        "unmoved": _unmoved(at),
        "can_renew": "renew" in at.allowed and target.paused_at is None and target.lead_id is None,
    }


def _unmoved(at: At) -> bool:
    """Whether the clock stands still, but the calendar has no working day to move the date by."""
    last = next((e for e in at.history if e.kind in {EventKind.HELD, EventKind.ASKED}), None)
    return at.target.paused_at is not None and last is not None and bool(last.data.get("clock"))
