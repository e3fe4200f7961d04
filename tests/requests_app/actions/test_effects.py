"""What each action changes besides the status, and what it refuses in words."""

from __future__ import annotations

import datetime as dt

import pytest

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor
from requests_app.models import Photo, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.workflow import Audience, Outcome, Status
from tests import makers
from tests.requests_app.actions.cast import LATER, NEXT_WEEK, NOW, calls, made_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(dispatcher: StaffUser) -> Actor:
    return Actor.staff(dispatcher)


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole).request


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


def test_assign_names_both_people(
    made: ServiceRequest, by: Actor, dispatcher: StaffUser, city: makers.SmallCity
) -> None:
    crew = makers.staff("crew", city.streets, name="Carl Crew")
    actions.assign(request_id=made.pk, version=1, to=dispatcher, by=by, now=LATER)
    event = actions.assign(request_id=made.pk, version=2, to=crew, by=by, now=LATER)
    assert event.data == {"from": dispatcher.name, "to": "Carl Crew"}
    assert fresh(made).assignee == crew
    actions.assign(request_id=made.pk, version=3, to=None, by=by, now=LATER)
    assert fresh(made).assignee is None


def test_assign_refuses_strangers_and_those_who_left(
    made: ServiceRequest, by: Actor, other_dispatcher: StaffUser, city: makers.SmallCity
) -> None:
    gone = makers.staff("crew", city.streets, is_active=False)
    for person in (other_dispatcher, gone):
        with pytest.raises(ActionRefused, match="does not work for this department"):
            actions.assign(request_id=made.pk, version=1, to=person, by=by, now=LATER)


def test_hold_keeps_reason_and_review_and_resume_clears_them(
    made: ServiceRequest, by: Actor, city: makers.SmallCity
) -> None:
    calls(city, made)["hold"](by, 1)
    row = fresh(made)
    assert (row.hold_reason, row.waiting_for, row.review_on) == ("Rain", "sun", NEXT_WEEK)
    calls(city, made)["resume"](by, 2)
    row = fresh(made)
    assert (row.hold_reason, row.waiting_for, row.review_on) == ("", "", None)


@pytest.mark.parametrize(("reason", "days"), [("", 3), ("   ", 3), ("Rain", 0), ("Rain", -1)])
def test_hold_needs_reason_and_a_day_ahead(made: ServiceRequest, by: Actor, reason: str, days: int) -> None:
    with pytest.raises(ActionRefused):
        actions.hold(
            request_id=made.pk,
            version=1,
            reason=reason,
            waiting_for="",
            review_on=LATER.date() + dt.timedelta(days=days),
            by=by,
            now=LATER,
        )
    assert fresh(made).status == Status.NEW


def test_hand_over_keeps_the_department_and_names_the_partner(
    made: ServiceRequest, by: Actor, city: makers.SmallCity
) -> None:
    event = calls(city, made)["hand_over"](by, 1)
    row = fresh(made)
    assert row.department == city.streets
    assert row.partner is not None
    assert event.data == {"partner": "State Highways"}
    calls(city, made)["resume"](by, 2)
    assert fresh(made).partner is None


def test_close_pairs_time_and_outcome(made: ServiceRequest, by: Actor) -> None:
    event = actions.close(
        request_id=made.pk,
        version=1,
        outcome=Outcome.NOT_FOUND,
        public_answer="  We looked.  ",
        internal_note=" Crew 7 ",
        by=by,
        now=LATER,
    )
    row = fresh(made)
    assert (row.closed_at, row.outcome) == (LATER, Outcome.NOT_FOUND)
    assert (event.public_note, event.internal_note, event.reporter_note) == ("We looked.", "Crew 7", "")


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        (Outcome.VIOLATION_FOUND, "x"),
        (Outcome.WITHDRAWN, "x"),
        (Outcome.NOT_RECORDED, "x"),
        (Outcome.FIXED, " "),
    ],
)
def test_close_refuses(made: ServiceRequest, by: Actor, outcome: Outcome, answer: str) -> None:
    with pytest.raises(ActionRefused):
        actions.close(request_id=made.pk, version=1, outcome=outcome, public_answer=answer, by=by, now=LATER)


def test_reopening_keeps_number_and_clock(made: ServiceRequest, by: Actor, city: makers.SmallCity) -> None:
    due = made.due_at
    calls(city, made)["close"](by, 1)
    event = actions.reopen(
        request_id=made.pk, version=2, reason="Other hole", by=by, now=LATER + dt.timedelta(days=2)
    )
    row = fresh(made)
    assert (row.number, row.created_at, row.due_at, row.first_due_at) == (made.number, NOW, due, due)
    assert (row.closed_at, row.outcome, row.reopened_count) == (None, "", 1)
    assert event.data == {"outcome_before": "fixed", "days_closed": 2}
    assert event.internal_note == "Other hole"


@pytest.mark.parametrize(("days", "is_refused"), [(30, False), (31, True)])
def test_reporters_reopen_within_thirty_days(
    made: ServiceRequest, by: Actor, city: makers.SmallCity, days: int, is_refused: bool
) -> None:
    calls(city, made)["close"](by, 1)

    def reopen() -> None:
        actions.reopen(
            request_id=made.pk,
            version=None,
            reason="Still there",
            by=Actor.reporter(),
            now=LATER + dt.timedelta(days=days),
        )

    if is_refused:
        with pytest.raises(ActionRefused, match="30 days"):
            reopen()
    else:
        reopen()
        assert made.events.latest("id").reporter_note == "Still there"


def test_spam_and_withdrawn_are_not_reopened_by_reporters(city: makers.SmallCity, by: Actor) -> None:
    spam = makers.submitted(city.pothole).request
    actions.close(request_id=spam.pk, version=1, outcome=Outcome.SPAM, public_answer="", by=by, now=LATER)
    back = makers.submitted(city.pothole).request
    actions.withdraw(request_id=back.pk, by=Actor.reporter(), now=LATER)
    for each in (spam, back):
        with pytest.raises(ActionRefused, match="cannot be reopened"):
            actions.reopen(request_id=each.pk, version=None, reason="x", by=Actor.reporter(), now=LATER)


def test_new_category_routes_anew_and_keeps_the_first_promise(
    made: ServiceRequest, by: Actor, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    actions.assign(request_id=made.pk, version=1, to=dispatcher, by=by, now=LATER)
    event = actions.recategorize(request_id=made.pk, version=2, category=city.rats, by=by, now=LATER)
    row = fresh(made)
    assert (row.category, row.department, row.assignee) == (city.rats, city.waste, None)
    assert row.first_due_at == made.first_due_at
    assert row.due_at != made.due_at
    assert event.data["category_from"] == "Pothole"
    assert event.data["department_to"] == "Bureau of Waste"


def test_a_private_category_takes_the_request_offline(
    made: ServiceRequest, by: Actor, city: makers.SmallCity
) -> None:
    actions.recategorize(request_id=made.pk, version=1, category=city.praise, by=by, now=LATER)
    assert fresh(made).is_public is False


def test_recategorize_refuses_same_and_retired(
    made: ServiceRequest, by: Actor, city: makers.SmallCity
) -> None:
    city.rats.is_active = False
    for category in (city.pothole, city.rats):
        with pytest.raises(ActionRefused):
            actions.recategorize(request_id=made.pk, version=1, category=category, by=by, now=LATER)


def test_reroute_takes_it_from_the_assignee_and_keeps_the_target(
    made: ServiceRequest, by: Actor, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    actions.assign(request_id=made.pk, version=1, to=dispatcher, by=by, now=LATER)
    event = actions.reroute(
        request_id=made.pk, version=2, department=city.waste, reason=" Theirs ", by=by, now=LATER
    )
    row = fresh(made)
    assert (row.department, row.assignee, row.due_at) == (city.waste, None, made.due_at)
    assert row.routing_reason == event.internal_note == "Theirs"


def test_reroute_refuses_same_retired_and_without_reason(
    made: ServiceRequest, by: Actor, city: makers.SmallCity
) -> None:
    with pytest.raises(ActionRefused, match="already"):
        actions.reroute(request_id=made.pk, version=1, department=city.streets, reason="x", by=by, now=LATER)
    with pytest.raises(ActionRefused, match="why"):
        actions.reroute(request_id=made.pk, version=1, department=city.waste, reason=" ", by=by, now=LATER)
    city.waste.is_active = False
    with pytest.raises(ActionRefused, match="retired"):
        actions.reroute(request_id=made.pk, version=1, department=city.waste, reason="x", by=by, now=LATER)


@pytest.mark.parametrize(
    ("audience", "column"),
    [
        (Audience.STAFF, "internal_note"),
        (Audience.REPORTER, "reporter_note"),
        (Audience.EVERYONE, "public_note"),
    ],
)
def test_a_note_goes_to_its_audience_alone(
    made: ServiceRequest, by: Actor, audience: Audience, column: str
) -> None:
    event = actions.add_note(
        request_id=made.pk, version=1, text=" Words ", audience=audience, by=by, now=LATER
    )
    notes = {name: getattr(event, name) for name in ("internal_note", "reporter_note", "public_note")}
    assert notes == {name: "Words" if name == column else "" for name in notes}


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_a_note_has_words_but_not_too_many(made: ServiceRequest, by: Actor, text: str) -> None:
    with pytest.raises(ActionRefused):
        actions.add_note(request_id=made.pk, version=1, text=text, audience=Audience.STAFF, by=by, now=LATER)


def test_photo_and_request_go_on_and_offline(city: makers.SmallCity, by: Actor) -> None:
    made = made_in(Status.OPEN, city, by)
    todo = calls(city, made)
    photo = Photo.objects.get(request=made)
    for step, state in (("hide_photo", PhotoState.HIDDEN), ("publish_photo", PhotoState.PUBLISHED)):
        event = todo[step](by, None)
        photo.refresh_from_db()
        assert photo.state == state
        assert event.data == {"photo": photo.public_id}
    for step, is_public in (("unpublish", False), ("publish", True)):
        todo[step](by, None)
        assert fresh(made).is_public is is_public
    with pytest.raises(ActionRefused):
        actions.unpublish(request_id=made.pk, version=None, reason=" ", by=by, now=LATER)


def test_a_private_request_is_not_public_at_once(made: ServiceRequest, by: Actor) -> None:
    assert ServiceRequest.objects.public().filter(pk=made.pk).exists()
    actions.unpublish(request_id=made.pk, version=1, reason="A name", by=by, now=LATER)
    assert not ServiceRequest.objects.public().filter(pk=made.pk).exists()
