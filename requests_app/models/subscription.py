"""Alerts: news of a point, an area or a category for a resident who asked and confirmed."""

from django.db import models
from django.db.models import Q

from departments.models import Area, Category
from requests_app.models.resident import Resident


class Frequency(models.TextChoices):
    IMMEDIATE = "immediate", "At once"
    DAILY = "daily", "Once a day"


class Subscription(models.Model):
    """What is watched: any of a circle, an area and a category, together. ``seen_until`` is the id of the last event told."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="subscriptions")
    place_label = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    radius_m = models.PositiveIntegerField(null=True, blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.CASCADE)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.CASCADE)
    frequency = models.CharField(max_length=10, choices=Frequency.choices, default=Frequency.DAILY)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    seen_until = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subscription_watches_something",
                condition=Q(radius_m__isnull=False) | Q(area__isnull=False) | Q(category__isnull=False),
                violation_error_message="Choose a place, an area or a kind of problem.",
            ),
            models.CheckConstraint(
                name="subscription_circle_is_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True, radius_m__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False, radius_m__isnull=False),
                violation_error_message="A circle has a point and a radius.",
            ),
        ]
        indexes = [
            # whom a new request concerns
            models.Index(
                fields=["frequency", "id"],
                name="subscription_active",
                condition=Q(confirmed_at__isnull=False, stopped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Subscription {self.pk}"
