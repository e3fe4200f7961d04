"""What the staff's screens keep of their own: who looked at contact details."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from requests_app.models import ServiceRequest


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
