"""What a council aide filed for constituents or follows. Every query starts at `visible_to`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from departments.directory import categories
from departments.models import StaffUser
from requests_app.models import Reporter, RequestEvent, ServiceRequest, UndoWindow, Watcher
from requests_app.models.request import IsOneOf, ServiceRequestQuerySet
from requests_app.models.undo import OUTSIDE
from requests_app.workflow import Outcome, Status


class Which(TextChoices):
    """Which of the own requests."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    ALL = "all", _("All")


@dataclass(frozen=True, slots=True)
class ConstituentRequest:
    """A line of the list. ``said`` is what residents could read last, at ``said_at``; empty when nothing was said."""

    number: str
    category: str
    address: str
    status: Status
    outcome: str
    created_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    is_filed: bool
    is_followed: bool
    said: str
    said_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        return self.status != Status.CLOSED

    @property
    def status_label(self) -> str:
        return str(self.status.label)

    @property
    def outcome_label(self) -> str:
        """How it ended; empty while it is open."""
        return str(Outcome(self.outcome).label) if self.outcome else ""


def own_requests(user: StaffUser, *, which: Which) -> ServiceRequestQuerySet:
    """What this person filed or follows and may see, newest first."""
    followed = IsOneOf("id", Watcher.objects.filter(user=user).values("request"))
    filed = IsOneOf("id", ServiceRequest.objects.filed_by(user).values("pk"))
    rows = ServiceRequest.objects.visible_to(user).filter(Q(filed) | Q(followed))
    if which == Which.OPEN:
        rows = rows.open()
    elif which == Which.CLOSED:
        rows = rows.filter(status=Status.CLOSED)
    return rows.order_by("-created_at", "-pk")


def with_number(rows: ServiceRequestQuerySet, *, number: str, part: str) -> ServiceRequestQuerySet:
    """Those of this number, or whose number holds this part of one."""
    return rows.filter(Q(number=number) | Q(number__contains=part))


def with_constituent(rows: ServiceRequestQuerySet, name: str, *, user: StaffUser) -> ServiceRequestQuerySet:
    """Those the person filed for somebody of this name.

    Not what others reported and the person follows: finding it would say who reported it.
    """
    return rows.filed_by(user).filter(pk__in=Reporter.objects.named(name).values("request"))


def lines(rows: Iterable[ServiceRequest], *, user: StaffUser) -> list[ConstituentRequest]:
    """The requests as lines, in three statements however many there are."""
    requests = list(rows)
    ids = [row.pk for row in requests]
    filed = set(ServiceRequest.objects.filed_by(user).filter(pk__in=ids).values_list("pk", flat=True))
    followed = set(Watcher.objects.filter(user=user, request__in=ids).values_list("request", flat=True))
    said = _said_last(ids)
    known = categories()
    return [
        ConstituentRequest(
            number=row.number,
            category=known[row.category_id].name,
            address=row.address or row.place_note,
            status=Status(row.status),
            outcome=row.outcome,
            created_at=row.created_at,
            due_at=row.due_at,
            closed_at=row.closed_at,
            is_filed=row.pk in filed,
            is_followed=row.pk in followed,
            said=said[row.pk][0] if row.pk in said else "",
            said_at=said[row.pk][1] if row.pk in said else None,
        )
        for row in requests
    ]


def _said_last(ids: Iterable[int]) -> dict[int, tuple[str, dt.datetime]]:
    """The last words for everybody on each request: neither what was taken back nor what still can be."""
    waiting = UndoWindow.objects.pending().filter(request=OuterRef("request"), event__lte=OuterRef("pk"))
    events = (
        RequestEvent.objects.standing()
        .filter(request__in=list(ids))
        .exclude(public_note="")
        .filter(Q(request__held_until__isnull=True) | Q(actor_kind__in=OUTSIDE) | ~Exists(waiting))
        .order_by("request", "-pk")
        .distinct("request")
    )
    return {pk: (words, at) for pk, words, at in events.values_list("request", "public_note", "occurred_at")}
