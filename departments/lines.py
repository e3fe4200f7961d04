"""Centre lines on the ground: a point at a share of the length, the nearest share to a point. Pure functions."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from departments.packs.definitions import Point

METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest point of a line: distance in metres, share of the length (0 to 1), and whether we stand to its left."""

    distance: float
    share: float
    is_left: bool


def along(points: Sequence[Point], share: float, aside: float = 0.0) -> Point:
    """The point at `share` (0 to 1) of a line's length, `aside` metres to the right of it (negative: left)."""
    scale = math.cos(math.radians(points[0][0]))
    steps = [((end[1] - start[1]) * scale, end[0] - start[0]) for start, end in itertools.pairwise(points)]
    lengths = [math.hypot(east, north) for east, north in steps]
    left = sum(lengths) * min(max(share, 0.0), 1.0)
    at = 0
    while at < len(lengths) - 1 and left > lengths[at]:
        left -= lengths[at]
        at += 1
    length = lengths[at]
    if length == 0:
        return points[at]
    east, north = steps[at][0] / length, steps[at][1] / length
    part = min(left, length)
    off = aside / METRES_PER_DEGREE
    latitude = points[at][0] + north * part - east * off
    longitude = points[at][1] + (east * part + north * off) / scale
    return latitude, longitude


def nearest(points: Sequence[Point], latitude: float, longitude: float) -> Nearest:
    """The nearest place on a line of at least two points; good within some kilometres."""
    scale = math.cos(math.radians(latitude)) * METRES_PER_DEGREE
    flat = [((point[1] - longitude) * scale, (point[0] - latitude) * METRES_PER_DEGREE) for point in points]
    best = (math.inf, 0.0, False)
    passed = 0.0
    for (x1, y1), (x2, y2) in itertools.pairwise(flat):
        dx, dy = x2 - x1, y2 - y1
        length = math.hypot(dx, dy)
        part = 0.0 if length == 0 else min(max(-(x1 * dx + y1 * dy) / (length * length), 0.0), 1.0)
        distance = math.hypot(x1 + dx * part, y1 + dy * part)
        if distance < best[0]:
            best = (distance, passed + part * length, dy * x1 - dx * y1 > 0)
        passed += length
    return Nearest(best[0], best[1] / passed if passed else 0.0, best[2])
