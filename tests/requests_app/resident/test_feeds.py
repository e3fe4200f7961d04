"""Feeds, robots and the sitemap: valid XML whatever was typed, bounded, cached by programs, without personal data."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from requests_app.models import ServiceRequest
from requests_app.resident.views.feeds import ITEMS
from tests import makers

pytestmark = pytest.mark.django_db
POINT = "{http://www.georss.org/georss}point"


def report(city: makers.SmallCity, **fields: Any) -> ServiceRequest:
    return makers.submitted(fields.pop("category", city.pothole), **fields).request


def parsed(answer: Any) -> ElementTree.Element:
    return ElementTree.fromstring(answer.content)  # noqa: S314 (our own answer)


def items(client: Client, query: str = "") -> list[ElementTree.Element]:
    answer = client.get(f"/feeds/requests.rss{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    return parsed(answer).findall("channel/item")


def test_an_item_has_place_link_and_a_lasting_name(
    city: makers.SmallCity, client: Client, settings: Any
) -> None:
    settings.SITE_URL = "https://311.example.org"
    made = report(city, email="someone@example.org", name="Zilpah", description="Hole. Call 410-555-0187")
    (item,) = items(client)
    url = f"https://311.example.org/requests/{made.number}/"
    assert item.findtext("title") == "Pothole: 100 Main St"
    assert item.findtext("link") == url
    assert item.findtext("guid") == url
    assert item.findtext(POINT) == "39.300000 -76.650000"
    whole = client.get("/feeds/requests.rss").content.decode()
    for secret in ("someone@", "Zilpah", "0187"):
        assert secret not in whole


def test_a_secret_house_has_its_block(city: makers.SmallCity, client: Client) -> None:
    city.rats.place_is_sensitive = True
    city.rats.save()
    report(city, category=city.rats, address="123 Main St", latitude=39.30037, longitude=-76.65041)
    (item,) = items(client)
    assert item.findtext("title") == "Rats: 100 block of Main St"
    assert item.findtext(POINT) == "39.300000 -76.650000"


@pytest.mark.parametrize(
    "words",
    ["\x01\x0b\x1f", "]]><script>&amp;</script>", "😀 ümläut \u202egnirts", "\ufffe\uffff", "a" * 9000],
)
def test_whatever_is_typed_the_feed_is_xml(city: makers.SmallCity, client: Client, words: str) -> None:
    made = report(city)
    ServiceRequest.objects.filter(pk=made.pk).update(public_description=words, address=words[:100])
    (item,) = items(client)
    assert len(item.findtext("description") or "") < 400


def test_the_filters_of_the_list_and_no_more_than_fifty(city: makers.SmallCity, client: Client) -> None:
    for step in range(ITEMS + 2):
        report(city, now=makers.NOW + dt.timedelta(minutes=step))
    other = report(city, category=city.rats, longitude=-76.55)
    assert len(items(client)) == ITEMS
    assert [item.findtext("title") for item in items(client, "?category=rats")] == ["Rats: 100 Main St"]
    (only,) = items(client, "?area=council_district:2")
    assert other.number in str(only.findtext("link"))
    assert client.get("/feeds/requests.rss?category=none").status_code == 400


def test_programs_need_not_read_it_twice(city: makers.SmallCity, client: Client) -> None:
    for _ in range(2):
        first = client.get("/feeds/requests.rss")
        etag = first["ETag"]
        assert client.get("/feeds/requests.rss", headers={"if-none-match": etag}).status_code == 304
        report(city)
        assert client.get("/feeds/requests.rss", headers={"if-none-match": etag}).status_code == 200


def test_pages_lead_to_their_feed(city: makers.SmallCity, client: Client) -> None:
    for path, query in (
        ("/requests/", ""), ("/requests/?category=rats", "?category=rats"),
        ("/categories/rats/", "?status=all&amp;category=rats"),
        ("/areas/council_district/1/", "?status=all&amp;area=council_district%3A1"),
    ):  # fmt: skip
        page = client.get(path).content.decode()
        assert '<link rel="alternate" type="application/rss+xml"' in page
        assert f'href="/feeds/requests.rss{query}"' in page


def test_robots_and_sitemap(city: makers.SmallCity, client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://311.example.org"
    made = report(city)
    hidden = report(city, category=city.container)
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /r/" in robots
    assert "Sitemap: https://311.example.org/sitemap.xml" in robots
    places = [each.text for each in parsed(client.get("/sitemap.xml")).iter() if each.text]
    assert f"https://311.example.org/requests/{made.number}/" in places
    assert "https://311.example.org/areas/council_district/1/" in places
    assert "https://311.example.org/categories/pothole/" in places
    assert not [place for place in places if hidden.number in place]


def test_a_report_taken_offline_leaves_readers_that_know_only_the_time(
    city: makers.SmallCity, client: Client
) -> None:
    report(city)
    gone = report(city, now=makers.NOW - dt.timedelta(days=2))
    stamp = client.get("/feeds/requests.rss")["Last-Modified"]
    ServiceRequest.objects.filter(pk=gone.pk).update(is_public=False)
    answer = client.get("/feeds/requests.rss", headers={"if-modified-since": stamp})
    assert answer.status_code == 200
    assert gone.number not in answer.content.decode()
