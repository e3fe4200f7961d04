"""What others say about a request, and what they say is wrong with it. Staff look before anybody else does."""

from django.db import models
from django.db.models import Q

from departments.models import StaffUser
from requests_app.models.photo import Photo
from requests_app.models.request import ServiceRequest


class CommentState(models.TextChoices):
    WAITING = "waiting", "Waits for a look by staff"
    PUBLISHED = "published", "Shown"
    REMOVED = "removed", "Removed"


class Comment(models.Model):
    """A resident's words under a request. A removal has a reason that is published in its place."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="comments")
    name = models.CharField(max_length=80, blank=True)
    text = models.TextField(max_length=2_000)
    public_text = models.TextField(help_text="The text with personal data masked.")
    state = models.CharField(max_length=10, choices=CommentState.choices, default=CommentState.WAITING)
    removal_reason = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="comment_removal_has_reason",
                condition=(Q(state="removed") & ~Q(removal_reason=""))
                | (~Q(state="removed") & Q(removal_reason="")),
                violation_error_message="A removal has a reason.",
            ),
            models.CheckConstraint(
                name="comment_decision_has_who_and_when",
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                violation_error_message="A decision names who made it and when.",
            ),
        ]
        indexes = [
            # the public page
            models.Index(fields=["request", "id"], name="comment_of_request"),
            # the moderators' list
            models.Index(fields=["created_at"], name="comment_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.pk}"


class AbuseReason(models.TextChoices):
    PERSONAL_DATA = "personal_data", "It shows personal data"
    OFFENSIVE = "offensive", "It is offensive"
    FALSE = "false", "It is not true"
    OTHER = "other", "Something else"


class AbuseReport(models.Model):
    """Somebody says a report, a photo or a comment should not be shown."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="abuse_reports")
    comment = models.ForeignKey(Comment, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    photo = models.ForeignKey(Photo, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=20, choices=AbuseReason.choices)
    text = models.TextField(max_length=1_000, blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="abuse_decision_is_whole",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, decision="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision="")),
                violation_error_message="A decision has its words, who made it and when.",
            )
        ]
        indexes = [
            # the moderators' list
            models.Index(fields=["created_at"], name="abuse_waiting", condition=Q(decided_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.pk}"
