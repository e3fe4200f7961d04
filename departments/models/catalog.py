"""The service catalogue: what residents can ask for."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from departments.kinds import Kind, PlaceRule, Priority, SlaUnit
from departments.models.organization import Department
from departments.models.translated import Translated


class CategoryGroup(Translated):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class CategoryQuerySet(models.QuerySet["Category"]):
    def active(self) -> "CategoryQuerySet":
        return self.filter(is_active=True)

    def offered_online(self) -> "CategoryQuerySet":
        """What the public form offers, in the order of its groups."""
        return (
            self.active()
            .filter(is_online=True)
            .select_related("group", "department")
            .order_by("group__position", "group__name", "position", "name")
        )


class Category(Translated):
    """One thing the city does when asked, with the promise that goes with it."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    group = models.ForeignKey(CategoryGroup, on_delete=models.PROTECT, related_name="categories")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="categories"
    )
    description = models.TextField(blank=True)
    keywords = models.TextField(blank=True, help_text="Plain words people use, separated by |.")
    sla_amount = models.PositiveIntegerField(null=True, blank=True)
    sla_unit = models.CharField(max_length=20, choices=SlaUnit.choices, default=SlaUnit.NONE)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    is_online = models.BooleanField(default=True, help_text="Offered on the public form.")
    is_public = models.BooleanField(default=True, help_text="Requests are shown online.")
    anonymous_allowed = models.BooleanField(default=True)
    place_rule = models.CharField(max_length=10, choices=PlaceRule.choices)
    place_is_sensitive = models.BooleanField(
        default=False, help_text="The public sees the block, not the house."
    )
    photo_hint = models.CharField(max_length=200, blank=True)
    notice = models.TextField(blank=True, help_text="Shown on the form before it is filled in.")
    nearby_radius_m = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="How far open reports of this kind are offered instead of a new one; empty for the kind's, 0 never.",
    )
    comments_allowed = models.BooleanField(
        default=False, help_text="Residents may comment, after a look by staff."
    )
    self_help = models.JSONField(
        default=dict,
        blank=True,
        help_text='How volunteers can act, by language: {"en": {"safe": "", "tools": "", "groups": [{"name": "", "url": "", "phone": ""}]}}.',
    )
    closing_photo = models.BooleanField(default=False, help_text="Crews close it with a photo of the result.")
    desk_script = models.JSONField(
        default=dict,
        blank=True,
        help_text='For operators, by language: {"en": {"ask": "", "say": "", "emergency": "", "others": ""}}.',
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True, help_text="Retired categories keep their history.")
    source_types = models.JSONField(
        default=list, blank=True, help_text="Names of this category in imported data."
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(
                name="category_sla_amount_goes_with_unit",
                condition=Q(sla_unit="none", sla_amount__isnull=True)
                | (~Q(sla_unit="none") & Q(sla_amount__isnull=False)),
                violation_error_message="A target needs an amount and a unit, or neither.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def keyword_list(self) -> list[str]:
        return [word.strip() for word in self.keywords.split("|") if word.strip()]

    @property
    def radius_m(self) -> int:
        """How far, in metres, an open report of this kind may be the same problem; 0 where it never is."""
        if self.nearby_radius_m is not None:
            return self.nearby_radius_m
        return Kind(self.kind).nearby_radius_m

    def self_help_in(self, language: str | None = None) -> dict[str, Any]:
        """How volunteers can act, in this or the active language, else in English; empty where the city offers nothing."""
        code = (language or get_language() or "en").split("-")[0]
        texts: dict[str, dict[str, Any]] = self.self_help
        return texts.get(code) or texts.get("en") or {}

    def desk_script_in(self, language: str | None = None) -> dict[str, str]:
        """What operators ask and say, in this or the active language, else in English; empty where there is none."""
        code = (language or get_language() or "en").split("-")[0]
        scripts: dict[str, dict[str, str]] = self.desk_script
        return scripts.get(code) or scripts.get("en") or {}

    @property
    def may_be_shared(self) -> bool:
        """Whether one report can be the problem of several residents."""
        return self.radius_m > 0 and Kind(self.kind).is_shared
