"""Open public reports of the same kind around a point: what a resident may join instead of reporting again.

Only what is shown online is ever read, so an answer cannot tell that a private report exists.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.directory import categories
from departments.geo import distance_m
from departments.lines import METRES_PER_DEGREE
from departments.models import Category
from requests_app.queries.incidents import others_sql
from requests_app.queries.public import BLOCK_DECIMALS, public_address
from requests_app.workflow import Status

BLOCK_HALF_DIAGONAL_M = 80
"""A point rounded to the block lies at most this far from the true one."""

FEET_PER_METRE = 3.28084
RIGHT_HERE_FEET = 30


@dataclass(frozen=True, slots=True)
class NearbyRequest:
    """An open report that may be the same problem. ``distance_m`` is None where the place is sensitive."""

    number: str
    category: str
    status: Status
    status_label: str
    address: str
    distance_m: int | None
    created_at: dt.datetime
    photo_id: str
    support_count: int

    @property
    def distance_words(self) -> str:
        """How far it is, as a person would say it."""
        if self.distance_m is None:
            return _("In this block")
        feet = round(self.distance_m * FEET_PER_METRE, -1)
        if feet <= RIGHT_HERE_FEET:
            return _("Right here")
        return ngettext("About %(feet)d foot away", "About %(feet)d feet away", int(feet)) % {"feet": feet}

    @property
    def support_words(self) -> str:
        """How many others said it is theirs too; empty while nobody did."""
        return support_words(self.support_count)


def support_words(count: int) -> str:
    """ "5 people reported this too"; empty for none."""
    if not count:
        return ""
    return ngettext("%(n)d person reported this too", "%(n)d people reported this too", count) % {"n": count}


# The box is answered by the index of open public points; an open report is never spam, so nothing else is private.
# Sensitive places are compared by their rounded point alone: moving the pin step by step must not find the house.
_NEAREST = """
SELECT number, shown_status, address, y, x, created_at, {others},
       (SELECT public_id FROM requests_app_photo
         WHERE request_id = near.id AND state = 'published' AND (purpose = 'report' OR near.held_until IS NULL)
         ORDER BY purpose, position, id LIMIT 1)
  FROM (SELECT id, number, shown_status, address, {y} AS y, {x} AS x, created_at, support_count,
               lead_id, merged_count, held_until
          FROM requests_app_servicerequest
         WHERE point(longitude, latitude) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
           AND is_public AND NOT (shown_status = 'closed') AND shown_category_id = %(category)s
         ORDER BY ({y} - %(latitude)s) ^ 2 + (({x} - %(longitude)s) * %(shrink)s) ^ 2, id DESC
         LIMIT %(limit)s) AS near
"""
_EXACT = _NEAREST.format(y="latitude", x="longitude", others=others_sql("near"))
_BY_BLOCK = _NEAREST.format(
    y=f"round(latitude::numeric, {BLOCK_DECIMALS})::float8",
    x=f"round(longitude::numeric, {BLOCK_DECIMALS})::float8",
    others=others_sql("near"),
)


def nearby_open(
    *, category_id: int, latitude: float, longitude: float, limit: int = 5
) -> list[NearbyRequest]:
    """Open public reports of the category within its radius, nearest first. One statement at most.

    Empty for an unknown category, for one whose reports are never shared, and for a point out of range.
    """
    category = categories().get(category_id)
    if category is None or not category.may_be_shared or not _in_range(latitude, longitude):
        return []
    sensitive = category.place_is_sensitive
    radius = category.radius_m + (BLOCK_HALF_DIAGONAL_M if sensitive else 0)
    # Wide enough for every point whose block may be in reach; what is too far is dropped below.
    reach = (radius + (BLOCK_HALF_DIAGONAL_M if sensitive else 1)) / METRES_PER_DEGREE
    shrink = max(math.cos(math.radians(latitude)), 0.01)
    params = {
        "category": category_id,
        "latitude": latitude,
        "longitude": longitude,
        "shrink": shrink,
        "west": longitude - reach / shrink,
        "east": longitude + reach / shrink,
        "south": latitude - reach,
        "north": latitude + reach,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_BLOCK if sensitive else _EXACT, params)
        rows = cursor.fetchall()
    found = ((distance_m(latitude, longitude, row[3], row[4]), row) for row in rows)
    return [_nearby(row, category, distance) for distance, row in found if distance <= radius]


def _in_range(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _nearby(row: tuple[Any, ...], category: Category, distance: float) -> NearbyRequest:
    number, status, address, _y, _x, created_at, support_count, photo_id = row
    return NearbyRequest(
        number=number,
        category=category.shown_name,
        status=Status(status),
        status_label=str(Status(status).label),
        address=public_address(address, sensitive=category.place_is_sensitive),
        distance_m=None if category.place_is_sensitive else round(distance),
        created_at=created_at,
        photo_id=photo_id or "",
        support_count=support_count,
    )
