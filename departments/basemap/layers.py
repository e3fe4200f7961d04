"""What lies in a tile: areas, parks and water from memory, streets from the database.

Coordinates are Web Mercator in the unit square (x to the east, y to the south), so that a tile's pixels are a shift and
a scale away.
"""

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db import connection
from shapely import STRtree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from civic311.lib.cached import cached
from departments.basemap import style
from departments.kinds import AreaKind
from departments.models import Area, City, PlaceShape, Street, StreetSegment
from departments.packs import polyline

Box = tuple[float, float, float, float]
# Gaps between neighbouring areas up to about 16 m are closed (a share of the world's width).
_SEAM = 2e-7


def to_unit(latitude: float, longitude: float) -> tuple[float, float]:
    """A point in degrees as Web Mercator in the unit square."""
    sine = math.sin(math.radians(max(-85.0, min(85.0, latitude))))
    return longitude / 360 + 0.5, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of a point in the unit square."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y)))), (x - 0.5) * 360


def _project(points: "np.ndarray[Any, np.dtype[np.float64]]") -> "np.ndarray[Any, np.dtype[np.float64]]":
    sine = np.sin(np.radians(np.clip(points[:, 1], -85, 85)))
    return np.column_stack((points[:, 0] / 360 + 0.5, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)))


@dataclass(frozen=True)
class Outline:
    """A polygon of the map; `kind` is water, park, town, or an area's own kind, `middle` is where its name goes."""

    kind: str
    name: str
    geometry: BaseGeometry
    middle: tuple[float, float]
    width: float


@dataclass(frozen=True)
class Line:
    """A piece of road: its style's class, name and points in the unit square."""

    id: int
    road: str
    label: str
    points: list[tuple[float, float]]


class Ground:
    """The polygons of the city, projected once and kept by the process."""

    def __init__(self) -> None:
        self.outlines: list[Outline] = []
        for item in PlaceShape.objects.order_by("pk").iterator():
            self._add(item.kind, item.name if item.name != "<NA>" else "", item.geometry)
        bounding: list[BaseGeometry] = []
        county: list[BaseGeometry] = []
        for area in Area.objects.own().order_by("pk").iterator():
            outline = self._add(area.kind, area.name, area.polygon)
            if area.kind == AreaKind.COUNTY:
                county.append(outline.geometry)
            elif area.kind in {AreaKind.COUNCIL_DISTRICT, AreaKind.NEIGHBORHOOD}:
                bounding.append(outline.geometry)
        joined = shapely.union_all([geometry.buffer(_SEAM) for geometry in county or bounding])
        self.city: BaseGeometry = shapely.simplify(joined.buffer(-_SEAM), _SEAM / 10)
        self._tree = STRtree([outline.geometry for outline in self.outlines])

    def _add(self, kind: str, name: str, geometry: Any) -> Outline:
        projected = shapely.transform(shape(geometry), _project)
        middle = projected.representative_point()
        west, _, east, _ = projected.bounds
        outline = Outline(kind, name, projected, (middle.x, middle.y), east - west)
        self.outlines.append(outline)
        return outline

    def within(self, box: Box) -> list[Outline]:
        """Outlines whose boxes touch `box`, in the order of loading."""
        return [self.outlines[int(at)] for at in sorted(self._tree.query(shapely.box(*box)))]


_building = threading.Lock()


@cached(seconds=math.inf)
def _kept() -> dict[tuple[str, int], Ground]:
    return {}


def ground(city: City) -> Ground:
    """The polygons of this version of the city."""
    kept, key = _kept(), (city.slug, city.version)
    if key not in kept:
        with _building:
            if key not in kept:
                built = Ground()
                kept.clear()
                kept[key] = built
    return kept[key]


_STREETS = f"""
SELECT segment.id, segment.kind, segment.road_class, coalesce(street.label, ''), segment.line
  FROM {StreetSegment._meta.db_table} segment LEFT JOIN {Street._meta.db_table} street ON street.id = segment.street_id
 WHERE box(point(segment.east, segment.north), point(segment.west, segment.south))
       && box(point(%s, %s), point(%s, %s))
   AND (%s::text[] IS NULL OR segment.road_class = ANY(%s::text[]))
 ORDER BY segment.id
"""  # noqa: S608


def streets(box: Box, classes: list[str] | None) -> Iterator[Line]:
    """Roads whose boxes touch `box`; only of these classes of the pack unless None."""
    north, west = to_degrees(box[0], box[1])
    south, east = to_degrees(box[2], box[3])
    with connection.cursor() as cursor:
        cursor.execute(_STREETS, [east, north, west, south, classes, classes])
        rows = cursor.fetchall()
    for pk, kind, road_class, label, line in rows:
        points = [to_unit(*point) for point in polyline.decode(line)]
        yield Line(pk, style.road_name(kind, road_class), label, points)
