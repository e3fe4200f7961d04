"""Departments and the calendars in which their business time runs."""

from django.db import models

from departments.models.translated import Translated


class Calendar(models.Model):
    """Opening hours by weekday: a list of seven ``["08:00", "16:30"]`` pairs or nulls, Monday first."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    hours = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day on which a calendar is closed."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"],
                name="holiday_once_a_day",
                violation_error_message="This calendar has a holiday on that day already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class DepartmentQuerySet(models.QuerySet["Department"]):
    def active(self) -> "DepartmentQuerySet":
        return self.filter(is_active=True)


class Department(Translated):
    """A part of the city, or an agency that works for it, that answers service requests."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=150, help_text="As residents read it.")
    short_name = models.CharField(max_length=40)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    calendar = models.ForeignKey(Calendar, null=True, blank=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True, help_text="Retired departments keep their history.")

    objects = DepartmentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
