"""Threat 17: any order of moves by anybody, against a model that a child could read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from departments.models import Department, StaffUser
from requests_app import actions
from requests_app.actions import Actor, CannotUndo, MoveNotPossible, NotAllowed, StaleRequest
from requests_app.actions.errors import ChangeWaits
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import Audience, Outcome
from tests import makers
from tests.security import world

WINDOW = dt.timedelta(minutes=5)
UNDOABLE = {"assign", "reroute", "close"}
LIVE = {"new", "open", "in_progress", "on_hold", "with_partner"}
EVER = LIVE | {"closed"}
DESK, FIELD, SENDER = "dispatcher", "crew", "reporter"


@dataclass(frozen=True)
class Rule:
    """From where, to where (None: stays, but staff acknowledge a new one), and who may."""

    sources: set[str]
    target: str | None
    people: set[str]


MODEL = {
    "assign": Rule(LIVE, None, {DESK}),
    "acknowledge": Rule({"new"}, "open", {DESK, FIELD}),
    "start": Rule({"new", "open", "on_hold", "with_partner"}, "in_progress", {DESK, FIELD}),
    "hold": Rule({"new", "open", "in_progress", "on_hold"}, "on_hold", {DESK, FIELD}),
    "resume": Rule({"on_hold", "with_partner"}, "open", {DESK, FIELD}),
    "hand_over": Rule({"new", "open", "in_progress", "on_hold"}, "with_partner", {DESK}),
    "close": Rule(LIVE, "closed", {DESK, FIELD}),
    "withdraw": Rule(LIVE, "closed", {SENDER}),
    "reopen": Rule({"closed"}, "open", {DESK, SENDER}),
    "recategorize": Rule(LIVE, None, {DESK}),
    "reroute": Rule(LIVE, None, {DESK}),
    "note": Rule(EVER, None, {DESK, FIELD}),
    "publish": Rule(EVER, None, {DESK}),
    "unpublish": Rule(EVER, None, {DESK}),
}


class Life(RuleBasedStateMachine):
    """One request, three people, and screens that may be old."""

    city: makers.SmallCity
    people: dict[str, StaffUser]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.id = makers.submitted(self.city.pothole).request.pk
        self.now = makers.NOW
        self.status, self.version, self.is_public = "new", 1, True
        self.department: Department = self.city.streets
        self.category = self.city.pothole
        self.outcome = ""
        self.versions = [1]
        self.last: tuple[str, dt.datetime, dict[str, Any]] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @rule(
        name=st.sampled_from(sorted(MODEL)),
        who=st.sampled_from([DESK, DESK, DESK, FIELD, SENDER]),
        seen=st.sampled_from(["now", "now", "now", "now", "old", "ahead", "unknown"]),
        minutes=st.sampled_from([1, 7]),
    )
    def move(self, name: str, who: str, seen: str, minutes: int) -> None:
        expected = MODEL[name]
        version = {"now": self.version, "old": self.version - 1, "ahead": self.version + 1}.get(seen)
        if name == "withdraw":
            version = None
        self.now += dt.timedelta(minutes=minutes)
        call = self._call(name, who, version)
        withdrawn = name == "reopen" and who == SENDER and self.outcome == "withdrawn"
        if version is not None and version != self.version:
            with pytest.raises(actions.ActionRefused if withdrawn else StaleRequest):
                call()
        elif withdrawn and self.status == "closed":
            with pytest.raises(actions.ActionRefused):
                call()
        elif self.status not in expected.sources:
            with pytest.raises(MoveNotPossible if who != SENDER else (MoveNotPossible, ChangeWaits)):
                call()
        elif who not in expected.people:
            with pytest.raises(NotAllowed):
                call()
        else:
            was = self._state()
            call()
            self._moved(name, who)
            self.last = (name, self.now, was) if name in UNDOABLE and who != SENDER else None

    @rule(who=st.sampled_from([DESK, DESK, FIELD, SENDER]), minutes=st.sampled_from([1, 1, 5]))
    def undo(self, who: str, minutes: int) -> None:
        """The newest event is taken back: within five minutes, by who may make the move; once."""
        self.now += dt.timedelta(minutes=minutes)
        newest = RequestEvent.objects.filter(request=self.id).latest("pk")
        by = Actor.reporter() if who == SENDER else Actor.staff(self.people[who])
        call = {"event_id": newest.pk, "by": by, "now": self.now}
        if who == SENDER:
            with pytest.raises(NotAllowed):
                actions.undo(**call)
        elif self.last is None or self.now >= self.last[1] + WINDOW:
            with pytest.raises(CannotUndo):
                actions.undo(**call)
        elif who not in MODEL[self.last[0]].people:
            with pytest.raises(NotAllowed):
                actions.undo(**call)
        else:
            actions.undo(**call)
            vars(self).update(self.last[2])
            self.last = None
            self.version += 1
            self.versions.append(self.version)

    def _state(self) -> dict[str, Any]:
        names = ("status", "outcome", "is_public", "department", "category")
        return {name: getattr(self, name) for name in names}

    def _moved(self, name: str, who: str) -> None:
        target = MODEL[name].target
        if target is None:
            target = "open" if self.status == "new" and who != SENDER else self.status
        self.outcome = {"close": "fixed", "withdraw": "withdrawn"}.get(
            name, self.outcome if target == "closed" else ""
        )
        self.status = target
        self.version += 1
        self.versions.append(self.version)
        if name in {"publish", "unpublish"}:
            self.is_public = name == "publish"
        if name == "reroute":
            self.department = self._other_department()
        if name == "recategorize":
            self.category = self._other_category()
            self.department = self.city.streets

    def _other_department(self) -> Department:
        return self.city.waste if self.department == self.city.streets else self.city.streets

    def _other_category(self) -> Any:
        return self.second if self.category == self.city.pothole else self.city.pothole

    def _call(self, name: str, who: str, version: int | None) -> Any:
        by = Actor.reporter() if who == SENDER else Actor.staff(self.people[who])
        common = {"request_id": self.id, "version": version, "by": by, "now": self.now}
        words: dict[str, dict[str, Any]] = {
            "assign": {"to": None},
            "hold": {
                "reason": "Frost",
                "waiting_for": "sun",
                "review_on": self.now.date() + dt.timedelta(days=3),
            },
            "hand_over": {"partner": self.partner},
            "close": {"outcome": Outcome.FIXED, "public_answer": "Filled."},
            "reopen": {"reason": "Sank again"},
            "recategorize": {"category": self._other_category()},
            "reroute": {"department": self._other_department(), "reason": "Theirs"},
            "note": {"text": "Look", "audience": Audience.STAFF},
            "unpublish": {"reason": "A name"},
        }
        if name == "withdraw":
            common.pop("version")
        action = actions.add_note if name == "note" else getattr(actions, name)
        return lambda: action(**common, **words.get(name, {}))

    @invariant()
    def row_is_the_model(self) -> None:
        row = ServiceRequest.objects.select_related("department", "category").get(pk=self.id)
        assert (row.status, row.version, row.outcome, row.is_public) == (
            self.status,
            self.version,
            self.outcome,
            self.is_public,
        )
        assert (row.department, row.category) == (self.department, self.category)
        assert (row.closed_at is not None) == (self.status == "closed")
        assert (row.review_on is not None) == (self.status == "on_hold")
        if row.held_until is None:
            assert (row.shown_status, row.shown_outcome) == (self.status, self.outcome)

    @invariant()
    def events_are_a_chain(self) -> None:
        events = list(RequestEvent.objects.filter(request=self.id).order_by("pk"))
        assert events[0].from_status == ""
        for former, event in pairwise(events):
            assert event.from_status == former.to_status
            assert event.occurred_at >= former.occurred_at
        assert events[-1].to_status == self.status
        assert len(events) == self.version + 1, "received, routed, and one for each change"
        assert self.versions == list(range(1, self.version + 1))


@pytest.mark.django_db
def test_any_order_of_moves_agrees_with_the_model(city: makers.SmallCity, settings: Any) -> None:
    settings.UNDO_WINDOW_SECONDS = int(WINDOW.total_seconds())
    Life.city = city
    Life.people = {name: makers.staff(name, city.streets) for name in (DESK, FIELD)}
    Life.partner = world.partner()
    Life.second = makers.category("sign", "Sign", city.pothole.kind, city.pothole.group, city.streets)
    run_state_machine_as_test(
        Life,
        settings=hypothesis_settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
