"""Telling colleagues: one line in their inbox, and a mail about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from procrastinate.contrib.django import app as jobs

from departments.models import StaffUser
from requests_app.models import RequestEvent, ServiceRequest, StaffNotice
from requests_app.models.attention import StaffNoticeKind

TELL_STAFF_TASK = "requests_app.notifications.tell_staff"
TEXT_MAX = 300


def tell(
    users: Iterable[StaffUser],
    kind: StaffNoticeKind,
    *,
    request: ServiceRequest | None,
    now: dt.datetime,
    event: RequestEvent | None = None,
    text: str = "",
    by_mail: bool = True,
    but: StaffUser | None = None,
) -> int:
    """Write one line for each active colleague, except ``but`` (who did it); how many lines were new.

    The same event tells a colleague once of each kind. The mail about a line is a job of this transaction.
    """
    written = 0
    for user in {user.pk: user for user in users}.values():
        if not user.is_active or user == but:
            continue
        if event is not None and StaffNotice.objects.filter(user=user, event=event, kind=kind).exists():
            continue
        notice = StaffNotice.objects.create(
            user=user,
            request=request,
            event=event,
            kind=kind,
            text=text[:TEXT_MAX],
            by_mail=by_mail,
            created_at=now,
        )
        written += 1
        if by_mail:
            jobs.configure_task(name=TELL_STAFF_TASK, queue="events").defer(notice_id=notice.pk)
    return written
