"""What the reporter may say and change: what it does, how often, until when, and what is said to a refusal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, MoveNotPossible, StaleRequest
from requests_app.models import Follower, Photo, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.workflow import Audience, Outcome, Status
from tests import makers
from tests.requests_app.actions.cast import LATER, NOW, SOON

pytestmark = pytest.mark.django_db
REPORTER = Actor.reporter()
DAY = dt.timedelta(days=1)


@pytest.fixture
def by(dispatcher: StaffUser) -> Actor:
    return Actor.staff(dispatcher)


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="jane@example.org").request


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


def close(
    made: ServiceRequest, by: Actor, *, at: dt.datetime = LATER, outcome: Outcome = Outcome.FIXED
) -> None:
    actions.close(request_id=made.pk, version=None, outcome=outcome, public_answer="Done.", by=by, now=at)


def draft(key: str = "form", sha: str = "a") -> Photo:
    return Photo.objects.create(draft_key=key, sha256=sha * 64, width=8, height=8, created_at=NOW)


def no(made: ServiceRequest, *, at: dt.datetime, reason: str = "Still there", draft_key: str = "") -> None:
    actions.reopen(request_id=made.pk, version=None, reason=reason, draft_key=draft_key, by=REPORTER, now=at)


def test_yes_counts_once_for_each_closing(made: ServiceRequest, by: Actor) -> None:
    close(made, by)
    event = actions.confirm(request_id=made.pk, by=REPORTER, now=LATER + DAY)
    assert event.data == {"outcome": "fixed"}
    with pytest.raises(ActionRefused, match="told us already"):
        actions.confirm(request_id=made.pk, by=REPORTER, now=LATER + DAY)
    no(made, at=LATER + 2 * DAY)
    with pytest.raises(MoveNotPossible):
        actions.confirm(request_id=made.pk, by=REPORTER, now=LATER + 3 * DAY)
    close(made, by, at=LATER + 4 * DAY)
    actions.confirm(request_id=made.pk, by=REPORTER, now=LATER + 5 * DAY)
    assert made.events.filter(kind="request.confirmed").count() == 2


@pytest.mark.parametrize("outcome", [Outcome.SPAM, Outcome.DUPLICATE])
def test_nothing_done_is_not_confirmed(made: ServiceRequest, by: Actor, outcome: Outcome) -> None:
    close(made, by, outcome=outcome)
    with pytest.raises(ActionRefused, match="nothing to confirm"):
        actions.confirm(request_id=made.pk, by=REPORTER, now=LATER)


def test_a_no_needs_a_sentence_or_a_photo(made: ServiceRequest, by: Actor) -> None:
    close(made, by)
    with pytest.raises(ActionRefused, match="or add a photo"):
        no(made, at=LATER, reason="  ")
    photo = draft()
    no(made, at=LATER, reason="", draft_key="form")
    photo.refresh_from_db()
    assert (photo.request_id, photo.draft_key, photo.state) == (made.pk, "", PhotoState.PUBLISHED)
    assert made.events.latest("id").data["photos"] == [photo.public_id]
    assert (fresh(made).status, fresh(made).due_at) == (Status.OPEN, made.due_at)


def test_a_second_no_goes_to_somebody_else(
    made: ServiceRequest, by: Actor, dispatcher: StaffUser, city: makers.SmallCity
) -> None:
    other = makers.staff("crew", city.streets, name="Olga Other")
    actions.assign(request_id=made.pk, version=None, to=dispatcher, by=by, now=LATER)
    close(made, by)
    no(made, at=LATER + DAY)
    assert fresh(made).assignee == dispatcher
    close(made, by, at=LATER + 2 * DAY)
    no(made, at=LATER + 3 * DAY)
    row = fresh(made)
    assert (row.assignee, row.reopened_count) == (None, 2)
    assert made.events.latest("id").data["not_to"] == {str(dispatcher.pk): dispatcher.name}
    with pytest.raises(ActionRefused, match="closed this before"):
        actions.assign(request_id=made.pk, version=None, to=dispatcher, by=by, now=LATER + 4 * DAY)
    actions.assign(request_id=made.pk, version=None, to=other, by=by, now=LATER + 4 * DAY)
    assert fresh(made).assignee == other


def test_reopening_by_staff_is_no_no(made: ServiceRequest, by: Actor, dispatcher: StaffUser) -> None:
    for at in (LATER, LATER + DAY):
        close(made, by, at=at)
        actions.reopen(request_id=made.pk, version=None, reason="Mistake", by=by, now=at)
    actions.assign(request_id=made.pk, version=None, to=dispatcher, by=by, now=LATER + DAY)
    assert fresh(made).assignee == dispatcher


def test_a_late_no_is_flagged_once_and_answered_by_a_note(made: ServiceRequest, by: Actor) -> None:
    close(made, by)
    late = LATER + 31 * DAY
    with pytest.raises(ActionRefused, match="in a sentence"):
        actions.dispute(request_id=made.pk, reason=" ", by=REPORTER, now=late)
    event = actions.dispute(request_id=made.pk, reason="Still there", by=REPORTER, now=late)
    assert (event.reporter_note, event.internal_note, event.public_note) == ("Still there", "", "")
    assert (fresh(made).status, fresh(made).disputed_at) == (Status.CLOSED, late)
    with pytest.raises(ActionRefused, match="told us already"):
        actions.dispute(request_id=made.pk, reason="Still", by=REPORTER, now=late)
    actions.add_note(
        request_id=made.pk, version=None, text="For us", audience=Audience.STAFF, by=by, now=late
    )
    assert fresh(made).disputed_at == late
    actions.add_note(
        request_id=made.pk, version=None, text="We look", audience=Audience.REPORTER, by=by, now=late
    )
    assert fresh(made).disputed_at is None


def test_a_yes_takes_back_the_own_no_but_not_a_neighbors(made: ServiceRequest, by: Actor) -> None:
    close(made, by)
    actions.dispute(request_id=made.pk, reason="No", by=REPORTER, now=LATER)
    actions.confirm(request_id=made.pk, by=REPORTER, now=LATER)
    assert fresh(made).disputed_at is None
    actions.dispute(request_id=made.pk, reason="No", by=Actor.resident(), now=LATER)
    actions.reopen(request_id=made.pk, version=None, reason="See", by=by, now=LATER)
    assert fresh(made).disputed_at is None
    close(made, by, at=LATER + DAY)
    actions.dispute(request_id=made.pk, reason="No", by=Actor.resident(), now=LATER + DAY)
    actions.confirm(request_id=made.pk, by=REPORTER, now=LATER + DAY)
    assert fresh(made).disputed_at == LATER + DAY


def test_a_review_is_asked_past_the_target_every_two_weeks(
    made: ServiceRequest, by: Actor, city: makers.SmallCity
) -> None:
    assert made.due_at is not None
    with pytest.raises(ActionRefused, match="when the target has passed"):
        actions.ask_review(request_id=made.pk, by=REPORTER, now=LATER)
    late = made.due_at + DAY
    actions.ask_review(request_id=made.pk, words="Please", by=REPORTER, now=late)
    assert fresh(made).review_asked_at == late
    supervisor = Actor.staff(makers.staff("supervisor", city.streets))
    for who, expected in ((by, late), (supervisor, None)):
        actions.add_note(
            request_id=made.pk, version=None, text="Soon", audience=Audience.EVERYONE, by=who, now=late
        )
        assert fresh(made).review_asked_at == expected
    with pytest.raises(ActionRefused, match="14 days"):
        actions.ask_review(request_id=made.pk, by=REPORTER, now=late + 13 * DAY)
    actions.ask_review(request_id=made.pk, by=REPORTER, now=late + 14 * DAY)
    close(made, by, at=late + 15 * DAY)
    assert fresh(made).review_asked_at is None


def test_without_a_target_there_is_no_review(city: makers.SmallCity) -> None:
    made = makers.submitted(city.praise).request
    with pytest.raises(ActionRefused, match="target"):
        actions.ask_review(request_id=made.pk, by=REPORTER, now=LATER + 90 * DAY)


def test_taken_care_of_only_where_the_category_shows_how(made: ServiceRequest) -> None:
    with pytest.raises(ActionRefused, match="You can withdraw it"):
        actions.resolve_own(request_id=made.pk, by=REPORTER, now=LATER)
    made.category.self_help = {"en": {"safe": "Gloves"}}
    made.category.save()
    event = actions.resolve_own(request_id=made.pk, words="We swept it", by=REPORTER, now=LATER)
    assert (event.reporter_note, event.public_note) == ("We swept it", "")
    assert (fresh(made).outcome, fresh(made).closed_at) == (Outcome.RESOLVED_BY_OTHERS, LATER)


def test_an_edit_masks_anew_and_keeps_what_stood_there(made: ServiceRequest) -> None:
    event = actions.edit(
        request_id=made.pk,
        version=1,
        description="Call 410-555-0199, it is deep",
        place_note="left lane",
        by=REPORTER,
        now=SOON,
    )
    row = fresh(made)
    assert "555-0199" in row.description
    assert "555-0199" not in row.public_description
    assert (row.place_note, event.internal_note, event.data) == ("left lane", made.description, {})


@pytest.mark.parametrize(
    ("text", "minutes", "message"),
    [(" ", 5, "Describe"), ("New", 61, "time to change"), ("A deep hole by the bus stop", 5, "Nothing was")],
)
def test_an_edit_is_refused(made: ServiceRequest, text: str, minutes: int, message: str) -> None:
    with pytest.raises(ActionRefused, match=message):
        actions.edit(
            request_id=made.pk,
            description=text,
            place_note="",
            by=REPORTER,
            now=NOW + dt.timedelta(minutes=minutes),
        )


def test_two_windows_and_a_taken_up_report_are_not_edited(made: ServiceRequest, by: Actor) -> None:
    words: dict[str, Any] = {"request_id": made.pk, "place_note": "", "by": REPORTER, "now": SOON}
    actions.edit(version=1, description="First", **words)
    with pytest.raises(StaleRequest):
        actions.edit(version=1, description="Second", **words)
    actions.acknowledge(request_id=made.pk, version=None, by=by, now=SOON)
    with pytest.raises(MoveNotPossible):
        actions.edit(version=None, description="Third", **words)


def test_added_photos_wait_where_the_report_is_anonymous(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole, is_anonymous=True).request
    photo = draft()
    event = actions.add_photo(request_id=made.pk, draft_key="form", by=REPORTER, now=LATER)
    photo.refresh_from_db()
    assert (photo.state, photo.request_id) == (PhotoState.WAITING, made.pk)
    assert event.data == {"photos": [photo.public_id]}
    draft(sha="a")
    for key in ("form", "none", ""):
        with pytest.raises(ActionRefused, match="Choose a photo"):
            actions.add_photo(request_id=made.pk, draft_key=key, by=REPORTER, now=LATER)


def test_a_report_has_nine_photos_at_most(made: ServiceRequest) -> None:
    for number in range(10):
        draft(sha=str(number))
    with pytest.raises(ActionRefused, match="9 photos"):
        actions.add_photo(request_id=made.pk, draft_key="form", by=REPORTER, now=LATER)


def test_a_duplicate_brings_its_reporter_the_news_of_the_first(
    made: ServiceRequest, by: Actor, city: makers.SmallCity
) -> None:
    lead = makers.submitted(city.pothole).request
    words: dict[str, Any] = {
        "request_id": made.pk,
        "version": None,
        "public_answer": "Same hole",
        "by": by,
        "now": LATER,
    }
    for wrong in ("26-999999", made.number):
        with pytest.raises(ActionRefused, match="no public report"):
            actions.close(outcome=Outcome.DUPLICATE, details={"lead": wrong}, **words)
    actions.close(outcome=Outcome.FIXED, **words | {"request_id": lead.pk})  # open ones are joined instead
    event = actions.close(
        outcome=Outcome.DUPLICATE, details={"lead": lead.number, "case_number": "x"}, **words
    )
    assert event.data == {"outcome": "duplicate", "lead": lead.number}
    follower = Follower.objects.get()
    assert (follower.request, follower.confirmed_at) == (lead, LATER)
