"""What the issue names as bad input: large and strange photos, forms that are old, doubled or made by hand."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from PIL import Image

from departments.kinds import QuestionKind
from departments.models import Category, Question
from requests_app.models import Answer, Photo, ServiceRequest
from tests import makers
from tests.forms import form_of
from tests.makers import SmallCity
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db
TOLD = {"category": "pothole", "description": "A deep hole", "latitude": "39.3", "longitude": "-76.65"}
STEP = "Please look at this before you send"


def send(client: Client, **more: Any) -> Any:
    return client.post("/report/", {"key": str(uuid.uuid4()), **TOLD, **more})


def text(answer: Any) -> str:
    return str(answer.content.decode())


def must_ask(category: Category) -> Question:
    options = [{"value": "yes", "label": "Yes", "stop": "Call 911 now."}, {"value": "no", "label": "No"}]
    return Question.objects.create(
        category=category, slug="danger", label="Is somebody in danger?", kind=QuestionKind.SINGLE,
        options=options, is_required=True,
    )  # fmt: skip


def of_20_megabytes() -> bytes:
    return pictures.encoded(pictures.scene()).getvalue() + bytes(20_000_000)


def of_40_megapixels_and_more() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (8000, 5200)).save(buffer, "JPEG", quality=10)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (of_20_megabytes, "Photo 1: the file is larger than 12 MB."),
        (of_40_megapixels_and_more, "Please send one of at most 40 megapixels."),
        (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(400), "we cannot take HEIC files. Please send JPEG."),
    ],
    ids=["20 MB", "41.6 megapixels", "HEIC"],
)
def test_a_photo_we_cannot_take_is_named_and_nothing_typed_is_lost(
    client: Client, city: SmallCity, data: Any, message: str
) -> None:
    page = send(client, photos=io.BytesIO(data()))
    assert page.status_code == 200
    assert message in text(page)
    form = form_of(page, with_field="description")
    assert form.values["description"] == ["A deep hole"]
    assert not Photo.objects.exists()
    assert form.send(client).status_code == 303, "without the photo it goes"


def test_a_form_from_yesterday_is_taken(client: Client, city: SmallCity, settings: Any) -> None:
    settings.IS_PRODUCTION = True
    with time_machine.travel(timezone.now() - dt.timedelta(days=1)):
        form = form_of(client.get("/report/"), with_field="description")
    assert form.fill(**TOLD).send(client).status_code == 303


def test_a_form_without_our_note_of_when_it_was_shown_is_asked_again(
    client: Client, city: SmallCity, settings: Any
) -> None:
    settings.IS_PRODUCTION = True
    page = send(client, issued="made:up")
    assert "Look it over, then send it again." in text(page)
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=10)):
        assert form_of(page, with_field="description").send(client).status_code == 303


def test_two_tabs_of_one_form_with_the_same_words_make_one_report(client: Client, city: SmallCity) -> None:
    key = str(uuid.uuid4())
    first, second = send(client, key=key), send(client, key=key)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert ServiceRequest.objects.count() == 1


def test_two_tabs_with_other_words_keep_everything_on_the_way_to_a_second_report(
    client: Client, city: SmallCity
) -> None:
    must_ask(city.pothole)
    key = str(uuid.uuid4())
    told = {
        "key": key,
        "q_danger": "no",
        "seen": "questions:pothole",
        "place_note": "left lane",
        "email": "jane@example.org",
    }
    assert send(client, **told).status_code == 303
    conflict = send(client, **told | {"description": "Two holes"})
    assert conflict.status_code == 409
    assert "You sent this form before" in text(conflict)
    assert ServiceRequest.objects.get().number in text(conflict)
    form = form_of(conflict, action="/report/")
    assert form.values["key"] != [key]
    assert {name: form.values[name] for name in ("description", "q_danger", "place_note", "email")} == {
        "description": ["Two holes"], "q_danger": ["no"], "place_note": ["left lane"], "email": ["jane@example.org"],
    }  # fmt: skip
    assert form.send(client).status_code == 303
    assert [row.description for row in ServiceRequest.objects.order_by("pk")] == ["A deep hole", "Two holes"]
    assert Answer.objects.count() == 2


def test_a_hand_made_post_cannot_skip_a_question_that_must_be_answered(
    client: Client, city: SmallCity
) -> None:
    must_ask(city.pothole)
    page = send(client, asked="on")
    assert page.status_code == 200
    assert STEP in text(page)
    assert "Is somebody in danger?" in text(page)
    assert "Answer this question." in text(send(client, asked="on", seen="questions:pothole"))
    assert not ServiceRequest.objects.exists()


def test_a_hand_made_post_cannot_pass_an_answer_that_stops_the_form(client: Client, city: SmallCity) -> None:
    must_ask(city.pothole)
    page = send(client, asked="on", q_danger="yes")
    assert STEP in text(page)
    stopped = form_of(page, with_field="description").send(client)
    assert "Call 911 now." in text(stopped)
    assert not ServiceRequest.objects.exists()


def test_another_kind_chosen_after_the_extra_step_asks_its_own_questions(
    client: Client, city: SmallCity
) -> None:
    must_ask(city.rats)
    makers.submitted(city.pothole)
    page = send(client)
    assert STEP in text(page)
    again = form_of(page, with_field="description").fill(category="rats").send(client)
    assert again.status_code == 200
    assert "Is somebody in danger?" in text(again)
    assert not ServiceRequest.objects.filter(category=city.rats).exists()


@pytest.mark.parametrize(
    ("latitude", "longitude", "message"),
    [
        ("NaN", "NaN", "Enter a number"),
        ("0", "0", "not a place on Earth"),
        ("39.3", "-181", "not a place on Earth"),
        ("36.9", "-70.0", "outside Smallville"),
    ],
    ids=["no number", "zero", "out of range", "at sea"],
)
def test_a_point_that_is_no_place_here_is_said_and_the_words_are_kept(
    client: Client, city: SmallCity, latitude: str, longitude: str, message: str
) -> None:
    page = send(client, latitude=latitude, longitude=longitude)
    assert page.status_code == 200
    assert message in text(page)
    assert form_of(page, with_field="description").values["description"] == ["A deep hole"]
    assert not ServiceRequest.objects.exists()
