"""The knowledge base for staff: searching, writing, expiring, hearing whether it helped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.articles import find_articles
from departments.models import Article, ArticleFeedback, StaffUser
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(city: makers.SmallCity) -> StaffUser:
    return makers.staff("supervisor", city.streets)


def article(slug: str = "trash-days", **fields: Any) -> Article:
    values: dict[str, Any] = {
        "title": "When trash is collected",
        "topic": "Trash",
        "summary": "Once a week.",
        "body": "Put the can out by six.",
        "script": "Secret words of the desk",
        "updated_at": makers.NOW,
        "is_public": True,
        "translations": {
            "es": {"title": "Cuándo se recoge la basura", "body": "Saque el bote antes de las seis."}
        },
    }
    return Article.objects.create(slug=slug, **values | fields)


def form(**fields: Any) -> dict[str, Any]:
    return {"title": "Snow", "topic": "Roads", "body": "Main roads first.", "is_active": "on", **fields}


def test_search_finds_by_any_word_in_both_languages(city: makers.SmallCity) -> None:
    one = article()
    article(
        "taxes", title="Property taxes", topic="Taxes", body="Twice a year", translations={}, keywords="levy"
    )
    assert list(find_articles("when do you collect my trash can please")) == [one]
    assert list(find_articles("basuras")) == [one]
    assert [row.slug for row in find_articles("levies")] == ["taxes"]
    assert list(find_articles("zebra")) == []
    assert list(find_articles("& | !' <->")) == []
    assert find_articles("").count() == 2


def test_a_supervisor_writes_and_operators_read(client: Client, supervisor: StaffUser) -> None:
    client.force_login(supervisor)
    sent = form(
        referrals="211 Maryland | 211 | https://211md.org | Day and night\n",
        title_es="Nieve",
        body_es="Primero las vías principales.",
        script="Say this",
    )
    answer = client.post("/knowledge/new/", sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/knowledge/snow/")
    row = Article.objects.get()
    assert (row.updated_by, row.translations["es"]["title"]) == (supervisor, "Nieve")
    assert row.referrals == [
        {"name": "211 Maryland", "phone": "211", "url": "https://211md.org", "note": "Day and night"}
    ]
    assert client.post("/knowledge/new/", form()).headers["Location"] == "/knowledge/snow-2/"
    client.force_login(makers.staff("operator"))
    page = client.get("/knowledge/snow/")
    assert "Say this" in page.text
    assert "/edit/" not in page.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"referrals": "Shop | 1 | http://plain.example"}, "referrals"),
        ({"referrals": "a | b | https://c | d | e"}, "referrals"),
        ({"referrals": "\n".join(f"Shop {n}" for n in range(13))}, "referrals"),
        ({"title_es": "Nieve"}, "body_es"),
        ({"body": "x" * 9_000}, "body"),
        ({"body": "a\x00b"}, "body"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"category": "999999"}, "category"),
    ],
)
def test_what_does_not_fit_is_said(
    client: Client, supervisor: StaffUser, fields: dict[str, str], field: str
) -> None:
    client.force_login(supervisor)
    answer = client.post("/knowledge/new/", form(**fields))
    assert answer.status_code == 400
    assert answer.context["form"].has_error(field)


def test_a_stale_screen_is_told(client: Client, supervisor: StaffUser) -> None:
    row = article()
    client.force_login(supervisor)
    seen = row.updated_at.isoformat()
    assert client.post("/knowledge/trash-days/edit/", form(seen=seen)).status_code == 303
    late = client.post("/knowledge/trash-days/edit/", form(seen=seen, title="My words"))
    assert late.status_code == 409
    assert "My words" in late.text
    assert "changed this article in the meantime" in late.text
    row.refresh_from_db()
    assert row.title == "Snow"


def test_expired_articles_are_marked_and_not_served(client: Client, supervisor: StaffUser) -> None:
    article(valid_until=dt.date(2020, 1, 1))
    operator = makers.staff("operator")
    client.force_login(operator)
    assert "When trash is collected" not in client.get("/knowledge/?q=trash").text
    assert "Expired" in client.get("/knowledge/trash-days/").text
    desk = client.post("/desk/", {"do": "look", "description": "trash"})
    assert desk.context["articles"] == []
    assert client.get("/help/trash-days/").status_code == 404
    client.force_login(supervisor)
    assert "Expired" in client.get("/knowledge/?show=expired").text


def test_did_this_help(client: Client, city: makers.SmallCity) -> None:
    article()
    client.force_login(makers.staff("operator"))
    for words in ("Yes", "again"):
        assert (
            client.post("/knowledge/trash-days/feedback/", {"helped": "yes", "comment": words}).status_code
            == 303
        )
    said = ArticleFeedback.objects.get()
    assert (said.helped, said.comment, said.from_desk) == (True, "Yes", True)
    assert client.post("/knowledge/trash-days/feedback/", {"helped": "maybe"}).status_code == 400
    assert (
        client.post("/knowledge/trash-days/feedback/", {"helped": "no", "comment": "x" * 501}).status_code
        == 400
    )


def test_the_public_page_keeps_the_script(client: Client, city: makers.SmallCity) -> None:
    article(category=city.pothole, referrals=[{"name": "211", "phone": "211", "url": "", "note": ""}])
    article("inside", title="Inside only", is_public=False)
    page = client.get("/help/trash-days/")
    assert "Put the can out by six." in page.text
    assert "Secret words" not in page.text
    assert "/report/?category=pothole" in page.text
    assert client.get("/help/inside/").status_code == 404
    assert "Inside only" not in client.get("/help/?q=inside").text
    assert "When trash is collected" in client.get("/help/?q=trash").text
    assert "no answer for these words" in client.get("/help/?q=zebra").text
    client.cookies["django_language"] = "es"
    assert (
        "Saque el bote antes de las seis."
        in client.get("/help/trash-days/", headers={"Accept-Language": "es"}).text
    )
    assert client.post("/help/trash-days/feedback/", {"helped": "no"}).status_code == 303
    assert client.post("/help/trash-days/feedback/", {"helped": "no"}).status_code == 303
    assert ArticleFeedback.objects.get().from_desk is False


def test_the_list_costs_the_same_for_many(
    client: Client, supervisor: StaffUser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(supervisor)
    article()
    client.get("/knowledge/")
    counts = []
    for more in (2, 27):
        for n in range(more):
            article(f"more-{more}-{n}")
        with django_assert_max_num_queries(12) as counted:
            client.get("/knowledge/?q=trash")
        counts.append(len(counted))
    assert counts[0] == counts[1]
