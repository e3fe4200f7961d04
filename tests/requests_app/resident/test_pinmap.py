"""The picture of a place for people without script, and the outlines for the map that has it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from departments.kinds import AreaKind
from tests import makers
from tests.makers import SmallCity

pytestmark = pytest.mark.django_db
URL = "/places/map.png"


@pytest.fixture(autouse=True)
def _tiles(settings: Any, tmp_path: Path) -> None:
    settings.TILE_CACHE_DIR = tmp_path


def test_a_picture_with_the_pin_in_its_middle(client: Client, city: SmallCity) -> None:
    answer = client.get(URL, {"lat": "39.3", "lon": "-76.65"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "max-age=86400" in answer["Cache-Control"]
    assert len(answer.content) < 25_600
    image = Image.open(io.BytesIO(answer.content))
    assert (image.size, image.mode) == ((640, 320), "P")
    colors = image.convert("RGB")
    assert colors.getpixel((320, 150)) == (181, 9, 9)
    assert colors.getpixel((320, 166)) != (181, 9, 9)


def test_it_comes_from_the_cache_the_second_time(client: Client, city: SmallCity, settings: Any) -> None:
    first = client.get(URL, {"lat": "39.3", "lon": "-76.65"})
    stored = list(Path(settings.TILE_CACHE_DIR).rglob("*.png"))
    assert 2 <= len(stored) <= 12
    again = client.get(URL, {"lat": "39.300000001", "lon": "-76.65"}, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    client.get(URL, {"lat": "39.3001", "lon": "-76.6501"})
    assert len(list(Path(settings.TILE_CACHE_DIR).rglob("*.png"))) <= 12


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("nan", "-76.65"),
        ("39.3", "NaN"),
        ("inf", "0"),
        ("0", "0"),
        ("91", "-76.65"),
        ("39.3", "-181"),
        ("1e308", "1e308"),
        ("", ""),
        ("39,3", "-76.65"),
        ("<script>", "1"),
    ],
)
def test_no_place_on_earth(client: Client, city: SmallCity, lat: str, lon: str) -> None:
    answer = client.get(URL, {"lat": lat, "lon": lon})
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")
    assert "not a place we can show" in answer.content.decode()


@pytest.mark.parametrize("zoom", ["0", "15", "19", "1e9", "-1", "x", "１７"])
def test_zooms_we_do_not_draw(client: Client, city: SmallCity, zoom: str) -> None:
    assert client.get(URL, {"lat": "39.3", "lon": "-76.65", "zoom": zoom}).status_code == 400


def test_far_outside_there_is_no_map(client: Client, city: SmallCity) -> None:
    answer = client.get(URL, {"lat": "51.5", "lon": "-0.12"})
    assert answer.status_code == 404
    assert answer.content.decode() == "We have no map of this place: it is outside Smallville."


def test_just_outside_the_place_is_shown(client: Client, city: SmallCity) -> None:
    assert client.get(URL, {"lat": "39.41", "lon": "-76.65"}).status_code == 200


def test_it_has_a_limit(client: Client, city: SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 0.001
    statuses = [client.get(URL, {"lat": "39.3", "lon": "-76.65"}).status_code for _ in range(3)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_outlines_of_the_city_and_of_the_areas_at_a_point(client: Client, city: SmallCity) -> None:
    makers.area(AreaKind.NEIGHBOR, "next", "Next County", (-76.5, 39.2, -76.3, 39.4))
    whole = client.get("/places/outlines.json")
    assert "max-age=86400" in whole["Cache-Control"]
    (feature,) = whole.json()["features"]
    assert feature["properties"] == {"kind": "city", "name": "Smallville"}
    longitudes = [point[0] for point in feature["geometry"]["coordinates"][0]]
    assert (min(longitudes), max(longitudes)) == (pytest.approx(-76.7), pytest.approx(-76.5))
    here = client.get("/places/outlines.json", {"lat": "39.3", "lon": "-76.65"}).json()["features"]
    assert [one["properties"]["name"] for one in here] == ["Smallville", "District 1"]
    assert client.get("/places/outlines.json", {"lat": "nan", "lon": "1"}).status_code == 400


@pytest.mark.parametrize("point", [("nan", "1"), ("0", "0"), ("95", "1"), ("39.3", "")])
def test_what_lies_at_no_point(client: Client, city: SmallCity, point: tuple[str, str]) -> None:
    answer = client.get("/places/reverse/", {"lat": point[0], "lon": point[1]})
    assert answer.status_code == 400
    assert "Set the pin again" in answer.json()["error"]


def test_what_lies_at_a_point_says_whose_it_is(client: Client, city: SmallCity) -> None:
    here = client.get("/places/reverse/", {"lat": "39.3", "lon": "-76.65", "category": "pothole"}).json()
    assert here["owner"]["sentence"] == "Department of Streets looks after this."
    outside = client.get("/places/reverse/", {"lat": "39.5", "lon": "-76.65", "category": "nonsense"}).json()
    assert outside["owner"]["kind"] == "outside"
    assert outside["owner"]["sentence"] == "This place is outside Smallville."
