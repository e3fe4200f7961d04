"""What ends with a request: tasks nobody needs any more. An undone closing gives them back."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from requests_app.models import ClosingPlan, ServiceRequest, Task
from requests_app.models.task import TaskState


def end_tasks(request: ServiceRequest, *, ended_by: str, now: dt.datetime) -> int:
    """Cancel what is still open when a request ends without it; how many. Their links stop working.

    ``ended_by`` is the name of who, or what rule, ended the request.
    """
    ClosingPlan.objects.filter(request=request).delete()
    return Task.objects.filter(request=request, state=TaskState.OPEN).update(
        state=TaskState.CANCELLED,
        ended_at=now,
        ended_by=ended_by[:254],
        token_version=F("token_version") + 1,
    )


def take_up_tasks(request: ServiceRequest, *, ended_at: dt.datetime) -> int:
    """Open again the tasks that ended with a closing that is undone; their links work as before. How many."""
    ended = Task.objects.filter(request=request, state=TaskState.CANCELLED, ended_at=ended_at)
    return ended.update(
        state=TaskState.OPEN, ended_at=None, ended_by="", token_version=F("token_version") - 1
    )
