"""Streets, crossings and landmarks: how an address becomes a point and a point an address.

Rows are written by ``load_city`` alone. Keys are in the normal form of `departments.streetnames`.
"""

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func


class SegmentBox(Func):
    """The bounding box of a segment as a core ``box`` (longitude first)."""

    function = "box"

    def __init__(self) -> None:
        super().__init__(
            Func(F("east"), F("north"), function="point"), Func(F("west"), F("south"), function="point")
        )


class Street(models.Model):
    """A named street: all its segments together. The point is the middle of one of them."""

    key = models.CharField(max_length=120, help_text="Name without direction, in normal form: NORTH AVE.")
    direction = models.CharField(max_length=2, blank=True, help_text="N, S, E, W or none.")
    label = models.CharField(max_length=150, help_text="As shown: E North Avenue.")
    kind = models.CharField(max_length=20)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "direction"],
                name="street_key_direction_unique",
                violation_error_message="There is a street with this name already.",
            )
        ]
        indexes = [models.Index(fields=["key"], name="street_key_prefix", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.label


class StreetSegment(models.Model):
    """A centre line between two crossings with its house numbers; ``line`` is an encoded polyline."""

    street = models.ForeignKey(
        Street, null=True, blank=True, on_delete=models.CASCADE, related_name="segments"
    )
    kind = models.CharField(max_length=20)
    road_class = models.CharField(max_length=20, blank=True)
    # No index: rows are found by place, and their owner is read with them.
    owner = models.ForeignKey(
        "departments.Partner",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="Who owns this road when it is not the city.",
    )
    from_left = models.IntegerField(null=True, blank=True)
    to_left = models.IntegerField(null=True, blank=True)
    from_right = models.IntegerField(null=True, blank=True)
    to_right = models.IntegerField(null=True, blank=True)
    low = models.IntegerField(null=True, blank=True, help_text="The lowest house number of both sides.")
    high = models.IntegerField(null=True, blank=True, help_text="The highest house number of both sides.")
    line = models.TextField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        indexes = [GistIndex(SegmentBox(), name="street_segment_box")]

    def __str__(self) -> str:
        return f"{self.low or ''}–{self.high or ''}"


class Intersection(models.Model):
    """A crossing of named streets."""

    latitude = models.FloatField()
    longitude = models.FloatField()

    def __str__(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


class IntersectionStreet(models.Model):
    """One of the streets that meet at a crossing."""

    intersection = models.ForeignKey(Intersection, on_delete=models.CASCADE, related_name="streets")
    key = models.CharField(max_length=120)
    direction = models.CharField(max_length=2, blank=True)
    label = models.CharField(max_length=150)

    class Meta:
        indexes = [
            models.Index(fields=["key"], name="intersection_key_prefix", opclasses=["text_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.label


class Landmark(models.Model):
    """A place people know by name: a school, a park, the city hall, a town of the county."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    def __str__(self) -> str:
        return self.name


class LandmarkName(models.Model):
    """A way to begin typing a landmark's name: from its first word, its second, an alias."""

    landmark = models.ForeignKey(Landmark, on_delete=models.CASCADE, related_name="names")
    key = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="The word of the name at which the key begins."
    )

    class Meta:
        indexes = [models.Index(fields=["key"], name="landmark_key_prefix", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.key


class PlaceShape(models.Model):
    """The outline of a park or a water body, for the map; GeoJSON geometry in WGS 84."""

    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20)
    geometry = models.JSONField()

    def __str__(self) -> str:
        return self.name or self.kind
