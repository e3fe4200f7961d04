"""A question to the reporter: the answer brings the request back; silence reminds, then closes; a late answer reopens."""

from __future__ import annotations

import datetime as dt

import pytest

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, NotAllowed
from requests_app.actions.asking import HOLD_REASON
from requests_app.actions.clerk import bring_back, follow_questions
from requests_app.models import ReporterQuestion, ServiceRequest, StaffNotice
from requests_app.notifications.messages import compose, template_for
from requests_app.workflow import Status
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
DAY = dt.timedelta(days=1)


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="rosa@example.org").request


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


def asked(made: ServiceRequest, by: StaffUser, now: dt.datetime = NOW, text: str = "Which lane?") -> None:
    actions.ask(request_id=made.pk, version=None, text=text, by=Actor.staff(by), now=now)


def test_the_request_waits_and_its_clock_stands_still(made: ServiceRequest, dispatcher: StaffUser) -> None:
    asked(made, dispatcher)
    row = fresh(made)
    assert (row.status, row.hold_reason, row.review_on) == (
        Status.ON_HOLD,
        HOLD_REASON,
        (NOW + 14 * DAY).date(),
    )
    assert row.paused_at == NOW
    event = row.events.latest("id")
    assert template_for(event) == "question"
    letter = compose(event)
    assert "Which lane?" in letter.body
    assert "#question" in letter.body
    with pytest.raises(ActionRefused, match="waits already"):
        asked(made, dispatcher)


@pytest.mark.parametrize(("text", "pattern"), [(" ", "Write the question"), ("x" * 2_001, "too long")])
def test_what_cannot_be_asked(made: ServiceRequest, dispatcher: StaffUser, text: str, pattern: str) -> None:
    with pytest.raises(ActionRefused, match=pattern):
        asked(made, dispatcher, text=text)


def test_nobody_is_asked_about_what_a_colleague_found(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    found = makers.submitted(city.pothole, population="staff_found", channel="staff").request
    with pytest.raises(ActionRefused, match="colleague found"):
        asked(found, dispatcher)


def test_the_answer_brings_it_back_and_tells_who_asked(made: ServiceRequest, dispatcher: StaffUser) -> None:
    asked(made, dispatcher)
    event = actions.answer(request_id=made.pk, text="The left one.", by=Actor.reporter(), now=NOW + 2 * DAY)
    row = fresh(made)
    assert (row.status, row.paused_at, row.hold_reason) == (Status.OPEN, None, "")
    assert made.due_at is not None
    assert row.due_at == made.due_at + 2 * DAY
    assert (event.reporter_note, template_for(event)) == ("The left one.", None)
    question = ReporterQuestion.objects.get()
    assert (question.answer, question.ended_at) == ("The left one.", NOW + 2 * DAY)
    assert [notice.user for notice in StaffNotice.objects.filter(kind="answer")] == [dispatcher]
    with pytest.raises(ActionRefused, match="No question"):
        actions.answer(request_id=made.pk, text="Again", by=Actor.reporter(), now=NOW + 3 * DAY)


def test_a_colleague_writes_the_answer_down_for_a_caller(
    made: ServiceRequest, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    asked(made, dispatcher)
    operator = makers.staff("operator")
    with pytest.raises(NotAllowed):
        actions.answer(
            request_id=made.pk, text="Left", by=Actor.staff(makers.staff("crew", city.streets)), now=NOW
        )
    event = actions.answer(request_id=made.pk, text="Left", by=Actor.staff(operator), now=NOW + DAY)
    assert (event.actor, fresh(made).status) == (operator, Status.OPEN)


def test_an_answer_after_the_work_began_does_not_stop_it(made: ServiceRequest, dispatcher: StaffUser) -> None:
    asked(made, dispatcher)
    actions.start(request_id=made.pk, version=None, by=Actor.staff(dispatcher), now=NOW + DAY)
    assert follow_questions(NOW + 20 * DAY) == 0
    actions.answer(request_id=made.pk, text="Left", by=Actor.reporter(), now=NOW + 21 * DAY)
    assert fresh(made).status == Status.IN_PROGRESS


def test_silence_reminds_then_closes_with_honest_words(made: ServiceRequest, dispatcher: StaffUser) -> None:
    asked(made, dispatcher)
    assert follow_questions(NOW + 6 * DAY) == 0
    assert follow_questions(NOW + 7 * DAY) == 1
    reminder = made.events.get(kind="request.reminded")
    assert template_for(reminder) == "reminder"
    assert "Which lane?" in compose(reminder).body
    assert follow_questions(NOW + 13 * DAY) == 0
    assert bring_back(NOW + 14 * DAY + dt.timedelta(hours=1)) == 0
    assert follow_questions(NOW + 14 * DAY) == 1
    row = fresh(made)
    closing = row.events.latest("id")
    assert (row.status, row.outcome) == (Status.CLOSED, "declined")
    assert "none came in 14 days" in closing.public_note
    assert "#question" in compose(closing).body


def test_a_late_reminder_leaves_the_whole_time_to_answer(made: ServiceRequest, dispatcher: StaffUser) -> None:
    asked(made, dispatcher)
    follow_questions(NOW + 20 * DAY)
    assert fresh(made).status == Status.ON_HOLD
    assert fresh(made).review_on == (NOW + 27 * DAY).date()
    assert follow_questions(NOW + 26 * DAY) == 0
    assert follow_questions(NOW + 27 * DAY) == 1


@pytest.mark.parametrize(("days", "opens"), [(29, True), (31, False)])
def test_a_late_answer_reopens_within_thirty_days(
    made: ServiceRequest, dispatcher: StaffUser, days: int, opens: bool
) -> None:
    asked(made, dispatcher)
    follow_questions(NOW + 7 * DAY)
    follow_questions(NOW + 14 * DAY)
    when = NOW + (14 + days) * DAY
    if not opens:
        with pytest.raises(ActionRefused, match="30 days"):
            actions.answer(request_id=made.pk, text="Left", by=Actor.reporter(), now=when)
        return
    actions.answer(request_id=made.pk, text="Left", by=Actor.reporter(), now=when)
    assert (fresh(made).status, fresh(made).reopened_count) == (Status.OPEN, 1)
    assert ReporterQuestion.objects.get().answer == "Left"
    assert StaffNotice.objects.filter(kind="answer", user=dispatcher).exists()


def test_one_silence_does_not_close_what_others_joined(
    made: ServiceRequest, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    asked(made, dispatcher)
    other = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=other.pk).update(lead=made)
    follow_questions(NOW + 7 * DAY)
    follow_questions(NOW + 14 * DAY)
    assert fresh(made).status == Status.OPEN
    with pytest.raises(ActionRefused, match="follows"):
        asked(other, dispatcher, now=NOW + 15 * DAY)


def test_the_farewell_speaks_the_reporters_language(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole, email="rosa@example.org", language="es").request
    asked(made, dispatcher)
    follow_questions(NOW + 7 * DAY)
    follow_questions(NOW + 14 * DAY)
    assert "respuesta" in made.events.latest("id").public_note
