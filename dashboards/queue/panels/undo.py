"""What can still be undone: above everything, for the minutes in which nobody outside hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards.queue.undo import bars

if TYPE_CHECKING:
    from dashboards.queue.panels import At


def panel(at: At) -> dict[str, Any] | None:
    """None where nothing waits: no question to the database then."""
    return bars.of_request(at.target, at.user, at.now)
