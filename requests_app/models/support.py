"""One problem, many residents: who said "this is mine too", and who follows."""

from django.db import models
from django.db.models import Q

from requests_app.models.request import ServiceRequest
from requests_app.models.resident import Resident


class Support(models.Model):
    """One voice for a request. ``voter`` is a keyed hash of the verified address or of the device's token."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="supports")
    voter = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "voter"],
                name="support_once_per_person",
                violation_error_message="You told us already that this is yours too.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.pk}"


class Follower(models.Model):
    """A resident who gets the public news of a request; nothing is sent before ``confirmed_at``."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="followers")
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="follows")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "resident"],
                name="follower_once",
                violation_error_message="You follow this report already.",
            )
        ]
        indexes = [
            # whom an event's news goes to
            models.Index(
                fields=["request"],
                name="follower_active",
                condition=Q(confirmed_at__isnull=False, stopped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.pk}"
