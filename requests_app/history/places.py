"""Where the reports of a history lie: house numbers on real streets, or points inside the city."""

import itertools
import random
from dataclasses import dataclass

from departments.geo import areas_at, distance_m
from departments.kinds import AreaKind
from departments.models import Area, City
from departments.packs.definitions import CityPack, Point, StreetSegment

TRIES = 200


@dataclass(frozen=True)
class Place:
    """An address with its point and areas; ``neighborhood`` may be empty."""

    address: str
    street: str
    latitude: float
    longitude: float
    areas: dict[int, str]
    neighborhood: str


class PlaceDrawer:
    """Draws places that lie inside the city."""

    def __init__(self, pack: CityPack, rng: random.Random) -> None:
        self.rng = rng
        self.city = City.current()
        self.has_areas = Area.objects.own().exists()
        self.streets = [
            segment
            for segment in pack.places.streets
            if segment.kind == "street" and segment.from_left is not None
        ]

    def draw(self) -> Place:
        """A place; raises ValueError when none inside the city could be found."""
        for _ in range(TRIES):
            place = self._on_street() if self.streets else self._anywhere()
            if place is not None:
                return place
        raise ValueError("no place inside the city's areas was found")

    def _on_street(self) -> Place | None:
        segment = self.rng.choice(self.streets)
        assert segment.from_left is not None
        first, last = segment.from_left, segment.to_left if segment.to_left is not None else segment.from_left
        share = self.rng.random()
        number = first + 2 * round((last - first) * share / 2)
        latitude, longitude = _along(segment, share)
        street = _street_name(segment.name)
        return self._place(f"{number} {street}", street, latitude, longitude)

    def _anywhere(self) -> Place | None:
        city = self.city
        latitude = self.rng.uniform(city.south, city.north)
        longitude = self.rng.uniform(city.west, city.east)
        return self._place("", "", latitude, longitude)

    def _place(self, address: str, street: str, latitude: float, longitude: float) -> Place | None:
        hits = areas_at(latitude, longitude)
        small = [hit.name for hit in hits if hit.kind in {AreaKind.NEIGHBORHOOD, AreaKind.PLACE}]
        # A pack without any area has its bounds alone to say where the city is.
        if self.has_areas and (not hits or (not self.streets and not small)):
            return None
        return Place(
            address=address or f"Near {small[0] if small else self.city.name}",
            street=street or (small[0] if small else self.city.name),
            latitude=round(latitude, 6),
            longitude=round(longitude, 6),
            areas={hit.id: hit.name for hit in hits},
            neighborhood=small[0] if small else "",
        )


def _along(segment: StreetSegment, share: float) -> Point:
    """The point at this share of the line's length."""
    points = segment.points
    lengths = [distance_m(*start, *end) for start, end in itertools.pairwise(points)]
    left = sum(lengths) * share
    for length, (start, end) in zip(lengths, itertools.pairwise(points), strict=True):
        if left <= length and length > 0:
            part = left / length
            return (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)
        left -= length
    return points[-1]


def _street_name(name: str) -> str:
    return " ".join(
        word if word in {"N", "S", "E", "W", "NE", "NW", "SE", "SW"} else word.capitalize()
        for word in name.split()
    )
