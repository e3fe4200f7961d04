"""Answers sent from a form that is older than the city's questions: a clear message, nothing lost, nothing stored twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from departments.kinds import QuestionKind
from departments.models import Category, Question
from requests_app.models import Answer, ServiceRequest
from requests_app.queries.front import offered_categories
from tests import makers
from tests.forms import form_of

pytestmark = pytest.mark.django_db
TOLD = {"category": "pothole", "description": "A deep hole", "latitude": "39.3", "longitude": "-76.65"}


@pytest.fixture
def size(city: makers.SmallCity) -> Question:
    """A pothole asks for its size; the form needs an answer."""
    options = [{"value": "small", "label": "Small"}, {"value": "large", "label": "Large"}]
    return Question.objects.create(
        category=city.pothole, slug="size", label="How big is it?", kind=QuestionKind.SINGLE, options=options, is_required=True,
    )  # fmt: skip


def open_form(client: Client) -> Any:
    """The form as it stands once the questions are on it, filled in by a person."""
    page = client.post("/report/", {**TOLD, "step": "look"})
    return form_of(page, with_field="description").fill(q_size="large")


def test_an_answer_is_stored(client: Client, size: Question) -> None:
    assert open_form(client).send(client).status_code == 303
    assert Answer.objects.get().value == "Large"


def test_the_question_was_switched_off_meanwhile(client: Client, size: Question) -> None:
    form = open_form(client)
    Question.objects.update(is_active=False)
    assert form.send(client).status_code == 303
    assert not Answer.objects.exists()


def test_the_option_was_removed_meanwhile(client: Client, size: Question) -> None:
    form = open_form(client)
    Question.objects.update(
        options=[{"value": "small", "label": "Small"}, {"value": "huge", "label": "Huge"}]
    )
    page = form.send(client)
    assert page.status_code == 200
    assert "This answer is no longer offered. Choose another one." in page.content.decode()
    again = form_of(page, with_field="description")
    assert again.values["description"] == ["A deep hole"]
    assert again.fill(q_size="huge").send(client).status_code == 303
    assert Answer.objects.get().value == "Huge"


def test_the_category_was_switched_off_meanwhile(client: Client, size: Question) -> None:
    form = open_form(client)
    Category.objects.filter(slug="pothole").update(is_online=False)
    offered_categories.forget()
    page = form.send(client)
    assert page.status_code == 200
    assert "This choice is no longer offered. Choose another one." in page.content.decode()
    assert form_of(page, with_field="description").values["description"] == ["A deep hole"]
    assert not ServiceRequest.objects.exists()


def test_a_required_answer_is_asked_for(client: Client, size: Question) -> None:
    form = open_form(client)
    form.values.pop("q_size")
    page = form.send(client)
    assert page.status_code == 200
    assert "Answer this question." in page.content.decode()


@pytest.mark.parametrize("value", ["\x00", "\u202egnal", "large\u0000", "💥", "x" * 100_000, "large;small"])
def test_what_no_form_offers_is_refused(client: Client, size: Question, value: str) -> None:
    form = open_form(client)
    form.values["q_size"] = [value]
    assert form.send(client).status_code in {200, 400}
    assert not ServiceRequest.objects.exists()
