"""Points and areas: which areas a point lies in, whether it lies in the city, distances, typed coordinates."""

import math
import re
import threading
from dataclasses import dataclass

from shapely import STRtree
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.prepared import PreparedGeometry, prep

from civic311.lib.cached import cached
from departments.kinds import AreaKind
from departments.models import Area, City, PlaceShape

EARTH_RADIUS_M = 6_371_008.8
# Outlines of neighbors are simplified: a point this near (degrees, some 500 m) still counts as theirs.
_SEAM = 0.005
_NUMBER = r"([+-]?\d{1,3}(?:\.\d{1,12})?)\s*°?"
_COORDINATES = re.compile(rf"{_NUMBER}\s*([NS])?\s*[,;\s]\s*{_NUMBER}\s*([EW])?", re.IGNORECASE)


@dataclass(frozen=True)
class AreaHit:
    """An area that holds the point; `id` is the row's, `kind` one of `AreaKind`."""

    id: int
    kind: str
    name: str


@dataclass(frozen=True)
class Neighbor:
    """A town or county around the city; `partner_id` is who answers for it."""

    id: int
    name: str
    partner_id: int | None


class AreaIndex:
    """The city's active areas in an R-tree of their boxes, each prepared for quick tests."""

    def __init__(self) -> None:
        self._hits: list[AreaHit] = []
        self._prepared: list[PreparedGeometry[BaseGeometry]] = []
        shapes = []
        for area in Area.objects.own().only("kind", "name", "polygon").order_by("pk"):
            polygon = shape(area.polygon)
            prepared = prep(polygon)
            # The first test builds the inner index; later ones only read it, from any thread.
            prepared.covers(polygon.representative_point())
            shapes.append(polygon)
            self._prepared.append(prepared)
            self._hits.append(AreaHit(area.pk, area.kind, area.name))
        self._tree = STRtree(shapes)
        self._has_outline = any(hit.kind == AreaKind.COUNTY for hit in self._hits)

    def at(self, latitude: float, longitude: float) -> list[AreaHit]:
        """The areas that cover the point (degrees), in the order of their ids."""
        point = Point(longitude, latitude)
        found = sorted(int(index) for index in self._tree.query(point))
        return [self._hits[index] for index in found if self._prepared[index].covers(point)]

    def inside(self, latitude: float, longitude: float) -> bool | None:
        """Whether the point lies in the outline (a county's own, or else any area); None where there are no areas."""
        if not self._hits:
            return None
        hits = self.at(latitude, longitude)
        return any(hit.kind == AreaKind.COUNTY for hit in hits) if self._has_outline else bool(hits)


class Surroundings:
    """What lies around the city: its neighbors, and the water in and around it."""

    def __init__(self) -> None:
        neighbors = list(Area.objects.neighbors().order_by("pk"))
        self._neighbors = [Neighbor(area.pk, area.name, area.partner_id) for area in neighbors]
        self._shapes = [shape(area.polygon) for area in neighbors]
        waters = PlaceShape.objects.filter(kind="water").order_by("pk")
        self._names = [water.name if water.name != "<NA>" else "" for water in waters]
        self._waters = STRtree([shape(water.geometry) for water in waters])

    def neighbor(self, latitude: float, longitude: float) -> Neighbor | None:
        """The neighbor that holds the point, or the nearest within some 500 m: outlines are simplified."""
        point = Point(longitude, latitude)
        distances = [outline.distance(point) for outline in self._shapes]
        at = min(range(len(distances)), key=distances.__getitem__, default=None)
        return self._neighbors[at] if at is not None and distances[at] <= _SEAM else None

    def water(self, latitude: float, longitude: float) -> str | None:
        """The name of the water at the point ("" when it has none), None on land."""
        found = self._waters.query(Point(longitude, latitude), predicate="within")
        return max((self._names[int(at)] for at in found), default=None)


_building = threading.Lock()
_Built = tuple[AreaIndex, Surroundings]


@cached(seconds=math.inf)
def _built() -> dict[tuple[str, int], _Built]:
    """The indexes of this process by city and version: polygons are read again only when a pack was loaded."""
    return {}


def _indexes() -> _Built:
    city = City.current()
    key = (city.slug, city.version)
    built = _built()
    indexes = built.get(key)
    if indexes is None:
        with _building:
            indexes = built.get(key)
            if indexes is None:
                indexes = (AreaIndex(), Surroundings())
                built.clear()
                built[key] = indexes
    return indexes


def areas_at(latitude: float, longitude: float) -> list[AreaHit]:
    """The active areas that cover a point in degrees. Raises `City.DoesNotExist` before a city was loaded."""
    return _indexes()[0].at(latitude, longitude)


def inside_city(latitude: float, longitude: float) -> bool:
    """Whether a point in degrees lies in the city: in its outline, else in any area, else in its bounds."""
    inside = _indexes()[0].inside(latitude, longitude)
    if inside is not None:
        return inside
    west, south, east, north = City.current().bounds
    return south <= latitude <= north and west <= longitude <= east


def neighbor_at(latitude: float, longitude: float) -> Neighbor | None:
    """Whose place a point in degrees outside the city is; None when the pack knows no neighbor there."""
    return _indexes()[1].neighbor(latitude, longitude)


def water_at(latitude: float, longitude: float) -> str | None:
    """The name of the water a point in degrees lies in ("" when it has none), None on land."""
    return _indexes()[1].water(latitude, longitude)


def is_point(latitude: float, longitude: float) -> bool:
    """Whether two numbers are a point on Earth; 0, 0 is what devices write when they do not know."""
    if not (math.isfinite(latitude) and math.isfinite(longitude)) or (latitude == 0 and longitude == 0):
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180


def parse_coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude typed as "39.29, -76.61" or "39.29° N, 76.61° W"; None when it is something else."""
    match = _COORDINATES.fullmatch(text[:80].strip())
    if match is None:
        return None
    latitude, longitude = float(match[1]), float(match[3])
    if (match[2] or "").upper() == "S":
        latitude = -abs(latitude)
    if (match[4] or "").upper() == "W":
        longitude = -abs(longitude)
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def distance_m(latitude_1: float, longitude_1: float, latitude_2: float, longitude_2: float) -> float:
    """Great-circle distance in metres between two points in degrees (haversine, mean Earth radius)."""
    phi_1, phi_2 = math.radians(latitude_1), math.radians(latitude_2)
    half_phi = (phi_2 - phi_1) / 2
    half_lambda = math.radians(longitude_2 - longitude_1) / 2
    a = math.sin(half_phi) ** 2 + math.cos(phi_1) * math.cos(phi_2) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(a)))
