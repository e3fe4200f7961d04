"""The promise keeper: before a date is missed staff are asked, and residents hear it before, not after."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _

from requests_app.actions.actors import Actor
from requests_app.actions.clockwork import calendar_of, closes_on
from requests_app.actions.errors import ActionRefused
from requests_app.actions.responsible import keepers
from requests_app.actions.telling import tell
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import RequestEvent, ServiceRequest, StaffNotice
from requests_app.models.attention import StaffNoticeKind
from requests_app.models.request import ServiceRequestQuerySet

REASON_MAX = 1_000
FARTHEST = dt.timedelta(days=730)


@transaction.atomic
def renew(
    *, request_id: int, version: int | None, due_on: dt.date, reason: str, by: Actor, now: dt.datetime
) -> RequestEvent:
    """Promise another day, with a reason residents read; the first date stays in the record and in the figures.

    The day ends with the department's closing time. Raises `ActionRefused` without a reason, for a day that is no
    later than today, and while the clock stands still.
    """
    request = lock(request_id)
    permitted(request, "renew", by=by, version=version)
    reason = reason.strip()
    if not reason:
        raise ActionRefused(_("Say why the date changes. Residents read this."))
    if len(reason) > REASON_MAX:
        raise ActionRefused(_("The reason is too long: 1,000 characters at most."))
    if request.paused_at is not None:
        raise ActionRefused(_("The clock stands still. Take the request up again, then promise a new date."))
    today = timezone.localdate(now, calendar_of(request).zone)
    if due_on <= today:
        raise ActionRefused(_("Choose a day after today."))
    if due_on > today + FARTHEST:
        raise ActionRefused(_("Choose a day within two years."))
    due = closes_on(due_on, request)
    if request.due_at is not None and due == request.due_at:
        raise ActionRefused(_("This is the date promised already."))
    return transition(
        request_id=request_id,
        version=version,
        move="renew",
        by=by,
        now=now,
        changes={"due_at": due, "told_late_at": None},
        public_note=reason,
        data={
            "due_before": request.due_at.isoformat() if request.due_at else "",
            "due_at": due.isoformat(),
            "first_due_at": request.first_due_at.isoformat() if request.first_due_at else "",
        },
    )


@transaction.atomic
def warn(*, request_id: int, by: Actor, now: dt.datetime, version: int | None = None) -> RequestEvent:
    """Tell residents that the date is at risk, once for each date. The system does it when nobody renewed it."""
    request = lock(request_id)
    permitted(request, "warn", by=by, version=version)
    if request.due_at is None or request.due_at <= now or request.told_late_at is not None:
        raise ActionRefused(_("There is no date to warn of."))
    return transition(
        request_id=request_id,
        version=version,
        move="warn",
        by=by,
        now=now,
        changes={"told_late_at": now},
        data={"due_at": request.due_at.isoformat()},
    )


@transaction.atomic
def ask_keepers(*, request_id: int, now: dt.datetime) -> int:
    """Ask who answers for the request for a reason and a new date; how many were told. Once for each date."""
    request = lock(request_id)
    if not to_renew(now).filter(pk=request_id).exists():
        return 0
    assert request.due_at is not None
    day = dateformat.format(timezone.localtime(request.due_at, calendar_of(request).zone), "l, F j, g:i A")
    words = _("Due %(day)s. Will it be late? Give a reason and a new date before then.") % {"day": day}
    return tell(keepers(request), StaffNoticeKind.PROMISE, request=request, now=now, text=words)


def to_renew(now: dt.datetime) -> ServiceRequestQuerySet:
    """Requests whose date comes within `PROMISE_ASK_HOURS` and nobody was asked about yet."""
    ask = dt.timedelta(hours=settings.PROMISE_ASK_HOURS)
    asked = StaffNotice.objects.filter(
        request=OuterRef("pk"), kind=StaffNoticeKind.PROMISE, created_at__gte=OuterRef("due_at") - ask
    )
    return _running(now).filter(due_at__lte=now + ask).exclude(Exists(asked))


def to_warn(now: dt.datetime) -> ServiceRequestQuerySet:
    """Requests whose date comes within `PROMISE_TELL_HOURS`, not renewed, and residents were not told."""
    tell_ahead = dt.timedelta(hours=settings.PROMISE_TELL_HOURS)
    # A promise made for hours is not at risk from its first minute: half of its time passes first.
    half = ExpressionWrapper(
        F("created_at") + (F("due_at") - F("created_at")) / 2, output_field=DateTimeField()
    )
    soon = _running(now).filter(due_at__lte=now + tell_ahead, told_late_at__isnull=True)
    return soon.alias(half_way=half).filter(half_way__lte=now)


def _running(now: dt.datetime) -> ServiceRequestQuerySet:
    """Open requests with a date to come whose clock runs; those that follow another are told with it."""
    return (
        ServiceRequest.objects.open()
        .filter(due_at__gt=now, paused_at__isnull=True, lead__isnull=True)
        .order_by("due_at", "pk")
    )
