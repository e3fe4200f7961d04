"""The form without scripts: it tells before it sends, asks for one more look at most, and loses nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.kinds import QuestionKind
from departments.models import Category, Question
from requests_app.models import Answer, Photo, RequestEvent, ServiceRequest
from requests_app.resident.wording import form_words
from tests import makers
from tests.forms import form_of
from tests.makers import SmallCity
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db
POINT = {"latitude": "39.3", "longitude": "-76.65"}
STEP = "Please look at this before you send"


def valid(**more: Any) -> dict[str, Any]:
    return {"key": str(uuid.uuid4()), "category": "pothole", "description": "A deep hole", **POINT, **more}


def send(client: Client, **more: Any) -> Any:
    return client.post("/report/", valid(**more))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def must_ask(category: Category, **fields: Any) -> Question:
    options = [{"value": "yes", "label": "Yes", "stop": "Call 911 now."}, {"value": "no", "label": "No"}]
    return Question.objects.create(
        category=category, slug="danger", label="Is somebody in danger?", kind=QuestionKind.SINGLE,
        options=options, is_required=True, **fields,
    )  # fmt: skip


@pytest.mark.parametrize("step", ["suggest", "find", "look"])
def test_a_step_shows_all_that_is_known_and_sends_nothing(client: Client, city: SmallCity, step: str) -> None:
    makers.submitted(city.pothole)
    page = send(client, step=step, place_note="rear", email="jane@example.org")
    shown = text(page)
    for words in (
        "This is mine too",
        "District 1",
        "Department of Streets",
        "Everybody will read this online",
    ):
        assert words in shown
    assert "There is a problem" not in shown
    form = form_of(page, with_field="description")
    assert form.values["place_note"] == ["rear"]
    assert form.values["email"] == ["jane@example.org"]
    assert ServiceRequest.objects.count() == 1
    assert form.send(client).status_code == 303, "what was seen is not shown again"


def test_a_step_with_an_empty_form_is_no_mistake(client: Client, city: SmallCity) -> None:
    page = client.post("/report/", {"step": "look"})
    assert page.status_code == 200
    assert "There is a problem" not in text(page)


def test_a_report_nearby_is_shown_once_before_sending(client: Client, city: SmallCity) -> None:
    first = makers.submitted(city.pothole).request
    page = send(client, photos=pictures.encoded(pictures.scene()), place_note="rear")
    assert STEP in text(page)
    assert first.number in text(page)
    assert ServiceRequest.objects.count() == 1
    makers.submitted(city.pothole)
    form = form_of(page, with_field="description")
    assert form.values["place_note"] == ["rear"]
    assert form.send(client).status_code == 303, "a second one nearby asks for no second step"
    assert Photo.objects.get().request is not None


def test_another_owner_is_said_once_before_sending(client: Client, city: SmallCity) -> None:
    page = send(client, latitude="40.7", longitude="-74.0", outside_ok="on")
    assert STEP in text(page)
    assert form_of(page, with_field="description").send(client).status_code == 303


def test_nothing_to_see_sends_at_once(client: Client, city: SmallCity) -> None:
    assert send(client).status_code == 303


def test_required_questions_are_asked_in_the_step_and_stored(client: Client, city: SmallCity) -> None:
    must_ask(city.pothole)
    page = send(client)
    assert STEP in text(page)
    assert "field--error" not in text(page), "a question not seen yet is no mistake"
    form = form_of(page, with_field="description")
    again = form.send(client)
    assert "There is a problem" in text(again)
    assert "Is somebody in danger? – " in text(again)
    assert form_of(again, with_field="description").fill(q_danger="no").send(client).status_code == 303
    assert Answer.objects.get().value == "No"


def test_an_answer_that_stops_the_form_sends_nothing_and_keeps_the_words(
    client: Client, city: SmallCity
) -> None:
    must_ask(city.pothole)
    form = form_of(send(client), with_field="description").fill(q_danger="yes")
    page = form.send(client)
    assert "Call 911 now." in text(page)
    assert form_of(page, with_field="description").values["description"] == ["A deep hole"]
    assert not ServiceRequest.objects.exists()


def test_a_link_to_a_category_shows_its_questions_and_words_at_once(client: Client, city: SmallCity) -> None:
    must_ask(city.rats)
    Category.objects.filter(pk=city.rats.pk).update(notice="Poison is never put out.")
    shown = text(client.get("/report/?category=rats"))
    for words in ("What should an inspector look at?", "Is somebody in danger?", "Poison is never put out."):
        assert words in shown


def test_this_is_mine_too_keeps_the_form(client: Client, city: SmallCity) -> None:
    first = makers.submitted(city.pothole).request
    page = send(client, mine=first.number, place_note="rear", photos=pictures.encoded(pictures.scene()))
    assert "You are counted with this report" in text(page)
    first.refresh_from_db()
    assert first.support_count == 1
    form = form_of(page, with_field="description")
    assert form.values["place_note"] == ["rear"]
    assert len(form.values["kept_photo"]) == 1
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize("number", ["99-999999", "x" * 300, "../../"])
def test_mine_of_no_such_report_is_said(client: Client, city: SmallCity, number: str) -> None:
    assert "no longer shown online" in text(send(client, mine=number))


def test_what_will_be_public_is_shown_as_it_will_read(client: Client, city: SmallCity) -> None:
    Category.objects.filter(pk=city.pothole.pk).update(place_is_sensitive=True)
    words = "Call me at 410-555-0100"
    page = text(send(client, step="look", address="100 Main Street", description=words))
    preview = page[page.index('class="preview"') :]
    assert "Call me at •••" in preview
    assert "100 block of Main Street" in preview
    assert words not in preview


def test_a_kind_that_is_not_public_says_so_and_promises_no_secret(client: Client, city: SmallCity) -> None:
    page = text(send(client, step="look", category="question"))
    assert "This is not shown online." in page
    assert "may be released where the law requires it" in page
    assert "private" not in page[page.index("<main") : page.index("</main>")].lower()


def test_what_was_said_about_the_time_is_kept_with_the_report(client: Client, city: SmallCity) -> None:
    form = form_of(send(client, step="look"), with_field="description")
    assert form.send(client).status_code == 303
    data = RequestEvent.objects.get(kind="request.submitted").data
    assert set(data["expected"]) == {"median_days", "p90_days", "ahead", "basis", "closings"}


@pytest.mark.parametrize("shown", ["", "x", '{"median_days": 1}', "x" * 5000, "a:b:c"])
def test_a_made_up_expectation_is_not_kept(client: Client, city: SmallCity, shown: str) -> None:
    assert send(client, expected=shown).status_code == 303
    assert "expected" not in RequestEvent.objects.get(kind="request.submitted").data


@pytest.mark.parametrize(
    ("slug", "question"),
    [
        ("pothole", "What is wrong?"),
        ("missed-trash", "Address of the pick-up"),
        ("recycling-container", "Address of the home"),
        ("rats", "What should an inspector look at?"),
        ("question", "We answer by e-mail or by phone."),
        ("praise", "Your praise, idea or complaint"),
    ],
)
def test_every_kind_has_its_own_words(client: Client, city: SmallCity, slug: str, question: str) -> None:
    assert question in text(client.get(f"/report/?category={slug}"))


def test_an_unknown_kind_has_no_words() -> None:
    with pytest.raises(ValueError, match="dance"):
        form_words("dance")


def test_a_neighbors_missed_collection_is_never_offered(client: Client, city: SmallCity) -> None:
    makers.submitted(city.missed_trash)
    assert send(client, category="missed-trash").status_code == 303


def test_an_answer_needs_a_way_to_send_it(client: Client, city: SmallCity) -> None:
    Category.objects.filter(pk=city.question.pk).update(anonymous_allowed=False)
    page = text(send(client, category="question", name="Jane"))
    assert "We answer by e-mail or by phone. Give one of them." in page
    assert send(client, category="question", phone="410-555-0100").status_code == 303


def test_the_fragments_take_as_many_statements_for_three_as_for_thirty_reports(
    client: Client, city: SmallCity
) -> None:
    counts = []
    for more in (3, 27):
        for _ in range(more):
            makers.submitted(city.pothole)
        client.post("/report/aside/", valid())
        with CaptureQueriesContext(connection) as captured:
            assert client.post("/report/aside/", valid()).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 10


def test_the_fragments_answer_a_get_and_refuse_what_is_no_point(client: Client, city: SmallCity) -> None:
    shown = text(client.get("/report/aside/?category=pothole&lat=39.3&lon=-76.65"))
    assert 'data-part="nearby"' in shown
    assert "District 1" in shown
    for point in (
        "lat=nan&lon=1",
        "lat=0&lon=0",
        "lat=91&lon=0",
        "lat=39.3",
        "lat=x&lon=y",
        "lat=1e999&lon=1",
    ):
        assert client.get(f"/report/aside/?category=pothole&{point}").status_code == 400, point
    assert client.get("/report/aside/?category=nothing&q=words").status_code == 200
