"""The place on the form: what is clear is taken, what is not comes back as a question, nothing typed is lost."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.test import Client

from departments import places
from departments.places import PlaceHit
from requests_app.models import Photo, ServiceRequest
from requests_app.photos import pipeline
from requests_app.photos.pipeline import ProcessedPhoto, process
from tests.forms import form_of
from tests.makers import SmallCity
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db
NORTH = PlaceHit("100 N Main Street", 39.31, -76.65, "address")
SOUTH = PlaceHit("100 S Main Street", 39.29, -76.65, "address")
WHOLE = PlaceHit("Main Street", 39.3, -76.65, "street")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[PlaceHit]:
    """What the search for places answers; a test fills it."""
    hits: list[PlaceHit] = []
    monkeypatch.setattr(places, "search", lambda text, limit=8: hits[:limit])
    monkeypatch.setattr(places, "reverse", lambda latitude, longitude: "near 44 Calvert Street")
    return hits


def send(client: Client, **more: Any) -> Any:
    return client.post(
        "/report/", {"key": str(uuid.uuid4()), "category": "pothole", "description": "A hole", **more}
    )


def test_one_address_is_taken(client: Client, city: SmallCity, found: list[PlaceHit]) -> None:
    found.append(NORTH)
    assert send(client, address="100 n main").status_code == 303
    request = ServiceRequest.objects.get()
    assert (request.address, request.latitude) == ("100 N Main Street", 39.31)


@pytest.mark.parametrize("pick", [0, 1])
def test_several_come_back_as_a_question_with_everything_kept(
    client: Client, city: SmallCity, found: list[PlaceHit], pick: int
) -> None:
    found.extend([NORTH, SOUTH])
    photo = pictures.encoded(pictures.scene())
    page = send(client, address="100 main", place_note="rear", email="jane@example.org", photos=photo)
    assert "Which of these places?" in page.content.decode()
    form = form_of(page, with_field="description")
    assert form.values["place_note"] == ["rear"]
    assert form.fill(place_choice=form.options["place_choice"][pick]).send(client).status_code == 303
    request = ServiceRequest.objects.get()
    assert (request.address, request.latitude) == [(hit.label, hit.latitude) for hit in (NORTH, SOUTH)][pick]
    assert Photo.objects.get().request == request


def test_a_choice_stays_chosen_when_something_else_is_wrong(
    client: Client, city: SmallCity, found: list[PlaceHit]
) -> None:
    found.extend([NORTH, SOUTH])
    form = form_of(send(client, address="100 main"), with_field="description")
    form.fill(place_choice=form.options["place_choice"][1], description="")
    again = form_of(form.send(client), with_field="description")
    assert again.values["address"] == ["100 S Main Street"]
    assert again.fill(description="A hole").send(client).status_code == 303
    assert ServiceRequest.objects.get().latitude == 39.29


def test_an_address_changed_after_the_question_is_looked_up_anew(
    client: Client, city: SmallCity, found: list[PlaceHit]
) -> None:
    found.extend([NORTH, SOUTH])
    form = form_of(send(client, address="100 main"), with_field="description")
    found[:] = [PlaceHit("5 Elm Street", 39.33, -76.65, "address")]
    form.fill(place_choice=form.options["place_choice"][0], address="5 elm").send(client)
    assert ServiceRequest.objects.get().address == "5 Elm Street"


def test_a_whole_street_is_asked_about_and_the_words_can_stay(
    client: Client, city: SmallCity, found: list[PlaceHit]
) -> None:
    found.append(WHOLE)
    form = form_of(send(client, address="main street by the church"), with_field="description")
    assert form.fill(place_choice="words").send(client).status_code == 303
    request = ServiceRequest.objects.get()
    assert (request.address, request.latitude) == ("main street by the church", None)


def test_typed_coordinates_are_a_place(client: Client, city: SmallCity, found: list[PlaceHit]) -> None:
    assert send(client, address="39.3, -76.65").status_code == 303
    request = ServiceRequest.objects.get()
    assert (request.address, request.longitude) == ("near 44 Calvert Street", -76.65)


def test_the_position_of_a_photo_is_only_suggested(
    client: Client, city: SmallCity, found: list[PlaceHit], monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_position(upload: Any, *, position: int = 1) -> ProcessedPhoto:
        stored = process(upload, position=position)
        return ProcessedPhoto(
            stored.sha256, stored.width, stored.height, stored.renditions, (39.305, -76.655)
        )

    monkeypatch.setattr(pipeline, "process", with_position)
    photo = io.BytesIO(pictures.encoded(pictures.scene()).getvalue())
    page = send(client, photos=photo)
    assert "Photo 1 was taken near 44 Calvert Street" in page.content.decode()
    assert not ServiceRequest.objects.exists()
    form = form_of(page, with_field="description")
    assert "place_choice" not in form.values
    assert form.fill(place_choice=form.options["place_choice"][0]).send(client).status_code == 303
    assert ServiceRequest.objects.get().latitude == 39.305


def test_suggestions_and_the_point_on_the_map(client: Client, city: SmallCity, found: list[PlaceHit]) -> None:
    found.append(NORTH)
    assert client.get("/places/suggest/?q=main").json() == [
        {"label": NORTH.label, "lat": 39.31, "lon": -76.65}
    ]
    assert client.get("/places/suggest/?q=m").json() == []
    here = client.get("/places/reverse/?lat=39.3&lon=-76.65").json()
    assert here["owner"]["kind"] == "ours"
    assert (here["address"], here["inside"], here["areas"]) == (
        "near 44 Calvert Street",
        True,
        ["District 1"],
    )
    assert client.get("/places/reverse/?lat=nan&lon=x").status_code == 400
    assert client.get("/places/reverse/?lat=inf&lon=0").status_code == 400
