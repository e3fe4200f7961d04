"""News for colleagues: who was given a request, and who watches it; watching and no longer watching."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import StaffUser
from requests_app.actions.errors import ActionRefused
from requests_app.actions.telling import tell
from requests_app.models import RequestEvent, ServiceRequest, StaffNotice, UndoWindow, Watcher
from requests_app.models.attention import StaffNoticeKind
from requests_app.workflow import EventKind, Outcome


def tell_of(event: RequestEvent, now: dt.datetime) -> None:
    """Tell who was given the request, and whoever watches it and may see it still. Safe to run twice.

    The worker calls this when an event goes out, so what is taken back in time is told to nobody. Who was given many
    requests at once has one line about them all already (`requests_app.actions.bulk`).
    """
    in_bulk = UndoWindow.objects.filter(event=event, bulk__isnull=False).exists()
    if event.kind == EventKind.ASSIGNED and event.assignee is not None and not in_bulk:
        tell(
            [event.assignee],
            StaffNoticeKind.ASSIGNED,
            request=event.request,
            event=event,
            now=now,
            but=event.actor,
        )
    knows = StaffNotice.objects.filter(event=event).exclude(kind=StaffNoticeKind.WATCHED).values("user")
    people = StaffUser.objects.filter(watching__request=event.request_id, is_active=True)
    watching = [
        person for person in people.exclude(pk__in=knows).order_by("pk") if may_see(person, event.request_id)
    ]
    tell(
        watching,
        StaffNoticeKind.WATCHED,
        request=event.request,
        event=event,
        text=headline(event),
        now=now,
        but=event.actor,
    )


def headline(event: RequestEvent) -> str:
    """An event in a line: what happened, by whom, and the first words that were written."""
    what = str(EventKind(event.kind).label)
    outcome = event.data.get("outcome")
    if outcome in Outcome.values:
        what = f"{what}: {str(Outcome(outcome).label).lower()}"
    who = f" ({event.actor_label})" if event.actor_label else ""
    words = event.internal_note or event.public_note or event.reporter_note
    return f"{what}{who}" + (f" · {' '.join(words.split())}" if words else "")


def may_see(person: StaffUser, request_id: int) -> bool:
    """Whether the request exists for this colleague."""
    return ServiceRequest.objects.visible_to(person).filter(pk=request_id).exists()


@transaction.atomic
def watch(*, request_id: int, by: StaffUser, now: dt.datetime) -> None:
    """Tell this colleague of whatever happens to the request from now on. Twice is once."""
    if not may_see(by, request_id):
        raise ActionRefused(_("This request is not within your sight."))
    Watcher.objects.get_or_create(request_id=request_id, user=by, defaults={"created_at": now})


@transaction.atomic
def unwatch(*, request_id: int, by: StaffUser) -> None:
    """Tell this colleague no more of the request."""
    Watcher.objects.filter(request_id=request_id, user=by).delete()


@transaction.atomic
def mark_read(*, by: StaffUser, now: dt.datetime, notice_id: int | None = None) -> int:
    """Mark one line of the own inbox as read, or all of them; how many were new."""
    rows = StaffNotice.objects.filter(user=by, read_at__isnull=True)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(read_at=now)


@transaction.atomic
def choose_mail(*, by: StaffUser, choice: str) -> None:
    """Choose which lines of the inbox also come by mail. ``choice`` is one of `departments.models.InboxMail`."""
    StaffUser.objects.filter(pk=by.pk).update(inbox_mail=choice)
