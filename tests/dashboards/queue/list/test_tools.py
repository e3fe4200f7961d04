"""News, map, a look inside, the way back and on, and looking for a reporter."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest
from django.test import Client

from dashboards.models import ContactReveal
from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import ServiceRequest, Task
from requests_app.queries.queue_lines import SORT_KEYS
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
BOX = "-76.7,39.2,-76.5,39.4"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW + dt.timedelta(hours=2))


@pytest.fixture
def page(client: Client, dispatcher: StaffUser) -> Client:
    client.force_login(dispatcher)
    return client


def numbers(page: Client, query: str) -> list[str]:
    response = page.get(f"/queue/?{query}")
    assert response.status_code == 200
    return [row.number for row in response.context["rows"]]


def test_new_ones_are_counted_and_shown_on_a_press(page: Client, city: makers.SmallCity) -> None:
    makers.submitted(city.pothole)
    seen = page.get("/queue/?view=new").context["seen"]
    assert page.get(f"/queue/news/?view=new&{seen}").content.decode().strip() == ""
    for _index in range(2):
        makers.submitted(city.pothole)
    makers.submitted(city.missed_trash)
    said = page.get(f"/queue/news/?view=new&{seen}").content.decode()
    assert "2 new since 12:00" in said
    assert 'href="?view=new"' in said


@pytest.mark.parametrize(
    "query", ["", "after=x&at=1", "after=1&at=x", "after=1&at=" + "9" * 18, "after=" + "9" * 400 + "&at=1"]
)
def test_news_of_nothing_is_a_bad_request(page: Client, city: makers.SmallCity, query: str) -> None:
    assert page.get(f"/queue/news/?{query}").status_code == 400


def test_the_map_has_the_same_filter(page: Client, city: makers.SmallCity) -> None:
    wet = makers.submitted(city.pothole, description="Water").request
    makers.submitted(city.pothole)
    makers.submitted(city.missed_trash)
    both = page.get(f"/queue/cells.json?bbox={BOX}&zoom=12").json()["cells"]
    assert [cell["n"] for cell in both] == [2]
    one = page.get(f"/queue/cells.json?bbox={BOX}&zoom=12&q=water").json()["cells"]
    assert [(cell["n"], cell["reports"][0]["number"]) for cell in one] == [(1, wet.number)]
    assert (one[0]["lat"], one[0]["lon"]) == (39.3, -76.65)
    assert page.get("/queue/cells.json?bbox=-1,-1,1,1&zoom=12").json() == {"cells": []}


@pytest.mark.parametrize("query", ["", "bbox=1,2&zoom=3", f"bbox={BOX}", f"bbox={BOX}&zoom=x"])
def test_a_map_of_nowhere_is_a_bad_request(page: Client, city: makers.SmallCity, query: str) -> None:
    assert page.get(f"/queue/cells.json?{query}").status_code == 400


def test_a_look_inside(page: Client, city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole, description="<b>Deep</b>").request
    body = page.get(f"/queue/{made.number}/peek/", headers={"HX-Request": "true"}).content.decode()
    assert "&lt;b&gt;Deep&lt;/b&gt;" in body
    assert "<html" not in body
    assert page.get(f"/queue/{made.number}/peek/")["Location"] == f"/queue/{made.number}/"
    theirs = makers.submitted(city.missed_trash).request
    assert page.get(f"/queue/{theirs.number}/peek/").status_code == 404


def test_a_request_leads_back_and_on_in_the_list_it_was_opened_from(
    page: Client, city: makers.SmallCity
) -> None:
    first, second, third = (makers.submitted(city.pothole).request for _index in range(3))
    page.get("/queue/?view=new&sort=number&page=1")
    body = page.get(f"/queue/{second.number}/").content.decode()
    assert f'href="/queue/?view=new&amp;sort=number#r-{second.number}"' in body
    assert f'href="/queue/{first.number}/" rel="prev"' in body
    assert f'href="/queue/{third.number}/" rel="next"' in body
    assert "2 of 3 on the page" in body


@pytest.mark.parametrize(
    "value", ["", "|||", "x|y|view=//evil|z", "1|2|q=" + "x" * 9_000 + "|26-1", "a|b|c|d|e"]
)
def test_a_forged_memory_of_the_list_harms_nobody(page: Client, city: makers.SmallCity, value: str) -> None:
    made = makers.submitted(city.pothole).request
    page.cookies["queue_list"] = value
    answer = page.get(f"/queue/{made.number}/")
    assert answer.status_code == 200
    assert "evil" not in answer.content.decode().split('id="walk-back"')[0].split('class="back walk"')[
        -1
    ] or ('href="/queue/?view=%2F%2Fevil"' in answer.content.decode())


def test_a_reporter_is_found_and_the_look_is_recorded(
    page: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    contact = {"name": "Ana María Ruiz", "email": "ana@example.org", "phone": "(410) 555-0142"}
    made = makers.submitted(city.pothole, **contact).request
    makers.submitted(city.pothole, name="Someone Else", email="other@example.org")
    for text in ("ruiz", "ANA@example.org", "410.555.0142"):
        assert numbers(page, f"reporter={quote(text)}") == [made.number]
    assert list(ContactReveal.objects.values_list("request_id", "user_id")) == [(made.pk, dispatcher.pk)]
    assert "reporter" not in page.cookies["queue_list"].value


def test_who_may_not_reveal_cannot_look_for_reporters(client: Client, city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, name="Ana Ruiz", email="ana@example.org")
    makers.submitted(city.pothole)
    client.force_login(makers.staff(Role.MANAGER, city.streets))
    assert len(numbers(client, "reporter=ruiz")) == 2
    assert 'name="reporter"' not in client.get("/queue/").content.decode()
    assert not ContactReveal.objects.exists()


def test_reports_that_follow_another_are_shown_when_asked_for(page: Client, city: makers.SmallCity) -> None:
    lead, follower = (makers.submitted(city.pothole).request for _index in range(2))
    ServiceRequest.objects.filter(pk=follower.pk).update(lead=lead)
    assert numbers(page, "view=open") == [lead.number]
    assert numbers(page, "view=open&joined=on&sort=number") == [lead.number, follower.number]
    assert numbers(page, f"view=open&q={follower.number}") == [follower.number]
    response = page.get("/queue/")
    assert response.context["rows"][0].reporters == 1
    assert {tab.view.value: tab.count for tab in response.context["tabs"]}["open"] == "1"


def test_lists_of_promises_objections_and_tasks(
    page: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    told, appealed, asked = (makers.submitted(city.pothole).request for _index in range(3))
    today = makers.submitted(city.pothole, now=NOW - dt.timedelta(days=5) + dt.timedelta(hours=4)).request
    ServiceRequest.objects.filter(pk=told.pk).update(told_late_at=NOW)
    ServiceRequest.objects.filter(pk=appealed.pk).update(appealed_at=NOW)
    Task.objects.create(
        request=asked, department=city.streets, text="Look", given_by=dispatcher, created_at=NOW
    )
    assert set(numbers(page, "view=promises")) == {told.number, today.number}
    assert numbers(page, "view=today") == [today.number]
    assert numbers(page, "view=appeals") == [appealed.number]
    assert numbers(page, "view=tasks") == [asked.number]
    counts = {tab.view.value: tab.count for tab in page.get("/queue/").context["tabs"]}
    assert [counts[name] for name in ("promises", "today", "appeals", "tasks")] == ["2", "1", "1", "1"]


@pytest.mark.parametrize("sort", sorted(key for key in SORT_KEYS if not key.startswith("-")))
def test_every_column_sorts_both_ways(page: Client, city: makers.SmallCity, sort: str) -> None:
    makers.submitted(city.pothole)
    makers.submitted(city.praise)
    assert sorted(numbers(page, f"sort={sort}")) == sorted(numbers(page, f"sort=-{sort}"))
