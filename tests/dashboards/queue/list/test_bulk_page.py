"""Changing many from the list: choose, look, do it, see; and everything that can go wrong on the way."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from pytest_django import Settings

from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import BulkChange, ServiceRequest
from requests_app.workflow import Status
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
BULK = "/queue/bulk/"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW + dt.timedelta(hours=2))


@pytest.fixture
def page(client: Client, dispatcher: StaffUser) -> Client:
    client.force_login(dispatcher)
    return client


def status_of(made: ServiceRequest) -> str:
    return ServiceRequest.objects.get(pk=made.pk).status


def pinned(*requests: ServiceRequest) -> str:
    return " ".join(f"{made.pk}:{made.version}" for made in requests)


def test_choose_look_do_and_take_back(
    page: Client, city: makers.SmallCity, dispatcher: StaffUser, settings: Settings
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300_000
    first, second = (makers.submitted(city.pothole).request for _index in range(2))
    closed = makers.submitted(city.pothole).request
    by = Actor.staff(dispatcher)
    actions.close(
        request_id=closed.pk,
        version=None,
        outcome=actions.closing.Outcome.FIXED,
        public_answer="Done",
        by=by,
        now=NOW,
    )
    numbers = [first.number, second.number, closed.number]
    form = page.post(BULK, {"move": "start", "n": numbers, "query": "view=open"})
    assert form.status_code == 200
    chosen = form.context["chosen"].pinned
    words = {"move": "start", "worded": "1", "public_note": "We come", "pinned": chosen, "query": "view=open"}
    preview = page.post(BULK, words)
    body = preview.content.decode()
    assert "2 requests will change" in body
    assert "<s>New</s> → <b>In progress</b>" in body
    assert closed.number in body.split("What stays as it is")[1]
    assert status_of(first) == Status.NEW
    done = page.post(BULK, words | {"do": "1"})
    change = BulkChange.objects.get()
    assert (done.status_code, done["Location"]) == (303, f"{BULK}{change.pk}/")
    result = page.get(done["Location"]).content.decode()
    assert "2 requests changed" in result
    assert closed.number in result
    assert "do not know it yet" in result
    assert "/undo/" in result
    assert status_of(second) == Status.IN_PROGRESS
    page.force_login(makers.staff(Role.DISPATCHER, city.streets))
    assert page.get(done["Location"]).status_code == 404


def test_all_of_the_list_is_what_the_filter_says(page: Client, city: makers.SmallCity) -> None:
    wet = makers.submitted(city.pothole, description="Water here").request
    dry = makers.submitted(city.pothole).request
    form = page.post(BULK, {"move": "acknowledge", "all": "1", "query": "view=open&q=water"})
    assert form.context["chosen"].versions == {wet.pk: wet.version}
    page.post(BULK, {"move": "acknowledge", "pinned": form.context["chosen"].pinned, "do": "1"})
    assert (status_of(wet), status_of(dry)) == (Status.OPEN, Status.NEW)


def test_an_overtaken_request_is_left_and_named(page: Client, city: makers.SmallCity) -> None:
    first, second = (makers.submitted(city.pothole).request for _index in range(2))
    maria = makers.staff(Role.DISPATCHER, city.streets, name="Maria Lopez")
    actions.start(request_id=first.pk, version=None, by=Actor.staff(maria), now=NOW)
    words = {"move": "acknowledge", "pinned": pinned(first, second), "do": "1"}
    done = page.post(BULK, words)
    assert "Maria Lopez" in page.get(done["Location"]).content.decode()
    assert (status_of(first), status_of(second)) == (Status.IN_PROGRESS, Status.OPEN)
    again = page.post(BULK, words)
    assert (again.status_code, "Nothing could be changed" in again.content.decode()) == (409, True)


def test_another_departments_requests_are_not_reached(page: Client, city: makers.SmallCity) -> None:
    theirs = makers.submitted(city.missed_trash).request
    for words in ({"n": [theirs.number]}, {"pinned": pinned(theirs), "do": "1"}):
        assert page.post(BULK, {"move": "acknowledge", **words}).status_code == 303
    assert status_of(theirs) == Status.NEW
    assert not BulkChange.objects.exists()


def test_roles_decide(client: Client, city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    client.force_login(makers.staff(Role.CREW, city.streets))
    assert client.post(BULK, {"move": "assign", "n": made.number}).status_code == 403
    assert client.post(BULK, {"move": "roll_up", "n": made.number}).status_code == 403
    assert client.post(BULK, {"move": "start", "n": made.number}).status_code == 200
    client.force_login(makers.staff(Role.COUNCIL_AIDE, area=city.district_1))
    body = client.get("/queue/").content.decode()
    assert 'name="n"' not in body
    assert "bulk-bar" not in body


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"move": "explode"},
        {"move": "start"},
        {"move": "start", "n": ["", "no number", "99-999999"]},
        {"move": "start", "pinned": "a:b 1:x :: 12345678901234567890:1 \u0661:1", "do": "1"},
        {"move": "start", "pinned": "1:1 " * 9_000, "do": "1"},
    ],
)
def test_nonsense_leads_back_to_the_list(
    page: Client, city: makers.SmallCity, words: dict[str, object]
) -> None:
    answer = page.post(BULK, words)
    assert (answer.status_code, answer["Location"]) == (303, "/queue/")


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ("note", {"audience": "staff", "text": "x" * 50_000}),
        ("note", {"audience": "world", "text": "x"}),
        ("hold", {"reason": "Rain", "waiting_for": "sun", "review_on": "2020-01-01"}),
        ("close", {"outcome": "fixed", "public_answer": ""}),
        ("close", {"outcome": "duplicate", "public_answer": "Twice"}),
        ("assign", {"assignee": "987654321"}),
        ("prioritize", {"priority": "77"}),
        ("recategorize", {"category": ""}),
    ],
)
def test_bad_words_come_back_with_the_form(
    page: Client, city: makers.SmallCity, move: str, words: dict[str, str]
) -> None:
    made = makers.submitted(city.pothole).request
    answer = page.post(BULK, {"move": move, "worded": "1", "do": "1", "pinned": pinned(made), **words})
    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert ServiceRequest.objects.get(pk=made.pk).version == made.version


def test_only_outcomes_that_fit_all_are_offered(page: Client, city: makers.SmallCity) -> None:
    hole = makers.submitted(city.pothole).request
    praise = makers.submitted(city.praise).request
    form = page.post(BULK, {"move": "close", "n": [hole.number, praise.number]}).context["form"]
    assert {value for value, _label in form.fields["outcome"].choices} == {"", "not_ours", "declined", "spam"}


def test_joining_goes_to_its_own_page(page: Client, city: makers.SmallCity) -> None:
    first, second = (makers.submitted(city.pothole).request for _index in range(2))
    answer = page.post(BULK, {"move": "roll_up", "n": [first.number, second.number]})
    assert answer["Location"] == f"/queue/roll-up/?n={first.number}&n={second.number}"


def test_more_than_five_hundred_are_refused_in_words(
    page: Client, city: makers.SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests_app.actions.bulk.MOST", 1)
    for _index in range(2):
        makers.submitted(city.pothole)
    answer = page.post(BULK, {"move": "start", "all": "1", "query": "view=open"}, follow=True)
    assert "At most 1 requests can be changed at once" in answer.content.decode()
