"""What a visitor wants to see of the public reports: one value for the list, the map, the feeds and the alerts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from departments import directory

Status = Literal["open", "closed", "all"]
Box = tuple[float, float, float, float]
STATUSES: tuple[Status, ...] = ("open", "closed", "all")
RADIUS_MOST_M = 20_000
WORDS_MOST = 100


class BadFilter(ValueError):
    """A filter nobody could have chosen on the page: an unknown name, a box that is none. The text is for people."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A point in degrees and a radius in metres."""

    latitude: float
    longitude: float
    radius_m: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Public reports of a status, and of a category, an area, a circle, a box (west, south, east, north), some words."""

    status: Status = "open"
    category_id: int | None = None
    area_id: int | None = None
    circle: Circle | None = None
    box: Box | None = None
    words: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, object]) -> Self:
        """Read ``status``, ``category``, ``area``, ``lat``/``lon``/``radius``, ``box`` and ``q``; raises `BadFilter`.

        ``category`` is a slug, ``area`` is ``kind:slug``, ``box`` four numbers with commas. Empty values say nothing.
        """
        status = _text(query, "status") or "open"
        if status not in STATUSES:
            raise BadFilter(_("This status does not exist."))
        return cls(
            status=status,
            category_id=_category(_text(query, "category")),
            area_id=_area(_text(query, "area")),
            circle=_circle(query),
            box=read_box(_text(query, "box")),
            words=" ".join(_text(query, "q").split())[:WORDS_MOST],
        )

    def to_query(self) -> str:
        """The same as an address's query, always in this order; "" for all open reports."""
        pairs: list[tuple[str, str]] = []
        if self.status != "open":
            pairs.append(("status", self.status))
        if self.category_id is not None:
            pairs.append(("category", directory.categories()[self.category_id].slug))
        if self.area_id is not None:
            area = directory.areas()[self.area_id]
            pairs.append(("area", f"{area.kind}:{area.slug}"))
        if self.circle:
            pairs += [
                ("lat", f"{self.circle.latitude:.6f}"),
                ("lon", f"{self.circle.longitude:.6f}"),
                ("radius", str(self.circle.radius_m)),
            ]
        if self.box:
            pairs.append(("box", ",".join(f"{value:.6f}" for value in self.box)))
        if self.words:
            pairs.append(("q", self.words))
        return urlencode(pairs)


def read_box(text: str) -> Box | None:
    """ "west,south,east,north" in degrees, cut to the world; None for "". Raises `BadFilter` for anything else."""
    if not text:
        return None
    parts = text.split(",")
    if len(parts) != 4:
        raise BadFilter(_("A box has four numbers: west, south, east, north."))
    west, south, east, north = (_number(part) for part in parts)
    west, east = max(west, -180.0), min(east, 180.0)
    south, north = max(south, -90.0), min(north, 90.0)
    if west >= east or south >= north:
        raise BadFilter(_("A box has four numbers: west, south, east, north."))
    return (west, south, east, north)


def _text(query: Mapping[str, object], name: str) -> str:
    return str(query.get(name) or "").strip()[:300]


def _number(text: str) -> float:
    try:
        value = float(text[:40])
    except ValueError:
        raise BadFilter(_("This is not a number.")) from None
    if not math.isfinite(value):
        raise BadFilter(_("This is not a number."))
    return value


def _category(slug: str) -> int | None:
    if not slug:
        return None
    found = next((pk for pk, row in directory.categories().items() if row.slug == slug), None)
    if found is None:
        raise BadFilter(_("This kind of problem does not exist."))
    return found


def _area(text: str) -> int | None:
    if not text:
        return None
    kind, _colon, slug = text.partition(":")
    found = next(
        (area.id for area in directory.areas().values() if (area.kind, area.slug) == (kind, slug)), None
    )
    if found is None:
        raise BadFilter(_("This area does not exist."))
    return found


def _circle(query: Mapping[str, object]) -> Circle | None:
    texts = [_text(query, name) for name in ("lat", "lon", "radius")]
    if not any(texts):
        return None
    latitude, longitude, radius = (_number(text) for text in texts)
    if abs(latitude) > 90 or abs(longitude) > 180 or not 1 <= radius <= RADIUS_MOST_M:
        raise BadFilter(_("A place needs a latitude, a longitude and a radius of at most 20 kilometers."))
    return Circle(latitude, longitude, round(radius))
