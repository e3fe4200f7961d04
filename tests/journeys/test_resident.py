"""A resident without scripts: the real forms of the real pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from requests_app.models import Photo, Reporter, ServiceRequest
from tests.forms import form_of
from tests.makers import SmallCity
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db
POINT = {"latitude": "39.3", "longitude": "-76.65"}


def _report_form(client: Client, path: str = "/report/") -> Any:
    return form_of(client.get(path), with_field="description")


def test_report_reaches_its_own_page(client: Client, city: SmallCity) -> None:
    form = _report_form(client, "/report/?q=pothole")
    form.fill(
        category="pothole",
        description="A deep hole",
        address="100 Main St",
        email="jane@example.org",
        **POINT,
    )
    answer = form.send(client)
    assert answer.status_code == 303
    request = ServiceRequest.objects.get()
    page = client.get(answer["Location"])
    assert page.status_code == 200
    text = page.content.decode()
    assert request.number in text
    assert "We received your report" in text
    assert "j…@e….org" in text
    assert "jane@example.org" not in text
    assert (request.department, request.address, request.description) == (
        city.streets,
        "100 Main St",
        "A deep hole",
    )
    assert Reporter.objects.get().email == "jane@example.org"
    public = client.get(f"/requests/{request.number}/").content.decode()
    assert "A deep hole" in public


def test_home_carries_the_words_over(client: Client, city: SmallCity) -> None:
    answer = form_of(client.get("/"), action="/report/").fill(q="pothol").send(client)
    form = form_of(answer, with_field="description")
    assert form.values["description"] == ["pothol"]
    assert form.options["category"][0] == "pothole"


def test_errors_keep_everything_typed_and_the_photo(client: Client, city: SmallCity) -> None:
    form = _report_form(client).fill(
        description="A deep hole", place_note="behind the bus stop", name="Jane", **POINT
    )
    form.values["photos"] = [pictures.encoded(pictures.scene())]
    again = form.send(client)
    assert again.status_code == 200
    assert "Choose what it is about." in again.content.decode()
    kept = form_of(again, with_field="description")
    for name in ("description", "place_note", "name", "latitude"):
        assert kept.values[name] == form.values[name]
    photo = Photo.objects.get()
    assert (
        client.get(f"/report/photos/{kept.values['key'][0]}/{photo.public_id}/small.jpg").status_code == 200
    )
    answer = kept.fill(category="pothole").send(client)
    assert answer.status_code == 303
    photo.refresh_from_db()
    assert photo.request == ServiceRequest.objects.get()


def test_the_same_form_twice_is_one_report(client: Client, city: SmallCity) -> None:
    form = _report_form(client).fill(
        category="pothole", description="A deep hole", address="100 Main St", **POINT
    )
    first, second = form.send(client), form.send(client)
    assert first["Location"] == second["Location"]
    assert ServiceRequest.objects.count() == 1


def test_a_corrected_form_after_sending_names_the_first_and_offers_a_new_one(
    client: Client, city: SmallCity
) -> None:
    form = _report_form(client).fill(category="pothole", description="A deep hole", **POINT)
    form.send(client)
    first = ServiceRequest.objects.get()
    conflict = form.fill(description="Two deep holes").send(client)
    assert conflict.status_code == 409
    assert first.number in conflict.content.decode()
    answer = form_of(conflict, action="/report/").send(client)
    assert answer.status_code == 303
    assert ServiceRequest.objects.exclude(pk=first.pk).get().description == "Two deep holes"
