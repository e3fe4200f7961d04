"""Light outlines for the map: the city's limit, and the areas a point lies in."""

import math
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from civic311.lib.cached import cached
from departments.geo import areas_at
from departments.kinds import AreaKind
from departments.models import Area, City

# In degrees: about 20 m, less than a pixel of a map that shows the whole city.
_SIMPLER = 0.0002
_SEAM = 0.0002
_DIGITS = 5
# Of the areas at a point these are drawn; the others would cover the whole map.
_DRAWN = frozenset(
    {AreaKind.COUNCIL_DISTRICT, AreaKind.HOUSE_DISTRICT, AreaKind.NEIGHBORHOOD, AreaKind.PLACE}
)


@dataclass(frozen=True)
class _Outlines:
    """GeoJSON geometries: of the city as a whole, and by area."""

    city: dict[str, Any]
    areas: dict[int, dict[str, Any]]


@cached(seconds=math.inf)
def _kept() -> dict[tuple[str, int], _Outlines]:
    return {}


def around(latitude: float | None, longitude: float | None) -> dict[str, Any]:
    """A GeoJSON FeatureCollection: the city (kind "city"), and the areas at a point in degrees when one is given."""
    city = City.current()
    kept, key = _kept(), (city.slug, city.version)
    if key not in kept:
        built = _build()
        kept.clear()
        kept[key] = built
    outlines = kept[key]
    features = [_feature("city", city.name, outlines.city)]
    if latitude is not None and longitude is not None:
        features += [
            _feature(hit.kind, hit.name, outlines.areas[hit.id])
            for hit in areas_at(latitude, longitude)
            if hit.id in outlines.areas
        ]
    return {"type": "FeatureCollection", "features": features}


def _build() -> _Outlines:
    shapes: list[tuple[str, BaseGeometry]] = []
    areas: dict[int, dict[str, Any]] = {}
    for area in Area.objects.own().order_by("pk").iterator():
        outline = shape(area.polygon)
        shapes.append((area.kind, outline))
        if area.kind in _DRAWN:
            areas[area.pk] = _light(outline)
    county = [outline for kind, outline in shapes if kind == AreaKind.COUNTY]
    joined = shapely.union_all([outline.buffer(_SEAM) for outline in county or [one for _, one in shapes]])
    return _Outlines(_light(joined.buffer(-_SEAM)), areas)


def _light(outline: BaseGeometry) -> dict[str, Any]:
    rounded = shapely.transform(shapely.simplify(outline, _SIMPLER), lambda points: points.round(_DIGITS))
    return dict(mapping(rounded))


def _feature(kind: str, name: str, geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"kind": kind, "name": name}, "geometry": geometry}
