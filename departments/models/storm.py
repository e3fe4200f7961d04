"""Storms: declared periods in which few things are asked, and promises are made otherwise."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from departments.models.catalog import Category
from departments.models.staff import StaffUser
from departments.models.translated import Translated


class StormPolicy(models.TextChoices):
    """What the declaration does to promises made while it lasts."""

    KEEP = "keep", "Targets stay as they are"
    EXTEND = "extend", "Targets are later by some days"
    SUSPEND = "suspend", "No target is promised"


class StormQuerySet(models.QuerySet["Storm"]):
    def current(self, now: dt.datetime) -> StormQuerySet:
        """In force at this instant."""
        return self.filter(
            Q(ended_at__gt=now) | Q(ended_at__isnull=True), starts_at__lte=now, ends_at__gt=now
        )


class Storm(Translated):
    """One declaration. ``translations`` hold ``banner``, ``safety_question`` and ``safety_text``.

    ``categories`` are those the light report form offers; none: all. It ends by itself at ``ends_at``.
    """

    name = models.CharField(max_length=120)
    banner = models.CharField(max_length=500, help_text="Residents read this on every page.")
    safety_question = models.CharField(
        max_length=200, blank=True, default="", help_text="Asked first; “yes” shows the text below."
    )
    safety_text = models.CharField(max_length=500, blank=True, default="")
    categories = models.ManyToManyField(Category, blank=True, related_name="storms")
    is_light = models.BooleanField(default=True, help_text="Light pages: no map, no photo preview.")
    policy = models.CharField(max_length=10, choices=StormPolicy.choices, default=StormPolicy.KEEP)
    extra_days = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Ended before its time.")
    ended_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = StormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="storm_not_in_the_past",
                condition=Q(starts_at__gte=F("declared_at")),
                violation_error_message="A storm cannot be declared for the past.",
            ),
            models.CheckConstraint(
                name="storm_ends_after_it_begins",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="A storm ends after it begins.",
            ),
            models.CheckConstraint(
                name="storm_ended_by_somebody_in_time",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                    ended_at__gte=F("starts_at"),
                    ended_at__lte=F("ends_at"),
                ),
                violation_error_message="Who ended it is named, and it ended between its start and its end.",
            ),
            models.CheckConstraint(
                name="storm_extension_has_days",
                condition=Q(policy="extend", extra_days__isnull=False, extra_days__gt=0)
                | (~Q(policy="extend") & Q(extra_days__isnull=True)),
                violation_error_message="Later targets need a number of days, others have none.",
            ),
            ExclusionConstraint(
                name="storm_one_at_a_time",
                expressions=[
                    (
                        Func(
                            F("starts_at"),
                            Coalesce("ended_at", "ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message="Another storm is declared for this time.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def over_at(self) -> dt.datetime:
        """When it ends, or ended."""
        return self.ended_at or self.ends_at
