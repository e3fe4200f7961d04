"""The crew's actions: take a job, send it back, show the result, report what is found; keys that work once."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, AlreadySubmitted, StaleRequest, Submission
from requests_app.actions.keys import once, was_spent
from requests_app.models import Photo, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.workflow import EventKind, Outcome, Population, Status
from tests import makers

LATER = makers.NOW + dt.timedelta(hours=3)


@pytest.fixture
def crew(city: makers.SmallCity) -> StaffUser:
    return makers.staff("crew", city.streets, name="Carl Crew")


def draft(key: str, digit: str = "1") -> Photo:
    return Photo.objects.create(draft_key=key, sha256=digit * 64, width=8, height=8, created_at=makers.NOW)


def close(
    made: ServiceRequest, user: StaffUser, outcome: Outcome = Outcome.FIXED, **more: Any
) -> RequestEvent:
    return actions.close(
        request_id=made.pk,
        version=None,
        outcome=outcome,
        public_answer="Done.",
        by=Actor.staff(user),
        now=LATER,
        **more,
    )


@pytest.mark.django_db
def test_who_starts_a_job_nobody_has_has_it(city: makers.SmallCity, crew: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    event = actions.begin(request_id=made.pk, version=1, by=Actor.staff(crew), now=LATER)
    made.refresh_from_db()
    assert (made.status, made.assignee, event.data) == (Status.IN_PROGRESS, crew, {"taken": True})


@pytest.mark.django_db
def test_a_colleagues_job_is_not_taken(city: makers.SmallCity, crew: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=made.pk).update(assignee=makers.staff("crew", name="Maria"))
    with pytest.raises(ActionRefused, match="Maria has this job"):
        actions.begin(request_id=made.pk, version=1, by=Actor.staff(crew), now=LATER)
    made.refresh_from_db()
    assert (made.status, made.version) == (Status.NEW, 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_one_job_at_once_one_wins(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    crews = [makers.staff("crew", city.streets) for _ in range(8)]
    answers: list[str] = []

    def take(user: StaffUser) -> None:
        try:
            actions.begin(request_id=made.pk, version=1, by=Actor.staff(user), now=LATER)
            answers.append("taken")
        except StaleRequest as told:
            answers.append(told.changed_by)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(user,)) for user in crews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.refresh_from_db()
    assert made.assignee is not None
    assert sorted(answers) == sorted(["taken", *[made.assignee.name] * 7])
    assert RequestEvent.objects.filter(request=made, kind=EventKind.STARTED).count() == 1


@pytest.mark.django_db
def test_what_follows_another_report_is_done_there(city: makers.SmallCity, crew: StaffUser) -> None:
    lead, made = (makers.submitted(city.pothole).request for _ in range(2))
    ServiceRequest.objects.filter(pk=made.pk).update(lead=lead)
    with pytest.raises(ActionRefused, match=lead.number):
        actions.begin(request_id=made.pk, version=None, by=Actor.staff(crew), now=LATER)
    with pytest.raises(ActionRefused, match=lead.number):
        actions.send_back(request_id=made.pk, version=None, reason="No", by=Actor.staff(crew), now=LATER)


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["  ", "x" * 1_001], ids=["empty", "too long"])
def test_sending_back_wants_a_reason(city: makers.SmallCity, crew: StaffUser, reason: str) -> None:
    made = makers.submitted(city.pothole).request
    with pytest.raises(ActionRefused):
        actions.send_back(request_id=made.pk, version=None, reason=reason, by=Actor.staff(crew), now=LATER)


@pytest.mark.django_db
def test_sent_back_is_with_nobody_and_open(city: makers.SmallCity, crew: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    actions.begin(request_id=made.pk, version=None, by=Actor.staff(crew), now=LATER)
    event = actions.send_back(
        request_id=made.pk,
        version=None,
        reason="A water main",
        suggested=city.waste,
        by=Actor.staff(crew),
        now=LATER,
    )
    made.refresh_from_db()
    assert (made.status, made.assignee, made.department) == (Status.OPEN, None, city.streets)
    assert event.data == {"from": "Carl Crew", "suggested": "Bureau of Waste"}
    assert (event.internal_note, event.public_note) == ("A water main", "")


@pytest.mark.django_db
class TestClosingPhoto:
    @pytest.fixture(autouse=True)
    def _asked(self, city: makers.SmallCity) -> None:
        city.pothole.closing_photo = True
        city.pothole.save()

    def test_crews_need_one(self, city: makers.SmallCity, crew: StaffUser) -> None:
        made = makers.submitted(city.pothole).request
        with pytest.raises(ActionRefused, match="photo of the result"):
            close(made, crew)
        made.refresh_from_db()
        assert made.is_open

    def test_with_one_it_is_closed_and_shown(self, city: makers.SmallCity, crew: StaffUser) -> None:
        made = makers.submitted(city.pothole).request
        photo = draft("key")
        event = close(made, crew, draft_key="key")
        photo.refresh_from_db()
        assert event.data["photos"] == [photo.public_id]
        assert (photo.request_id, photo.purpose, photo.state) == (
            made.pk,
            PhotoPurpose.RESULT,
            PhotoState.PUBLISHED,
        )
        assert (photo.uploaded_by, photo.draft_key) == (crew, "")

    def test_one_sent_before_counts(self, city: makers.SmallCity, crew: StaffUser) -> None:
        made = makers.submitted(city.pothole).request
        draft("key")
        actions.add_result_photo(
            request_id=made.pk, version=None, draft_key="key", by=Actor.staff(crew), now=LATER
        )
        close(made, crew)

    def test_one_from_before_the_reopening_does_not(self, city: makers.SmallCity, crew: StaffUser) -> None:
        made = makers.submitted(city.pothole).request
        draft("key")
        close(made, crew, draft_key="key")
        actions.reopen(request_id=made.pk, version=None, reason="Still there", by=Actor.reporter(), now=LATER)
        with pytest.raises(ActionRefused, match="photo of the result"):
            close(made, crew)

    def test_not_for_what_was_not_found(self, city: makers.SmallCity, crew: StaffUser) -> None:
        made = makers.submitted(city.pothole).request
        close(made, crew, Outcome.NOT_FOUND)

    def test_dispatchers_close_without(self, city: makers.SmallCity, dispatcher: StaffUser) -> None:
        close(makers.submitted(city.pothole).request, dispatcher)


@pytest.mark.django_db
def test_the_same_picture_is_not_doubled_and_there_is_an_end(city: makers.SmallCity, crew: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    words: dict[str, Any] = {"request_id": made.pk, "version": None, "by": Actor.staff(crew), "now": LATER}
    draft("first", "a")
    actions.add_result_photo(draft_key="first", **words)
    draft("again", "a")
    with pytest.raises(ActionRefused, match="Choose a photo"):
        actions.add_result_photo(draft_key="again", **words)
    for digit in "bcdefg":
        draft("many", digit)
    with pytest.raises(ActionRefused, match="6 photos"):
        actions.add_result_photo(draft_key="many", **words)


def found(city: makers.SmallCity, **fields: Any) -> Submission:
    fields = {
        "category": city.pothole,
        "description": "Pothole",
        "latitude": 39.3,
        "longitude": -76.65,
    } | fields
    return Submission(channel="staff", population=Population.STAFF_FOUND, **fields)


@pytest.mark.django_db
def test_what_is_found_is_mine_at_once(city: makers.SmallCity, crew: StaffUser) -> None:
    key = str(uuid.uuid4())
    made = actions.report_found(submission=found(city), key=key, by=Actor.staff(crew), now=LATER)
    again = actions.report_found(submission=found(city), key=key, by=Actor.staff(crew), now=LATER)
    row = made.request
    assert (made.created, made.is_mine, again.created, again.request) == (True, True, False, row)
    assert (row.status, row.assignee, row.population, row.channel) == (
        Status.OPEN,
        crew,
        "staff_found",
        "staff",
    )
    with pytest.raises(AlreadySubmitted):
        actions.report_found(
            submission=found(city, description="Another"), key=key, by=Actor.staff(crew), now=LATER
        )


@pytest.mark.django_db
def test_what_belongs_to_others_goes_to_them(city: makers.SmallCity, crew: StaffUser) -> None:
    made = actions.report_found(
        submission=found(city, category=city.missed_trash), key="k", by=Actor.staff(crew), now=LATER
    )
    assert not made.is_mine
    assert (made.request.department, made.request.assignee, made.request.status) == (
        city.waste,
        None,
        Status.NEW,
    )


@pytest.mark.django_db
def test_retired_categories_and_other_roles_are_refused(
    city: makers.SmallCity, crew: StaffUser, dispatcher: StaffUser
) -> None:
    city.pothole.is_active = False
    with pytest.raises(ActionRefused, match="retired"):
        actions.report_found(submission=found(city), key="k", by=Actor.staff(crew), now=LATER)
    with pytest.raises(ActionRefused, match="role"):
        actions.report_found(submission=found(city), key="k", by=Actor.staff(dispatcher), now=LATER)
    assert not ServiceRequest.objects.exists()


@pytest.mark.django_db
def test_a_key_works_once_and_a_refusal_does_not_spend_it(city: makers.SmallCity, crew: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    words: dict[str, Any] = {"scope": "crew:1", "key": "k", "request_id": made.pk, "now": LATER}

    def refuse() -> None:
        raise ActionRefused("no")

    def work() -> None:
        calls.append(1)

    calls: list[int] = []
    with pytest.raises(ActionRefused, match="no"):
        once(refuse, content="a", **words)
    assert not was_spent(scope="crew:1", key="k")
    assert once(work, content="a", **words)
    assert not once(work, content="a", **words)
    with pytest.raises(AlreadySubmitted):
        once(work, content="b", **words)
    assert (calls, was_spent(scope="crew:1", key="k")) == ([1], True)
