"""Finding places: text to points, points to addresses.

An address is interpolated along the street's centre line, odd and even by side. Streets and landmarks are found in
memory, addresses and crossings by a prefix search in an index: `search` takes one statement, at most three more when
nothing fits the words as typed, `reverse` one.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Q

from departments import lines, streetnames
from departments.gazetteer import gazetteer
from departments.geo import parse_coordinates
from departments.guesses import guesses
from departments.models import City, IntersectionStreet, Street, StreetSegment
from departments.packs import polyline
from departments.streetnames import StreetName

LONGEST_TEXT = 200
LEAST_LETTERS = 2
REVERSE_M = 150.0
# A pin stands this far from the centre line, on the side of its house number.
_SIDE_M = 6.0
# A street without numbers must be this much nearer than a numbered one to be named instead.
_NUMBER_WORTH_M = 60.0
_MOST_ROWS = 200
_LANDMARKS_SHOWN = 3

_LEAD = re.compile(
    r"^(?:near|at|by|cerca\s+de|en|(?:(?:the|la)\s+)?(?:corner|intersection|esquina)\s+(?:of|de))\s+"
    r"(?:(?:la\s+)?(?:calle|avenida)\s+)?|^(?:la\s+)?(?:calle|avenida)\s+",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"^(\d{1,6})(?:\s*-\s*\d{1,6})?\s+(?:block|blk)\.?\s+(?:of\s+|de\s+)?", re.IGNORECASE)
_CROSSING = re.compile(r"\s*(?:&|@|(?<!\d)/|\s(?:and|at|y)(?=\s|$))\s*", re.IGNORECASE)
_NUMBERED = re.compile(r"^#?(\d{1,6})(?:\s*-\s*\d{1,6})?[a-z]?(?:\s+1/2)?\s+(.+)$", re.IGNORECASE)
_UNIT = re.compile(r"(?:^|\s)(?:#|(?:apt|apartment|unit|suite|ste|floor|room|rm)\b).*$", re.IGNORECASE)
_HOUSE = re.compile(
    r"\b(\d{1,6})(?:\s*-\s*\d{1,6})?[a-z]?(?:\s+1/2)?\s+([^\d\W][^,;]*|\d+(?:st|nd|rd|th)\b[^,;]*)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b", re.IGNORECASE)


@dataclass(frozen=True)
class PlaceHit:
    """A place found, in degrees; `kind` is address, intersection, street, coordinates, or a landmark's kind.

    `is_guess`: the words as typed fit nothing, this is what they may have meant.
    """

    label: str
    latitude: float
    longitude: float
    kind: str
    is_guess: bool = False


# Sorted first to last; the better, the smaller.
_Ranked = tuple[tuple[object, ...], PlaceHit]


def search(text: str, limit: int = 8) -> list[PlaceHit]:
    """Places somebody may mean, the likeliest first, at most `limit`; works on unfinished words too."""
    text = " ".join(text[:LONGEST_TEXT].replace("\0", "").split())
    point = parse_coordinates(text)
    if point:
        return [PlaceHit(f"{point[0]:.5f}, {point[1]:.5f}", point[0], point[1], "coordinates")]
    place = _BLOCK.sub(r"\1 ", _LEAD.sub("", text)).split(",")[0].strip()
    if len(streetnames.landmark_prefix(place)) < LEAST_LETTERS:
        return []
    found = _found(place, limit)
    if not found:
        crossing = [part for part in _CROSSING.split(place) if part]
        meant = (_found(guess, limit) for guess in guesses(place, crossing))
        found = [replace(hit, is_guess=True) for hit in next(filter(None, meant), [])]
    return found


def _found(place: str, limit: int) -> list[PlaceHit]:
    """What fits the words as they are."""
    crossing = [part for part in _CROSSING.split(place) if part]
    numbered = _NUMBERED.match(place)
    found: list[_Ranked] = []
    street = crossing[0] if len(crossing) == 1 else place
    if len(crossing) > 1:
        found = _crossings(_without_town(crossing[0]), _without_town(crossing[1]))
    elif numbered:
        street = _without_town(_UNIT.sub("", numbered[2]).strip())
        found = _addresses(int(numbered[1]), street)
    if found:
        return _best(found, limit)
    landmarks = _best(_landmarks(place), limit)
    streets = _best(_streets(_without_town(street)), limit)
    if landmarks and streetnames.landmark_prefix(
        landmarks[0].label.split(",")[0]
    ) == streetnames.landmark_prefix(place):
        return [landmarks[0], *streets, *landmarks[1:]][:limit]
    return [*streets[: limit - min(_LANDMARKS_SHOWN, len(landmarks))], *landmarks][:limit]


def _best(ranked: Iterable[_Ranked], limit: int) -> list[PlaceHit]:
    """The first of each label, best first."""
    hits: dict[str, PlaceHit] = {}
    for _rank, hit in sorted(ranked, key=lambda pair: pair[0]):
        hits.setdefault(hit.label, hit)
    return list(hits.values())[:limit]


def _starts(readings: Iterable[StreetName], field: str) -> Q:
    """Rows whose key starts with one of the readings: index ranges, joined by OR."""
    condition = Q()
    for key in dict.fromkeys(reading.key for reading in readings):
        condition |= Q(**{f"{field}__startswith": key})
    return condition


def _fit(readings: list[StreetName], key: str, direction: str) -> tuple[bool, bool, bool]:
    """How badly a street fits what was typed: direction, whole name, whole words. False is good."""
    wanted = {reading.direction for reading in readings if reading.direction and key.startswith(reading.key)}
    typed = [reading.key for reading in readings if key.startswith(reading.key)]
    return (
        bool(wanted) and direction not in wanted,
        key not in typed,
        not any(key.startswith(f"{start} ") for start in typed),
    )


def _addresses(number: int, street: str) -> list[_Ranked]:
    readings = streetnames.typed(street)
    if not readings or len(readings[0].key) < LEAST_LETTERS:
        return []
    rows = (
        StreetSegment.objects.filter(_starts(readings, "street__key"), low__lte=number, high__gte=number)
        .select_related("street")
        .order_by("street__key", "pk")[:_MOST_ROWS]
    )
    ranked: list[_Ranked] = []
    for row in rows:
        assert row.street is not None
        side = _side_of(row, number)
        if side is None:
            continue
        is_left, fits_side, share = side
        points = polyline.decode(row.line)
        latitude, longitude = lines.along(points, share, -_SIDE_M if is_left else _SIDE_M)
        fit = _fit(readings, row.street.key, row.street.direction)
        hit = PlaceHit(f"{number} {row.street.label}", round(latitude, 6), round(longitude, 6), "address")
        ranked.append(((*fit, not fits_side, row.street.key, row.pk), hit))
    has_direction = any(not rank[0] for rank, _hit in ranked)
    return [pair for pair in ranked if not (has_direction and pair[0][0])]


def _side_of(row: StreetSegment, number: int) -> tuple[bool, bool, float] | None:
    """(on the left, odd or even as that side, share of the length) of a house number; None when no side has it."""
    sides: list[tuple[bool, bool, float]] = []
    for is_left, first, last in ((True, row.from_left, row.to_left), (False, row.from_right, row.to_right)):
        if first is None or last is None or not min(first, last) <= number <= max(first, last):
            continue
        share = (number - first) / (last - first) if last != first else 0.5
        sides.append((is_left, first % 2 == number % 2, share))
    return max(sides, key=lambda side: side[1], default=None)


def _crossings(one: str, other: str) -> list[_Ranked]:
    first, second = streetnames.typed(one), streetnames.typed(other)
    if not first or not second:
        return []
    rows = IntersectionStreet.objects.filter(
        _starts(first, "key") & _starts(second, "intersection__streets__key")
    ).values_list(
        "pk", "key", "direction", "label", "intersection__streets__pk", "intersection__streets__key",
        "intersection__streets__direction", "intersection__streets__label", "intersection__latitude",
        "intersection__longitude",
    )  # fmt: skip
    ranked: list[_Ranked] = []
    for pk, key, direction, label, pk_2, key_2, direction_2, label_2, latitude, longitude in rows[
        :_MOST_ROWS
    ]:
        if pk != pk_2:
            fits = zip(_fit(first, key, direction), _fit(second, key_2, direction_2), strict=True)
            rank = (*(sum(pair) for pair in fits), key, key_2, pk)
            ranked.append((rank, PlaceHit(f"{label} & {label_2}", latitude, longitude, "intersection")))
    return ranked


def _streets(text: str) -> list[_Ranked]:
    readings = streetnames.typed(text)
    known = gazetteer().streets
    found = {row: None for reading in readings for row in known.starting(reading.key, _MOST_ROWS)}
    return [
        (
            (
                # A lane named after both its ends ("HARFORD-ALLEY-NORMAL") is hardly ever meant.
                "-" in row.key,
                *_fit(readings, row.key, row.direction),
                row.kind != "street",
                row.key,
                row.direction,
            ),
            PlaceHit(row.label, row.latitude, row.longitude, "street"),
        )
        for row in found
    ]


def _landmarks(text: str) -> list[_Ranked]:
    key = streetnames.landmark_prefix(text)
    return [
        (
            (row.key != key, row.position, row.key),
            PlaceHit(row.label, row.latitude, row.longitude, row.kind),
        )
        for row in gazetteer().landmarks.starting(key, _MOST_ROWS)
    ]


def _without_town(text: str) -> str:
    """ "holliday st baltimore md 21202" without town, state and ZIP; the text itself when nothing else is left."""
    try:
        city = City.current()
    except City.DoesNotExist:
        return text
    town = rf"\s+{re.escape(city.name)}(?:\s+(?:[a-z]{{2}}|{re.escape(city.state)}))?(?:\s+\d{{5}}(?:-\d{{4}})?)?$"
    rest = re.sub(town, "", text, flags=re.IGNORECASE)
    only_direction = all(word in streetnames.DIRECTIONS for word in streetnames.words(rest))
    return text if only_direction else rest


_NEAR = f"""
SELECT street.label, street.kind, segment.from_left, segment.to_left, segment.from_right, segment.to_right, segment.line
  FROM {StreetSegment._meta.db_table} segment JOIN {Street._meta.db_table} street ON street.id = segment.street_id
 WHERE box(point(segment.east, segment.north), point(segment.west, segment.south))
       && box(point(%s, %s), point(%s, %s))
"""  # noqa: S608


def reverse(latitude: float, longitude: float) -> str:
    """The nearest address to a point in degrees, as "near 102 Holliday Street"; "" when no street is within 150 m."""
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) < 89):
        return ""
    north = REVERSE_M / lines.METRES_PER_DEGREE
    east = north / math.cos(math.radians(latitude))
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [longitude + east, latitude + north, longitude - east, latitude - north])
        rows = cursor.fetchall()
    best: tuple[float, str] | None = None
    for label, kind, from_left, to_left, from_right, to_right, line in rows:
        found = lines.nearest(polyline.decode(line), latitude, longitude)
        if found.distance > REVERSE_M:
            continue
        left, right = (from_left, to_left), (from_right, to_right)
        number = _number_at(*((left, right) if found.is_left else (right, left)), share=found.share)
        if number is None and kind != "street":
            continue
        distance = found.distance if number is not None else found.distance + _NUMBER_WORTH_M
        if best is None or distance < best[0]:
            best = (distance, f"near {number} {label}" if number is not None else f"near {label}")
    return best[1] if best else ""


def _number_at(*sides: tuple[int | None, int | None], share: float) -> int | None:
    """The house number at a share of the length, odd or even as the side's first; of the other side when it has none."""
    for first, last in sides:
        if first is not None and last is not None:
            return first + 2 * round((last - first) * share / 2)
    return None


def block_of(address: str) -> str:
    """An address without its house: "102 Holliday Street, Apt 3" gives "100 block of Holliday Street".

    Crossings and names without a number stay; "" when digits are left that may tell the house.
    """
    text = _LEAD.sub("", " ".join(address[:LONGEST_TEXT].split()))
    if _BLOCK.match(text):
        return text
    house = _HOUSE.search(text)
    if house:
        street = _UNIT.sub("", house[2]).strip()
        block = int(house[1]) // 100 * 100
        return f"{block or 1} block of {street}" if street else ""
    rest = _UNIT.sub("", text).strip()
    return "" if re.search(r"\d", _ORDINAL.sub("", rest)) else rest
