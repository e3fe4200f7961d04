"""The map's setting: a provider needs a usable address, its name on the map, and its leave."""

from __future__ import annotations

from typing import Any

import pytest

from civic311.checks_map import check_basemap
from civic311.lib.tilehosts import template_problem, tile_hosts

GOOD = "https://tiles.example.org/street/{z}/{x}/{y}.png"


@pytest.fixture
def provider(settings: Any) -> Any:
    settings.PROFILE = "production"
    settings.BASEMAP = "url"
    settings.BASEMAP_URL = GOOD
    settings.BASEMAP_ATTRIBUTION = "Maps by Example"
    return settings


def ids() -> list[str]:
    return [str(message.id).removeprefix("civic311.") for message in check_basemap(None)]


def test_a_good_provider_passes(provider: Any) -> None:
    assert ids() == []


def test_the_citys_own_map_needs_nothing(settings: Any) -> None:
    settings.BASEMAP = "features"
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BASEMAP", "google", "E010"),
        ("BASEMAP_URL", "", "E010"),
        ("BASEMAP_URL", "https://tiles.example.org/{z}/{x}.png", "E010"),
        ("BASEMAP_URL", "ftp://tiles.example.org/{z}/{x}/{y}.png", "E010"),
        ("BASEMAP_URL", "https:///{z}/{x}/{y}.png", "E010"),
        ("BASEMAP_URL", "https://{s}.example.org/{z}/{x}/{y}.png", "E010"),
        ("BASEMAP_URL", "https://a.example; script-src *; /{z}/{x}/{y}.png", "E010"),
        ("BASEMAP_ATTRIBUTION", "  ", "E011"),
        ("BASEMAP_URL", GOOD.replace("https", "http"), "E012"),
        ("BASEMAP_URL", "https://tile.openstreetmap.org/{z}/{x}/{y}.png", "E013"),
        ("BASEMAP_URL", "https://A.TILE.OpenStreetMap.org/{z}/{x}/{y}.png", "E013"),
    ],
)
def test_each_mistake_is_found(provider: Any, name: str, value: str, expected: str) -> None:
    setattr(provider, name, value)
    assert ids() == [expected]


def test_plain_http_is_for_trying_out(provider: Any) -> None:
    provider.PROFILE = "demo"
    provider.BASEMAP_URL = "http://127.0.0.1:9000/{z}/{x}/{y}.png"
    assert ids() == []


def test_pages_load_pictures_from_the_provider_alone_and_only_then() -> None:
    assert tile_hosts("url", GOOD) == ["https://tiles.example.org"]
    assert tile_hosts("url", "http://u:p@127.0.0.1:9000/{z}/{x}/{y}.png") == ["http://127.0.0.1:9000"]
    assert tile_hosts("features", GOOD) == []
    assert tile_hosts("url", "https://a.example; script-src *; /{z}/{x}/{y}.png") == []
    assert template_problem(GOOD) == ""
