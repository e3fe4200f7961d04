"""Views somebody keeps, and how they like the list."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from dashboards.models import SavedView, StaffPreference
from departments.models import StaffUser
from departments.roles import Role
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


def test_a_list_is_kept_shown_counted_and_opened(page: Client, city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, description="Water in a hole")
    makers.submitted(city.pothole)
    answer = page.post("/queue/views/new/", {"name": "Wet ones", "query": "view=open&q=water&page=3&x=1"})
    assert (answer.status_code, answer["Location"]) == (303, "/queue/?view=open&q=water")
    kept = SavedView.objects.get()
    assert (kept.query, kept.is_shared, kept.department) == ("view=open&q=water", False, None)
    assert "Wet ones" in page.get("/queue/").content.decode()
    counted = page.get("/queue/views/counted/").content.decode()
    assert '<span class="count">1</span>' in counted
    assert f"?view=open&amp;q=water&amp;saved={kept.pk}" in counted


def test_views_are_shared_with_a_department_or_everybody(
    page: Client, city: makers.SmallCity, client: Client
) -> None:
    page.post("/queue/views/new/", {"name": "Ours", "query": "view=new", "share": str(city.streets.pk)})
    refused = page.post("/queue/views/new/", {"name": "All", "query": "view=new", "share": "all"})
    theirs = page.post("/queue/views/new/", {"name": "T", "query": "", "share": str(city.waste.pk)})
    assert (refused.status_code, theirs.status_code) == (400, 400)
    client.force_login(makers.staff(Role.SUPERVISOR, city.waste))
    assert "Ours" not in client.get("/queue/views/").content.decode()
    client.post("/queue/views/new/", {"name": "For all", "query": "view=new", "share": "all"})
    client.force_login(makers.staff(Role.CREW, city.streets))
    body = client.get("/queue/views/").content.decode()
    assert "Ours" in body
    assert "For all" in body
    assert (
        client.post(f"/queue/views/{SavedView.objects.get(name='Ours').pk}/", {"delete": "1"}).status_code
        == 404
    )


def test_a_view_is_renamed_moved_and_deleted(page: Client, city: makers.SmallCity) -> None:
    page.post("/queue/views/new/", {"name": "A", "query": "view=new"})
    page.post("/queue/views/new/", {"name": "B", "query": "view=mine"})
    first = SavedView.objects.get(name="A")
    assert page.post(f"/queue/views/{first.pk}/", {"name": "C", "position": "9"}).status_code == 303
    first.refresh_from_db()
    assert (first.name, first.position, first.query) == ("C", 9, "view=new")
    twice = page.post(f"/queue/views/{first.pk}/", {"name": "B"})
    assert (twice.status_code, "this name already" in twice.content.decode()) == (400, True)
    page.post(f"/queue/views/{first.pk}/", {"delete": "1"})
    assert not SavedView.objects.filter(pk=first.pk).exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "x" * 50_000])
def test_a_name_must_be_one(page: Client, city: makers.SmallCity, name: str) -> None:
    assert page.post("/queue/views/new/", {"name": name, "query": "view=new"}).status_code == 400


def test_a_view_whose_filter_is_gone_says_so_and_opens(page: Client, city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    page.post("/queue/views/new/", {"name": "Old", "query": "view=open&category=987654"})
    kept = SavedView.objects.get()
    answer = page.get(f"/queue/?{kept.query}&saved={kept.pk}")
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Part of this view is no longer there and was left out: Category" in body
    assert made.number in body
    assert "No longer there, left out: Category" in page.get("/queue/views/").content.decode()


def test_columns_layout_and_keys_are_kept(
    page: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    makers.submitted(city.pothole, channel="phone")
    assert "data-keys" in page.get("/queue/").content.decode()
    words = {"columns": ["channel", "due", "nonsense"], "layout": "split", "query": "view=new&page=2"}
    answer = page.post("/queue/habits/", words)
    assert (answer.status_code, answer["Location"]) == (303, "/queue/?view=new")
    kept = StaffPreference.objects.get(user=dispatcher)
    assert (kept.columns, kept.layout, kept.has_shortcuts) == (["channel", "due"], "split", False)
    body = page.get("/queue/").content.decode()
    assert "data-keys" not in body
    assert 'id="sort-channel"' in body
    assert 'id="sort-category"' not in body
    assert "data-explore" in body
    assert ">Phone</td>" in body
    page.post("/queue/habits/", {"layout": "hovering", "has_shortcuts": "1"})
    kept.refresh_from_db()
    assert (kept.columns, kept.layout, kept.has_shortcuts) == ([], "list", True)
