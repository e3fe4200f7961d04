"""Areas of the city: council districts, neighborhoods, the county itself."""

from django.db import models

from departments.kinds import AreaKind


class AreaQuerySet(models.QuerySet["Area"]):
    def own(self) -> "AreaQuerySet":
        """Active areas of the city itself; its neighbors are known only to say whose a place is."""
        return self.filter(is_active=True).exclude(kind=AreaKind.NEIGHBOR)

    def neighbors(self) -> "AreaQuerySet":
        """Active areas around the city."""
        return self.filter(is_active=True, kind=AreaKind.NEIGHBOR)


class Area(models.Model):
    """A polygon with a name. The polygon is GeoJSON geometry in WGS 84 (longitude, latitude)."""

    kind = models.CharField(max_length=30, choices=AreaKind.choices)
    slug = models.SlugField(max_length=100)
    name = models.CharField(max_length=150)
    polygon = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    partner = models.ForeignKey(
        "departments.Partner",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="areas",
        help_text="Who answers for a neighboring area outside the city.",
    )
    population = models.PositiveIntegerField(null=True, blank=True, help_text="How many people live in it.")
    population_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="When they were counted."
    )
    is_active = models.BooleanField(default=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"],
                name="area_kind_slug_unique",
                violation_error_message="There is an area of this kind with this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
