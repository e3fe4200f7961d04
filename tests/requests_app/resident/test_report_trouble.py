"""Trouble on our side: the answer says so, and what was typed can be sent again."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

import pytest
from django.test import Client

from requests_app.actions import SubmissionInProgress
from requests_app.models import Photo, ServiceRequest
from requests_app.photos import pipeline
from requests_app.photos.errors import PhotoStorageError
from requests_app.resident.views import report
from tests.forms import form_of
from tests.makers import SmallCity
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db
REPORT = {"category": "pothole", "description": "A deep hole", "latitude": "39.3", "longitude": "-76.65"}


def test_a_form_still_being_saved_can_be_sent_again_with_its_photo(
    client: Client, city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**arguments: Any) -> NoReturn:
        raise SubmissionInProgress

    key = str(uuid.uuid4())
    with monkeypatch.context() as patch:
        patch.setattr(report, "submit", busy)
        answer = client.post("/report/", {**REPORT, "key": key, "photos": pictures.encoded(pictures.scene())})
    assert answer.status_code == 409
    form = form_of(answer, action="/report/")
    assert form.values["key"] == [key]
    assert form.send(client).status_code == 303
    assert Photo.objects.get().request == ServiceRequest.objects.get()


def test_a_photo_that_cannot_be_stored_keeps_the_text_and_stores_no_report(
    client: Client, city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(upload: Any, *, position: int = 1) -> NoReturn:
        raise PhotoStorageError("disk full")

    monkeypatch.setattr(pipeline, "process", full)
    photo = pictures.encoded(pictures.scene())
    answer = client.post("/report/", {**REPORT, "key": str(uuid.uuid4()), "photos": photo})
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert form_of(answer, with_field="description").values["description"] == ["A deep hole"]
    assert not ServiceRequest.objects.exists()


def test_a_new_report_after_a_correction_takes_the_photo_along(client: Client, city: SmallCity) -> None:
    sent = {**REPORT, "key": str(uuid.uuid4())}
    first = pictures.encoded(pictures.scene())
    client.post("/report/", {**sent, "photos": first})
    first.seek(0)
    public_id = Photo.objects.get().public_id
    conflict = client.post("/report/", {**sent, "description": "Two holes", "kept_photo": public_id})
    assert conflict.status_code == 409
    assert form_of(conflict, action="/report/").send(client).status_code == 303
    assert [request.photos.count() for request in ServiceRequest.objects.order_by("pk")] == [1, 1]


def test_too_quick_is_asked_again_in_production(client: Client, city: SmallCity, settings: Any) -> None:
    settings.IS_PRODUCTION = True
    form = form_of(client.get("/report/"), with_field="description").fill(**REPORT)
    again = form.send(client)
    assert "sent very quickly" in again.content.decode()
    assert form_of(again, with_field="description").values["description"] == ["A deep hole"]
