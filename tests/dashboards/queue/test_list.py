"""The queue's list: lists and counts, filters, order, pages, and what it costs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import ServiceRequest
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW + dt.timedelta(hours=2))


@pytest.fixture
def page(client: Client, dispatcher: StaffUser) -> Client:
    client.force_login(dispatcher)
    return client


def numbers(page: Client, query: str = "") -> list[str]:
    response = page.get(f"/queue/?{query}")
    assert response.status_code == 200
    return [row.number for row in response.context["rows"]]


def test_new_report_stands_first_in_its_departments_queue(page: Client, city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, now=NOW - dt.timedelta(days=9))
    newest = makers.submitted(city.pothole).request
    response = page.get("/queue/")
    assert response.context["rows"][0].number == newest.number
    assert f"/queue/{newest.number}/" in response.content.decode()


def test_another_departments_requests_do_not_exist(page: Client, city: makers.SmallCity) -> None:
    theirs = makers.submitted(city.missed_trash).request
    assert numbers(page, "view=all") == []
    assert numbers(page, f"view=all&q={theirs.number}") == []


def test_lists_hold_what_their_names_say(page: Client, city: makers.SmallCity, dispatcher: StaffUser) -> None:
    by = Actor.staff(dispatcher)
    late = makers.submitted(city.pothole, now=NOW - dt.timedelta(days=10)).request
    soon = makers.submitted(city.pothole, now=NOW - dt.timedelta(days=4)).request
    mine = makers.submitted(city.pothole).request
    held = makers.submitted(city.pothole).request
    done = makers.submitted(city.pothole).request
    lost = makers.submitted(city.pothole).request
    actions.assign(request_id=mine.pk, version=None, to=dispatcher, by=by, now=NOW)
    actions.hold(
        request_id=held.pk,
        version=None,
        reason="Rain",
        waiting_for="dry weather",
        review_on=NOW.date() + dt.timedelta(days=1),
        by=by,
        now=NOW,
    )
    actions.close(
        request_id=done.pk,
        version=None,
        outcome=actions.closing.Outcome.FIXED,
        public_answer="Done",
        by=by,
        now=NOW,
    )
    ServiceRequest.objects.filter(pk=lost.pk).update(department=None)

    assert numbers(page, "view=mine") == [mine.number]
    assert numbers(page, "view=overdue") == [late.number]
    assert numbers(page, "view=due_soon") == [soon.number]
    assert numbers(page, "view=on_hold") == [held.number]
    assert numbers(page, "view=review") == []
    assert numbers(page, "view=triage") == [lost.number]
    assert numbers(page, "view=closed") == [done.number]
    assert set(numbers(page, "view=new")) == {late.number, soon.number, lost.number}
    assert done.number in numbers(page, "view=all")
    counts = {tab.view.value: tab.count for tab in page.get("/queue/").context["tabs"]}
    assert counts == {
        "mine": "1",
        "open": "5",
        "new": "3",
        "unassigned": "4",
        "today": "0",
        "due_soon": "1",
        "overdue": "1",
        "promises": "1",
        "on_hold": "1",
        "tasks": "0",
        "asked": "0",
        "disputed": "0",
        "appeals": "0",
        "review": "0",
        "triage": "1",
        "closed": "",
        "all": "",
    }


def test_review_day_brings_a_held_request_back(
    page: Client, city: makers.SmallCity, dispatcher: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = makers.submitted(city.pothole).request
    actions.hold(
        request_id=held.pk,
        version=None,
        reason="Rain",
        waiting_for="",
        review_on=NOW.date() + dt.timedelta(days=1),
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW + dt.timedelta(days=1))
    response = page.get("/queue/?view=review")
    assert [row.number for row in response.context["rows"]] == [held.number]
    assert "review due" in response.content.decode()


def test_filters_narrow(page: Client, city: makers.SmallCity, dispatcher: StaffUser) -> None:
    west = makers.submitted(city.pothole, description="Water pours from the hydrant").request
    east = makers.submitted(
        city.praise, longitude=-76.55, address="7 Holliday Street", channel="phone"
    ).request
    actions.assign(request_id=east.pk, version=None, to=dispatcher, by=Actor.staff(dispatcher), now=NOW)

    assert numbers(page, f"category={city.praise.pk}") == [east.number]
    assert numbers(page, f"area={city.district_1.pk}") == [west.number]
    assert numbers(page, f"area={city.district_2.pk}") == [east.number]
    assert numbers(page, f"assignee={dispatcher.pk}") == [east.number]
    assert numbers(page, "assignee=none") == [west.number]
    assert numbers(page, "status=new") == [west.number]
    assert len(numbers(page, "status=new&status=open")) == 2
    assert numbers(page, "due=none") == [east.number]
    assert numbers(page, "due=week") == [west.number]
    assert numbers(page, "channel=phone") == [east.number]
    assert numbers(page, "q=holliday") == [east.number]
    assert numbers(page, "q=hydrants") == [west.number]
    assert numbers(page, f"q={west.number}") == [west.number]
    assert len(numbers(page, f"q={west.number[:5]}")) == 2
    assert numbers(page, "q=nothing+like+it") == []


def test_state_of_the_list_is_in_the_address(page: Client, city: makers.SmallCity) -> None:
    makers.submitted(city.pothole)
    body = page.get(f"/queue/?view=new&category={city.pothole.pk}&sort=-due").content.decode()
    assert f'<option value="{city.pothole.pk}" selected>' in body
    assert 'name="view" value="new"' in body
    assert 'aria-sort="descending"' in body
    assert f"category={city.pothole.pk}&amp;sort=due" in body


@pytest.mark.parametrize(
    "query",
    [
        "category=x",
        "area=999999999999999999999",
        "view=no",
        "sort=;drop",
        "status=nope",
        "due=later",
        "q=" + "x" * 400,
    ],
)
def test_a_bad_value_is_said_and_left_out(page: Client, city: makers.SmallCity, query: str) -> None:
    made = makers.submitted(city.pothole).request
    response = page.get(f"/queue/?{query}")
    assert response.status_code == 400
    assert "We did not understand part of this address" in response.content.decode()
    assert [row.number for row in response.context["rows"]] == [made.number]


@pytest.mark.parametrize("query", ["q=%27%22%5C%3A%2A%26", "q=%25_", "page=999", "page=x", "q=26-", "q=the"])
def test_odd_text_is_no_failure(page: Client, city: makers.SmallCity, query: str) -> None:
    makers.submitted(city.pothole)
    assert page.get(f"/queue/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("sort", "expected"), [("age", "newest"), ("-age", "oldest"), ("number", "oldest"), ("-number", "newest")]
)
def test_headers_sort(page: Client, city: makers.SmallCity, sort: str, expected: str) -> None:
    made = {
        "oldest": makers.submitted(city.pothole, now=NOW - dt.timedelta(days=2)).request.number,
        "newest": makers.submitted(city.pothole).request.number,
    }
    assert numbers(page, f"sort={sort}")[0] == made[expected]


@pytest.mark.parametrize("key", ["category", "where", "due", "status", "assignee", "closed"])
def test_every_order_answers_both_ways(page: Client, city: makers.SmallCity, key: str) -> None:
    makers.submitted(city.pothole)
    makers.submitted(city.praise)
    assert len(numbers(page, f"sort={key}")) == len(numbers(page, f"sort=-{key}")) == 2


def test_pages_of_fifty(page: Client, city: makers.SmallCity) -> None:
    for _ in range(52):
        makers.submitted(city.pothole)
    first = page.get("/queue/")
    assert len(first.context["rows"]) == 50
    assert "1–50 of 52" in first.content.decode()
    assert len(numbers(page, "page=2")) == 2


def test_counts_are_capped(page: Client, city: makers.SmallCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.queries.worklists.COUNT_CAP", 3)
    monkeypatch.setattr("dashboards.queue.presenters.COUNT_CAP", 3)
    for _ in range(5):
        makers.submitted(city.pothole)
    response = page.get("/queue/")
    assert response.context["paginator"].count_words == "3+"
    assert len(response.context["rows"]) == 3


@pytest.mark.parametrize("size", [3, 50])
def test_ten_statements_at_most_at_any_size(page: Client, city: makers.SmallCity, size: int) -> None:
    for _ in range(size):
        makers.submitted(city.pothole)
    page.get("/queue/")
    with CaptureQueriesContext(connection) as queries:
        page.get(f"/queue/?q=hole&area={city.district_1.pk}")
    assert len(queries) <= 10, "\n".join(query["sql"] for query in queries)


def test_text_search_uses_its_index(page: Client, city: makers.SmallCity) -> None:
    from requests_app.queries.queue_lines import matching

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = matching(ServiceRequest.objects.all(), "hydrant")
        assert "request_words" in rows.explain()


def test_the_list_cannot_be_posted_to_change_anything(page: Client, city: makers.SmallCity) -> None:
    assert page.post("/queue/", {"status": "closed"}).status_code == 405


def test_an_aide_without_a_district_sees_an_empty_queue(city: makers.SmallCity, client: Client) -> None:
    makers.submitted(city.pothole)
    client.force_login(makers.staff("council_aide"))
    answer = client.get("/queue/")
    assert answer.status_code == 200
    assert "26-" not in answer.content.decode().split("<tbody", 1)[-1].split("</tbody", 1)[0]
