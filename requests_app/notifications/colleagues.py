"""Mail to colleagues about the lines in their inbox: one at once, what follows together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.models import InboxMail, StaffUser
from requests_app.models import ServiceRequest, StaffNotice
from requests_app.models.attention import StaffNoticeKind
from requests_app.notifications.messages import Message, letter, spoken
from requests_app.notifications.models import Delivery, DeliveryChannel, DeliveryState, Purpose

PAUSE = dt.timedelta(minutes=10)
REMEMBERED = dt.timedelta(days=1)
MOST = 1_000
LINES = 20


@dataclass(frozen=True)
class Batch:
    """Mails to send now, or when to look again because this person had one just now."""

    user_id: int
    deliveries: list[int] = field(default_factory=list)
    again_at: dt.datetime | None = None


@transaction.atomic
def staff_mail(notice_id: int, now: dt.datetime) -> Batch:
    """One mail about everything that waits for this line's reader, at most every ten minutes. Safe to run twice.

    Nothing for lines that were read meanwhile, and for people who chose to have no mail about them.
    """
    user_id = StaffNotice.objects.values_list("user", flat=True).get(pk=notice_id)
    # one at a time for each person: two jobs would tell the same lines
    user = StaffUser.objects.select_for_update(of=("self",), no_key=True).get(pk=user_id)
    sent = list(
        Delivery.objects.filter(
            purpose=Purpose.STAFF, notice__user=user, created_at__gt=now - REMEMBERED
        ).order_by("-created_at", "-pk")
    )
    unsent = [delivery.pk for delivery in sent if delivery.state == DeliveryState.PENDING]
    told = {pk for delivery in sent for pk in delivery.data["notices"]}
    waiting = [row.pk for row in _wanted(user, now) if row.pk not in told]
    if not waiting:
        return Batch(user_id, unsent)
    if sent and sent[0].created_at > now - PAUSE:
        return Batch(user_id, unsent, again_at=sent[0].created_at + PAUSE)
    delivery = Delivery.objects.create(
        key=f"staff-{waiting[0]}",
        purpose=Purpose.STAFF,
        notice_id=waiting[0],
        data={"notices": waiting},
        channel=DeliveryChannel.EMAIL,
        recipient=user.email,
        created_at=now,
    )
    return Batch(user_id, [*unsent, delivery.pk])


def _wanted(user: StaffUser, now: dt.datetime) -> list[StaffNotice]:
    """The newest unread lines this person wants mail about, newest first."""
    if not user.is_active or user.inbox_mail == InboxMail.NONE:
        return []
    rows = StaffNotice.objects.filter(
        user=user, by_mail=True, read_at__isnull=True, created_at__gt=now - REMEMBERED
    )
    if user.inbox_mail == InboxMail.DIRECT:
        rows = rows.exclude(kind=StaffNoticeKind.WATCHED)
    return list(rows.order_by("-created_at", "-pk")[:MOST])


def staff_letter(delivery: Delivery) -> Message | None:
    """The mail of a delivery: the lines nobody has read since; None when all are read.

    A request that left the colleague's sight meanwhile is named by its number alone.
    """
    rows = list(
        StaffNotice.objects.filter(pk__in=delivery.data["notices"], read_at__isnull=True)
        .select_related("user", "request__category")
        .order_by("-created_at", "-pk")
    )
    if not rows or not rows[0].user.is_active:
        return None
    shown = rows[:LINES]
    visible = set(
        ServiceRequest.objects.visible_to(rows[0].user)
        .filter(pk__in=[row.request_id for row in shown if row.request_id])
        .values_list("pk", flat=True)
    )
    with spoken("en") as city:
        lines = [_line(row, in_sight=row.request_id in visible) for row in shown]
        subject = (
            lines[0]["title"] if len(rows) == 1 else _("%(n)s new lines in your inbox") % {"n": len(rows)}
        )
        context = {
            "city": city,
            "lines": lines,
            "more": len(rows) - len(shown),
            "inbox_url": settings.SITE_URL + reverse("inbox:list"),
        }
        return letter("staff", subject, context)


def _line(row: StaffNotice, *, in_sight: bool) -> dict[str, str]:
    what = str(StaffNoticeKind(row.kind).label)
    if row.request is None:
        return {"title": what, "text": row.text, "url": ""}
    if not in_sight:
        return {"title": f"{what}: {row.request.number}", "text": _("It is now with others."), "url": ""}
    return {
        "title": f"{what}: {row.request.number}, {row.request.category.name}",
        "text": row.text,
        "url": settings.SITE_URL + reverse("queue:detail", args=[row.request.number]),
    }
