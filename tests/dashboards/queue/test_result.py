"""Photos of the result from the request page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from departments.models import StaffUser
from requests_app.models import Photo
from tests import makers
from tests.browser.frame import save_photo
from tests.forms import forms_of

pytestmark = pytest.mark.django_db


def test_a_photo_of_the_result_is_shown_beside_the_report(
    city: makers.SmallCity, dispatcher: StaffUser, tmp_path: Path
) -> None:
    made = makers.submitted(city.pothole).request
    client = Client()
    client.force_login(dispatcher)
    url = f"/queue/{made.number}/result/"
    assert any(form.action == url for form in forms_of(client.get(f"/queue/{made.number}/")))
    with save_photo(tmp_path).open("rb") as picture:
        answer = client.post(url, {"version": made.version, "words": "Flat again", "photos": picture})
    assert answer["Location"] == f"/queue/{made.number}/"
    photo = Photo.objects.get(request=made)
    assert (photo.purpose, photo.uploaded_by) == ("result", dispatcher)
    public = Client().get(f"/requests/{made.number}/").content.decode()
    assert photo.public_id in public
    assert "Flat again" in public


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"version": "1"}, 409, "Choose a photo."),
        ({"version": "7", "words": "Typed"}, 409, "changed this request while you had it open"),
        ({"version": "1", "words": "x" * 3_000}, 400, "too long"),
        ({}, 400, ""),
    ],
)
def test_why_nothing_was_shown_is_said_and_words_are_kept(
    city: makers.SmallCity, dispatcher: StaffUser, data: dict[str, str], status: int, words: str
) -> None:
    made = makers.submitted(city.pothole).request
    client = Client()
    client.force_login(dispatcher)
    answer = client.post(f"/queue/{made.number}/result/", data)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert data.get("words", "")[:2_000] in answer.content.decode()
    assert not Photo.objects.exists()
