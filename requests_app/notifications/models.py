"""Outgoing messages as stored rows: whatever is sent to somebody is one of them, once."""

import datetime as dt

from django.db import models
from django.db.models import Q

from requests_app.models import Follower, RequestEvent, Resident, StaffNotice, Subscription, Task


class Purpose(models.TextChoices):
    """Why a message is sent, and so which text it has and what makes it unwanted."""

    REPORT = "report", "News for the reporter"
    FOLLOW = "follow", "News for a follower"
    SIGN_IN = "sign_in", "Link to sign in"
    CONFIRM_FOLLOW = "confirm_follow", "Asks whether to follow"
    CONFIRM_ALERT = "confirm_alert", "Asks whether to send alerts"
    ALERT = "alert", "Alert"
    DIGEST = "digest", "Daily alert"
    STAFF = "staff", "News for a colleague"
    TASK = "task", "Task with a signed link"


class DeliveryState(models.TextChoices):
    PENDING = "pending", "Waiting to be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    SKIPPED = "skipped", "No longer wanted"


class DeliveryChannel(models.TextChoices):
    EMAIL = "email", "E-mail"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: dt.datetime) -> "DeliveryQuerySet":
        """Waiting, and not held by a worker that is sending right now."""
        return self.filter(
            Q(leased_until__isnull=True) | Q(leased_until__lt=now), state=DeliveryState.PENDING
        )


class Delivery(models.Model):
    """A message to one recipient. Repeated sending keeps the same ``Message-ID``.

    ``key`` names what is told to whom: a job that runs twice writes the row once. It holds ids, never an address.
    Messages to residents go with the resident's row when it is erased; those about a report stay, their recipient hashed.
    """

    key = models.CharField(max_length=100, unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices, default=Purpose.REPORT)
    event = models.ForeignKey(RequestEvent, null=True, on_delete=models.PROTECT, related_name="deliveries")
    resident = models.ForeignKey(Resident, null=True, on_delete=models.CASCADE, related_name="deliveries")
    follower = models.ForeignKey(Follower, null=True, on_delete=models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    notice = models.ForeignKey(StaffNotice, null=True, on_delete=models.CASCADE, related_name="deliveries")
    task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="deliveries")
    data = models.JSONField(default=dict, help_text="Ids a digest is made of.")
    channel = models.CharField(max_length=10, choices=DeliveryChannel.choices)
    recipient = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                name="delivery_sent_has_time",
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~Q(state=DeliveryState.SENT) & Q(sent_at__isnull=True)),
                violation_error_message="A sent message has the time it was sent.",
            ),
            models.CheckConstraint(
                name="delivery_is_about_something",
                condition=(Q(purpose="report") & Q(event__isnull=False, resident__isnull=True))
                | (Q(purpose="follow") & Q(event__isnull=False, follower__isnull=False))
                | Q(purpose="sign_in", resident__isnull=False)
                | Q(purpose="confirm_follow", follower__isnull=False)
                | Q(purpose__in=["confirm_alert", "digest"], subscription__isnull=False)
                | (Q(purpose="alert") & Q(event__isnull=False, subscription__isnull=False))
                | Q(purpose="staff", notice__isnull=False)
                | Q(purpose="task", task__isnull=False),
                violation_error_message="A message names what it is about.",
            ),
        ]
        indexes = [
            # the sweep: messages that still wait
            models.Index(fields=["created_at"], name="delivery_pending", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
