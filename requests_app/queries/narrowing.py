"""From a filter to the rows that fit.

The place of a sensitive category takes part only as it is shown, rounded to the block: a filter by box, circle or
words must not tell more than the page does.
"""

from __future__ import annotations

import math
import re

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, Case, F, FloatField, Func, Value, When

from departments import directory
from requests_app.models import ServiceRequest
from requests_app.models.request import RequestPoint, ServiceRequestQuerySet
from requests_app.models.words import PublicWords
from requests_app.queries.public import BLOCK_DECIMALS
from requests_app.queries.wanted import Box, Circle, Wanted
from requests_app.workflow import Status

DEGREE_M = 111_195.0
"""Metres of one degree of latitude."""
_ROUNDED = 10**-BLOCK_DECIMALS
_NUMBER = re.compile(r"\d{2}-\d{1,12}")


class ShownCoordinate(Func):
    """A coordinate rounded as the page of a sensitive report rounds it."""

    template = f"round((%(expressions)s)::numeric, {BLOCK_DECIMALS})::double precision"
    output_field = FloatField()


def wanted_rows(wanted: Wanted) -> ServiceRequestQuerySet:
    """The public reports that fit, in no order. Never joins contact data."""
    rows = ServiceRequest.objects.public()
    if wanted.status == "open":
        rows = rows.shown_open()
    elif wanted.status == "closed":
        rows = rows.filter(shown_status=Status.CLOSED)
    if wanted.category_id is not None:
        rows = rows.filter(shown_category_id=wanted.category_id)
    if wanted.area_id is not None:
        rows = rows.filter(areas=wanted.area_id)
    if wanted.box:
        rows = _in_box(rows, wanted.box)
    if wanted.circle:
        rows = _in_circle(rows, wanted.circle)
    if wanted.words:
        rows = _with_words(rows, wanted.words)
    return rows


def sensitive_categories() -> tuple[int, ...]:
    """Ids of the categories whose reports are shown with their block only."""
    return tuple(sorted(pk for pk, category in directory.categories().items() if category.place_is_sensitive))


def _shown(column: str) -> Case | F:
    """The coordinate as it is shown: rounded for sensitive categories."""
    sensitive = sensitive_categories()
    if not sensitive:
        return F(column)
    return Case(When(shown_category_id__in=sensitive, then=ShownCoordinate(F(column))), default=F(column))


def _in_box(rows: ServiceRequestQuerySet, box: Box) -> ServiceRequestQuerySet:
    """Real points of the box, a rounding wider, by the index; then only those shown within it."""
    west, south, east, north = box
    corners = Func(
        Func(Value(west - _ROUNDED), Value(south - _ROUNDED), function="point"),
        Func(Value(east + _ROUNDED), Value(north + _ROUNDED), function="point"),
        function="box",
    )
    inside = Func(
        RequestPoint(), corners, template="%(expressions)s", arg_joiner=" <@ ", output_field=BooleanField()
    )
    return (
        rows.filter(inside, place_is_fallback=False)
        .alias(shown_latitude=_shown("latitude"), shown_longitude=_shown("longitude"))
        .filter(
            shown_latitude__gte=south,
            shown_latitude__lte=north,
            shown_longitude__gte=west,
            shown_longitude__lte=east,
        )
    )


def _in_circle(rows: ServiceRequestQuerySet, circle: Circle) -> ServiceRequestQuerySet:
    """By the flat distance on the city's scale: the curve of the Earth is a few centimetres here."""
    degrees = circle.radius_m / DEGREE_M
    narrow = max(0.01, math.cos(math.radians(circle.latitude)))
    box = (
        circle.longitude - degrees / narrow,
        circle.latitude - degrees,
        circle.longitude + degrees / narrow,
        circle.latitude + degrees,
    )
    north_south = _shown("latitude") - Value(circle.latitude)
    east_west = (_shown("longitude") - Value(circle.longitude)) * Value(narrow)
    return (
        _in_box(rows, box)
        .alias(square=north_south * north_south + east_west * east_west)
        .filter(square__lte=degrees * degrees)
    )


def _with_words(rows: ServiceRequestQuerySet, words: str) -> ServiceRequestQuerySet:
    """Words of the public text, the street without its house, or a whole number of a report."""
    number = words.replace(" ", "").lstrip("#")
    if _NUMBER.fullmatch(number):
        return rows.filter(number=number)
    query = SearchQuery(words, config="english", search_type="websearch")
    return rows.alias(public_words=PublicWords()).filter(public_words=query)
