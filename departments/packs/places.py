"""Finding places: streets, intersections, landmarks, parks and water under places/ (all optional)."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from departments.packs import polyline
from departments.packs.definitions import Bounds, Intersection, Landmark, Places, PlaceShape, StreetSegment
from departments.packs.geography import polygon_problem
from departments.packs.problems import Problems
from departments.packs.tables import read_rows

STREET_KINDS = ("street", "alley", "ramp", "private", "other")
ROAD_CLASSES = ("", "interstate", "freeway", "major", "minor", "collector", "local")
LANDMARK_KINDS = (
    "park",
    "public_building",
    "school",
    "hospital",
    "station",
    "sight",
    "library",
    "market",
    "place",
)
_STREET_COLUMNS = ["name", "kind", "road_class", "from_left", "to_left", "from_right", "to_right", "line"]
_CROSSING_COLUMNS = ["names", "latitude", "longitude"]

_Item = TypeVar("_Item", StreetSegment, Intersection)


def _packed_rows(
    folder: Path, file: str, columns: list[str], problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of a gzipped CSV file; nothing when the file is absent."""
    path = folder / file
    if not path.is_file():
        return
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        problems.add(file, 0, f"not a gzipped UTF-8 file: {error}")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if next(reader, []) != columns:
            problems.add(file, 1, f"the header is not {','.join(columns)}")
            return
        for cells in reader:
            if len(cells) == len(columns):
                yield reader.line_num, cells
            else:
                problems.add(
                    file, reader.line_num, f"the row has {len(cells)} cells, the header {len(columns)}"
                )
    except csv.Error as error:
        problems.add(file, reader.line_num, f"the row can't be read: {error}")


def _near(bounds: Bounds, latitude: float, longitude: float) -> bool:
    west, south, east, north = bounds
    return west <= longitude <= east and south <= latitude <= north


def _house_number(text: str) -> int | None:
    return int(text) if text else None


def _read_packed(
    folder: Path, file: str, columns: list[str], problems: Problems, build: Callable[[list[str]], _Item]
) -> tuple[_Item, ...]:
    items: list[_Item] = []
    for line, cells in _packed_rows(folder, file, columns, problems):
        try:
            items.append(build(cells))
        except ValueError as error:
            problems.add(file, line, str(error))
    return tuple(items)


def _street(cells: list[str], bounds: Bounds) -> StreetSegment:
    name, kind, road_class, from_left, to_left, from_right, to_right, line = cells
    if not name or name == "<NA>":
        raise ValueError("the street has no name")
    if kind not in STREET_KINDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(STREET_KINDS)}")
    if road_class not in ROAD_CLASSES:
        raise ValueError(f"road_class {road_class!r} is not one of {', '.join(ROAD_CLASSES)}")
    if bool(from_left) != bool(to_left) or bool(from_right) != bool(to_right):
        raise ValueError("a house-number range has only one end")
    points = polyline.decode(line)
    if len(points) < 2:
        raise ValueError("the line has fewer than two points")
    if not any(_near(bounds, *point) for point in points):
        raise ValueError("the street lies outside the bounds of city.toml")
    return StreetSegment(
        name,
        kind,
        road_class,
        _house_number(from_left),
        _house_number(to_left),
        _house_number(from_right),
        _house_number(to_right),
        points,
    )


def _intersection(cells: list[str], bounds: Bounds) -> Intersection:
    names = tuple(name for name in cells[0].split("|") if name)
    if len(names) < 2:
        raise ValueError("an intersection needs two names")
    latitude, longitude = float(cells[1]), float(cells[2])
    if not _near(bounds, latitude, longitude):
        raise ValueError("the intersection lies outside the bounds of city.toml")
    return Intersection(names, latitude, longitude)


def _landmarks(folder: Path, bounds: Bounds, problems: Problems) -> tuple[Landmark, ...]:
    landmarks: list[Landmark] = []
    columns = ("name", "kind", "latitude", "longitude", "address", "aliases")
    for row in read_rows(folder, "places/landmarks.csv", columns, problems, required=False):
        latitude, longitude = row.number("latitude"), row.number("longitude")
        if not _near(bounds, latitude, longitude):
            row.problem("the landmark lies outside the bounds of city.toml")
        landmarks.append(
            Landmark(
                name=row.text("name"),
                kind=row.choice("kind", LANDMARK_KINDS),
                latitude=latitude,
                longitude=longitude,
                address=row.text("address", required=False),
                aliases=row.words("aliases"),
            )
        )
    return tuple(landmarks)


def _shapes(folder: Path, file: str, kind: str, problems: Problems) -> Iterator[PlaceShape]:
    path = folder / file
    if not path.is_file():
        return
    try:
        features = json.loads(gzip.decompress(path.read_bytes()))["features"]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        problems.add(file, 0, f"not a gzipped GeoJSON file: {error}")
        return
    for number, feature in enumerate(features, start=1):
        fault = polygon_problem(feature.get("geometry"))
        if fault:
            problems.add(file, 0, f"feature {number} {fault}")
        else:
            name = str((feature.get("properties") or {}).get("name") or "")
            yield PlaceShape(name, kind, feature["geometry"])


def read_places(folder: Path, problems: Problems, bounds: Bounds) -> Places:
    """Everything under places/. Takes a second or two for a large city: skip it where places are not needed."""
    return Places(
        streets=_read_packed(
            folder, "places/streets.csv.gz", _STREET_COLUMNS, problems, lambda cells: _street(cells, bounds)
        ),
        intersections=_read_packed(
            folder,
            "places/intersections.csv.gz",
            _CROSSING_COLUMNS,
            problems,
            lambda cells: _intersection(cells, bounds),
        ),
        landmarks=_landmarks(folder, bounds, problems),
        shapes=(
            *_shapes(folder, "places/parks.geojson.gz", "park", problems),
            *_shapes(folder, "places/water.geojson.gz", "water", problems),
        ),
    )
