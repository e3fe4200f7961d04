"""The map from a provider: one address for pages, the provider's name on the map, our own picture without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from departments.models import City
from tests.departments.test_tiles import at, url
from tests.makers import SmallCity

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Any, tmp_path: Any) -> Any:
    settings.TILE_CACHE_DIR = tmp_path
    settings.BASEMAP = "url"
    settings.BASEMAP_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.BASEMAP_ATTRIBUTION = "Maps by Example"
    return settings


def test_pages_are_sent_to_the_provider(client: Client, city: SmallCity, provider: Any) -> None:
    z, x, y = at(39.3, -76.65, 15)
    answer = client.get(url(z, x, y))
    assert answer.status_code == 302
    assert answer["Location"] == f"https://tiles.example.org/{z}/{x}/{y}.png"
    assert "max-age" in answer["Cache-Control"]


def test_the_provider_is_asked_for_nothing_far_away(client: Client, city: SmallCity, provider: Any) -> None:
    assert client.get(url(*at(51.5, -0.1, 15))).status_code == 404
    assert client.get(url(25, 1, 1)).status_code == 404


def test_the_map_names_its_provider(client: Client, city: SmallCity, provider: Any) -> None:
    assert City.current().map_attribution == "Maps by Example"
    assert 'data-attribution="Maps by Example"' in client.get("/report/").content.decode()
    provider.BASEMAP = "features"
    City.objects.update(attribution="City of Smallville")
    assert City.objects.get().map_attribution == "City of Smallville"


def test_the_picture_without_script_is_our_own(client: Client, city: SmallCity, provider: Any) -> None:
    answer = client.get("/places/map.png", {"lat": "39.3", "lon": "-76.65"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
