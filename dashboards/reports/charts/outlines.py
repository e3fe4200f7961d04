"""Outlines of areas as short SVG paths: projected, simplified together so that neighbors still touch, and kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from civic311.lib.cached import cached
from dashboards.reports.charts.scales import num, trail
from departments.models import Area, City

WIDTH = 1000
"""How many units wide a map is; its height follows from its shape."""
TALLEST = 1250
MOST_BYTES = 16_000
"""How much markup the paths of one set of areas may take."""
_FIRST, _STEP = 0.8, 1.35
_SMALLEST = 6.0


@dataclass(frozen=True)
class Outlines:
    """The paths of a set of areas by id, in a box of `WIDTH` by `height` units; `centres` lie inside their areas."""

    height: float
    paths: Mapping[int, str]
    centres: Mapping[int, tuple[float, float]]


@cached(seconds=math.inf)
def _kept() -> dict[tuple[str, int, str], Outlines]:
    """The outlines of this process by city, version and kind: made again only when a pack was loaded."""
    return {}


def outlines_of(kind: str) -> Outlines:
    """The outlines of the city's own areas of one kind (an `AreaKind`), made once in each process.

    Raises `City.DoesNotExist` before a city was loaded.
    """
    city = City.current()
    kept, key = _kept(), (city.slug, city.version, kind)
    if key not in kept:
        found = Area.objects.own().filter(kind=kind).order_by("pk").values_list("pk", "polygon")
        for old in [each for each in kept if each[:2] != key[:2]]:
            kept.pop(old, None)
        kept[key] = draw_outlines(dict(found))
    return kept[key]


def draw_outlines(polygons: Mapping[int, dict[str, Any]], most_bytes: int = MOST_BYTES) -> Outlines:
    """Paths of GeoJSON polygons in degrees, each coarser until all together fit `most_bytes` of markup.

    The projection is equirectangular with the cosine of the middle latitude: true to shape within a county.
    """
    if not polygons:
        return Outlines(0, {}, {})
    projected, height = _projected([shape(polygon) for polygon in polygons.values()])
    tolerance = _FIRST
    while True:
        simple = _simplified(projected, tolerance)
        paths = [_path(each) for each in simple]
        if sum(map(len, paths)) <= most_bytes or tolerance > WIDTH / 20:
            break
        tolerance *= _STEP
    middles = [_inside(each) for each in projected]
    return Outlines(
        height, dict(zip(polygons, paths, strict=True)), dict(zip(polygons, middles, strict=True))
    )


def _projected(shapes: Sequence[BaseGeometry]) -> tuple[list[BaseGeometry], float]:
    """The shapes in map units, north up, and the height of the map."""
    west, south, east, north = shapely.total_bounds(shapes)
    narrower = math.cos(math.radians((south + north) / 2))
    scale = min(WIDTH / max((east - west) * narrower, 1e-9), TALLEST / max(north - south, 1e-9))
    shift = (WIDTH - (east - west) * narrower * scale) / 2

    def project(points: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        across = (points[:, 0] - west) * narrower * scale + shift
        return np.column_stack([across, (north - points[:, 1]) * scale])

    return [shapely.transform(each, project) for each in shapes], round((north - south) * scale, 1)


def _simplified(shapes: Sequence[BaseGeometry], tolerance: float) -> Sequence[BaseGeometry]:
    """Simpler shapes; edges shared by two stay shared where the shapes do not overlap."""
    if shapely.coverage_is_valid(shapes):
        return list(shapely.coverage_simplify(shapes, tolerance))
    return list(shapely.simplify(shapes, tolerance))


def _inside(outline: BaseGeometry) -> tuple[float, float]:
    """The point farthest from the edge: where a name fits best."""
    at: Any = shapely.maximum_inscribed_circle([outline], tolerance=5.0)[0]
    return round(at.coords[0][0], 1), round(at.coords[0][1], 1)


def _path(outline: BaseGeometry) -> str:
    """All rings as one `d` in whole units; specks are left out, but never the largest part."""
    parts = sorted(shapely.get_parts(outline), key=lambda part: -part.area)
    rings = [part.exterior for at, part in enumerate(parts) if at == 0 or part.area > _SMALLEST]
    rings += [ring for part in parts for ring in part.interiors if shapely.Polygon(ring).area > _SMALLEST]
    return "".join([_ring(ring.coords[:-1]) for ring in rings])


def _ring(points: Sequence[tuple[float, ...]]) -> str:
    rounded = [(float(round(x)), float(round(y))) for x, y, *_rest in points]
    distinct = [here for before, here in zip([None, *rounded[:-1]], rounded, strict=True) if here != before]
    if len(distinct) < 3:
        x, y = distinct[0]
        return f"M{num(x)} {num(y)}h1v1h-1Z"
    return trail(distinct, 0).replace("l0 0", "l", 1).replace("l ", "l", 1) + "Z"
