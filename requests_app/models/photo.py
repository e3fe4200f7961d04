"""Photos: rows that point to re-encoded files named by their content."""

import secrets

from django.db import models
from django.db.models import Q

from departments.models import StaffUser
from requests_app.models.request import ServiceRequest


def random_public_id() -> str:
    """128 random bits, safe in a URL."""
    return secrets.token_urlsafe(16)


class PhotoState(models.TextChoices):
    PUBLISHED = "published", "Shown"
    WAITING = "waiting", "Waits for a look by staff"
    HIDDEN = "hidden", "Hidden"
    RESTRICTED = "restricted", "Unredacted, for those allowed"


class PhotoPurpose(models.TextChoices):
    REPORT = "report", "Sent with the report"
    RESULT = "result", "Shows the result"


class Photo(models.Model):
    """One picture of a request, or of a form that is not sent yet (``draft_key``)."""

    public_id = models.CharField(max_length=32, unique=True, default=random_public_id)
    request = models.ForeignKey(ServiceRequest, null=True, on_delete=models.CASCADE, related_name="photos")
    draft_key = models.CharField(max_length=64, blank=True, default="")
    purpose = models.CharField(max_length=10, choices=PhotoPurpose.choices, default=PhotoPurpose.REPORT)
    state = models.CharField(max_length=10, choices=PhotoState.choices, default=PhotoState.PUBLISHED)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    redacts = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="redacted_by",
        help_text="The unredacted photo this one stands for; empty after its disposal.",
    )
    uploaded_by = models.ForeignKey(StaffUser, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="photo_of_request_or_draft",
                condition=Q(request__isnull=False, draft_key="")
                | (Q(request__isnull=True) & ~Q(draft_key="")),
                violation_error_message="A photo belongs to a request or to a draft.",
            )
        ]
        indexes = [
            # is a file still referred to
            models.Index(fields=["sha256"], name="photo_sha256"),
            # photos kept while a form is corrected
            models.Index(fields=["draft_key"], name="photo_draft", condition=~Q(draft_key="")),
            # the moderators' list
            models.Index(fields=["created_at"], name="photo_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return self.public_id
