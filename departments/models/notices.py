"""Service notices: what residents should know before they report."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from departments.models.areas import Area
from departments.models.catalog import Category
from departments.models.staff import StaffUser
from departments.models.translated import Translated


class ServiceNoticeQuerySet(models.QuerySet["ServiceNotice"]):
    def current(self, now: dt.datetime) -> ServiceNoticeQuerySet:
        """In force at this instant."""
        return self.filter(starts_at__lte=now, ends_at__gt=now, withdrawn_at__isnull=True)


class ServiceNotice(Translated):
    """A text for an area and for categories, from one instant to another. No area: the whole city; no category: all.

    ``translations`` hold ``title`` and ``text``.
    """

    title = models.CharField(max_length=120)
    text = models.TextField(max_length=1_000)
    areas = models.ManyToManyField(Area, blank=True, related_name="notices")
    categories = models.ManyToManyField(Category, blank=True, related_name="notices")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ServiceNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="A notice ends after it starts.",
            )
        ]
        indexes = [
            # home, forms and request pages: what is in force now
            models.Index(fields=["ends_at"], name="notice_ends", condition=Q(withdrawn_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title
