"""Names on the map. Neighbouring tiles must agree on every name that crosses their edge: a name stays when no better
one nearby is in its way, which depends only on what lies around it, never on the tile."""

import functools
import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from departments.basemap import style
from departments.basemap.layers import Line, Outline
from departments.kinds import AreaKind

# All in CSS pixels.
REACH = 520.0
_SAME_NAME_APART = 170.0
_ROUNDS = 3
_GAP = 5.0
_LEAST_STRAIGHT = 0.97
_OVERHANG = 1.9
_AREA_ZOOMS = {
    AreaKind.NEIGHBORHOOD: range(13, 17),
    AreaKind.PLACE: range(10, 20),
    AreaKind.COUNCIL_DISTRICT: range(0),
}


@dataclass(frozen=True)
class Label:
    """A name at a place in pixels of the tile, turned by `angle` degrees; the larger `rank`, the more important."""

    text: str
    x: float
    y: float
    angle: float
    size: float
    color: str
    rank: tuple[float, ...]
    width: float
    same_apart: float = _SAME_NAME_APART

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The upright box around the turned name."""
        turn = math.radians(self.angle)
        half_width = (self.width * abs(math.cos(turn)) + self.size * abs(math.sin(turn))) / 2 + _GAP
        half_height = (self.width * abs(math.sin(turn)) + self.size * abs(math.cos(turn))) / 2 + _GAP
        return self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height


@functools.lru_cache(maxsize=16)
def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font in this size."""
    return ImageFont.load_default(size)


@functools.lru_cache(maxsize=4096)
def _width(text: str, size: float) -> float:
    return float(font(size).getlength(text))


def of_street(line: Line, pixels: list[tuple[float, float]], zoom: int) -> Label | None:
    """The name of a piece of road along it, when the piece is straight and long enough."""
    road = style.ROADS[line.road]
    if not line.label or zoom < road.label_zoom or "-" in line.label:
        return None
    (x1, y1), (x2, y2) = pixels[0], pixels[-1]
    chord = math.hypot(x2 - x1, y2 - y1)
    length = sum(math.dist(a, b) for a, b in itertools.pairwise(pixels))
    size = 10.5 if zoom < 17 else 12.0
    width = _width(line.label, size)
    if not length or chord < _LEAST_STRAIGHT * length or width > length * _OVERHANG:
        return None
    angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
    if angle > 90:
        angle -= 180
    elif angle <= -90:
        angle += 180
    rank = (float(style.RANK[line.road]), round(length, 3), float(line.id))
    return Label(line.label, (x1 + x2) / 2, (y1 + y2) / 2, angle, size, style.STREET_NAME, rank, width)


def of_outline(outline: Outline, x: float, y: float, zoom: int, width_px: float) -> Label | None:
    """The name of an area, a park or a water body in its middle, when it is large enough on the map."""
    if not outline.name:
        return None
    if outline.kind in _AREA_ZOOMS:
        if zoom not in _AREA_ZOOMS[AreaKind(outline.kind)]:
            return None
        size = 12.5 if outline.kind == AreaKind.PLACE else 11.0
        color, level = style.AREA_NAME, 20.0
    elif outline.kind in {"park", "water"} and zoom >= 12:
        size, level = 10.5, 10.0
        color = style.PARK_NAME if outline.kind == "park" else style.WATER_NAME
    else:
        return None
    text = outline.name
    width = _width(text, size)
    if width > width_px * (1.3 if level == 20.0 else 0.9):
        return None
    return Label(text, x, y, 0.0, size, color, (level, round(width_px, 2), x), width)


def chosen(candidates: Iterable[Label]) -> list[Label]:
    """Names that do not get in each other's way, the more important first.

    In each round those without a better rival stay and their rivals go. A few rounds look no further than `REACH`, so
    that the tile next to this one comes to the same answer.
    """
    ordered = sorted(candidates, key=lambda label: label.rank, reverse=True)
    boxes = [label.box for label in ordered]
    rivals: list[list[int]] = [
        [other for other in range(at) if _hinders(ordered[other], label, boxes[other], boxes[at])]
        for at, label in enumerate(ordered)
    ]
    open_: set[int] = set(range(len(ordered)))
    kept: set[int] = set()
    for _round in range(_ROUNDS):
        staying = {at for at in open_ if not any(other in open_ for other in rivals[at])}
        kept |= staying
        open_ = {at for at in open_ - staying if not any(other in kept for other in rivals[at])}
    return [ordered[at] for at in sorted(kept)]


def _hinders(better: Label, label: Label, one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    if better.text == label.text and math.dist((better.x, better.y), (label.x, label.y)) < label.same_apart:
        return True
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def draw(image: Image.Image, label: Label, scale: float) -> None:
    """Write the name with a pale edge on an image of `scale` pixels for each CSS pixel."""
    face = font(label.size * scale)
    edge = round(1.6 * scale)
    width, height = int(label.width * scale) + 4 * edge, int(label.size * scale * 1.5) + 4 * edge
    name = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    ImageDraw.Draw(name).text(
        (width / 2, height / 2),
        label.text,
        font=face,
        anchor="mm",
        fill=label.color,
        stroke_width=edge,
        stroke_fill=style.HALO,
    )
    if label.angle:
        name = name.rotate(-label.angle, resample=Image.Resampling.BICUBIC, expand=True)
    left, top = round(label.x * scale - name.width / 2), round(label.y * scale - name.height / 2)
    image.paste(name, (left, top), name)
