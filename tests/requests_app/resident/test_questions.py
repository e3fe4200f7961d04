"""The questions of a category: validated on the server, conditions honoured, private answers kept from the public."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from departments.models import Category, Question, StaffUser
from requests_app.models import Answer
from requests_app.queries.answers import public_answers
from requests_app.queries.public import public_request
from requests_app.resident.questions import QuestionsForm
from tests import makers

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 4)
STOP = "Call 911 now."


def option(value: str, label: str, spanish: str, stop: str = "") -> dict[str, Any]:
    stops = {"es": "Llame ahora al 911."} if stop else {}
    return {"value": value, "label": label, "labels": {"es": spanish}, "stop": stop, "stops": stops}


@pytest.fixture
def asked(city: makers.SmallCity) -> Category:
    """A pothole asks for size, since when, how many, and, after "Yes", who was hurt; the tag is private."""

    def question(slug: str, label: str, kind: str, **fields: Any) -> Question:
        position = Question.objects.count()
        return Question.objects.create(
            category=city.pothole, slug=slug, label=label, kind=kind, position=position, **fields
        )

    question(
        "size",
        "How big is it?",
        "single",
        is_required=True,
        options=[
            option("plate", "Like a plate", "Como un plato"),
            option("cave", "Caving in", "Se hunde", STOP),
        ],
        translations={"es": {"label": "¿De qué tamaño es?"}},
    )
    question("since", "Since when?", "date", least=-30, most=0)
    question("number", "How many?", "number", least=1, most=9)
    hurt = question(
        "hurt", "Was somebody hurt?", "single", options=[option("yes", "Yes", "Sí"), option("no", "No", "No")]
    )
    question("who", "Who?", "text", most=40, is_required=True, depends_on=hurt, depends_values=["yes"])
    question("tag", "Tag of the car", "text", is_private=True)
    question(
        "when",
        "When?",
        "multiple",
        options=[option("day", "By day", "De día"), option("night", "At night", "De noche")],
    )
    return city.pothole


def form(category: Category, words: str = "q_size=plate") -> QuestionsForm:
    return QuestionsForm(category, QueryDict(words), today=TODAY)


def test_answers_in_the_order_asked(asked: Category) -> None:
    filled = form(
        asked,
        "q_size=plate&q_since=2026-03-01&q_number=2&q_hurt=yes&q_who=A+neighbor&q_tag=ABC+123&q_when=day&q_when=night",
    )
    assert filled.is_valid(), filled.errors
    assert [(answer.label, answer.value) for answer in filled.given] == [
        ("How big is it?", "Like a plate"),
        ("Since when?", "2026-03-01"),
        ("How many?", "2"),
        ("Was somebody hurt?", "Yes"),
        ("Who?", "A neighbor"),
        ("Tag of the car", "ABC 123"),
        ("When?", "By day; At night"),
    ]
    tag = next(answer for answer in filled.given if answer.is_private)
    assert (tag.label, tag.public_value) == ("Tag of the car", "")


@pytest.mark.parametrize(
    ("words", "field", "message"),
    [
        ("", "q_size", "Answer this question."),
        ("q_size=", "q_size", "Answer this question."),
        ("q_size=gone", "q_size", "This answer is no longer offered. Choose another one."),
        ("q_size=plate&q_when=never", "q_when", "This answer is no longer offered. Choose another one."),
        (
            "q_size=plate&q_since=2026-03-05",
            "q_since",
            "Give a day since Feb. 2, 2026 that is not in the future.",
        ),
        (
            "q_size=plate&q_since=2025-03-05",
            "q_since",
            "Give a day since Feb. 2, 2026 that is not in the future.",
        ),
        ("q_size=plate&q_since=0000-99-99", "q_since", "Give a date such as 03/04/2026: month, day, year."),
        ("q_size=plate&q_number=0", "q_number", "Give a whole number from 1 to 9."),
        ("q_size=plate&q_number=1e9", "q_number", "Give a whole number from 1 to 9."),
        ("q_size=plate&q_number=" + "9" * 5000, "q_number", "Give a whole number from 1 to 9."),
        ("q_size=plate&q_number=NaN", "q_number", "Give a whole number from 1 to 9."),
        ("q_size=plate&q_hurt=yes", "q_who", "Answer this question."),
        (
            "q_size=plate&q_hurt=yes&q_who=" + "x" * 41,
            "q_who",
            "This answer is too long: 40 characters at most.",
        ),
        ("q_size=plate&q_tag=a%00b", "q_tag", "Null characters are not allowed."),
    ],
)
def test_what_does_not_fit_is_said(asked: Category, words: str, field: str, message: str) -> None:
    filled = form(asked, words)
    assert not filled.is_valid()
    assert filled.errors[field] == [message]
    assert filled.given == ()


def test_a_megabyte_is_too_long(asked: Category) -> None:
    filled = QuestionsForm(asked, {"q_size": "plate", "q_tag": "x" * 10_000_000}, today=TODAY)
    assert filled.errors == {"q_tag": ["This answer is too long: 500 characters at most."]}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("emoji 🕳️ and é", "emoji 🕳️ and é"),
        ("two\nlines\tand\x07bell", "two lines and bell"),
        ("\u202egnorw\u202c way\u2028round", "gnorw way round"),
        ("مرحبا\u200f", "مرحبا\u200f"),
    ],
)
def test_strange_characters(asked: Category, typed: str, kept: str) -> None:
    filled = QuestionsForm(asked, {"q_size": "plate", "q_tag": typed}, today=TODAY)
    assert [answer.value for answer in filled.given][-1] == kept


def test_a_condition_that_fails_ignores_what_was_sent(asked: Category) -> None:
    filled = form(asked, "q_size=plate&q_hurt=no&q_who=" + "x" * 500)
    assert filled.is_valid(), filled.errors
    assert [answer.label for answer in filled.given] == ["How big is it?", "Was somebody hurt?"]


def test_an_answer_that_stops(asked: Category) -> None:
    filled = form(asked, "q_size=cave&q_tag=kept")
    assert filled.stop == STOP
    assert not filled.is_valid()
    assert filled.given == ()
    assert 'value="kept"' in str(filled["q_tag"])
    with override("es"):
        assert form(asked, "q_size=cave").stop == "Llame ahora al 911."


def test_unbound_says_nothing(asked: Category) -> None:
    blank = QuestionsForm(asked)
    assert (blank.stop, blank.given, QuestionsForm(None).questions) == ("", (), ())


def test_a_retired_question_takes_its_dependents_along(asked: Category) -> None:
    Question.objects.filter(slug="hurt").update(is_active=False)
    filled = form(asked, "q_size=plate&q_hurt=yes&q_who=x")
    assert filled.is_valid()
    assert [answer.label for answer in filled.given] == ["How big is it?"]


def test_the_page_says_conditions_in_words_and_marks_them_for_the_script(asked: Category) -> None:
    page = render_to_string("resident/_questions.html", {"questions": QuestionsForm(asked)})
    assert 'data-depends-on="q_hurt" data-depends-values="yes"' in page
    assert "Only if you answered “Yes” to “Was somebody hurt?”:" in page
    assert 'data-stop-on="q_size" data-stop-value="cave"' in page
    assert "It may be released where the law requires it." in page
    assert 'max="' in page


def submitted(category: Category, words: str) -> str:
    return makers.submitted(category, answers=form(category, words).given).request.number


def test_the_public_reads_masked_answers_and_no_private_ones(asked: Category, client: Client) -> None:
    number = submitted(
        asked, "q_size=plate&q_since=2026-03-01&q_hurt=yes&q_who=call+410-555-0199&q_tag=CANARY7"
    )
    found = public_request(number)
    assert found is not None
    assert found.answers == (
        ("How big is it?", "Like a plate"),
        ("Since when?", "March 1, 2026"),
        ("Was somebody hurt?", "Yes"),
        ("Who?", "call •••"),
    )
    page = client.get(f"/requests/{number}/").content.decode()
    assert "Like a plate" in page
    assert "CANARY7" not in page
    assert "555-0199" not in page
    with override("es"):
        assert public_answers(found.id)[:2] == (
            ("¿De qué tamaño es?", "Como un plato"),
            ("Since when?", "1 de marzo de 2026"),
        )


def test_a_question_reworded_since_is_shown_as_it_was_asked(asked: Category) -> None:
    number = submitted(asked, "q_size=plate")
    Question.objects.filter(slug="size").update(label="What size?")
    found = public_request(number)
    assert found is not None
    with override("es"):
        assert public_answers(found.id) == (("How big is it?", "Como un plato"),)


def test_staff_read_every_answer(asked: Category, client: Client, dispatcher: StaffUser) -> None:
    number = submitted(asked, "q_size=plate&q_tag=CANARY7")
    client.force_login(dispatcher)
    page = client.get(f"/queue/{number}/").content.decode()
    assert "Like a plate" in page
    assert "CANARY7" in page
    assert "(not shown online)" in page


def test_a_private_answer_is_stored_without_a_public_copy(asked: Category) -> None:
    submitted(asked, "q_size=plate&q_tag=CANARY7")
    assert Answer.objects.get(is_private=True).public_value == ""
