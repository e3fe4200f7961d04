"""What a shared address shows elsewhere: the public face of a report and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from requests_app.models import Photo, ServiceRequest
from requests_app.models.photo import PhotoState
from tests import makers

pytestmark = pytest.mark.django_db
META = re.compile(r'<meta property="(og:[a-z_]+)" content="([^"]*)">')


def shared(client: Client, made: ServiceRequest) -> dict[str, str]:
    return dict(META.findall(client.get(f"/requests/{made.number}/").content.decode()))


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.SITE_URL = "https://311.example.org"


def test_title_words_and_address(city: makers.SmallCity, client: Client) -> None:
    words = "Deep hole\nby the stop. Call 410-555-0187. " + "It is very deep. " * 30
    made = makers.submitted(
        city.pothole, description=words, email="someone@example.org", name="Zilpah Somebody"
    ).request
    found = shared(client, made)
    assert found["og:url"] == f"https://311.example.org/requests/{made.number}/"
    assert found["og:title"] == "Pothole · New"
    assert found["og:description"].startswith("Deep hole by the stop. Call •••.")
    assert len(found["og:description"]) <= 160
    assert "og:image" not in found
    assert not [secret for secret in ("Zilpah", "someone@", "0187") if secret in " ".join(found.values())]
    page = client.get(f"/requests/{made.number}/").content.decode()
    assert f'<link rel="canonical" href="https://311.example.org/requests/{made.number}/">' in page
    assert f'value="https://311.example.org/requests/{made.number}/" readonly' in page


@pytest.mark.parametrize(("state", "is_shown"), [(PhotoState.PUBLISHED, True), (PhotoState.WAITING, False)])
def test_only_a_shown_photo(
    city: makers.SmallCity, client: Client, state: PhotoState, is_shown: bool
) -> None:
    made = makers.submitted(city.pothole).request
    photo = Photo.objects.create(
        request=made, sha256="0" * 64, width=8, height=8, state=state, created_at=makers.NOW
    )
    image = shared(client, made).get("og:image", "")
    assert image == (f"https://311.example.org/photos/{photo.public_id}/medium.jpg" if is_shown else "")


def test_words_cannot_break_out(city: makers.SmallCity, client: Client) -> None:
    made = makers.submitted(city.pothole, description='"><script>alert(1)</script>').request
    page = client.get(f"/requests/{made.number}/").content.decode()
    assert "<script>alert" not in page


def test_the_page_behind_the_link_offers_nothing_to_share_sites(
    city: makers.SmallCity, client: Client
) -> None:
    made = makers.submitted(city.pothole)
    page = client.get(f"/r/{made.token}/").content.decode()
    assert META.findall(page) == []
    assert made.token not in "".join(re.findall(r'<link rel="canonical"[^>]*>', page))
