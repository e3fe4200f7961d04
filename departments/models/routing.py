"""Who takes what: routing rules as data, and owners outside the city."""

from django.db import models

from departments.kinds import HandOver
from departments.models.areas import Area
from departments.models.catalog import Category
from departments.models.organization import Department
from departments.models.translated import Translated


class Partner(Translated):
    """Someone else who owns roads, pipes or wires here: a state agency, a utility, a neighbouring city."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=150)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    owns = models.CharField(
        max_length=300, blank=True, help_text="What this partner looks after, in plain words."
    )
    hand_over = models.CharField(max_length=10, choices=HandOver.choices, default=HandOver.NONE)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """Sends matching requests to a department or a partner. Empty conditions match everything."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=150)
    priority = models.PositiveSmallIntegerField(default=100, help_text="Lower numbers are tried first.")
    categories = models.ManyToManyField(Category, blank=True)
    areas = models.ManyToManyField(Area, blank=True)
    words = models.CharField(
        max_length=300, blank=True, help_text="Any of these words in the text, separated by |."
    )
    channel = models.CharField(max_length=20, blank=True)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT)
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="routing_rule_has_target",
                condition=models.Q(department__isnull=False) | models.Q(partner__isnull=False),
                violation_error_message="A rule sends requests to a department or to a partner.",
            )
        ]

    def __str__(self) -> str:
        return self.name
