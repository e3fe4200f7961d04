"""What others do for the request, in a line each, and the way to give them something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests_app.models.task import TaskState
from requests_app.queries.tasks import plan_of, tasks_of

if TYPE_CHECKING:
    from dashboards.queue.panels import At


def panel(at: At) -> dict[str, Any] | None:
    """Two questions to the database, and only while tasks are open."""
    if not at.target.open_tasks:
        return {"tasks": [], "plan": None, "is_row": True} if "give_task" in at.allowed else None
    return {
        "tasks": [task for task in tasks_of(at.target.pk) if task.state == TaskState.OPEN],
        "plan": plan_of(at.target.pk),
    }
