"""Encoded polylines: lines of coordinates as short text, 5 decimal digits (about a metre).

The format is Google's published "Encoded Polyline Algorithm Format": differences, zigzag, base 32, offset 63.
"""

from collections.abc import Iterable

_SCALE = 100_000


def encode(points: Iterable[tuple[float, float]]) -> str:
    """Text for (latitude, longitude) points in degrees."""
    out: list[str] = []
    last = (0, 0)
    for latitude, longitude in points:
        here = (round(latitude * _SCALE), round(longitude * _SCALE))
        for value, before in zip(here, last, strict=True):
            difference = value - before
            number = ~(difference << 1) if difference < 0 else difference << 1
            while number >= 0x20:
                out.append(chr((0x20 | (number & 0x1F)) + 63))
                number >>= 5
            out.append(chr(number + 63))
        last = here
    return "".join(out)


def decode(text: str) -> tuple[tuple[float, float], ...]:
    """The (latitude, longitude) points of an encoded text. Raises ValueError when it is cut or has foreign characters."""
    values: list[int] = []
    number = shift = 0
    for character in text:
        part = ord(character) - 63
        if not 0 <= part < 0x40:
            raise ValueError(f"character {character!r} does not belong in an encoded line")
        number |= (part & 0x1F) << shift
        shift += 5
        if part < 0x20:
            values.append(~(number >> 1) if number & 1 else number >> 1)
            number = shift = 0
    if shift or len(values) % 2:
        raise ValueError("the encoded line ends in the middle of a point")
    latitude = longitude = 0
    points: list[tuple[float, float]] = []
    for north, east in zip(values[::2], values[1::2], strict=True):
        latitude += north
        longitude += east
        points.append((latitude / _SCALE, longitude / _SCALE))
    return tuple(points)
