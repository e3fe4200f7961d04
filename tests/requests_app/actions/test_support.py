"""Votes under load: one voter pressing a hundred times, ten thousand voters, and a request that closes meanwhile."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from requests_app import actions
from requests_app.actions import ActionRefused, Actor
from requests_app.actions.support import follow, say_not_solved, support
from requests_app.models import Follower, RequestEvent, Resident, ServiceRequest, Support
from requests_app.queries.nearby import nearby_open
from requests_app.workflow import EventKind, Outcome
from tests import makers

NOW = makers.NOW + dt.timedelta(days=1)


def at_once(count: int, call: Any) -> list[Any]:
    """So many calls together, each with a connection of its own; refusals are among the answers."""
    barrier = threading.Barrier(count)
    answers: list[Any] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            answers.append(call(number))
        except ActionRefused as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def count_of(made: ServiceRequest) -> int:
    return ServiceRequest.objects.values_list("support_count", flat=True).get(pk=made.pk)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_presses_of_one_voter_count_once() -> None:
    made = makers.submitted(makers.small_city().pothole).request
    answers = [
        answer
        for _round in range(10)
        for answer in at_once(10, lambda number: support(request_id=made.pk, voter="one", now=NOW))
    ]
    assert sorted(answers) == [False] * 99 + [True]
    assert (count_of(made), Support.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_votes_of_many_at_once_are_all_counted() -> None:
    made = makers.submitted(makers.small_city().pothole).request
    assert all(at_once(10, lambda number: support(request_id=made.pk, voter=str(number), now=NOW)))
    assert (count_of(made), Support.objects.count()) == (10, 10)


@pytest.mark.django_db(transaction=True)
def test_one_person_objects_once_however_often_they_press() -> None:
    city = makers.small_city()
    made = makers.submitted(city.pothole).request
    by = Actor.staff(makers.staff("dispatcher", city.streets))
    actions.close(
        request_id=made.pk, version=None, outcome=Outcome.FIXED, public_answer="Filled.", by=by, now=NOW
    )
    answers = at_once(
        8, lambda number: say_not_solved(request_id=made.pk, voter="one", reason="Still there", now=NOW)
    )
    assert sum(isinstance(answer, RequestEvent) for answer in answers) == 1
    assert RequestEvent.objects.filter(kind=EventKind.DISPUTED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_following_twice_at_once_is_one_follow() -> None:
    made = makers.submitted(makers.small_city().pothole).request
    resident = Resident.objects.create(email="a@example.org", email_key="a", created_at=NOW)
    at_once(8, lambda number: follow(request_id=made.pk, resident_id=resident.pk, confirmed=False, now=NOW))
    assert Follower.objects.count() == 1


def test_the_page_of_ten_thousand_supporters_is_as_light_as_that_of_one(
    city: makers.SmallCity, client: Client
) -> None:
    few, many = makers.submitted(city.pothole).request, makers.submitted(city.pothole).request
    Support.objects.bulk_create(
        Support(request=many, voter=f"{number:064d}", created_at=NOW) for number in range(10_000)
    )
    ServiceRequest.objects.filter(pk=many.pk).update(support_count=10_000)
    support(request_id=few.pk, voter="one", now=NOW)

    def queries(made: ServiceRequest) -> tuple[int, int]:
        client.get(f"/requests/{made.number}/")
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"/requests/{made.number}/")
        return len(captured), len(page.content)

    client.post(f"/requests/{few.number}/support/")
    light, heavy = queries(few), queries(many)
    assert light[0] == heavy[0]
    assert abs(light[1] - heavy[1]) < 500
    assert "10000 people reported this too" in client.get(
        f"/requests/{many.number}/"
    ).content.decode().replace(",", "")
    assert {
        item.support_count
        for item in nearby_open(category_id=city.pothole.pk, latitude=39.3, longitude=-76.65)
    } == {2, 10_000}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE requests_app_support")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM requests_app_support WHERE request_id = %s AND voter = ANY(%s)",
            [many.pk, ["x"]],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan" not in plan


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns", [{"is_public": False}, {"status": "closed", "outcome": "spam", "closed_at": NOW}]
)
def test_what_is_not_shown_cannot_be_joined(city: makers.SmallCity, columns: dict[str, Any]) -> None:
    made = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=made.pk).update(**columns)
    resident = Resident.objects.create(email="a@example.org", email_key="a", created_at=NOW)
    for call in (
        lambda: support(request_id=made.pk, voter="one", now=NOW),
        lambda: follow(request_id=made.pk, resident_id=resident.pk, confirmed=True, now=NOW),
        lambda: say_not_solved(request_id=made.pk, voter="one", reason="x", now=NOW),
    ):
        with pytest.raises(ServiceRequest.DoesNotExist):
            call()
