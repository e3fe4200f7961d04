"""The reporter reads a question on the own page and answers there, in the own language; strangers read none of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor, Submitted
from requests_app.actions.clerk import follow_questions
from requests_app.models import ServiceRequest
from requests_app.workflow import Status
from tests import makers

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def sent(city: makers.SmallCity, dispatcher: StaffUser) -> Submitted:
    """A pothole whose reporter was asked something five days ago."""
    then = timezone.now() - 5 * DAY
    made = makers.submitted(city.pothole, email="rosa@example.org", now=then - DAY)
    actions.ask(
        request_id=made.request.pk,
        version=None,
        text="Which lane? <i>",
        by=Actor.staff(dispatcher),
        now=then,
    )
    return made


def status(sent: Submitted) -> str:
    return ServiceRequest.objects.get(pk=sent.request.pk).status


def test_the_question_is_answered_on_the_own_page(sent: Submitted, client: Client) -> None:
    page = client.get(f"/r/{sent.token}/").content.decode()
    assert "Which lane? &lt;i&gt;" in page
    assert f'action="/r/{sent.token}/answer/"' in page
    assert client.get(f"/r/{sent.token}/answer/")["Location"] == f"/r/{sent.token}/#question"
    assert status(sent) == Status.ON_HOLD
    answer = client.post(f"/r/{sent.token}/answer/", {"text": "The left one"}, follow=True)
    page = answer.content.decode()
    assert "The department has your answer" in page
    assert "You answered our question" in page
    assert "Which lane?" in page
    assert f'action="/r/{sent.token}/answer/"' not in page
    assert status(sent) == Status.OPEN


def test_the_public_reads_neither_question_nor_answer(sent: Submitted, client: Client) -> None:
    client.post(f"/r/{sent.token}/answer/", {"text": "The left one"})
    page = Client().get(f"/requests/{sent.request.number}/").content.decode()
    assert "We asked the reporter a question" in page
    assert "The reporter answered our question" in page
    assert "Which lane" not in page
    assert "The left one" not in page


@pytest.mark.parametrize(("text", "words"), [("", "Write your answer"), ("x" * 2_001, "2,000 characters")])
def test_an_answer_that_cannot_be(sent: Submitted, client: Client, text: str, words: str) -> None:
    answer = client.post(f"/r/{sent.token}/answer/", {"text": text})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert status(sent) == Status.ON_HOLD


def test_a_second_answer_is_told_kindly(sent: Submitted, client: Client) -> None:
    client.post(f"/r/{sent.token}/answer/", {"text": "The left one"})
    answer = client.post(f"/r/{sent.token}/answer/", {"text": "The left one"}, follow=True)
    assert "No question waits for an answer." in answer.content.decode()


def test_a_late_answer_opens_it_again_from_the_own_page(sent: Submitted, client: Client) -> None:
    asked_at = timezone.now() - 5 * DAY
    follow_questions(asked_at + 7 * DAY)
    ServiceRequest.objects.filter(pk=sent.request.pk).update(created_at=timezone.now() - 40 * DAY)
    sent.request.reporter_questions.update(
        asked_at=asked_at - 20 * DAY,
        warn_at=asked_at - 13 * DAY,
        warned_at=asked_at - 13 * DAY,
        close_at=asked_at - 6 * DAY,
    )
    assert follow_questions(timezone.now()) == 1
    page = client.get(f"/r/{sent.token}/").content.decode()
    assert "because our question was not answered" in page
    assert "Your answer opens the report again" in page
    client.post(f"/r/{sent.token}/answer/", {"text": "The left one"})
    assert status(sent) == Status.OPEN


def test_the_page_speaks_spanish(sent: Submitted, client: Client) -> None:
    page = client.get(f"/r/{sent.token}/", headers={"accept-language": "es"}).content.decode()
    assert "Tenemos una pregunta para usted" in page
    public = Client().get(f"/requests/{sent.request.number}/", headers={"accept-language": "es"})
    assert "Hicimos una pregunta a quien reportó" in public.content.decode()
