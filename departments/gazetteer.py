"""Names of streets and landmarks, sorted, in memory: what begins with some letters is found without a statement.

A few megabytes in each process for a large city, read again when a pack was loaded.
"""

import bisect
import math
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from civic311.lib.cached import cached
from departments.models import City, LandmarkName, Street


class StreetEntry(NamedTuple):
    """A street by its key in normal form; the point is in degrees."""

    key: str
    direction: str
    label: str
    kind: str
    latitude: float
    longitude: float


class LandmarkEntry(NamedTuple):
    """A way to begin a landmark's name: at its word number `position`."""

    key: str
    position: int
    label: str
    kind: str
    latitude: float
    longitude: float


_Entry = TypeVar("_Entry", StreetEntry, LandmarkEntry)


class Sorted(Generic[_Entry]):
    """Entries in the order of their keys."""

    def __init__(self, entries: Iterable[_Entry]) -> None:
        self._entries: list[_Entry] = sorted(entries)
        self._keys: list[str] = [entry.key for entry in self._entries]

    def starting(self, prefix: str, most: int) -> Iterator[_Entry]:
        """The first `most` entries whose keys begin with `prefix`."""
        first = bisect.bisect_left(self._keys, prefix)
        for at in range(first, min(first + most, len(self._keys))):
            if not self._keys[at].startswith(prefix):
                return
            yield self._entries[at]


class Gazetteer(NamedTuple):
    """The names of one version of the city."""

    streets: Sorted[StreetEntry]
    landmarks: Sorted[LandmarkEntry]


@cached(seconds=math.inf)
def _kept() -> dict[tuple[str, int], Gazetteer]:
    return {}


def gazetteer() -> Gazetteer:
    """The names of the city. Raises `City.DoesNotExist` before a city was loaded."""
    city = City.current()
    kept, key = _kept(), (city.slug, city.version)
    built = kept.get(key)
    if built is None:
        built = _read()
        kept.clear()
        kept[key] = built
    return built


def _read() -> Gazetteer:
    streets = Street.objects.values_list("key", "direction", "label", "kind", "latitude", "longitude")
    names = LandmarkName.objects.values_list(
        "key", "position", "landmark__name", "landmark__address", "landmark__kind", "landmark__latitude",
        "landmark__longitude",
    )  # fmt: skip
    return Gazetteer(
        Sorted(StreetEntry(*row) for row in streets.order_by("pk")),
        Sorted(
            LandmarkEntry(key, position, f"{name}, {address}" if address else name, kind, latitude, longitude)
            for key, position, name, address, kind, latitude, longitude in names.order_by("pk")
        ),
    )
