"""Calls at the desk: who took them, what they were about, how they ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from departments.models import Article, Category, StaffUser
from requests_app.models.request import ServiceRequest
from requests_app.workflow import Channel


class CallOutcome(models.TextChoices):
    """How a call ended. All but ``report``, ``dropped`` and ``follow_up`` were settled on the phone."""

    REPORT = "report", "New request"
    BUMP = "bump", "Added to an open request"
    INFORMATION = "information", "Information given"
    STATUS = "status", "Told how a request stands"
    NOT_SOLVED = "not_solved", "Says it is not solved"
    TRANSFER = "transfer", "Transferred"
    FOLLOW_UP = "follow_up", "A colleague calls back"
    DROPPED = "dropped", "Cut off"


class Call(models.Model):
    """One conversation. ``phone_key`` is a keyed hash of the caller's number: it tells repeat callers and nothing else.

    ``key`` makes a repeated sending of the same screen one row.
    """

    key = models.CharField(max_length=64, unique=True)
    operator = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="calls")
    outcome = models.CharField(max_length=20, choices=CallOutcome.choices)
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.PHONE)
    language = models.CharField(max_length=10, default="en")
    interpreter = models.CharField(max_length=100, blank=True, default="")
    phone_key = models.CharField(max_length=64, blank=True, default="")
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="calls")
    topic = models.CharField(max_length=120, blank=True, default="")
    transferred_to = models.CharField(max_length=150, blank=True, default="")
    request = models.ForeignKey(ServiceRequest, null=True, on_delete=models.PROTECT, related_name="calls")
    note = models.TextField(blank=True, default="", max_length=2_000)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    follow_up_by = models.ForeignKey(
        StaffUser, null=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    followed_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="call_ends_after_it_begins",
                condition=Q(ended_at__gte=models.F("started_at")),
                violation_error_message="A call ends after it begins.",
            ),
            models.CheckConstraint(
                name="call_about_a_request_names_it",
                condition=~Q(outcome__in=["report", "bump", "status", "not_solved"])
                | Q(request__isnull=False),
                violation_error_message="A call about a request names it.",
            ),
            models.CheckConstraint(
                name="call_follow_up_by_somebody",
                condition=(Q(outcome="follow_up") & Q(follow_up_by__isnull=False))
                | (~Q(outcome="follow_up") & Q(follow_up_by__isnull=True, followed_up_at__isnull=True)),
                violation_error_message="A follow-up names the colleague who calls back.",
            ),
        ]
        indexes = [
            # an operator's calls today; volumes by hour
            models.Index(fields=["operator", "-ended_at"], name="call_of_operator"),
            models.Index(fields=["-ended_at"], name="call_time"),
            # calls to follow up
            models.Index(
                fields=["follow_up_by"],
                name="call_follow_up",
                condition=Q(follow_up_by__isnull=False, followed_up_at__isnull=True),
            ),
            # repeat callers
            models.Index(fields=["phone_key", "-ended_at"], name="call_caller", condition=~Q(phone_key="")),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"
