"""One problem, many reports: joined, led, parted; what happens to the first happens to all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, NotAllowed, StaleRequest
from requests_app.models import BulkChange, NotSame, RequestEvent, ServiceRequest
from requests_app.workflow import ActorKind, Audience, EventKind, Outcome, Status
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
LATER = NOW + dt.timedelta(hours=3)
REPORTER = Actor.reporter()


@pytest.fixture
def by(dispatcher: StaffUser) -> Actor:
    return Actor.staff(dispatcher)


@pytest.fixture
def three(city: makers.SmallCity) -> list[ServiceRequest]:
    return [makers.submitted(city.pothole).request for _each in range(3)]


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


def joined(lead: ServiceRequest, *others: ServiceRequest, by: Actor) -> None:
    actions.take_in(
        request_id=lead.pk, version=None, others={each.pk: None for each in others}, by=by, now=LATER
    )


def close(made: ServiceRequest, by: Actor, outcome: Outcome = Outcome.FIXED) -> RequestEvent:
    return actions.close(
        request_id=made.pk, version=None, outcome=outcome, public_answer="Filled.", by=by, now=LATER
    )


def standing(made: ServiceRequest) -> tuple[Any, ...]:
    row = fresh(made)
    return row.status, row.outcome, row.closed_at, row.department_id, row.assignee_id, row.hold_reason


def test_what_happens_to_the_first_happens_to_all(
    three: list[ServiceRequest], by: Actor, dispatcher: StaffUser, city: makers.SmallCity
) -> None:
    lead, second, third = three
    joined(lead, second, third, by=by)
    assert fresh(lead).merged_count == 2
    assert {fresh(each).lead_id for each in (second, third)} == {lead.pk}
    do: dict[str, Any] = {"request_id": lead.pk, "version": None, "by": by, "now": LATER}
    actions.assign(to=dispatcher, **do)
    assert standing(second) == standing(third) == standing(lead)
    actions.hold(reason="Rain", waiting_for="sun", review_on=LATER.date() + dt.timedelta(days=9), **do)
    assert standing(second) == standing(lead)
    assert fresh(second).review_on == fresh(lead).review_on
    actions.resume(**do)
    actions.reroute(department=city.waste, reason="Theirs", **do)
    assert standing(third) == standing(lead)
    close(lead, by)
    assert standing(second) == standing(third) == standing(lead)
    mirrored = second.events.get(kind=EventKind.MIRRORED, to_status=Status.CLOSED)
    assert (mirrored.public_note, mirrored.data["outcome"], mirrored.data["as"]) == (
        "Filled.",
        "fixed",
        "request.closed",
    )
    assert (mirrored.actor_kind, mirrored.actor_label) == (ActorKind.SYSTEM, dispatcher.name)
    actions.reopen(reason="It broke", **do)
    assert standing(second) == standing(lead)
    assert fresh(second).number == second.number


def test_a_public_note_reaches_all_and_an_internal_one_nobody(three: list[ServiceRequest], by: Actor) -> None:
    lead, second, _third = three
    joined(lead, second, by=by)
    do: dict[str, Any] = {"request_id": lead.pk, "version": None, "by": by, "now": LATER}
    before = second.events.count()
    actions.add_note(text="Between us", audience=Audience.STAFF, **do)
    actions.add_note(text="To you alone", audience=Audience.REPORTER, **do)
    assert second.events.count() == before
    actions.add_note(text="A crew comes on Monday", audience=Audience.EVERYONE, **do)
    last = second.events.latest("pk")
    assert (last.kind, last.public_note) == (EventKind.MIRRORED, "A crew comes on Monday")


def test_the_work_of_many_followers_is_a_handful_of_statements(city: makers.SmallCity, by: Actor) -> None:
    def statements(count: int) -> int:
        rows = [makers.submitted(city.pothole).request for _each in range(count + 1)]
        joined(rows[0], *rows[1:], by=by)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            close(rows[0], by)
        assert {fresh(row).status for row in rows} == {Status.CLOSED}
        return len(captured)

    assert statements(2) == statements(12)


@pytest.mark.parametrize("move", ["assign", "start", "close", "reroute", "hold"])
def test_a_follower_is_led(three: list[ServiceRequest], by: Actor, city: makers.SmallCity, move: str) -> None:
    lead, second, _third = three
    joined(lead, second, by=by)
    do: dict[str, Any] = {"request_id": second.pk, "version": None, "by": by, "now": LATER}
    calls = {
        "assign": lambda: actions.assign(to=None, **do),
        "start": lambda: actions.start(**do),
        "close": lambda: close(second, by),
        "reroute": lambda: actions.reroute(department=city.waste, reason="Theirs", **do),
        "hold": lambda: actions.hold(
            reason="Rain", waiting_for="", review_on=LATER.date() + dt.timedelta(9), **do
        ),
    }
    before = standing(second)
    with pytest.raises(ActionRefused, match=f"{second.number} follows {lead.number}"):
        calls[move]()
    assert standing(second) == before


def test_only_open_shared_reports_are_joined(
    three: list[ServiceRequest], by: Actor, city: makers.SmallCity
) -> None:
    lead, second, third = three
    missed = makers.submitted(city.missed_trash).request
    with pytest.raises(ActionRefused, match="stands for one household"):
        joined(lead, missed, by=by)
    with pytest.raises(ActionRefused, match="stands for one household"):
        joined(missed, lead, by=by)
    with pytest.raises(ActionRefused, match="itself"):
        joined(lead, lead, by=by)
    close(third, by)
    with pytest.raises(ActionRefused, match="is not possible while"):
        joined(lead, third, by=by)
    with pytest.raises(ActionRefused):
        actions.merge(request_id=lead.pk, version=None, lead_id=third.pk, by=by, now=LATER)
    joined(lead, second, by=by)
    with pytest.raises(ActionRefused, match="follows"):
        joined(lead, second, by=by)
    assert fresh(lead).merged_count == 1


def test_no_chains_an_incident_moves_as_a_whole(
    three: list[ServiceRequest], by: Actor, city: makers.SmallCity
) -> None:
    first, second, third = three
    last = makers.submitted(city.pothole).request
    joined(first, second, by=by)
    with pytest.raises(ActionRefused, match="follows"):
        joined(second, third, by=by)
    with pytest.raises(ActionRefused, match="Choose the one it follows"):
        actions.merge(request_id=third.pk, version=None, lead_id=second.pk, by=by, now=LATER)
    joined(last, first, third, by=by)
    assert {fresh(each).lead_id for each in three} == {last.pk}
    assert [fresh(each).merged_count for each in (last, first)] == [3, 0]


def test_another_one_leads(three: list[ServiceRequest], by: Actor) -> None:
    lead, second, third = three
    joined(lead, second, third, by=by)
    actions.lead_with(request_id=third.pk, version=fresh(third).version, by=by, now=LATER)
    assert [fresh(each).lead_id for each in three] == [third.pk, third.pk, None]
    assert [fresh(each).merged_count for each in three] == [0, 0, 2]
    close(third, by)
    assert standing(lead) == standing(second) == standing(third)
    with pytest.raises(ActionRefused, match="follows no other"):
        actions.lead_with(request_id=third.pk, version=None, by=by, now=LATER)


def test_a_parted_report_is_its_own_again(
    three: list[ServiceRequest], by: Actor, city: makers.SmallCity
) -> None:
    lead, second, third = three
    due = fresh(second).due_at
    joined(lead, second, third, by=by)
    actions.reroute(request_id=lead.pk, version=None, department=city.waste, reason="x", by=by, now=LATER)
    close(lead, by)
    event = actions.part(
        request_id=second.pk, version=fresh(second).version, reason="Another hole.", by=by, now=LATER
    )
    row = fresh(second)
    assert (row.status, row.outcome, row.closed_at, row.lead_id) == (Status.OPEN, "", None, None)
    assert (row.department, row.assignee, row.due_at) == (city.streets, None, due)
    assert (event.reporter_note, event.data) == ("Another hole.", {"lead": lead.number})
    assert fresh(lead).merged_count == 1
    assert lead.events.latest("pk").data == {"left": [second.number]}
    close(second, by)
    assert fresh(third).closed_at == fresh(lead).closed_at
    with pytest.raises(ActionRefused, match="follows no other"):
        actions.part(request_id=lead.pk, version=None, by=by, now=LATER)


def test_a_join_is_undone_as_a_whole(three: list[ServiceRequest], by: Actor, settings: Any) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    lead, second, third = three
    before = [standing(each) for each in three]
    joined(lead, second, third, by=by)
    assert fresh(second).shown_status == Status.NEW
    event = lead.events.get(kind=EventKind.JOINED)
    actions.undo(event_id=event.pk, by=by, now=LATER + dt.timedelta(minutes=1))
    assert [fresh(each).lead_id for each in three] == [None] * 3
    assert [fresh(each).merged_count for each in three] == [0, 0, 0]
    assert [standing(each) for each in three] == before
    assert [fresh(each).held_until for each in three] == [None] * 3


def test_a_closing_is_held_for_all_and_undone_for_all(
    three: list[ServiceRequest], by: Actor, settings: Any
) -> None:
    lead, second, _third = three
    joined(lead, second, by=by)
    settings.UNDO_WINDOW_SECONDS = 300
    event = close(lead, by)
    assert (fresh(second).status, fresh(second).shown_status) == (Status.CLOSED, Status.OPEN)
    actions.undo(event_id=event.pk, by=by, now=LATER + dt.timedelta(minutes=1))
    assert (fresh(second).status, fresh(second).held_until) == (Status.OPEN, None)
    assert standing(second) == standing(lead)


def test_a_roll_up_joins_what_it_can_and_says_what_it_cannot(
    three: list[ServiceRequest], by: Actor, city: makers.SmallCity, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    lead, second, third = three
    missed = makers.submitted(city.missed_trash).request
    rolled = actions.roll_up(
        request_ids=[each.pk for each in (lead, second, third, missed)], lead_id=lead.pk, by=by, now=LATER
    )
    assert rolled.joined == [second.number, third.number]
    assert [number for number, _why in rolled.refused] == [missed.number]
    assert (BulkChange.objects.get().changed, BulkChange.objects.get().refused) == (2, 1)
    assert actions.undo_bulk(bulk=rolled.bulk, by=by, now=LATER + dt.timedelta(minutes=1)) == (1, 0)
    assert fresh(lead).merged_count == 0
    with pytest.raises(ActionRefused, match="None of these"):
        actions.roll_up(request_ids=[missed.pk], lead_id=lead.pk, by=by, now=LATER)
    with pytest.raises(ActionRefused, match="at most"):
        actions.roll_up(request_ids=range(1, 600), lead_id=lead.pk, by=by, now=LATER)


def test_the_reporter_of_a_follower_leaves_alone(three: list[ServiceRequest], by: Actor) -> None:
    lead, second, third = three
    joined(lead, second, third, by=by)
    actions.withdraw(request_id=second.pk, by=REPORTER, now=LATER)
    assert (fresh(second).outcome, fresh(second).lead_id) == (Outcome.WITHDRAWN, None)
    assert [fresh(each).status for each in (lead, third)] == [Status.OPEN, Status.OPEN]
    actions.erase(request_id=third.pk, by=REPORTER, now=LATER)
    assert (fresh(third).description, fresh(third).lead_id) == ("", lead.pk)


@pytest.mark.parametrize("how", ["withdraw", "spam", "duplicate"])
def test_the_others_go_on_when_the_first_ends_alone(three: list[ServiceRequest], by: Actor, how: str) -> None:
    lead, second, third = three
    joined(lead, second, third, by=by)
    if how == "withdraw":
        actions.withdraw(request_id=lead.pk, by=REPORTER, now=LATER)
    else:
        close(lead, by, Outcome(how))
    assert fresh(lead).status == Status.CLOSED
    assert [fresh(each).lead_id for each in (lead, second, third)] == [None, None, second.pk]
    assert [fresh(each).merged_count for each in (lead, second)] == [0, 1]
    assert {fresh(each).status for each in (second, third)} == {Status.OPEN}


def test_a_no_of_a_follower_flags_staff_and_opens_nothing(three: list[ServiceRequest], by: Actor) -> None:
    lead, second, third = three
    joined(lead, second, third, by=by)
    close(lead, by)
    actions.reopen(request_id=second.pk, version=None, reason="Still there", by=REPORTER, now=LATER)
    assert {fresh(each).status for each in three} == {Status.CLOSED}
    assert fresh(second).disputed_at == fresh(lead).disputed_at == LATER
    flag = lead.events.latest("pk")
    assert (flag.kind, flag.actor_kind, flag.data["follower"]) == (
        EventKind.DISPUTED,
        ActorKind.RESIDENT,
        second.number,
    )
    assert "Still there" not in flag.internal_note + flag.reporter_note + flag.public_note
    assert fresh(third).disputed_at is None
    with pytest.raises(ActionRefused, match="told us already"):
        actions.dispute(request_id=second.pk, reason="Really", by=REPORTER, now=LATER)


def test_a_lead_is_erased_and_leads_on(three: list[ServiceRequest], by: Actor) -> None:
    lead, second, _third = three
    joined(lead, second, by=by)
    actions.erase(request_id=lead.pk, by=REPORTER, now=LATER)
    close(lead, by)
    assert standing(second) == standing(lead)


def test_an_open_report_is_joined_and_not_closed_as_its_double(
    three: list[ServiceRequest], by: Actor
) -> None:
    lead, second, _third = three
    words: dict[str, Any] = {"outcome": Outcome.DUPLICATE, "public_answer": "Same", "by": by, "now": LATER}
    with pytest.raises(ActionRefused, match=f"{lead.number} is still open.*join"):
        actions.close(request_id=second.pk, version=None, details={"lead": lead.number}, **words)
    close(lead, by)
    actions.close(request_id=second.pk, version=None, details={"lead": lead.number}, **words)
    assert fresh(second).outcome == Outcome.DUPLICATE


def test_two_problems_are_no_longer_proposed(
    three: list[ServiceRequest], by: Actor, city: makers.SmallCity
) -> None:
    lead, second, _third = three
    assert actions.not_same(request_id=second.pk, other_id=lead.pk, by=by, now=LATER)
    assert not actions.not_same(request_id=lead.pk, other_id=second.pk, by=by, now=LATER)
    pair = NotSame.objects.get()
    assert (pair.first_id, pair.second_id) == (lead.pk, second.pk)
    with pytest.raises(ActionRefused):
        actions.not_same(request_id=lead.pk, other_id=lead.pk, by=by, now=LATER)
    crew = Actor.staff(makers.staff(Role.CREW, city.streets))
    for who in (crew, REPORTER):
        with pytest.raises(NotAllowed):
            actions.not_same(request_id=lead.pk, other_id=second.pk, by=who, now=LATER)


def test_an_old_screen_joins_nothing(three: list[ServiceRequest], by: Actor) -> None:
    lead, second, _third = three
    actions.start(request_id=second.pk, version=None, by=by, now=LATER)
    with pytest.raises(StaleRequest):
        actions.take_in(request_id=lead.pk, version=1, others={second.pk: 1}, by=by, now=LATER)
    assert fresh(second).lead_id is None
