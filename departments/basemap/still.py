"""A map without script: one picture with a pin, put together from the city's own tiles.

Only tiles are kept on disk, and there is a fixed number of them: a picture for every address cannot fill it.
"""

import io

from PIL import Image, ImageDraw

from departments.basemap import labels, style, tiles
from departments.basemap.layers import to_unit
from departments.models import City

WIDTH, HEIGHT = 640, 320
ZOOM = 17
ZOOMS = range(16, 19)
_TILE = 256
_COLORS = 28
# Red over white and over the ground in three strengths: without them few colours would turn the pin brown.
_PIN_COLORS = (181, 9, 9, 206, 92, 92, 230, 170, 170, 255, 255, 255)
_FINER = 4
_TEXT_SIZE = 11.0
_PIN = "#b50909"


def exists(city: City, latitude: float, longitude: float, zoom: int) -> bool:
    """Whether the city's map reaches the point (degrees) at this zoom."""
    x, y = to_unit(latitude, longitude)
    return zoom in ZOOMS and tiles.exists(city, zoom, int(x * 2**zoom), int(y * 2**zoom))


def picture(city: City, latitude: float, longitude: float, zoom: int, attribution: str) -> bytes:
    """A PNG of 640 × 320 pixels with the point in its middle, for a point and zoom that `exists` knows."""
    x, y = to_unit(latitude, longitude)
    left = round(x * _TILE * 2**zoom) - WIDTH // 2
    top = round(y * _TILE * 2**zoom) - HEIGHT // 2
    image = Image.new("RGB", (WIDTH, HEIGHT), style.LAND_OUTSIDE)
    for column in range(left // _TILE, (left + WIDTH - 1) // _TILE + 1):
        for row in range(top // _TILE, (top + HEIGHT - 1) // _TILE + 1):
            if tiles.exists(city, zoom, column, row):
                image.paste(_piece(city, zoom, column, row), (column * _TILE - left, row * _TILE - top))
    _write(image, attribution)
    palette = image.quantize(_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.putpalette((palette.getpalette() or [])[: 3 * _COLORS] + list(_PIN_COLORS))
    _draw_pin(image)
    few = image.quantize(palette=palette, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    few.save(buffer, "PNG", optimize=True, bits=5)
    return buffer.getvalue()


def _piece(city: City, zoom: int, x: int, y: int) -> Image.Image:
    """A tile in CSS pixels; stored ones are twice as fine."""
    with Image.open(io.BytesIO(tiles.tile(city, zoom, x, y))) as tile:
        full = tile.convert("RGB")
    return full.reduce(full.width // _TILE)


def _draw_pin(image: Image.Image) -> None:
    """The pin of the interactive map, its point in the middle of the picture."""
    wide, high = 32, 44
    pin = Image.new("RGBA", (wide * _FINER, high * _FINER), (255, 255, 255, 0))
    pen = ImageDraw.Draw(pin)
    for grown, color in ((1.5, "#ffffff"), (0.0, _PIN)):
        pen.ellipse(_fine(2.5 - grown, 2.5 - grown, 29.5 + grown, 29.5 + grown), fill=color)
        drop = ((4.5 - grown, 22.0), (27.5 + grown, 22.0), (16.0, 42.0 + grown))
        pen.polygon([(px * _FINER, py * _FINER) for px, py in drop], fill=color)
    pen.ellipse(_fine(11, 10.5, 21, 20.5), fill="#ffffff")
    small = pin.reduce(_FINER)
    image.paste(small, (WIDTH // 2 - wide // 2, HEIGHT // 2 - high + 2), small)


def _fine(*edges: float) -> tuple[float, ...]:
    return tuple(edge * _FINER for edge in edges)


def _write(image: Image.Image, attribution: str) -> None:
    """Who made the map, in the corner."""
    if not attribution:
        return
    face = labels.font(_TEXT_SIZE)
    pen = ImageDraw.Draw(image)
    while len(attribution) > 1 and face.getlength(attribution) > WIDTH - 16:
        attribution = attribution[:-2].rstrip() + "…"
    width = int(face.getlength(attribution)) + 10
    pen.rectangle((WIDTH - width, HEIGHT - 18, WIDTH, HEIGHT), fill="#ffffff")
    pen.text((WIDTH - width + 5, HEIGHT - 9), attribution, font=face, fill="#3d4551", anchor="lm")
