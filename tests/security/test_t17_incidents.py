"""Threat 17 for reports of one problem: joins at once leave no chain, no circle and a count that is right."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from requests_app import actions
from requests_app.actions import ActionRefused, Actor
from requests_app.models import ServiceRequest
from tests import makers
from tests.security.test_t17_races import assert_chain, at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = makers.NOW + dt.timedelta(hours=3)


def assert_whole() -> None:
    """Nobody who follows is followed, and every lead counts those that follow it."""
    rows = list(ServiceRequest.objects.order_by("pk"))
    follows = Counter(row.lead_id for row in rows if row.lead_id is not None)
    for row in rows:
        assert row.merged_count == follows[row.pk]
        assert not (row.lead_id and row.merged_count)
        assert row.lead_id != row.pk
        assert_chain(row.pk)


def attempt(call: Callable[[], Any]) -> Callable[[], str]:
    def run() -> str:
        try:
            call()
        except ActionRefused:
            return "refused"
        return "done"

    return run


def test_of_two_that_join_each_other_at_once_one_leads() -> None:
    city = makers.small_city()
    by = Actor.staff(makers.staff("dispatcher", city.streets))
    for _round in range(4):
        one, two = (makers.submitted(city.pothole).request.pk for _each in range(2))

        def join(request_id: int, lead_id: int) -> Callable[[], Any]:
            return lambda: actions.merge(
                request_id=request_id, version=None, lead_id=lead_id, by=by, now=LATER
            )

        answers = at_once(attempt(join(one, two)), attempt(join(two, one)))
        assert Counter(answers) == {"done": 1, "refused": 1}
    assert_whole()


def test_a_ring_of_joins_and_moves_at_once_stays_whole() -> None:
    city = makers.small_city()
    by = Actor.staff(makers.staff("dispatcher", city.streets))
    ring = [makers.submitted(city.pothole).request.pk for _each in range(6)]
    do: dict[str, Any] = {"version": None, "by": by, "now": LATER}

    def join(at: int) -> Callable[[], Any]:
        return lambda: actions.merge(request_id=ring[at], lead_id=ring[(at + 1) % 6], **do)

    calls = [attempt(join(at)) for at in range(6)]
    calls += [attempt(lambda at=at: actions.start(request_id=ring[at], **do)) for at in (0, 3)]  # type: ignore[misc]
    calls += [attempt(lambda: actions.withdraw(request_id=ring[5], by=Actor.reporter(), now=LATER))]
    answers = at_once(*calls)
    assert len(answers) == 9, "nobody was locked out"
    assert_whole()


def test_a_closing_of_the_first_and_a_withdrawal_behind_it_wait_for_each_other() -> None:
    city = makers.small_city()
    by = Actor.staff(makers.staff("dispatcher", city.streets))
    pks = [makers.submitted(city.pothole).request.pk for _each in range(4)]
    do: dict[str, Any] = {"version": None, "by": by, "now": LATER}
    lead = pks[-1]
    actions.take_in(request_id=lead, others=dict.fromkeys(pks[:3]), **do)
    answers = at_once(
        attempt(lambda: actions.start(request_id=lead, **do)),
        attempt(lambda: actions.withdraw(request_id=pks[0], by=Actor.reporter(), now=LATER)),
        attempt(lambda: actions.part(request_id=pks[1], **do)),
        attempt(lambda: actions.lead_with(request_id=pks[2], **do)),
    )
    assert len(answers) == 4
    assert_whole()


def test_the_database_refuses_chains_of_its_own() -> None:
    city = makers.small_city()
    by = Actor.staff(makers.staff("dispatcher", city.streets))
    one, two, three = (makers.submitted(city.pothole).request.pk for _each in range(3))
    actions.merge(request_id=two, version=None, lead_id=one, by=by, now=LATER)
    rows = ServiceRequest.objects
    wrong: list[tuple[int, Any]] = [(one, three), (three, two), (three, F("pk"))]
    for pk, lead in wrong:
        with pytest.raises(IntegrityError, match="request_does_not_follow_itself"), transaction.atomic():
            rows.filter(pk=pk).update(lead=lead)
    assert_whole()
