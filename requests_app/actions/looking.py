"""Who looks at what was hidden is written down, before it is shown."""

from __future__ import annotations

import datetime as dt

from departments.models import StaffUser
from requests_app.models import UnredactedLook

ONE_LOOK = dt.timedelta(minutes=15)


def record_look(*, request_id: int, by: StaffUser, now: dt.datetime) -> None:
    """One row for each quarter of an hour: a page, its pictures and a second glance are one look."""
    recent = UnredactedLook.objects.filter(request=request_id, user=by, looked_at__gt=now - ONE_LOOK)
    if not recent.exists():
        UnredactedLook.objects.create(request_id=request_id, user=by, looked_at=now)
