"""Threat 17: eight at once, one wins, the others are told. Closing: `tests.dashboards.queue.test_stale`."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from requests_app.models import RequestEvent, ServiceRequest
from tests import makers
from tests.security import world

pytestmark = pytest.mark.django_db(transaction=True)
EIGHT = range(8)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Start all calls together, each with a connection of its own; their answers in any order."""
    barrier = threading.Barrier(len(calls))
    answers: list[Any] = []

    def run(call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def assert_chain(request_id: int) -> None:
    """Each event starts where the former ended, the last where the request stands, and versions count the events."""
    request = ServiceRequest.objects.get(pk=request_id)
    events = list(RequestEvent.objects.filter(request=request).order_by("pk"))
    assert [event.from_status for event in events[1:]] == [event.to_status for event in events[:-1]]
    assert events[-1].to_status == request.status
    assert request.version == len(events) - 1


def test_of_eight_assignments_at_once_one_wins() -> None:
    city = makers.small_city()
    people = [makers.staff("dispatcher", city.streets, name=f"Person {at}") for at in EIGHT]
    made = makers.submitted(city.pothole).request
    clients = [world.client_of(person) for person in people]
    url = f"/queue/{made.number}/do/assign/"

    def press(at: int) -> Callable[[], Any]:
        return lambda: clients[at].post(url, {"version": 1, "assignee": str(people[at].pk)})

    answers = at_once(*(press(at) for at in EIGHT))
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 7}
    made.refresh_from_db()
    assert made.assignee is not None
    for answer in answers:
        if answer.status_code == 409:
            assert made.assignee.name in answer.content.decode(), "the second is told who was first"
    assert_chain(made.pk)


def test_of_eight_different_moves_at_once_one_wins() -> None:
    city = makers.small_city()
    user = makers.staff("dispatcher", city.streets)
    made = makers.submitted(city.pothole).request
    sent = [
        ("start", {}),
        ("close", {"outcome": "fixed", "public_answer": "Filled."}),
        ("close", {"outcome": "not_found", "public_answer": "Not there."}),
        ("hold", {"reason": "Frost", "waiting_for": "sun", "review_on": "2099-01-01"}),
        ("hold", {"reason": "Frost", "waiting_for": "sun", "review_on": world.next_week()}),
        ("reroute", {"department": str(city.waste.pk), "reason": "Theirs"}),
        ("recategorize", {"category": str(city.rats.pk)}),
        ("note", {"audience": "staff", "text": "Look"}),
    ]
    clients = [world.client_of(user) for _ in sent]

    def press(at: int) -> Callable[[], Any]:
        name, data = sent[at]
        return lambda: (
            clients[at].post(f"/queue/{made.number}/do/{name}/", {"version": 1, **data}).status_code
        )

    statuses = Counter(at_once(*(press(at) for at in EIGHT)))
    assert statuses[303] == 1
    # after a transfer the request does not exist for the others; a review day too far off is a bad request
    assert sum(statuses[code] for code in (400, 404, 409)) == 7
    assert_chain(made.pk)


def test_resident_and_staff_at_once_leave_one_history() -> None:
    city = makers.small_city()
    user = makers.staff("dispatcher", city.streets)
    filed = world.file_report()
    desk, home = world.client_of(user), [world.Client() for _ in range(3)]
    close = {"version": 1, "outcome": "fixed", "public_answer": "Filled."}
    at_once(
        lambda: desk.post(f"/queue/{filed.request.number}/do/close/", close).status_code,
        *(lambda each=each: each.post(f"/r/{filed.token}/withdraw/").status_code for each in home),  # type: ignore[misc]
    )
    request = ServiceRequest.objects.get(pk=filed.request.pk)
    assert (request.status, request.version) == ("closed", 2)
    assert request.outcome in {"fixed", "withdrawn"}
    assert_chain(request.pk)
