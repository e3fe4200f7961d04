"""What may be joined: near, open, of the same kind, shown online, and never finer than the page itself."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic311.lib.cached import forget_all
from departments.kinds import Kind
from departments.models import Category
from requests_app.models import Photo, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.queries.nearby import NearbyRequest, nearby_open
from requests_app.workflow import Outcome
from tests import makers

LATITUDE, LONGITUDE = 39.3, -76.65
METRE = 1 / 111_195


def north(metres: float) -> dict[str, float]:
    """The point so many metres north of where the tests look."""
    return {"latitude": LATITUDE + metres * METRE, "longitude": LONGITUDE}


def look(category: Category, **point: float) -> list[NearbyRequest]:
    """What is offered at a point; the middle of the tests unless said otherwise."""
    forget_all()
    return nearby_open(
        category_id=category.pk,
        latitude=point.get("latitude", LATITUDE),
        longitude=point.get("longitude", LONGITUDE),
    )


def test_the_nearest_come_first_with_their_distance(city: makers.SmallCity) -> None:
    far = makers.submitted(city.pothole, **north(50)).request
    near = makers.submitted(city.pothole, **north(-20)).request
    makers.submitted(city.pothole, **north(70))
    assert [(item.number, item.distance_m) for item in look(city.pothole)] == [
        (near.number, 20),
        (far.number, 50),
    ]


def test_the_distance_is_measured_on_the_sphere_in_every_direction(city: makers.SmallCity) -> None:
    east = 55 * METRE / math.cos(math.radians(LATITUDE))
    made = makers.submitted(city.pothole, latitude=LATITUDE, longitude=LONGITUDE + east).request
    assert [(item.number, item.distance_m) for item in look(city.pothole)] == [(made.number, 55)]
    corner = {"latitude": LATITUDE + 50 * METRE, "longitude": LONGITUDE + east}
    ServiceRequest.objects.filter(pk=made.pk).update(**corner)
    assert look(city.pothole) == [], "the corner of the box is beyond the radius"


def test_five_at_most(city: makers.SmallCity) -> None:
    for metres in range(8):
        makers.submitted(city.pothole, **north(metres))
    assert [item.distance_m for item in look(city.pothole)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "columns",
    [
        {"is_public": False},
        {"status": "closed", "outcome": Outcome.FIXED, "closed_at": makers.NOW},
        {"latitude": None, "longitude": None},
    ],
)
def test_private_closed_and_placeless_reports_do_not_exist(
    city: makers.SmallCity, columns: dict[str, Any]
) -> None:
    made = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=made.pk).update(**columns)
    assert look(city.pothole) == []


def test_another_category_is_another_problem(city: makers.SmallCity) -> None:
    makers.submitted(city.rats)
    assert look(city.pothole) == []


@pytest.mark.parametrize("kind", [Kind.COLLECT, Kind.DELIVER, Kind.ANSWER, Kind.FEEDBACK])
def test_what_stands_for_one_household_is_never_offered(city: makers.SmallCity, kind: Kind) -> None:
    Category.objects.filter(pk=city.pothole.pk).update(kind=kind, nearby_radius_m=500)
    makers.submitted(city.pothole)
    assert look(city.pothole) == []


def test_a_category_may_have_its_own_radius_or_none(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, **north(150))
    assert look(city.pothole) == []
    Category.objects.filter(pk=city.pothole.pk).update(nearby_radius_m=200)
    assert len(look(city.pothole)) == 1
    Category.objects.filter(pk=city.pothole.pk).update(nearby_radius_m=0)
    assert look(city.pothole) == []


def test_only_a_photo_staff_let_be_seen_is_shown(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    photo = Photo.objects.create(
        request=made, sha256="0" * 64, width=8, height=8, state=PhotoState.WAITING, created_at=makers.NOW
    )
    assert look(city.pothole)[0].photo_id == ""
    Photo.objects.filter(pk=photo.pk).update(state=PhotoState.PUBLISHED)
    assert look(city.pothole)[0].photo_id == photo.public_id


def test_a_sensitive_place_is_told_by_its_block_alone(city: makers.SmallCity) -> None:
    """Two houses of one block give the same answers wherever the pin is put: it cannot be found by trying."""
    Category.objects.filter(pk=city.rats.pk).update(place_is_sensitive=True)
    made = makers.submitted(city.rats, address="104 Main St", latitude=39.30021, longitude=-76.65042).request
    pins = [
        (39.3002 + step_y * 0.0002, -76.6504 + step_x * 0.0002)
        for step_y in range(-10, 11, 2)
        for step_x in range(-10, 11, 2)
    ]

    def answers() -> list[bool]:
        forget_all()
        return [
            bool(nearby_open(category_id=city.rats.pk, latitude=latitude, longitude=longitude))
            for latitude, longitude in pins
        ]

    before = answers()
    assert set(before) == {True, False}
    ServiceRequest.objects.filter(pk=made.pk).update(latitude=39.29958, longitude=-76.64965)
    assert answers() == before
    (item,) = look(city.rats)
    assert (item.distance_m, item.address) == (None, "100 block of Main St")
    assert item.distance_words == "In this block"


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (math.nan, 0.0),
        (0.0, math.nan),
        (math.inf, 0.0),
        (91.0, 0.0),
        (0.0, -181.0),
        (0.0, 0.0),
        (90.0, 180.0),
    ],
)
def test_points_out_of_range_find_nothing(city: makers.SmallCity, latitude: float, longitude: float) -> None:
    assert look(city.pothole, latitude=latitude, longitude=longitude) == []


def test_an_unknown_category_finds_nothing(city: makers.SmallCity) -> None:
    assert nearby_open(category_id=0, latitude=LATITUDE, longitude=LONGITUDE) == []


@pytest.mark.parametrize("count", [3, 30])
def test_one_statement_however_many(city: makers.SmallCity, count: int) -> None:
    for metres in range(count):
        makers.submitted(city.pothole, **north(metres))
    look(city.pothole)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        nearby_open(category_id=city.pothole.pk, latitude=LATITUDE, longitude=LONGITUDE)
    assert len(queries) == 1
    assert "reporter" not in queries[0]["sql"]


def test_words_for_distance_and_support(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole, **north(40)).request
    ServiceRequest.objects.filter(pk=made.pk).update(support_count=1)
    (item,) = look(city.pothole)
    assert item.distance_words == "About 130 feet away"
    assert item.support_words == "1 person reported this too"
    (here,) = look(city.pothole, **north(38))
    assert here.distance_words == "Right here"
