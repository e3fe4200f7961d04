"""What can still be taken back: a window of minutes in which nobody outside hears of a move."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from departments.models import StaffUser
from requests_app.models.event import RequestEvent
from requests_app.models.request import ServiceRequest
from requests_app.workflow import ActorKind

OUTSIDE = (ActorKind.REPORTER, ActorKind.RESIDENT)
"""What these say and do they see at once, whatever waits."""


def restored(name: str, value: Any) -> Any:
    """A column's value from the JSON an `UndoWindow` keeps of it."""
    field = ServiceRequest._meta.get_field(name)
    assert isinstance(field, models.Field)
    return value if field.is_relation else field.to_python(value)


class BulkChange(models.Model):
    """One change of many requests at once: which move, by whom, how many it reached and how many it could not."""

    user = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="bulk_changes")
    move = models.CharField(max_length=30)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # the bar above the queue: what somebody changed just now
            models.Index(fields=["user", "-created_at"], name="bulk_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.pk}"


class UndoWindowQuerySet(models.QuerySet["UndoWindow"]):
    def pending(self) -> UndoWindowQuerySet:
        """Neither taken back nor settled."""
        return self.filter(settled_at__isnull=True, undone_at__isnull=True)

    def due(self, now: dt.datetime) -> UndoWindowQuerySet:
        """Whose time is over, but nobody settled them yet."""
        return self.pending().filter(until__lte=now)


class UndoWindow(models.Model):
    """The minutes in which an event can be undone.

    ``before`` holds the columns of the request the event changed, as they were: dates as ISO text, rows by id under
    the name of their column (``assignee_id``); ``after`` holds the same columns as the event left them: what differs from
    them now was changed since. ``follows`` is the window of the event this one came along with, on another report: both
    wait, go out and are undone together. ``settled_at``: residents see it and messages go out, because the time was
    over or somebody said "send now".
    """

    event = models.OneToOneField(
        RequestEvent, primary_key=True, on_delete=models.PROTECT, related_name="window"
    )
    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="windows")
    user = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="+", db_index=False)
    bulk = models.ForeignKey(BulkChange, null=True, on_delete=models.PROTECT, related_name="windows")
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="along")
    before = models.JSONField()
    after = models.JSONField(default=dict)
    until = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = UndoWindowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="window_settled_or_undone",
                condition=Q(settled_at__isnull=True) | Q(undone_at__isnull=True),
                violation_error_message="What went out cannot be taken back.",
            )
        ]
        indexes = [
            # the worker: what is due
            models.Index(
                fields=["until"],
                name="window_pending",
                condition=Q(settled_at__isnull=True, undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"window of {self.event_id}"
