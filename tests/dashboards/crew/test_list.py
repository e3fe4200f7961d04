"""The crew's list, its orders, one job, the sheet, and what the phone keeps."""

from __future__ import annotations

import datetime as dt
import html
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from dashboards.crew.ordering import Order, in_order
from dashboards.crew.qr import QUIET_ZONE, qr
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import ServiceRequest
from requests_app.queries.fieldwork import my_jobs
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine_at: None) -> None:
    pass


@pytest.fixture
def time_machine_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: makers.NOW + dt.timedelta(hours=1))


@pytest.fixture
def crew(city: makers.SmallCity) -> StaffUser:
    return makers.staff("crew", city.streets, name="Carl Crew")


@pytest.fixture
def at_work(crew: StaffUser) -> Client:
    client = Client()
    client.force_login(crew)
    return client


def given(city: makers.SmallCity, crew: StaffUser, **fields: Any) -> ServiceRequest:
    made = makers.submitted(city.pothole, **fields).request
    ServiceRequest.objects.filter(pk=made.pk).update(assignee=crew)
    made.refresh_from_db()
    return made


def numbers(page: str) -> list[str]:
    return re.findall(r'data-job="([\d-]+)"', page)


def test_my_jobs_come_by_due_date(city: makers.SmallCity, crew: StaffUser, at_work: Client) -> None:
    late, soon = given(city, crew), given(city, crew)
    ServiceRequest.objects.filter(pk=late.pk).update(due_at=makers.NOW - dt.timedelta(days=1))
    makers.submitted(city.pothole)
    page = at_work.get("/crew/").content.decode()
    assert numbers(page) == [late.number, soon.number]
    assert "1 overdue" in page
    assert "2 jobs" in page


def test_orders_by_place(city: makers.SmallCity, crew: StaffUser, at_work: Client) -> None:
    far = given(city, crew, longitude=-76.62)
    near = given(city, crew, longitude=-76.649)
    middle = given(city, crew, longitude=-76.64)
    nowhere = given(city, crew, latitude=None, longitude=None, address="Somewhere")
    answer = at_work.get("/crew/", {"order": "route", "at": "39.3,-76.65"})
    expected = [near.number, middle.number, far.number, nowhere.number]
    assert numbers(answer.content.decode()) == expected
    assert "290 ft" in html.unescape(answer.content.decode()) or "280 ft" in answer.content.decode()
    # what was chosen stays for the way back from a job
    assert numbers(at_work.get("/crew/").content.decode()) == expected


def test_a_route_goes_on_from_the_last_stop(city: makers.SmallCity, crew: StaffUser) -> None:
    east = given(city, crew, longitude=-76.645)
    west = given(city, crew, longitude=-76.656)
    farther_east = given(city, crew, longitude=-76.638)
    jobs = my_jobs(crew)
    start = (39.3, -76.65)
    assert [job.id for job in in_order(jobs, Order.NEAR, start)] == [east.pk, west.pk, farther_east.pk]
    assert [job.id for job in in_order(jobs, Order.ROUTE, start)] == [east.pk, farther_east.pk, west.pk]
    assert in_order(jobs, Order.ROUTE, None) == jobs


def test_without_a_place_the_last_job_is_where_i_am(
    city: makers.SmallCity, crew: StaffUser, at_work: Client
) -> None:
    far, near = given(city, crew, longitude=-76.62), given(city, crew, longitude=-76.66)
    begun = given(city, crew, longitude=-76.661)
    actions.begin(request_id=begun.pk, version=None, by=Actor.staff(crew), now=makers.NOW)
    page = at_work.get("/crew/", {"order": "near"}).content.decode()
    assert numbers(page) == [begun.number, near.number, far.number]
    assert "the place of your last job" in page


@pytest.mark.parametrize("words", ["no such place", "x" * 5_000, "999,999", "<b>"])
def test_a_place_nobody_knows_is_said(at_work: Client, words: str) -> None:
    answer = at_work.get("/crew/", {"order": "near", "from": words})
    assert answer.status_code == 400
    assert "We do not know this place" in answer.content.decode()
    assert at_work.get("/crew/", {"order": "loop", "at": words}).status_code == 200


def test_what_waits_for_its_day_is_apart_and_joined_reports_are_one_job(
    city: makers.SmallCity, crew: StaffUser, at_work: Client
) -> None:
    lead, follower, held = given(city, crew), given(city, crew), given(city, crew)
    ServiceRequest.objects.filter(pk=follower.pk).update(lead=lead)
    actions.hold(
        request_id=held.pk,
        version=None,
        reason="Rain",
        waiting_for="sun",
        review_on=(makers.NOW + dt.timedelta(days=3)).date(),
        by=Actor.staff(crew),
        now=makers.NOW,
    )
    page = at_work.get("/crew/").content.decode()
    assert numbers(page) == [lead.number, held.number]
    assert "2 people reported it" in page
    assert "1 job waits for its day" in page
    job = at_work.get(f"/crew/{lead.number}/").content.decode()
    assert follower.number in job
    followed = at_work.get(f"/crew/{follower.number}/").content.decode()
    assert f"This was joined with {lead.number}" in followed
    assert "/do/" not in followed


def test_work_nobody_has(city: makers.SmallCity, crew: StaffUser, at_work: Client) -> None:
    free = makers.submitted(city.pothole).request
    makers.submitted(city.missed_trash)
    given(city, crew)
    assert numbers(at_work.get("/crew/?list=free").content.decode()) == [free.number]


def test_a_job_that_left_the_department_says_so_to_who_had_it(
    city: makers.SmallCity, crew: StaffUser, dispatcher: StaffUser, at_work: Client
) -> None:
    mine, strange = given(city, crew), makers.submitted(city.missed_trash).request
    actions.begin(request_id=mine.pk, version=None, by=Actor.staff(crew), now=makers.NOW)
    actions.reroute(
        request_id=mine.pk,
        version=None,
        department=city.waste,
        reason="Theirs",
        by=Actor.staff(dispatcher),
        now=makers.NOW,
    )
    answer = at_work.get(f"/crew/{mine.number}/")
    assert answer.status_code == 404
    assert "no longer with your department" in answer.content.decode()
    assert dispatcher.name in answer.content.decode()
    assert "no longer" not in at_work.get(f"/crew/{strange.number}/").content.decode()


@pytest.mark.parametrize("path", ["/crew/", "/crew/?list=free", "/crew/kept/", "/crew/sheet/"])
def test_as_many_queries_for_thirty_jobs_as_for_three(
    city: makers.SmallCity,
    crew: StaffUser,
    at_work: Client,
    path: str,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # nothing kept in memory ages while we count
    monkeypatch.setattr("civic311.lib.cached.time", SimpleNamespace(monotonic=lambda: 0.0))

    def fill(count: int) -> None:
        for _ in range(count):
            given(city, crew)
            makers.submitted(city.pothole)

    fill(3)
    at_work.get(path)
    with django_assert_max_num_queries(40) as few:
        at_work.get(path)
    fill(27)
    at_work.get(path)
    with django_assert_max_num_queries(40) as many:
        at_work.get(path)
    assert len(few) == len(many) <= 14


def test_the_sheet_has_a_code_for_each_job(
    city: makers.SmallCity, crew: StaffUser, at_work: Client, settings: Any
) -> None:
    settings.SITE_URL = "https://311.example"
    made = given(city, crew, description="<script>alert(1)</script>")
    page = at_work.get("/crew/sheet/").content.decode()
    code = qr(f"https://311.example/crew/{made.number}/")
    assert code.path in page
    assert "<script>alert" not in page
    assert code.side == 29 + 2 * QUIET_ZONE or code.side == 33 + 2 * QUIET_ZONE
    # the finder pattern stands in the corner
    assert code.path.startswith(f"M{QUIET_ZONE} {QUIET_ZONE}h7v1h-7z")


def test_the_phone_keeps_jobs_with_their_forms_and_the_page_without_reception_keeps_nothing(
    city: makers.SmallCity, crew: StaffUser, at_work: Client
) -> None:
    made = given(city, crew)
    page = at_work.get("/crew/kept/").content.decode()
    assert f'data-crew-keep="{made.number}"' in page
    assert f'action="/crew/{made.number}/do/done/"' in page
    assert 'data-crew-keep="found"' in page
    empty = Client().get("/crew/offline/").content.decode()
    assert made.number not in empty
    assert "csrfmiddlewaretoken" not in empty
    assert 'data-user=""' in empty
    answer = at_work.get("/crew/token/")
    assert (answer.json()["user"], answer["Cache-Control"]) == (crew.pk, "no-store")
