"""Outgoing messages as stored rows: one per event, channel and recipient."""

import datetime as dt

from django.db import models
from django.db.models import Q

from requests_app.models import RequestEvent


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
    """A message to one recipient. Repeated sending keeps the same ``Message-ID``."""

    event = models.ForeignKey(RequestEvent, on_delete=models.PROTECT, related_name="deliveries")
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
            models.UniqueConstraint(
                fields=["event", "channel", "recipient"],
                name="delivery_once",
                violation_error_message="This message is on its way already.",
            ),
            models.CheckConstraint(
                name="delivery_sent_has_time",
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~Q(state=DeliveryState.SENT) & Q(sent_at__isnull=True)),
                violation_error_message="A sent message has the time it was sent.",
            ),
        ]
        indexes = [
            # the sweep: messages that still wait
            models.Index(fields=["created_at"], name="delivery_pending", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
