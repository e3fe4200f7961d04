"""The reporter objects to the hiding: above everything until somebody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests_app.workflow import BY_NAME, EventKind

if TYPE_CHECKING:
    from dashboards.queue.panels import At


def panel(at: At) -> dict[str, Any] | None:
    """None while nobody objects."""
    if at.target.appealed_at is None:
        return None
    last = next((event for event in at.history if event.kind == EventKind.APPEALED), None)
    return {
        "number": at.target.number,
        "words": last.reporter_note if last else "",
        "at": at.target.appealed_at,
        "may_answer": at.user.role in BY_NAME["unpublish"].roles,
    }
