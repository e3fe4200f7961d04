"""The public list: filters, keyset pages, what a filter may tell about a secret house."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from civic311.lib.cached import forget_all
from requests_app.models import ServiceRequest
from requests_app.queries.listing import BadFilter, Circle, Wanted, capped_count, public_list, wanted_rows
from requests_app.workflow import Outcome, Status
from tests import makers

pytestmark = pytest.mark.django_db


def report(city: makers.SmallCity, minutes: int = 0, **fields: Any) -> ServiceRequest:
    category = fields.pop("category", city.pothole)
    made = makers.submitted(category, now=makers.NOW + dt.timedelta(minutes=minutes), **fields)
    return made.request


def secret_house(city: makers.SmallCity, **fields: Any) -> ServiceRequest:
    city.rats.place_is_sensitive = True
    city.rats.save()
    forget_all()
    return report(city, category=city.rats, address="123 Main St", **fields)


def numbers(wanted: Wanted) -> list[str]:
    return [row.number for row in public_list(wanted).rows]


def test_newest_first_in_pages_that_do_not_move(city: makers.SmallCity) -> None:
    made = [report(city, minutes // 2).number for minutes in range(7)]
    newest = list(reversed(made))
    first = public_list(Wanted(), limit=3)
    report(city, 99)
    second = public_list(Wanted(), before=first.next_cursor, limit=3)
    third = public_list(Wanted(), before=second.next_cursor, limit=3)
    assert [row.number for page in (first, second, third) for row in page.rows] == newest
    assert third.next_cursor == ""


def test_status_category_and_area(city: makers.SmallCity) -> None:
    west = report(city)
    east = report(city, longitude=-76.55)
    closed = report(city, category=city.missed_trash)
    ServiceRequest.objects.filter(pk=closed.pk).update(
        status=Status.CLOSED, outcome=Outcome.FIXED, closed_at=makers.NOW + dt.timedelta(days=1)
    )
    assert set(numbers(Wanted())) == {west.number, east.number}
    assert numbers(Wanted(status="closed")) == [closed.number]
    assert len(numbers(Wanted(status="all"))) == 3
    assert numbers(Wanted(area_id=city.district_2.pk)) == [east.number]
    assert numbers(Wanted(status="all", category_id=city.missed_trash.pk)) == [closed.number]
    assert capped_count(Wanted(status="all")) == 3


def test_only_public_ones_and_no_spam(city: makers.SmallCity) -> None:
    report(city, category=city.container)
    hidden = report(city)
    ServiceRequest.objects.filter(pk=hidden.pk).update(is_public=False)
    spam = report(city)
    ServiceRequest.objects.filter(pk=spam.pk).update(
        status=Status.CLOSED, outcome=Outcome.SPAM, closed_at=makers.NOW
    )
    assert numbers(Wanted(status="all")) == []


def test_words_find_text_and_street_but_never_a_house_or_a_telephone(city: makers.SmallCity) -> None:
    made = report(city, description="Deep holes, call 410-555-0187", address="4321 N 25th St")
    assert numbers(Wanted(words="hole")) == [made.number]
    assert numbers(Wanted(words="25th st")) == [made.number]
    assert numbers(Wanted(words=f"#{made.number}")) == [made.number]
    for secret in ("4321", "410-555-0187", "0187", "5550187"):
        assert numbers(Wanted(words=secret)) == []


def test_circle_says_the_distance(city: makers.SmallCity) -> None:
    near = report(city, latitude=39.301)
    report(city, latitude=39.32)
    found = public_list(Wanted(circle=Circle(39.3, -76.65, 300))).rows
    assert [row.number for row in found] == [near.number]
    assert found[0].distance_m == 111


def test_a_fallback_point_is_no_place(city: makers.SmallCity) -> None:
    made = report(city)
    ServiceRequest.objects.filter(pk=made.pk).update(place_is_fallback=True)
    assert numbers(Wanted(circle=Circle(39.3, -76.65, 300))) == []
    assert numbers(Wanted()) == [made.number]


def test_no_box_or_circle_narrows_a_secret_house_below_its_block(city: makers.SmallCity) -> None:
    made = secret_house(city, latitude=39.30037, longitude=-76.65041)
    row = public_list(Wanted()).rows[0]
    assert (row.address, row.latitude, row.longitude) == ("100 block of Main St", 39.3, -76.65)
    around_house = (-76.6505, 39.3003, -76.6503, 39.3005)
    around_block = (-76.6501, 39.2999, -76.6499, 39.3001)
    assert numbers(Wanted(box=around_house)) == []
    assert numbers(Wanted(box=around_block)) == [made.number]
    assert numbers(Wanted(circle=Circle(39.30037, -76.65041, 30))) == []
    assert numbers(Wanted(circle=Circle(39.3, -76.65, 30))) == [made.number]


def test_the_query_is_permanent(city: makers.SmallCity) -> None:
    text = (
        "status=all&category=pothole&area=council_district%3A1&lat=39.300000&lon=-76.650000&radius=300&q=hole"
    )
    wanted = Wanted.from_query(QueryDict(text).dict())
    assert wanted.to_query() == text
    assert wanted.category_id == city.pothole.pk
    assert wanted.area_id == city.district_1.pk
    assert Wanted().to_query() == ""


@pytest.mark.parametrize(
    "query",
    [
        "status=spam",
        "category=nothing",
        "area=council_district",
        "area=council_district:99",
        "lat=39.3",
        "lat=nan&lon=0&radius=5",
        "lat=39.3&lon=-76.6&radius=inf",
        "lat=91&lon=-76.6&radius=10",
        "lat=39.3&lon=-76.6&radius=99999999",
        "box=1,2,3",
        "box=nan,1,2,3",
        "box=3,1,2,4",
        "box=a,b,c,d",
        "box=1e400,1,2,4",
    ],
)
def test_bad_filters_are_refused_in_words(city: makers.SmallCity, query: str) -> None:
    with pytest.raises(BadFilter):
        Wanted.from_query(QueryDict(query).dict())


@pytest.mark.parametrize("cursor", ["x", "1-2-3", "99999999999999999-1", "1-999999999999999999", "-5-5"])
def test_a_false_cursor_is_refused_or_empty(city: makers.SmallCity, cursor: str) -> None:
    with contextlib.suppress(BadFilter):
        assert public_list(Wanted(), before=cursor).rows == ()


@pytest.mark.parametrize("count", [3, 30])
def test_one_statement_for_any_number_of_rows(city: makers.SmallCity, count: int) -> None:
    for minute in range(count):
        report(city, minute)
    public_list(Wanted())
    with CaptureQueriesContext(connection) as captured:
        assert len(public_list(Wanted()).rows) == count
    assert len(captured) == 1
    assert "reporter" not in captured[0]["sql"]


def test_wanted_rows_can_be_narrowed_further(city: makers.SmallCity) -> None:
    made = report(city)
    assert list(wanted_rows(Wanted()).filter(pk__gt=made.pk)) == []
