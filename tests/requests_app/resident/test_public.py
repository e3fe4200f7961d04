"""What the public can and cannot reach."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic311.lib import tokens
from departments.models import Category, StaffUser
from requests_app.actions import Actor, add_note, close, publish_photo, unpublish
from requests_app.models import Photo, ServiceRequest
from requests_app.photos import pipeline
from requests_app.queries.public import held_request, public_request
from requests_app.workflow import Audience, Outcome
from tests import makers
from tests.makers import NOW, SmallCity
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db
CANARY: dict[str, Any] = {"name": "Canaria Nameson", "email": "canary@birds.example", "phone": "410-555-0199"}


def add_photo(request: ServiceRequest, state: str = "published") -> Photo:
    stored = pipeline.process(pictures.encoded(pictures.scene()))
    return Photo.objects.create(
        request=request,
        state=state,
        sha256=stored.sha256,
        width=stored.width,
        height=stored.height,
        created_at=NOW,
    )


def test_no_contact_field_on_any_public_address(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    made = makers.submitted(
        city.pothole, description="Call me at 410-555-0199 or canary@birds.example", **CANARY
    )
    add_photo(made.request)
    by = Actor.staff(dispatcher)
    for audience in Audience:
        add_note(
            request_id=made.request.pk,
            version=None,
            text=f"For {audience}",
            audience=audience,
            by=by,
            now=NOW,
        )
    close(
        request_id=made.request.pk, version=None, outcome=Outcome.FIXED, public_answer="Done", by=by, now=NOW
    )
    number = made.request.number
    paths = [
        "/",
        "/report/",
        "/report/?q=pothole",
        f"/requests/{number}/",
        f"/track/?number={number}",
        "/help/",
    ]
    for path in [*paths, "/privacy/", "/accessibility/", "/track/", "/places/suggest/?q=canary"]:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(path, follow=True).content.decode()
        assert page
        for secret in ("Canaria", "canary", "birds.example", "555-0199"):
            assert secret not in page.replace("?q=canary", ""), path
        assert "For staff" not in page
        assert "For reporter" not in page
        assert not [query["sql"] for query in captured if "requests_app_reporter" in query["sql"]], path
        assert not [query["sql"] for query in captured if "internal_note" in query["sql"]], path
    assert "For everyone" in client.get(f"/requests/{number}/").content.decode()


def test_holder_reads_own_notes_but_not_those_of_staff(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole, **CANARY)
    for audience in Audience:
        add_note(
            request_id=made.request.pk, version=None, text=f"For {audience}", audience=audience,
            by=Actor.staff(dispatcher), now=NOW,
        )  # fmt: skip
    page = client.get(f"/r/{made.token}/").content.decode()
    assert "For reporter" in page
    assert "For staff" not in page
    assert "canary@birds.example" not in page


def test_public_page_takes_at_most_six_statements_whatever_its_size(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole)
    path = f"/requests/{made.request.number}/"
    client.get(path)  # what is the same for every page is kept in memory
    counts = []
    for notes in (0, 30):
        for number in range(notes):
            add_note(
                request_id=made.request.pk, version=None, text=f"Note {number}", audience=Audience.EVERYONE,
                by=Actor.staff(dispatcher), now=NOW,
            )  # fmt: skip
            add_photo(made.request) if number < 3 else None
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        counts.append(len(captured))
    assert max(counts) <= 6
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/")
    assert len(captured) <= 8


def test_unknown_and_not_shown_look_the_same(client: Client, city: SmallCity) -> None:
    private = makers.submitted(city.container).request
    unknown = client.get("/requests/26-999999/")
    hidden = client.get(f"/requests/{private.number}/")
    assert unknown.status_code == hidden.status_code == 404
    assert unknown.content == hidden.content
    looked = [client.get("/track/", {"number": number}).content for number in ("26-999999", private.number)]
    # each form has a proof of its own
    bare = [re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page) for page in looked]
    assert bare[0].replace(b"26-999999", b"") == bare[1].replace(private.number.encode(), b"")


def test_look_up_leads_on_and_is_limited(client: Client, city: SmallCity, settings: Any) -> None:
    number = makers.submitted(city.pothole).request.number
    assert client.get("/track/", {"number": number.replace("-", " ")})["Location"] == f"/requests/{number}/"
    year, digits = number.split("-")
    assert client.get("/track/", {"number": f"{year}-{int(digits)}"})["Location"] == f"/requests/{number}/"
    settings.RATE_LIMIT_FACTOR = 1
    statuses = [client.get("/track/", {"number": f"26-9{n:05d}"}).status_code for n in range(31)]
    assert statuses[-1] == 429
    assert client.get("/track/").status_code == 200


def test_sensitive_place_is_shown_as_its_block(client: Client, city: SmallCity) -> None:
    Category.objects.filter(pk=city.rats.pk).update(place_is_sensitive=True)
    made = makers.submitted(
        city.rats,
        address="1234 Main Street",
        latitude=39.312345,
        longitude=-76.654321,
        place_note="My back door",
    )
    shown, held = public_request(made.request.number), held_request(made.token)
    assert shown is not None
    assert held is not None
    assert (shown.address, shown.latitude, shown.longitude) == ("1200 block of Main Street", 39.312, -76.654)
    assert shown.place_note == ""
    assert held.address == "1234 Main Street"
    assert "1234" not in client.get(f"/requests/{made.request.number}/").content.decode()


def test_going_private_takes_page_and_photo_away_at_once(
    client: Client, city: SmallCity, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole)
    photo = add_photo(made.request)
    open_paths = [
        f"/requests/{made.request.number}/",
        *(f"/photos/{photo.public_id}/{size}.jpg" for size in ("small", "large")),
    ]
    assert [client.get(path).status_code for path in open_paths] == [200, 200, 200]
    unpublish(request_id=made.request.pk, version=None, reason="A face", by=Actor.staff(dispatcher), now=NOW)
    assert [client.get(path).status_code for path in open_paths] == [404, 404, 404]
    assert client.get(f"/r/{made.token}/photos/{photo.public_id}/small.jpg").status_code == 200
    client.force_login(dispatcher)
    assert client.get(open_paths[1]).status_code == 200
    client.force_login(other_dispatcher)
    assert client.get(open_paths[1]).status_code == 404


def test_two_residents_cannot_open_each_others_photos(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    mine, other = makers.submitted(city.container), makers.submitted(city.container)
    photo = add_photo(mine.request, state="waiting")
    own = f"/r/{mine.token}/photos/{photo.public_id}/medium.jpg"
    assert client.get(own).status_code == 200
    assert client.get(own)["Cache-Control"].startswith("private")
    assert client.get(f"/r/{other.token}/photos/{photo.public_id}/medium.jpg").status_code == 404
    assert client.get(f"/photos/{photo.public_id}/medium.jpg").status_code == 404
    publish_photo(photo=photo, version=None, by=Actor.staff(dispatcher), now=NOW)
    assert client.get(f"/photos/{photo.public_id}/medium.jpg").status_code == 404
    assert client.get(f"/r/{mine.token}/photos/{photo.public_id}/huge.jpg").status_code == 404


def test_neighbours_of_a_token_and_a_number_open_nothing(client: Client, city: SmallCity) -> None:
    made = makers.submitted(city.container)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    guesses = {
        made.token[:at] + one + made.token[at + 1 :] for at in range(tokens.TOKEN_LENGTH) for one in alphabet
    } - {made.token}
    guesses |= {tokens.tracking_token(made.request.pk + step, 1) for step in range(1, 9_000)}
    assert len(guesses) > 10_000
    hashes = [tokens.token_hash(guess) for guess in guesses]
    assert not ServiceRequest.objects.filter(token_hash__in=hashes).exists()
    guess = min(guesses)
    assert held_request(guess) is None
    wrong, short = client.get(f"/r/{guess}/"), client.get("/r/abc/")
    assert (wrong.status_code, short.status_code) == (404, 404)
    assert wrong.content == short.content
    ServiceRequest.objects.filter(pk=made.request.pk).update(
        token_version=2, token_hash=tokens.token_hash(tokens.tracking_token(made.request.pk, 2))
    )
    assert client.get(f"/r/{made.token}/").status_code == 404
