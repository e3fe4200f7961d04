"""Whose is it: the city's own, the next town's, a State road, somebody else's wires. Said before a report is sent.

Asked in this order: outside the city; an owner whom a routing rule names for these words, this place, this kind; a road
that the pack gives to somebody else; the city's own department.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.db import connection
from django.utils.translation import gettext as _

from departments import lines
from departments.geo import inside_city, is_point, neighbor_at, water_at
from departments.kinds import Kind, PlaceRule
from departments.models import Category, City, Department, Partner, StreetSegment
from departments.packs import polyline
from departments.packs.definitions import Point
from departments.routing import RoutingDecision
from departments.rules import decide, organisation

# A pin this near to a centre line stands on the road: half of eight lanes.
ON_ROAD_M = 15.0

OwnershipKind = Literal["ours", "outside", "partner"]


@dataclass(frozen=True)
class Ownership:
    """Who answers for a place: `sentence` says whose it is, `advice` what to do; both may be empty.

    `hand_over` is how the partner takes reports (`HandOver`), "" where there is none.
    """

    kind: OwnershipKind
    name: str = ""
    sentence: str = ""
    advice: str = ""
    phone: str = ""
    website: str = ""
    hand_over: str = ""
    partner_id: int | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the city itself answers for it."""
        return self.kind == "ours"


def owner_of(
    *,
    category: Category | None,
    latitude: float | None,
    longitude: float | None,
    areas: Mapping[int, str],
    text: str,
) -> Ownership:
    """Who answers for a problem. The point is in degrees, `areas` are names by id, `text` is what was typed.

    Takes at most one statement beside what is kept in memory. A point that is none counts as not given.
    """
    if category is not None and category.place_rule == PlaceRule.NONE:
        latitude = longitude = None
    point = (latitude, longitude) if latitude is not None and longitude is not None else None
    if point is not None and not is_point(*point):
        point = None
    if point is not None and not inside_city(*point):
        return _outside(*point)
    departments, partners = organisation()
    decision = None
    if category is not None:
        decision = decide(category, point=point, areas=areas, text=text, channel="web")
        partner = partners.get(decision.partner or 0)
        if partner is not None:
            sentence = _("%(owner)s looks after this.") % {"owner": partner.shown_name}
            return _partners(partner, sentence)
    if point is not None and (category is None or category.kind == Kind.REPAIR):
        partner = partners.get(_road_owner(*point) or 0)
        if partner is not None:
            return _partners(partner, _("This road belongs to %(owner)s.") % {"owner": partner.shown_name})
    return _ours(decision, departments, point)


def nearest_owner(
    segments: Iterable[tuple[int | None, Iterable[Point]]], latitude: float, longitude: float
) -> int | None:
    """The owner of the nearest of some centre lines (owner, points), None for the city's own or when none is near.

    The nearest decides: a street that passes under a highway keeps its own owner.
    """
    best: tuple[float, int | None] = (math.inf, None)
    for owner, points in segments:
        distance = lines.nearest(list(points), latitude, longitude).distance
        if distance < best[0]:
            best = (distance, owner)
    return best[1] if best[0] <= ON_ROAD_M else None


_NEAR = f"""
SELECT segment.owner_id, segment.line FROM {StreetSegment._meta.db_table} segment
 WHERE box(point(segment.east, segment.north), point(segment.west, segment.south))
       && box(point(%s, %s), point(%s, %s))
"""  # noqa: S608


def _road_owner(latitude: float, longitude: float) -> int | None:
    """The partner on whose road a point in degrees stands."""
    north = ON_ROAD_M / lines.METRES_PER_DEGREE
    east = north / math.cos(math.radians(latitude))
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [longitude + east, latitude + north, longitude - east, latitude - north])
        rows = cursor.fetchall()
    if all(owner is None for owner, _line in rows):
        return None
    return nearest_owner(((owner, polyline.decode(line)) for owner, line in rows), latitude, longitude)


def _outside(latitude: float, longitude: float) -> Ownership:
    """Somewhere else: the neighbor whose place it is, or the open water, or nobody we know."""
    city = City.current().shown_name
    neighbor = neighbor_at(latitude, longitude)
    water = water_at(latitude, longitude)
    _departments, partners = organisation()
    partner = partners.get(neighbor.partner_id or 0) if neighbor else None
    if water is not None:
        sentence = _("This place is in the water, outside %(city)s.") % {"city": city}
        if water:
            sentence = _("This place is in the water (%(water)s), outside %(city)s.") % {
                "water": water,
                "city": city,
            }
        return Ownership("outside", water, sentence, _("Check the pin, or type the address."))
    if neighbor is None or partner is None:
        return Ownership(
            "outside",
            sentence=_("This place is outside %(city)s.") % {"city": city},
            advice=_("We often cannot act there. A person reads your report and finds out who can."),
        )
    return Ownership(
        "outside",
        partner.shown_name,
        _("This place is in %(neighbor)s, outside %(city)s.") % {"neighbor": neighbor.name, "city": city},
        _("Report it to %(owner)s: they look after the streets and services there.")
        % {"owner": partner.shown_name},
        partner.phone,
        partner.website,
        partner.hand_over,
        partner.pk,
    )


def _partners(partner: Partner, sentence: str) -> Ownership:
    return Ownership(
        "partner",
        partner.shown_name,
        sentence,
        _("Tell them first: it is the fastest way. You can still send it here, and a person reads it."),
        partner.phone,
        partner.website,
        partner.hand_over,
        partner.pk,
    )


def _ours(
    decision: RoutingDecision | None, departments: Mapping[int, Department], point: tuple[float, float] | None
) -> Ownership:
    department = departments.get(decision.department or 0) if decision else None
    name = department.shown_name if department else ""
    water = water_at(*point) if point else None
    if water is not None:
        sentence = _("This place is in the water.")
        if water:
            sentence = _("This place is in the water: %(water)s.") % {"water": water}
        return Ownership("ours", name, sentence, _("Is that right? If not, move the pin."))
    return Ownership("ours", name, _("%(owner)s looks after this.") % {"owner": name} if name else "")
