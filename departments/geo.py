"""Points and areas: which areas a point lies in, whether it lies in the city, distances, typed coordinates."""

import math
import re
import threading
from dataclasses import dataclass

from shapely import STRtree
from shapely.geometry import Point, shape
from shapely.prepared import PreparedGeometry, prep

from civic311.lib.cached import on_forget
from departments.models import Area, City

EARTH_RADIUS_M = 6_371_008.8
_COORDINATES = re.compile(r"^\s*([+-]?\d{1,3}(?:\.\d{1,12})?)\s*°?\s*([NSns])?\s*[,; ]\s*([+-]?\d{1,3}(?:\.\d{1,12})?)\s*°?\s*([EWew])?\s*$")


@dataclass(frozen=True)
class AreaHit:
    """An area that holds the point."""

    id: int
    kind: str
    name: str


class AreaIndex:
    """All active areas in an R-tree of their boxes, each prepared for quick tests."""

    def __init__(self) -> None:
        self._hits: list[AreaHit] = []
        self._prepared: list[PreparedGeometry] = []
        shapes = []
        for area in Area.objects.filter(is_active=True).order_by("pk"):
            polygon = shape(area.polygon)
            shapes.append(polygon)
            self._prepared.append(prep(polygon))
            self._hits.append(AreaHit(area.pk, area.kind, area.name))
        self._tree = STRtree(shapes)

    def at(self, latitude: float, longitude: float) -> list[AreaHit]:
        """The areas that cover the point, by id."""
        point = Point(longitude, latitude)
        found = sorted(int(index) for index in self._tree.query(point))
        return [self._hits[index] for index in found if self._prepared[index].covers(point)]


_lock = threading.Lock()
_indexes: dict[tuple[str, int], AreaIndex] = {}


def _index() -> AreaIndex:
    city = City.current()
    key = (city.slug, city.version)
    if key not in _indexes:
        with _lock:
            if key not in _indexes:
                index = AreaIndex()
                _indexes.clear()
                _indexes[key] = index
    return _indexes[key]


@on_forget
def forget_areas() -> None:
    """Drop the index of this process."""
    _indexes.clear()


def areas_at(latitude: float, longitude: float) -> list[AreaHit]:
    """The active areas that cover a point."""
    return _index().at(latitude, longitude)


def inside_city(latitude: float, longitude: float) -> bool:
    """Whether the point lies in any area of the city; in its bounds where it has no areas."""
    if Area.objects.filter(is_active=True).exists():
        return bool(areas_at(latitude, longitude))
    west, south, east, north = City.current().bounds
    return south <= latitude <= north and west <= longitude <= east


def parse_coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude typed as "39.29, -76.61" or "39.29 N 76.61 W"; None when it is something else."""
    match = _COORDINATES.match(text[:80])
    if not match:
        return None
    latitude, longitude = float(match[1]), float(match[3])
    if match[2] and match[2].upper() == "S":
        latitude = -abs(latitude)
    if match[4] and match[4].upper() == "W":
        longitude = -abs(longitude)
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def distance_m(latitude_1: float, longitude_1: float, latitude_2: float, longitude_2: float) -> float:
    """Great-circle distance in metres (haversine)."""
    phi_1, phi_2 = math.radians(latitude_1), math.radians(latitude_2)
    half_phi = (phi_2 - phi_1) / 2
    half_lambda = math.radians(longitude_2 - longitude_1) / 2
    a = math.sin(half_phi) ** 2 + math.cos(phi_1) * math.cos(phi_2) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(a)))
