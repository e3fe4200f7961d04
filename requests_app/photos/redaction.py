"""Hiding parts of a stored photo under black boxes, and the picture with a grid to find their places by.

What is opened here are our own renditions, which hold nothing of the stranger's file; the redacted picture goes the way
of an upload once more, so that it gets new files under a name of its own.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from requests_app.photos import storage
from requests_app.photos.errors import PhotoStorageError
from requests_app.photos.pipeline import ProcessedPhoto, process

BOXES_MAX: Final = 20
GRID_LINES: Final = 10
_SHOWN: Final = 800
_MARGIN: Final = 26


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a picture in percent of its sides, from the upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def pixels(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Left, top, right and bottom pixel, widened to whole ones, inside the picture."""
        across, down = size
        left, top = int(self.x * across / 100), int(self.y * down / 100)
        right, bottom = (
            -int(-(self.x + self.width) * across // 100),
            -int(-(self.y + self.height) * down // 100),
        )
        return (
            min(left, across - 1),
            min(top, down - 1),
            min(max(right - 1, left), across - 1),
            min(max(bottom - 1, top), down - 1),
        )


def redacted(sha256: str, boxes: Sequence[Box]) -> ProcessedPhoto:
    """Paint the boxes black and store the picture in all sizes under its new name.

    Every size is drawn from the painted large one: nothing under a box is in any of them. Raises FileNotFoundError for
    a photo whose files are gone, `PhotoStorageError` when we cannot store.
    """
    picture = _opened(sha256, storage.LARGE)
    brush = ImageDraw.Draw(picture)
    for box in boxes:
        brush.rectangle(box.pixels(picture.size), fill="black")
    painted = io.BytesIO()
    picture.save(painted, "JPEG", quality=95, subsampling=0)
    return process(painted)


def with_grid(sha256: str, boxes: Sequence[Box]) -> bytes:
    """A JPEG of the photo under a grid of tenths numbered in percent, with the boxes outlined and numbered."""
    photo = _opened(sha256, _SHOWN)
    across, down = photo.size
    paper = Image.new("RGB", (across + _MARGIN, down + _MARGIN), "white")
    paper.paste(photo, (_MARGIN, _MARGIN))
    brush = ImageDraw.Draw(paper, "RGBA")
    font = ImageFont.load_default(size=13)
    for line in range(GRID_LINES + 1):
        label = str(line * 100 // GRID_LINES)
        x = _MARGIN + line * (across - 1) // GRID_LINES
        y = _MARGIN + line * (down - 1) // GRID_LINES
        for ends in (((x, _MARGIN), (x, _MARGIN + down)), ((_MARGIN, y), (_MARGIN + across, y))):
            brush.line(ends, fill=(0, 0, 0, 160), width=3)
            brush.line(ends, fill=(255, 255, 255, 220), width=1)
        brush.text((min(x, across + _MARGIN - 12), _MARGIN // 2), label, fill="black", font=font, anchor="mm")
        brush.text((_MARGIN // 2, min(y, down + _MARGIN - 8)), label, fill="black", font=font, anchor="mm")
    for number, box in enumerate(boxes, start=1):
        left, top, right, bottom = box.pixels(photo.size)
        brush.rectangle(
            (left + _MARGIN, top + _MARGIN, right + _MARGIN, bottom + _MARGIN),
            fill=(0, 0, 0, 200),
            outline=(255, 255, 0, 255),
            width=2,
        )
        middle = ((left + right) // 2 + _MARGIN, (top + bottom) // 2 + _MARGIN)
        brush.text(middle, str(number), fill="white", font=font, anchor="mm")
    drawn = io.BytesIO()
    paper.save(drawn, "JPEG", quality=80)
    return drawn.getvalue()


def _opened(sha256: str, size: int) -> Image.Image:
    with storage.open_rendition(sha256, size) as file:
        try:
            picture = Image.open(file, formats=["JPEG"])
            picture.load()
        except OSError as error:
            raise PhotoStorageError("a stored photo cannot be read") from error
    return picture.convert("RGB")
