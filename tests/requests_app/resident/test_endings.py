"""How a report ended and where it is, in words: outcome by outcome, kind by kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from departments.kinds import Kind
from requests_app.queries.endings import Ending, outcome_sentence
from requests_app.queries.public import PublicPhoto
from requests_app.queries.steps import QUIET
from requests_app.resident import presenters
from requests_app.resident.showing import pictures
from requests_app.resident.timeline import timeline
from requests_app.workflow import ActorKind, EventKind, Outcome, Status
from tests.makers import NOW
from tests.requests_app.resident.test_words import event, item

DAY = dt.timedelta(days=1)
MARCH_4 = "Wednesday, March 4"

ENDINGS: list[tuple[Outcome, Kind, dict[str, Any], str]] = [
    (Outcome.FIXED, Kind.REPAIR, {}, f"Fixed on {MARCH_4} by Streets."),
    (Outcome.DELIVERED, Kind.DELIVER, {}, f"Delivered on {MARCH_4} by Streets."),
    (Outcome.DELIVERED, Kind.COLLECT, {}, f"Collected on {MARCH_4} by Streets."),
    (Outcome.ALREADY_FIXED, Kind.REPAIR, {}, f"It was already done when our crew came on {MARCH_4}."),
    (Outcome.NOT_FOUND, Kind.REPAIR, {}, "Still there? Tell us where to look."),
    (Outcome.RESOLVED_BY_OTHERS, Kind.REPAIR, {}, "Thank you to whoever did."),
    (Outcome.RESOLVED_BY_OTHERS, Kind.REPAIR, {"by_reporter": True}, "Thank you to all who helped."),
    (
        Outcome.RESOLVED_BY_OTHERS,
        Kind.REPAIR,
        {"by_reporter": True, "for_holder": True},
        f"You told us on {MARCH_4} that it is taken care of. Thank you.",
    ),
    (Outcome.VIOLATION_FOUND, Kind.INSPECT, {}, f"Our inspector confirmed it on {MARCH_4}."),
    (
        Outcome.VIOLATION_FOUND,
        Kind.INSPECT,
        {"case_number": "C-1", "comply_by": dt.date(2026, 4, 3)},
        f"confirmed it on {MARCH_4} and gave the owner until Friday, April 3 to put it right. The case number is C-1.",
    ),
    (Outcome.NO_VIOLATION, Kind.INSPECT, {}, "found the rules were met."),
    (Outcome.NOT_OURS, Kind.REPAIR, {}, "this does not belong to the City."),
    (
        Outcome.NOT_OURS,
        Kind.REPAIR,
        {"partner": "State Highways", "partner_phone": "410-1", "reference": "S-9", "handed_on": NOW - DAY},
        "This belongs to State Highways, not to the City. We sent them this report on Tuesday, March 3."
        " Their number for it is S-9. You can reach them at 410-1.",
    ),
    (
        Outcome.NO_ACCESS,
        Kind.DELIVER,
        {"try_again_on": dt.date(2026, 3, 6)},
        f"We could not get to it on {MARCH_4}. We try again on Friday, March 6.",
    ),
    (Outcome.INFORMATION_GIVEN, Kind.ANSWER, {"for_holder": True}, "Here is the answer to your question"),
    (Outcome.INFORMATION_GIVEN, Kind.FEEDBACK, {"for_holder": True}, f"Answered on {MARCH_4} by Streets."),
    (Outcome.DECLINED, Kind.REPAIR, {}, f"On {MARCH_4} Streets decided not to do this."),
    (Outcome.WITHDRAWN, Kind.REPAIR, {"for_holder": True}, f"You withdrew this report on {MARCH_4}."),
    (Outcome.DUPLICATE, Kind.REPAIR, {}, "Somebody told us first. This number stays valid."),
    (
        Outcome.DUPLICATE,
        Kind.REPAIR,
        {"lead": "26-000002", "for_holder": True},
        "Somebody told us first: 26-000002. You get its news; your number stays valid.",
    ),
]


@pytest.mark.parametrize(("outcome", "kind", "known", "words"), ENDINGS)
def test_an_ending_says_what_is_known(
    outcome: Outcome, kind: Kind, known: dict[str, Any], words: str
) -> None:
    assert words in outcome_sentence(Ending(outcome, kind, NOW, "Streets", **known))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("status", [status for status in Status if status != Status.CLOSED])
@pytest.mark.parametrize("for_holder", [True, False])
def test_every_kind_says_what_is_next(kind: Kind, status: Status, for_holder: bool) -> None:
    sentence = presenters.next_step(item(kind=kind, status=status), now=NOW, for_holder=for_holder)
    assert "%" not in sentence
    assert "actioned" not in sentence
    assert sentence.endswith(".")


def test_an_ending_is_read_from_the_closing() -> None:
    closing = event(
        EventKind.CLOSED, to_status=Status.CLOSED, public_note="Two bins.",
        data={"outcome": "violation_found", "case_number": "C-7", "comply_by": "nonsense"},
    )  # fmt: skip
    ended = item(
        kind=Kind.INSPECT, status=Status.CLOSED, outcome="violation_found", closed_at=NOW, events=(closing,)
    )
    assert presenters.next_step(ended, now=NOW, for_holder=False).endswith("The case number is C-7.")
    answer = presenters.answer(ended)
    assert answer is not None
    assert answer.words == "Two bins."


def test_a_pause_counts_its_days() -> None:
    held = event(EventKind.HELD, from_status="open", to_status=Status.ON_HOLD, occurred_at=NOW - 3 * DAY)
    again = event(EventKind.HELD, from_status="on_hold", to_status=Status.ON_HOLD, occurred_at=NOW - DAY)
    request = item(
        status=Status.ON_HOLD, waiting_for="the State", hold_reason="Lines.", review_on=dt.date(2026, 3, 6),
        events=(again, held),
    )  # fmt: skip
    expected = (
        "Paused 3 days: waiting for the State. The reason: Lines. We look at it again on Friday, March 6."
    )
    assert presenters.paused(request, NOW) == expected


def test_a_missed_target_names_the_reason_of_an_earlier_pause() -> None:
    held = event(EventKind.HELD, data={"reason": "Rain."})
    late = item(due_at=NOW - DAY, status=Status.OPEN, events=(held,))
    assert presenters.missed(late, NOW).endswith("We are sorry. The reason: Rain.")
    assert presenters.missed(late, NOW).count("sorry") == 1


def test_each_move_between_departments_is_counted_and_dated() -> None:
    events = (
        event(EventKind.REROUTED, department="B", occurred_at=NOW, data={"department_from": "A"}),
        event(EventKind.ROUTED, department="A", occurred_at=NOW - 2 * DAY),
    )
    where = presenters.whereabouts(item(department="B", events=events))
    assert (where.name, where.since, where.moves) == ("B", NOW, 1)
    first = presenters.whereabouts(item(department="A", events=events[1:]))
    assert (first.name, first.since, first.moves) == ("A", NOW - 2 * DAY, 0)
    assert timeline(item(department="B", events=events), token="")[0].what == "Moved from A to B"


@pytest.mark.parametrize("kind", QUIET)
def test_quiet_steps_say_nothing_to_the_public(kind: EventKind) -> None:
    for who in (ActorKind.STAFF, ActorKind.REPORTER, ActorKind.RESIDENT):
        assert timeline(item(events=(event(kind, actor_kind=who),)), token="") == []


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind not in {*QUIET, EventKind.NOTED}])
def test_all_other_steps_are_told(kind: EventKind) -> None:
    assert timeline(item(events=(event(kind),)), token="")[0].what


def test_before_and_after_are_the_first_of_each() -> None:
    report, result, more = (PublicPhoto(name, 8, 8, name == "b", False) for name in "abc")
    assert (pictures((report, result, more)).before, pictures((report, result, more)).after) == (
        report,
        result,
    )
    assert pictures((report, more)).others == (report, more)
    assert not pictures(())
