"""The one city a database serves."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from civic311.lib.cached import cached
from departments.models.translated import Translated


class City(Translated):
    """Name, zone, telephone and map frame of the city; a single row, written by ``load_city``."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    full_name = models.CharField(max_length=200)
    state = models.CharField(max_length=60)
    timezone = models.CharField(max_length=60)
    languages = models.JSONField(default=list)
    phone = models.CharField(max_length=40)
    phone_hours = models.CharField(max_length=200, blank=True)
    emergency_text = models.CharField(max_length=300)
    website = models.URLField(blank=True)
    center_latitude = models.FloatField()
    center_longitude = models.FloatField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    default_zoom = models.PositiveSmallIntegerField(default=12)
    attribution = models.CharField(max_length=300, blank=True)
    pack_path = models.CharField(max_length=500, blank=True)
    pack_digest = models.CharField(max_length=100, blank=True, help_text="Tells whether the pack changed.")
    version = models.PositiveIntegerField(
        default=1, help_text="Raised by every load; caches are keyed with it."
    )

    class Meta:
        verbose_name_plural = "cities"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="city_single_row",
                violation_error_message="A database serves one city.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_full_name(self) -> str:
        """The full name in the active language."""
        return str(self.in_language("full_name"))

    @property
    def shown_hours(self) -> str:
        """When the telephone is answered, in the active language."""
        return str(self.in_language("phone_hours"))

    @property
    def shown_emergency(self) -> str:
        """What to do in danger, in the active language."""
        return str(self.in_language("emergency_text"))

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone: days and weeks are counted in it."""
        return ZoneInfo(self.timezone)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        return (self.west, self.south, self.east, self.north)

    @property
    def map_attribution(self) -> str:
        """Who made the map pages show: the pack's sources, or the provider of `BASEMAP_URL`."""
        return str(settings.BASEMAP_ATTRIBUTION) if settings.BASEMAP == "url" else self.attribution

    @classmethod
    def current(cls) -> "City":
        """The city, read at most once every few seconds per process.

        Raises `City.DoesNotExist` before ``load_city`` has run.
        """
        return _read_city()


@cached(seconds=5)
def _read_city() -> City:
    return City.objects.get(pk=1)
