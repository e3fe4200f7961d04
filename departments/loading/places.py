"""Streets, crossings, landmarks and outlines in bulk: all replaced at once by COPY."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connection
from shapely.geometry import shape

from civic311.lib.copying import copy_rows, reserve_ids
from departments import streetnames
from departments.kinds import AreaKind
from departments.models import (
    Intersection,
    IntersectionStreet,
    Landmark,
    LandmarkName,
    Partner,
    PlaceShape,
    Street,
    StreetSegment,
)
from departments.packs import polyline
from departments.packs.definitions import CityPack, Places, Point
from departments.packs.definitions import StreetSegment as SegmentDef

# Children first.
_TABLES = (StreetSegment, Street, IntersectionStreet, Intersection, LandmarkName, Landmark, PlaceShape)
_NAMELESS = frozenset({"RAMP", "<NA>", ""})
_UNNAMED_KINDS = frozenset({"ramp", "rail"})


@dataclass
class _Road:
    """What is gathered of one street."""

    id: int
    labels: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    middles: list[Point] = field(default_factory=list)

    def row(self, name: streetnames.StreetName) -> Street:
        latitude, longitude = _most_central(self.middles)
        return Street(
            pk=self.id,
            key=name.key,
            direction=name.direction,
            label=self.labels.most_common(1)[0][0],
            kind="street" if self.kinds["street"] else self.kinds.most_common(1)[0][0],
            latitude=latitude,
            longitude=longitude,
        )


def write_places(pack: CityPack) -> dict[str, int]:
    """Replace all places by the pack's; returns how many rows of each sort. Nothing else refers to these rows."""
    with connection.cursor() as cursor:
        for model in _TABLES:
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608
    places = pack.places
    counts = {
        "streets": _write_streets(places, _road_owners(pack)),
        "segments": len(places.streets),
        "intersections": _write_intersections(places),
        "landmarks": _write_landmarks(pack),
        "outlines": copy_rows(
            PlaceShape,
            (
                PlaceShape(name=item.name, kind=item.kind, geometry=dict(item.geometry))
                for item in places.shapes
            ),
        ),
    }
    with connection.cursor() as cursor:
        for model in _TABLES:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
    return counts


def _road_owners(pack: CityPack) -> dict[str, int]:
    """Ids of partners by the normal form of the roads they own."""
    ids = dict(Partner.objects.values_list("slug", "pk"))
    return {
        streetnames.published(road).key: ids[partner.slug]
        for partner in pack.partners
        for road in partner.roads
    }


def _owner_of(name: str, owners: Mapping[str, int]) -> int | None:
    """The partner whose road this is: "I 95 N" belongs to the owner of "I 95"."""
    key = streetnames.published(name).key
    found = (road for road in owners if key == road or key.startswith(f"{road} "))
    return owners.get(max(found, key=len, default=""))


def _write_streets(places: Places, owners: Mapping[str, int]) -> int:
    names = {text: streetnames.published(text) for text in {item.name for item in places.streets} - _NAMELESS}
    owned = {text: _owner_of(text, owners) for text in names} if owners else {}
    ids = iter(reserve_ids(Street, len(names)))
    roads: dict[streetnames.StreetName, _Road] = {}
    segments: list[StreetSegment] = []
    for item in places.streets:
        name = names.get(item.name) if item.kind not in _UNNAMED_KINDS else None
        road = None
        if name is not None and name.key:
            road = roads.get(name) or roads.setdefault(name, _Road(next(ids)))
            road.labels[streetnames.label(item.name)] += 1
            road.kinds[item.kind] += 1
            road.middles.append(item.points[len(item.points) // 2])
        segments.append(_segment(item, road.id if road else None, owned.get(item.name)))
    copy_rows(Street, (road.row(name) for name, road in roads.items()))
    copy_rows(StreetSegment, segments)
    return len(roads)


def _segment(item: SegmentDef, street_id: int | None, owner_id: int | None) -> StreetSegment:
    numbers = [
        number
        for number in (item.from_left, item.to_left, item.from_right, item.to_right)
        if number is not None
    ]
    latitudes, longitudes = [point[0] for point in item.points], [point[1] for point in item.points]
    return StreetSegment(
        street_id=street_id,
        owner_id=owner_id,
        kind=item.kind,
        road_class=item.road_class,
        from_left=item.from_left,
        to_left=item.to_left,
        from_right=item.from_right,
        to_right=item.to_right,
        low=min(numbers, default=None),
        high=max(numbers, default=None),
        line=polyline.encode(item.points),
        west=min(longitudes),
        south=min(latitudes),
        east=max(longitudes),
        north=max(latitudes),
    )


def _most_central(points: list[Point]) -> Point:
    """The point nearest to the mean of all, so that it lies on the street."""
    latitude = sum(point[0] for point in points) / len(points)
    longitude = sum(point[1] for point in points) / len(points)
    return min(points, key=lambda point: (point[0] - latitude) ** 2 + (point[1] - longitude) ** 2)


def _write_intersections(places: Places) -> int:
    ids = reserve_ids(Intersection, len(places.intersections))
    numbered = list(zip(ids, places.intersections, strict=True))
    count = copy_rows(
        Intersection, (Intersection(pk=pk, latitude=i.latitude, longitude=i.longitude) for pk, i in numbered)
    )
    copy_rows(IntersectionStreet, _meeting((pk, item.names) for pk, item in numbered))
    return count


def _meeting(crossings: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[IntersectionStreet]:
    for pk, published in crossings:
        seen: set[streetnames.StreetName] = set()
        for text in published:
            name = streetnames.published(text)
            if text in _NAMELESS or not name.key or name in seen:
                continue
            seen.add(name)
            yield IntersectionStreet(
                intersection_id=pk, key=name.key, direction=name.direction, label=streetnames.label(text)
            )


def _write_landmarks(pack: CityPack) -> int:
    """The pack's landmarks, named parks, and in a county its towns (there are few other places to type)."""
    found: dict[str, tuple[Landmark, tuple[str, ...]]] = {}
    for item in pack.places.landmarks:
        row = Landmark(
            name=item.name,
            kind=item.kind,
            address=item.address,
            latitude=item.latitude,
            longitude=item.longitude,
        )
        found.setdefault(item.name.casefold(), (row, item.aliases))
    for name, kind, latitude, longitude in _named_shapes(pack):
        row = Landmark(name=name, kind=kind, latitude=latitude, longitude=longitude)
        found.setdefault(name.casefold(), (row, ()))
    ids = reserve_ids(Landmark, len(found))
    names: dict[tuple[int, str], int] = defaultdict(int)
    rows: list[Landmark] = []
    for pk, (row, aliases) in zip(ids, found.values(), strict=True):
        row.pk = pk
        rows.append(row)
        for text in (row.name, *aliases):
            for position, key in streetnames.landmark_keys(text):
                names[(pk, key[:200])] = min(names.get((pk, key[:200]), position), position)
    copy_rows(Landmark, rows)
    copy_rows(
        LandmarkName,
        (LandmarkName(landmark_id=pk, key=key, position=position) for (pk, key), position in names.items()),
    )
    return len(rows)


def _named_shapes(pack: CityPack) -> Iterator[tuple[str, str, float, float]]:
    for item in pack.places.shapes:
        if item.kind == "park" and item.name and item.name != "<NA>":
            point = shape(dict(item.geometry)).representative_point()
            yield item.name, item.kind, point.y, point.x
    for layer in pack.area_layers:
        if layer.kind == AreaKind.PLACE:
            for area in layer.areas:
                point = shape(dict(area.geometry)).representative_point()
                yield area.name, "place", point.y, point.x
