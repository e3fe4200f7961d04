"""Map tiles: what is drawn, what is refused, what is kept."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from departments.basemap import labels, style, tiles
from departments.basemap.layers import to_degrees, to_unit
from departments.basemap.render import render
from departments.models import City

pytestmark = pytest.mark.django_db


def at(latitude: float, longitude: float, zoom: int) -> tuple[int, int, int]:
    x, y = to_unit(latitude, longitude)
    return zoom, int(x * 2**zoom), int(y * 2**zoom)


def url(z: int, x: int, y: int) -> str:
    return f"/tiles/{z}/{x}/{y}.png"


def picture(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("PNG", (512, 512))
    return image.convert("RGB")


def pixel(image: Image.Image, z: int, x: int, y: int, latitude: float, longitude: float) -> tuple[int, ...]:
    east, south = to_unit(latitude, longitude)
    spot = (int((east * 2**z - x) * 512), int((south * 2**z - y) * 512))
    found = image.getpixel(spot)
    assert isinstance(found, tuple)
    return found


def near(found: tuple[int, ...], color: str) -> bool:
    wanted = tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))
    return all(abs(one - other) <= 8 for one, other in zip(found, wanted, strict=True))


def test_unit_square_there_and_back() -> None:
    assert to_degrees(*to_unit(39.29, -76.61)) == pytest.approx((39.29, -76.61))
    assert to_unit(0, 0) == (0.5, 0.5)


def test_a_public_tile_with_its_headers(
    tiny_city: Path, client: Client, django_assert_num_queries: Any
) -> None:
    address = url(*at(39.2908, -76.6102, 16))
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=86400"
    assert "Set-Cookie" not in response
    picture(response.content)
    with django_assert_num_queries(0):
        assert client.get(address).content == response.content
        assert client.get(address, headers={"if-none-match": response["ETag"]}).status_code == 304


def test_tiles_change_their_tag_with_the_pack(tiny_city: Path, client: Client) -> None:
    from tests.departments.conftest import load

    address = url(*at(39.2908, -76.6102, 16))
    before = client.get(address)["ETag"]
    load(tiny_city, force=True)
    assert client.get(address)["ETag"] != before


def test_what_is_where(tiny_city: Path) -> None:
    z, x, y = at(39.2908, -76.6102, 16)
    image = picture(render(City.current(), z, x, y))
    assert near(pixel(image, z, x, y, 39.2913, -76.6102), style.ROADS["local"].fill)
    assert near(pixel(image, z, x, y, 39.2913, -76.612), style.LAND)
    z, x, y = at(39.2825, -76.615, 15)
    assert near(pixel(picture(render(City.current(), z, x, y)), z, x, y, 39.281, -76.618), style.PARK)
    z, x, y = at(39.23, -76.53, 12)
    image = picture(render(City.current(), z, x, y))
    assert near(pixel(image, z, x, y, 39.23, -76.53), style.WATER)
    assert near(pixel(image, z, x, y, 39.23, -76.5515), style.LAND)


def test_small_streets_wait_for_the_close_view(tiny_city: Path) -> None:
    z, x, y = at(39.3205, -76.57, 12)
    image = picture(render(City.current(), z, x, y))
    assert near(pixel(image, z, x, y, 39.3205, -76.57), style.LAND)


@pytest.mark.parametrize("zoom", tiles.ZOOMS)
def test_every_zoom_can_be_drawn(tiny_city: Path, client: Client, zoom: int) -> None:
    assert client.get(url(*at(39.2908, -76.6102, zoom))).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        url(9, 147, 195),
        url(20, 301141, 399652),
        url(16, 0, 0),
        url(16, 2**16, 25000),
        url(12, 10**30, 10**30),
        url(10**30, 1, 1),
        "/tiles/16/-1/5.png",
        "/tiles/16/a/b.png",
        "/tiles/16/18821/24978.jpg",
        "/tiles/16/..%2f..%2f/1.png",
    ],
)
def test_no_such_tile(tiny_city: Path, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_nothing_before_a_city_is_loaded(client: Client) -> None:
    assert client.get(url(16, 18821, 24978)).status_code == 404


def test_only_reading(tiny_city: Path, client: Client) -> None:
    assert client.post(url(*at(39.2908, -76.6102, 16))).status_code == 405


def test_stored_whole_or_not_at_all(tiny_city: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    city = City.current()
    place = at(39.2908, -76.6102, 14)
    tiles.tile(city, *place)
    (stored,) = Path(settings.TILE_CACHE_DIR).rglob("*.*")
    assert stored.name == f"{place[2]}.png"
    stored.write_bytes(b"kept")
    assert tiles.tile(city, *place) == b"kept"

    def full(*args: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("departments.basemap.tiles.os.replace", full)
    picture(tiles.tile(city, *at(39.2908, -76.6102, 15)))
    assert len(list(Path(settings.TILE_CACHE_DIR).rglob("*.*"))) == 1


def test_names_leave_room_and_the_better_one_stays() -> None:
    def name(text: str, x: float, rank: float) -> labels.Label:
        return labels.Label(text, x, 100.0, 0.0, 10.0, "#000000", (rank,), 60.0)

    kept = labels.chosen([name("A", 60, 1), name("B", 110, 2), name("C", 160, 3), name("C", 300, 1)])
    assert [(label.text, label.x) for label in kept] == [("C", 160), ("A", 60)]
