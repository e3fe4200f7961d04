"""What the staff's screens keep of their own: who looked at contact details, views and habits of each person."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dashboards.reports.models import (
    BoardReader,
    Extract,
    PublishedFigures,
    ReportMail,
    ReportSubscription,
)
from departments.models import Department
from requests_app.models import ServiceRequest

__all__ = [
    "BoardReader",
    "ContactReveal",
    "Extract",
    "PublishedFigures",
    "ReportMail",
    "ReportSubscription",
    "SavedView",
    "StaffPreference",
]


class ContactReveal(models.Model):
    """One look at a reporter's contact details: who, when, which request.

    A row of its own and not an event: nothing happened to the request, and the history is read by many.
    """

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="contact_reveals")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contact_reveals"
    )
    revealed_at = models.DateTimeField()

    class Meta:
        indexes = [
            # is it still open for this person; who looked at this request
            models.Index(fields=["request", "user", "-revealed_at"], name="reveal_of_request"),
            # the weekly report of who looked at how many
            models.Index(fields=["-revealed_at"], name="reveal_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.request_id} {self.revealed_at:%Y-%m-%d %H:%M}"


class SavedView(models.Model):
    """A list of the queue somebody keeps: its address's query, and who else has it.

    ``department`` shares it with the people of one department, ``is_shared`` with everybody.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2_000, blank=True, default="")
    is_shared = models.BooleanField(default=False)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.CASCADE, related_name="saved_views"
    )
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_view_name_once",
                violation_error_message="You have a view with this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class StaffPreference(models.Model):
    """How somebody likes the screens: columns of the queue, keys, list or map."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="preference"
    )
    columns = models.JSONField(
        default=list, help_text="Names of the queue's columns in order; empty: as usual."
    )
    layout = models.CharField(max_length=10, default="list", help_text="list, map or split.")
    has_shortcuts = models.BooleanField(default=True, help_text="Single keys move about the queue.")

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"
