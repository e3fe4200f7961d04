"""What a council aide of the demonstration follows from the first day."""

from __future__ import annotations

import datetime as dt

from departments.models import StaffUser
from requests_app.actions.staffnews import watch
from requests_app.models import ServiceRequest, Watcher

EACH = 6


def let_aides_follow(aides: list[StaffUser], now: dt.datetime) -> int:
    """Let each of ``aides`` who follows nothing yet watch the newest open requests of the district; how many."""
    followed = 0
    for aide in aides:
        if Watcher.objects.filter(user=aide).exists():
            continue
        rows = ServiceRequest.objects.listed_for(aide).open().filter(lead__isnull=True)
        for pk in rows.order_by("-created_at", "-pk").values_list("pk", flat=True)[:EACH]:
            watch(request_id=pk, by=aide, now=now)
            followed += 1
    return followed
