"""Which point an address typed on the form means, and what to ask when that is not clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from departments import places
from departments.geo import inside_city, is_point, parse_coordinates
from departments.models import Street

CHOICES_MAX = 6
KEEP_WORDS = "words"


@dataclass(frozen=True)
class Choice:
    """A place the form offers as a radio button; ``value`` brings it back."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Found:
    """What is known about the place. ``choices`` not empty: the person has to choose first."""

    address: str
    latitude: float | None = None
    longitude: float | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def is_outside(self) -> bool:
        return (
            self.latitude is not None
            and self.longitude is not None
            and not inside_city(self.latitude, self.longitude)
        )


def find(address: str, latitude: float | None, longitude: float | None) -> Found:
    """The place of an address and an optional point. A point wins; coordinates may be typed as the address."""
    if latitude is not None and longitude is not None:
        return Found(address or near(latitude, longitude), latitude, longitude)
    if not address:
        return Found("")
    point = parse_coordinates(address)
    if point is not None:
        return Found(near(*point) or address, *point)
    matches = places.search(address, limit=CHOICES_MAX)
    first = matches[0] if matches and matches[0].kind != "street" and not matches[0].is_guess else None
    if first and (len(matches) == 1 or _is_same(first.label, address)):
        return Found(matches[0].label, matches[0].latitude, matches[0].longitude)
    if not matches and not Street.objects.exists():
        return Found(address)
    choices = tuple(
        choice(
            match.label,
            match.latitude,
            match.longitude,
            _("Somewhere along it") if match.kind == "street" else "",
        )
        for match in matches
    )
    return Found(
        address, choices=(*choices, Choice(KEEP_WORDS, _("None of these. Send the place as I typed it.")))
    )


def choice(label: str, latitude: float, longitude: float, hint: str = "") -> Choice:
    """A radio button for a place."""
    return Choice(f"{latitude:.6f},{longitude:.6f},{label}", label, hint)


def chosen(value: str) -> Found | None:
    """The place a radio button stood for; None for anything that is not one of ours."""
    parts = value.split(",", 2)
    if len(parts) != 3 or not parts[2].strip():
        return None
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except ValueError:
        return None
    if not is_point(latitude, longitude):
        return None
    return Found(parts[2].strip()[:300], latitude, longitude)


def point_from(query: Mapping[str, Any]) -> tuple[float, float] | None:
    """The point of ``lat`` and ``lon`` in an address line; None for anything that is no point on Earth."""
    try:
        latitude, longitude = float(query.get("lat", "")), float(query.get("lon", ""))
    except ValueError:
        return None
    return (latitude, longitude) if is_point(latitude, longitude) else None


def near(latitude: float, longitude: float) -> str:
    """The address nearest to a point, such as "near 102 Holliday Street"; empty where the city has no street data."""
    return places.reverse(latitude, longitude)


def _is_same(label: str, typed: str) -> bool:
    return " ".join(label.lower().split()) == " ".join(typed.lower().split())
