"""Drawing one tile: 512 pixels for 256 CSS pixels, so that it is sharp on a phone."""

import io
import math
from collections.abc import Iterator

import shapely
from PIL import Image, ImageDraw
from shapely.geometry.base import BaseGeometry

from departments.basemap import labels, style
from departments.basemap.layers import Box, Ground, Line, ground, streets
from departments.kinds import AreaKind
from departments.models import City

TILE = 256
_SIZE = 512
# Everything but names is drawn this many times larger and then shrunk: smooth edges.
_FINER = 2
_SCALE = _SIZE * _FINER / TILE
_MARGIN = 30.0
_COLORS = 80
_CASED_FROM = 2.2


class Frame:
    """A tile's place in the world: from the unit square to CSS pixels of the tile."""

    def __init__(self, z: int, x: int, y: int) -> None:
        self.zoom = z
        self._world = float(TILE * 2**z)
        self._left, self._top = float(TILE * x), float(TILE * y)

    def box(self, margin: float = _MARGIN) -> Box:
        """The tile in the unit square, `margin` CSS pixels wider on each side."""
        return (
            (self._left - margin) / self._world,
            (self._top - margin) / self._world,
            (self._left + TILE + margin) / self._world,
            (self._top + TILE + margin) / self._world,
        )

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """A point of the unit square in CSS pixels from the tile's corner."""
        return x * self._world - self._left, y * self._world - self._top

    def length(self, units: float) -> float:
        """A length of the unit square in CSS pixels."""
        return units * self._world


def render(city: City, z: int, x: int, y: int) -> bytes:
    """The tile as PNG. Takes one or two statements and some hundredths of a second."""
    frame = Frame(z, x, y)
    base = ground(city)
    image = Image.new("RGB", (_SIZE * _FINER, _SIZE * _FINER), style.LAND_OUTSIDE)
    pen = ImageDraw.Draw(image)
    _draw_ground(pen, base, frame)
    roads = list(streets(frame.box(), style.classes_from(z)))
    _draw_roads(pen, roads, frame)
    _draw_border(pen, base.city, frame)
    image = image.reduce(_FINER)
    for label in labels.chosen(_candidates(base, frame)):
        left, top, right, bottom = label.box
        if left < TILE and right > 0 and top < TILE and bottom > 0:
            labels.draw(image, label, _SIZE / TILE)
    buffer = io.BytesIO()
    image.quantize(_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(buffer, "PNG")
    return buffer.getvalue()


def _scaled(points: Iterator[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]


def _draw_ground(pen: ImageDraw.ImageDraw, base: Ground, frame: Frame) -> None:
    _fill(pen, base.city, style.LAND, style.LAND, frame)
    found = base.within(frame.box())
    for kind, color, under in (
        (AreaKind.PLACE, style.TOWN, style.LAND),
        ("park", style.PARK, style.LAND),
        ("water", style.WATER, style.LAND),
    ):
        for outline in found:
            if outline.kind == kind:
                _fill(pen, outline.geometry, color, under, frame)
        if kind == AreaKind.PLACE:
            for outline in found:
                if outline.kind == kind:
                    _trace(pen, outline.geometry.boundary, style.TOWN_EDGE, 0.9, frame)


def _fill(pen: ImageDraw.ImageDraw, geometry: BaseGeometry, color: str, hole: str, frame: Frame) -> None:
    """Fill polygons; holes are filled with what lies under them."""
    clipped = shapely.clip_by_rect(geometry, *frame.box())
    for part in shapely.get_parts(clipped):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        for ring, paint in ((part.exterior, color), *((inner, hole) for inner in part.interiors)):
            points = _scaled(frame.pixel(x, y) for x, y in ring.coords)
            if len(points) > 2:
                pen.polygon(points, fill=paint)


def _draw_border(pen: ImageDraw.ImageDraw, city: BaseGeometry, frame: Frame) -> None:
    """The city's limit as a thin line."""
    if not city.is_empty:
        _trace(pen, city.boundary, style.OUTLINE, 1.2, frame)


def _trace(pen: ImageDraw.ImageDraw, lines: BaseGeometry, color: str, width: float, frame: Frame) -> None:
    """Draw what of some lines lies in the tile."""
    for part in shapely.get_parts(shapely.intersection(lines, shapely.box(*frame.box()))):
        if part.geom_type == "LineString" and not part.is_empty:
            points = _scaled(frame.pixel(x, y) for x, y in part.coords)
            pen.line(points, fill=color, width=round(width * _SCALE), joint="curve")


def _draw_roads(pen: ImageDraw.ImageDraw, roads: list[Line], frame: Frame) -> None:
    drawn: dict[str, list[list[tuple[float, float]]]] = {name: [] for name in style.ROADS}
    for line in roads:
        if style.ROADS[line.road].width(frame.zoom):
            drawn[line.road].append(_scaled(frame.pixel(x, y) for x, y in line.points))
    for cased in (True, False):
        for name, lines in drawn.items():
            road = style.ROADS[name]
            width = road.width(frame.zoom)
            if cased and width < _CASED_FROM:
                continue
            thin = not cased and width < _CASED_FROM
            color = road.casing if cased or thin else road.fill
            for points in lines:
                _stroke(pen, points, color, (width + (1.6 if cased else 0)) * _SCALE)


def _stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], color: str, width: float) -> None:
    pen.line(points, fill=color, width=max(1, round(width)), joint="curve")
    if width >= 5:
        half = width / 2 - 0.5
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - half, y - half, x + half, y + half), fill=color)


def _candidates(base: Ground, frame: Frame) -> Iterator[labels.Label]:
    """Names of the tile and of what lies around it."""
    reach = frame.box(labels.REACH)
    for outline in base.within(reach):
        x, y = frame.pixel(*outline.middle)
        label = labels.of_outline(outline, x, y, frame.zoom, frame.length(outline.width))
        if label:
            yield label
    named = [name for name, road in style.ROADS.items() if road.label_zoom <= frame.zoom]
    if not named:
        return
    classes = None if "local" in named else style.pack_classes(named)
    for line in streets(reach, classes):
        if line.road in named:
            label = labels.of_street(line, [frame.pixel(*point) for point in line.points], frame.zoom)
            if label and math.isfinite(label.x):
                yield label
