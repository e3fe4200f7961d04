"""Sentences and searches: pure functions, exhaustively."""

from __future__ import annotations

import datetime as dt

import pytest

from departments.kinds import Kind
from requests_app.queries.endings import Ending, outcome_sentence
from requests_app.queries.public import PublicRequest
from requests_app.queries.steps import PublicEvent
from requests_app.resident import finder, presenters
from requests_app.resident.pins import as_number
from requests_app.resident.timeline import timeline
from requests_app.workflow import ActorKind, Channel, EventKind, Outcome, Status
from tests.makers import NOW


def item(**fields: object) -> PublicRequest:
    values: dict[str, object] = {
        "id": 1, "number": "26-000001", "category_id": 1, "category": "Pothole", "department_id": 1, "partner_phone": "",
        "partner_website": "", "kind": Kind.REPAIR, "status": Status.NEW, "outcome": "",
        "department": "the Department of Streets", "department_phone": "", "partner": "", "channel": Channel.WEB,
        "description": "", "address": "", "place_note": "", "latitude": None, "longitude": None, "hold_reason": "",
        "waiting_for": "", "review_on": None, "created_at": NOW, "due_at": None, "closed_at": None, "reopened_count": 0,
        "is_public": True, "is_anonymous": False,
    }  # fmt: skip
    return PublicRequest(**(values | fields))  # type: ignore[arg-type]


def event(kind: str, **fields: object) -> PublicEvent:
    values: dict[str, object] = {
        "kind": kind, "from_status": "open", "to_status": "open", "actor_kind": ActorKind.STAFF, "department": "the Streets",
        "public_note": "", "reporter_note": "", "data": {}, "occurred_at": NOW,
    }  # fmt: skip
    return PublicEvent(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("for_holder", [True, False])
def test_every_kind_of_event_has_a_sentence_or_says_nothing(kind: EventKind, for_holder: bool) -> None:
    lines = timeline(item(events=(event(kind, public_note="Words"),)), token="t" * 22 if for_holder else "")
    assert [line.words for line in lines] == ["Words"]
    assert lines[0].what
    assert "!" not in lines[0].what


def test_an_unknown_kind_of_event_raises() -> None:
    with pytest.raises(ValueError, match=r"request\.exploded"):
        timeline(item(events=(event("request.exploded"),)), token="")


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("kind", Kind)
def test_every_outcome_has_a_sentence(outcome: Outcome, kind: Kind) -> None:
    sentence = outcome_sentence(Ending(outcome, kind, NOW, "the Streets"))
    assert sentence[0].isupper()
    assert "%" not in sentence
    assert ("Fixed" in sentence) == (outcome == Outcome.FIXED)


def test_an_unknown_outcome_raises() -> None:
    with pytest.raises(ValueError, match="vanished"):
        outcome_sentence(Ending("vanished", Kind.REPAIR, NOW))


@pytest.mark.parametrize("status", Status)
def test_every_status_says_what_happens_next(status: Status) -> None:
    outcome = Outcome.FIXED if status == Status.CLOSED else ""
    sentence = presenters.next_step(
        item(status=status, outcome=outcome, closed_at=NOW if outcome else None), now=NOW, for_holder=False
    )
    assert sentence[0].isupper()
    assert "%" not in sentence


def test_a_missed_target_is_admitted() -> None:
    late = item(due_at=NOW - dt.timedelta(days=1))
    assert presenters.missed(late, NOW) == "We missed the target of Tuesday, March 3. We are sorry."
    assert presenters.target(late, NOW) == ""
    assert presenters.target(item(due_at=NOW + dt.timedelta(days=1)), NOW).startswith("Thursday")
    assert presenters.target(item(), NOW) == ""


def test_notes_to_the_reporter_are_for_the_holder_only() -> None:
    noted = item(events=(event(EventKind.NOTED, reporter_note="For you"),))
    assert timeline(noted, token="") == []
    assert timeline(noted, token="t" * 22)[0].audience == "Not shown online"


@pytest.mark.parametrize(
    ("email", "shown"),
    [("jane@example.org", "j…@e….org"), ("a@b.co.uk", "a…@b….uk"), ("odd@localhost", "o…")],
)
def test_masked_email(email: str, shown: str) -> None:
    assert presenters.masked_email(email) == shown


@pytest.mark.parametrize(
    ("typed", "number"),
    [("26-004217", "26-004217"), ("26 4217", "26-004217"), ("#26–004217", "26-004217"), ("264217", "26-004217"),
     ("26-1234567", "26-1234567"), ("hello", ""), ("", ""), ("26-", "")],
)  # fmt: skip
def test_numbers_as_people_type_them(typed: str, number: str) -> None:
    assert as_number(typed) == number


@pytest.mark.parametrize(
    "value", ["", "words", "1,2", "a,b,c", "nan,1,x", "inf,1,x", "0,0,x", "91,0,x", "1,181,x", "39.3,-76.6, "]
)
def test_a_made_up_choice_of_place_is_none(value: str) -> None:
    assert finder.chosen(value) is None


def test_a_choice_of_place_comes_back_whole() -> None:
    found = finder.chosen(finder.choice("100 Main St, rear", 39.3, -76.6).value)
    assert found is not None
    assert (found.address, found.latitude, found.longitude) == ("100 Main St, rear", 39.3, -76.6)
