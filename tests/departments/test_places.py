"""Finding places: what people type, the nearest address of a point, blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments import streetnames
from departments.geo import distance_m
from departments.places import block_of, reverse, search

pytestmark = pytest.mark.django_db


def labels(text: str, limit: int = 8) -> list[str]:
    return [hit.label for hit in search(text, limit)]


@pytest.mark.parametrize(
    "text",
    [
        "100 Holliday Street",
        "100 holliday st",
        "100 HOLLIDAY ST.",
        "100 n. holliday st",
        "100 holliday str",
        "100 holli",
        "100 Holliday Street, Tinytown, MD 21202",
        "100 holliday street tinytown maryland 21202-1234",
        "100 Holliday St Apt 3B",
        "100 Holliday St #3",
        "100-104 Holliday St",
        "100A Holliday St",
        "100 1/2 Holliday Street",
        "near 100 Holliday Street",
        "100 block of Holliday Street",
    ],
)
def test_spellings_of_an_address(tiny_city: Path, text: str) -> None:
    (hit,) = search(text)
    assert (hit.label, hit.kind) == ("100 Holliday Street", "address")
    assert distance_m(hit.latitude, hit.longitude, 39.2905, -76.6102) < 10


def test_numbers_run_along_the_line_even_and_odd_on_their_sides(tiny_city: Path) -> None:
    (even,), (odd,), (far,) = search("148 holliday st"), search("149 holliday st"), search("298 holliday st")
    assert even.latitude == pytest.approx(39.29099, abs=2e-5)
    assert even.longitude < -76.6102 < odd.longitude
    assert distance_m(even.latitude, even.longitude, odd.latitude, odd.longitude) == pytest.approx(12, abs=2)
    assert far.latitude == pytest.approx(39.2925, abs=1e-5)


def test_directions_decide_and_are_offered_where_none_is_typed(tiny_city: Path) -> None:
    assert labels("1400 e north ave") == ["1400 E North Avenue"]
    assert labels("1400 West North Avenue") == ["1400 W North Avenue"]
    assert labels("1400 north avenue") == ["1400 E North Avenue", "1400 W North Avenue"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Holliday & Fayette", "Holliday Street & E Fayette Street"),
        ("fayette and holliday", "E Fayette Street & Holliday Street"),
        ("corner of Holliday St at East Fayette St.", "Holliday Street & E Fayette Street"),
        ("Holliday St / Fay", "Holliday Street & E Fayette Street"),
        ("n charles & north", "N Charles Street & W North Avenue"),
        ("city hall", "City Hall, 100 Holliday Street"),
        ("town hall", "City Hall, 100 Holliday Street"),
        ("hall", "City Hall, 100 Holliday Street"),
        ("City Hall, 100 Holliday Street", "City Hall, 100 Holliday Street"),
        ("tiny pa", "Tiny Park"),
        ("st. paul", "Saint Paul Street"),
        ("saint paul street", "Saint Paul Street"),
        ("150 st paul st", "150 Saint Paul Street"),
        ("mchenry", "McHenry Street"),
        ("1200 mc henry", "1200 McHenry Street"),
        ("12 chesterfield rd", "12 Chesterfield Road"),
        ("12 chesterfield road", "12 Chesterfield Road"),
        ("spring ln", "Spring Lane"),
        ("north charles", "N Charles Street"),
        ("holl", "Holliday Street"),
        ("9999 holliday st", "Holliday Street"),
    ],
)
def test_what_people_type(tiny_city: Path, text: str, first: str) -> None:
    assert labels(text)[0] == first


@pytest.mark.parametrize(
    "text", ["", " ", "x", "&", "100", "100 ", "nowhere lane", "%", "_ _", "\0\0\0", "'--", "#"]
)
def test_what_finds_nothing(tiny_city: Path, text: str) -> None:
    assert search(text) == []


def test_coordinates(tiny_city: Path) -> None:
    (hit,) = search("39.29, -76.61")
    assert (hit.label, hit.latitude, hit.longitude, hit.kind) == (
        "39.29000, -76.61000", 39.29, -76.61, "coordinates",
    )  # fmt: skip


def test_limit_and_long_texts(tiny_city: Path) -> None:
    assert len(search("1400 north avenue", limit=1)) == 1
    assert search("holliday " * 1000) == []


@pytest.mark.parametrize(
    ("text", "most"),
    [("100 Holliday St", 1), ("holliday & fayette", 1), ("city hall", 0), ("1 nowhere", 2), ("a & b", 1)],
)
def test_few_statements(tiny_city: Path, text: str, most: int) -> None:
    search("warm the city's cache")
    search(text)
    with CaptureQueriesContext(connection) as queries:
        search(text)
    assert len(queries) <= most


def test_nearest_address(tiny_city: Path, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert reverse(39.29099, -76.61026) == "near 148 Holliday Street"
    assert reverse(39.29099, -76.61014) == "near 149 Holliday Street"
    assert reverse(39.33, -76.5699) == "near Spring Lane"
    assert reverse(39.25, -76.65) == ""
    assert reverse(float("nan"), 0) == ""
    assert reverse(90, 0) == ""


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("102 Holliday Street", "100 block of Holliday Street"),
        ("near 102 Holliday Street, Apt 3", "100 block of Holliday Street"),
        ("1427 E North Ave", "1400 block of E North Ave"),
        ("Apt 4B, 1427 E North Ave", "1400 block of E North Ave"),
        ("7 Main St #2", "1 block of Main St"),
        ("12 1/2 33rd St", "1 block of 33rd St"),
        ("100 block of Main St", "100 block of Main St"),
        ("Holliday Street & E Fayette Street", "Holliday Street & E Fayette Street"),
        ("33rd Street", "33rd Street"),
        ("City Hall", "City Hall"),
        ("Holliday Street 102", ""),
        ("", ""),
    ],
)
def test_blocks(address: str, block: str) -> None:
    assert block_of(address) == block


def test_published_names_keep_words_that_look_like_directions() -> None:
    assert streetnames.published("NORTH HILL ROAD") == streetnames.StreetName("", "NORTH HILL RD")
    assert streetnames.published("E NORTH AVE") == streetnames.StreetName("E", "NORTH AVE")
    assert streetnames.published("E ST") == streetnames.StreetName("", "E ST")
    assert streetnames.published("N MARTIN LUTHER KING JR BLVD").key == "MARTIN LUTHER KING BLVD"
    assert streetnames.published("THE ALAMEDA").key == "ALAMEDA"


def test_names_for_people() -> None:
    assert streetnames.label("MC HENRY ST") == "McHenry Street"
    assert streetnames.label("O'DONNELL ST") == "O'Donnell Street"
    assert streetnames.label("SAINT PAUL ST") == "Saint Paul Street"
    assert streetnames.label("33RD ST") == "33rd Street"
