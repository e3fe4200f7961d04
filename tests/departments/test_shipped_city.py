"""Places and tiles of the shipped demonstration city."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.basemap import labels
from departments.basemap.layers import ground
from departments.basemap.render import TILE, Frame, _candidates
from departments.geo import areas_at, distance_m
from departments.kinds import AreaKind
from departments.models import City
from departments.places import reverse, search
from tests.departments.test_tiles import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("baltimore"), pytest.mark.slow]


def test_the_city_hall_by_its_address() -> None:
    (hit,) = search("100 Holliday Street")
    assert distance_m(hit.latitude, hit.longitude, 39.2905, -76.6105) < 40


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("1400 e north ave", "1400 E North Avenue"),
        ("holliday and fayette", "Holliday Street & E Fayette Street"),
        ("mlk blvd", "N Martin Luther King Jr Boulevard"),
        ("patterson park", "Patterson Park"),
        ("33rd and greenmount", "E 33rd Street & Greenmount Avenue"),
        ("city hall", "City Hall, 100 Holliday Street"),
    ],
)
def test_what_people_type(text: str, first: str) -> None:
    assert search(text)[0].label == first


@pytest.mark.parametrize("text", ["holli", "patter", "e north", "camden y"])
def test_streets_and_landmarks_are_found_in_memory(text: str) -> None:
    search("warm the city's names")
    assert search(text)
    assert not explained(lambda: search(text))


@pytest.mark.parametrize("text", ["100 Holliday St", "holliday & fayette"])
def test_every_statement_searches_an_index(text: str) -> None:
    plans = explained(lambda: search(text))
    assert plans
    for plan in plans:
        assert "Seq Scan" not in plan, plan
        assert "Index Cond" in plan, plan


def test_the_nearest_address_searches_an_index() -> None:
    (plan,) = explained(lambda: reverse(39.2905, -76.6101))
    assert "street_segment_box" in plan
    assert "Seq Scan" not in plan


def explained(call: Any) -> list[str]:
    """The plans of the statements that a call makes."""
    search("fill the city's cache")
    with CaptureQueriesContext(connection) as queries:
        call()
    plans = []
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            cursor.execute("EXPLAIN " + query["sql"])
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
    return plans


def test_neighbouring_tiles_of_the_shipped_city_agree_on_names_across_their_edge() -> None:
    z, x, y = at(39.2905, -76.6105, 16)
    base = ground(City.current())
    sets = []
    for column in (0, 1):
        crossing = set()
        for label in labels.chosen(_candidates(base, Frame(z, x + column, y))):
            edge = TILE * (1 - column)
            left, top, right, bottom = label.box
            if left < edge < right and top < TILE and bottom > 0:
                crossing.add((label.text, round(label.y), round(label.x + column * TILE)))
        sets.append(crossing)
    assert sets[0] == sets[1]
    assert sets[0]


@pytest.mark.realdata
def test_published_points_lie_in_the_districts_their_rows_name(test_data: Path) -> None:
    """Of 8,518 usable points 8,330 lie in a district, 8,196 in the one the row names."""
    path = test_data / "requests/baltimore_2018/311_sample.csv.gz"
    usable = inside = same = 0
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            latitude, longitude = float(row["Latitude"] or 0), float(row["Longitude"] or 0)
            if (latitude, longitude) in {(0.0, 0.0), (39.0, -77.0), (39.0, -76.0)}:
                continue
            usable += 1
            hits = [hit for hit in areas_at(latitude, longitude) if hit.kind == AreaKind.COUNCIL_DISTRICT]
            inside += bool(hits)
            same += any(hit.name == f"District {row['CouncilDistrict']}" for hit in hits)
    assert (usable, inside, same) == (8518, 8330, 8196)
