"""A verified e-mail address: whose requests, follows and alerts belong together. No public query reaches it."""

from django.db import models
from django.db.models import Q


class UpdateChoice(models.TextChoices):
    """Which messages about the own requests a resident wants."""

    ALL = "all", "Every step"
    CLOSING = "closing", "Only when it is closed or I am asked something"
    NONE = "none", "None"


class Resident(models.Model):
    """One e-mail address. ``email_key`` is its normal form (`civic311.lib.contacts`), so that spellings are one person.

    ``nonce`` is part of every sign-in link and raised when one is used: a link works once.
    """

    email = models.EmailField()
    email_key = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10, default="en")
    updates = models.CharField(max_length=10, choices=UpdateChoice.choices, default=UpdateChoice.ALL)
    nonce = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    link_sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # nightly: addresses nobody confirmed
            models.Index(
                fields=["created_at"], name="resident_unverified", condition=Q(verified_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"Resident {self.pk}"
