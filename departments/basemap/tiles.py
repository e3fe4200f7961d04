"""Which tiles exist, and where drawn ones are kept."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings

from departments.basemap import style
from departments.basemap.layers import to_unit
from departments.basemap.render import render
from departments.models import City

ZOOMS = range(10, 20)
# The closest zoom has the most tiles and the least in each: drawn every time.
_KEPT_ZOOMS = range(10, 19)
# Maps show this share of the city's width and height around it, and on a wide screen some tiles more.
_AROUND = 0.75
_TILES_AROUND = 4


def exists(city: City, z: int, x: int, y: int) -> bool:
    """Whether the tile is one of this city's map: zoom 10 to 19, in or around the bounds."""
    if z not in ZOOMS or not (0 <= x < 1 << z and 0 <= y < 1 << z):
        return False
    west, south, east, north = city.bounds
    wide, high = (east - west) * _AROUND, (north - south) * _AROUND
    left, top = to_unit(north + high, west - wide)
    right, bottom = to_unit(south - high, east + wide)
    count = 1 << z
    return (
        left * count - 1 - _TILES_AROUND < x < right * count + _TILES_AROUND
        and top * count - 1 - _TILES_AROUND < y < bottom * count + _TILES_AROUND
    )


def edition(city: City) -> str:
    """Changes when tiles look different: a pack was loaded, or they are drawn in another way."""
    return f"{city.version}-{style.STYLE}"


def tile(city: City, z: int, x: int, y: int) -> bytes:
    """The PNG of a tile that `exists`: the stored one, or drawn and stored now."""
    path = _folder(city) / str(z) / str(x) / f"{y}.png"
    if z in _KEPT_ZOOMS:
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
    data = render(city, z, x, y)
    if z in _KEPT_ZOOMS:
        with contextlib.suppress(OSError):  # a full disk must not take the map away
            _store(path, data)
    return data


def forget_old(city: City) -> None:
    """Remove stored tiles of other editions."""
    keep = _folder(city)
    for folder in keep.parent.glob("*"):
        if folder != keep and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)


def _folder(city: City) -> Path:
    return Path(settings.TILE_CACHE_DIR) / edition(city)


def _store(path: Path, data: bytes) -> None:
    """Write beside and rename: a reader sees the whole tile or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
