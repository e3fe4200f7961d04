"""Pictures made for tests, and a small reader of JPEG segments of their own."""

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from requests_app.photos import storage
from requests_app.photos.pipeline import ProcessedPhoto


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """Four corners of different colour on a gradient: shows every turn and mirror."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    w, h = width // 4, height // 4
    for x, y, colour in [
        (0, 0, "red"),
        (width - w, 0, "lime"),
        (0, height - h, "blue"),
        (width - w, height - h, "yellow"),
    ]:
        draw.rectangle((x, y, x + w, y + h), fill=colour)
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> io.BytesIO:
    """The picture as an open file."""
    target = io.BytesIO()
    image.save(target, kind, **options)
    target.seek(0)
    return target


def stored(photo: ProcessedPhoto, size: int = 2048) -> bytes:
    """The bytes of a rendition on disk."""
    with storage.open_rendition(photo.sha256, size) as file:
        return file.read()


def segments(data: bytes) -> tuple[list[int], bytes]:
    """Markers before the picture data, and whatever stands after the end of the picture."""
    markers, at = [], 2
    assert data[:2] == b"\xff\xd8"
    while data[at + 1] != 0xDA:
        assert data[at] == 0xFF
        markers.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return markers, data[data.index(b"\xff\xd9", at) + 2 :]


def assert_clean(photo: ProcessedPhoto) -> None:
    """All three sizes are JPEGs of tables and picture data only, with nothing before, between or after."""
    for size in storage.SIZES:
        data = stored(photo, size)
        markers, trailer = segments(data)
        assert set(markers) <= {0xE0, 0xDB, 0xC0, 0xC4}, [hex(marker) for marker in markers]
        assert trailer == b""
        for foreign in (
            b"<script",
            b"<html",
            b"PK\x03\x04",
            b"Exif",
            b"http://",
            b"ICC_PROFILE",
            b"Photoshop",
        ):
            assert foreign not in data
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            assert max(image.size) <= size
            assert image.mode == "RGB"
            assert not image.getexif()


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean absolute difference of two pictures of one size, 0 to 255."""
    assert one.size == other.size
    from PIL import ImageChops, ImageStat

    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3


def files_below(folder: Path) -> list[Path]:
    """All files of a folder, however deep."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
