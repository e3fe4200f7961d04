"""The one list of moves: whole, reachable, and the same everywhere it is used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.queue.history import entry
from dashboards.queue.moves import IN_PANELS, MOVES, form_moves, quick_moves
from dashboards.queue.sentences import SENTENCES
from departments.kinds import Kind
from departments.roles import Role
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import (
    BY_NAME,
    OPEN_STATUSES,
    TRANSITIONS,
    EventKind,
    Outcome,
    Status,
    available,
    legal_pairs,
    outcomes_for,
    successes_for,
)


def test_names_and_events_are_unique() -> None:
    assert len(BY_NAME) == len(TRANSITIONS)
    events = [
        move.event for move in TRANSITIONS if move.name != "resolve_own"
    ]  # a closing like the department's
    assert len(set(events)) == len(events)


def test_every_event_is_a_move_or_the_birth() -> None:
    assert {move.event for move in TRANSITIONS} | {EventKind.SUBMITTED, EventKind.ROUTED} == set(EventKind)


BY_THE_SYSTEM = {"mirror", "warn", "escalate", "remind"}


def test_every_move_is_open_to_somebody() -> None:
    for move in TRANSITIONS:
        assert move.roles or move.by_reporter or move.name in BY_THE_SYSTEM, move.name
        assert move.sources, move.name


def test_every_status_can_be_reached_and_left() -> None:
    moves = [(source, move.result(source, by_staff=True)) for move in TRANSITIONS for source in move.sources]
    assert {target for _, target in moves} | {Status.NEW} == set(Status)
    for status in Status:
        assert any(source == status and target != status for source, target in moves), status


def test_only_closing_and_withdrawing_close_and_only_reopening_reopens() -> None:
    for move in TRANSITIONS:
        for source in move.sources:
            target = move.result(source, by_staff=True)
            if target == Status.CLOSED and source != Status.CLOSED:
                assert move.name in {"close", "withdraw", "resolve_own"}
            if source == Status.CLOSED and target != Status.CLOSED:
                assert move.name == "reopen"


def test_staff_acknowledge_a_new_request_by_doing_anything() -> None:
    for move in TRANSITIONS:
        if Status.NEW in move.sources and move.roles and move.acknowledges and not move.targets:
            assert move.result(Status.NEW, by_staff=True) != Status.NEW, move.name


def test_legal_pairs_are_exactly_those_of_the_moves() -> None:
    expected = {("", "new"), ("new", "new")}
    for move in TRANSITIONS:
        for source in move.sources:
            expected.add((source.value, move.result(source, by_staff=True).value))
    assert set(legal_pairs()) - expected == set()
    assert ("closed", "in_progress") not in legal_pairs()


@given(st.sampled_from(Status), st.sampled_from(Role))
def test_available_is_what_status_and_role_share(status: Status, role: Role) -> None:
    names = {move.name for move in available(status, role)}
    assert names == {m.name for m in TRANSITIONS if status in m.sources and role in m.roles}


@given(st.lists(st.sampled_from(TRANSITIONS), max_size=30))
def test_any_walk_stays_among_known_statuses_and_legal_pairs(walk: list[object]) -> None:
    status = Status.NEW
    pairs = set(legal_pairs())
    for move in walk:
        if status not in move.sources:  # type: ignore[attr-defined]
            continue
        after = move.result(status, by_staff=True)  # type: ignore[attr-defined]
        assert (status.value, after.value) in pairs
        status = after


@pytest.mark.parametrize("kind", list(Kind))
def test_outcomes_of_each_kind(kind: Kind) -> None:
    outcomes = outcomes_for(kind)
    assert len(set(outcomes)) == len(outcomes)
    assert successes_for(kind) <= set(outcomes)
    assert outcomes[0] in successes_for(kind)
    assert not {Outcome.WITHDRAWN, Outcome.NOT_RECORDED} & set(outcomes)
    assert not {Outcome.SPAM, Outcome.DUPLICATE, Outcome.DECLINED} & successes_for(kind)


def test_managers_and_aides_change_nothing_but_notes() -> None:
    for status in Status:
        assert {move.name for move in available(status, Role.MANAGER)} == {"note"}
        assert available(status, Role.COUNCIL_AIDE) == []


def test_every_staff_move_has_a_button_and_every_button_a_move() -> None:
    assert set(MOVES) | IN_PANELS == {move.name for move in TRANSITIONS if move.roles}
    assert not set(MOVES) & IN_PANELS


@pytest.mark.parametrize("status", list(Status))
def test_the_screen_offers_every_move_the_status_allows(status: Status) -> None:
    request = ServiceRequest(status=status)
    offered = {
        move.name
        for move in [*quick_moves(request, Role.ADMINISTRATOR), *form_moves(request, Role.ADMINISTRATOR)]
    }
    elsewhere = {"note", "publish", "unpublish", "publish_photo", "hide_photo"}
    assert offered == {move.name for move in available(status, Role.ADMINISTRATOR)} - elsewhere - IN_PANELS


def test_open_is_everything_but_closed() -> None:
    assert set(Status) - {Status.CLOSED} == OPEN_STATUSES


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_event_has_a_sentence(kind: EventKind) -> None:
    assert SENTENCES[kind](RequestEvent(kind=kind, to_status=Status.OPEN))


def test_an_unknown_event_raises() -> None:
    with pytest.raises(ValueError, match=r"request\.exploded"):
        entry(RequestEvent(kind="request.exploded", to_status=Status.OPEN))
