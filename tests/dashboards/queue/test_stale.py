"""Two people, one request: the second is told, and nothing is overwritten."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection
from django.test import Client

from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.workflow import EventKind, Outcome
from tests import makers


def close_data(version: int, answer: str) -> dict[str, object]:
    return {"version": version, "outcome": "fixed", "public_answer": answer}


@pytest.mark.django_db
def test_second_tab_is_told_what_changed(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole).request
    quick = makers.staff("dispatcher", city.streets, name="Quick Quentin")
    first = Client()
    first.force_login(quick)
    client.force_login(dispatcher)
    hold = {"version": 1, "reason": "Gas main", "waiting_for": "the utility", "review_on": "2099-01-01"}
    assert first.post(f"/queue/{made.number}/do/start/", {"version": 1}).status_code == 303

    answer = client.post(f"/queue/{made.number}/do/close/", close_data(1, "We filled it on Tuesday."))
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Quick Quentin" in body
    assert "Work started" in body
    assert "We filled it on Tuesday." in body
    assert hold["reason"] not in body
    row = ServiceRequest.objects.get(pk=made.pk)
    assert (row.status, row.version, row.outcome) == ("in_progress", 2, "")

    assert 'name="version" value="2"' in body
    again = client.post(f"/queue/{made.number}/do/close/", close_data(2, "We filled it on Tuesday."))
    assert again.status_code == 303
    assert ServiceRequest.objects.get(pk=made.pk).outcome == Outcome.FIXED


@pytest.mark.django_db
def test_words_can_be_copied_when_the_move_is_gone(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole).request
    client.force_login(dispatcher)
    client.post(f"/queue/{made.number}/do/close/", close_data(1, "First answer"))
    answer = client.post(f"/queue/{made.number}/do/close/", close_data(1, "Second answer, long and careful"))
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Second answer, long and careful" in body
    assert "no longer possible" in body
    assert made.events.filter(kind=EventKind.CLOSED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_closings_at_once_one_wins() -> None:
    city = makers.small_city()
    user = makers.staff("dispatcher", city.streets)
    made = makers.submitted(city.pothole).request
    clients = [Client() for _ in range(8)]
    for each in clients:
        each.force_login(user)
    barrier = threading.Barrier(8)
    statuses: list[int] = []

    def press(each: Client, word: str) -> None:
        barrier.wait()
        try:
            statuses.append(each.post(f"/queue/{made.number}/do/close/", close_data(1, word)).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(each, f"Answer {n}")) for n, each in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(statuses) == {303: 1, 409: 7}
    assert made.events.filter(kind=EventKind.CLOSED).count() == 1
    assert ServiceRequest.objects.get(pk=made.pk).version == 2
