"""Beside the request: watching, names to mention, related requests, previews, both versions of an overtaken screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dashboards.models import ContactReveal
from departments.models import StaffUser
from requests_app.actions import Actor, add_note, close, reopen
from requests_app.models import ServiceRequest, StaffNotice
from requests_app.workflow import Audience, Outcome
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="resident@example.org", phone="410-555-0142").request


@pytest.fixture
def desk(client: Client, dispatcher: StaffUser) -> Client:
    client.force_login(dispatcher)
    return client


def test_watching_is_a_press_and_changes_nothing(
    desk: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    path = f"/queue/{made.number}/"
    assert 'value="1">Watch<' in desk.get(path).content.decode()
    assert desk.post(f"{path}watch/", {"watch": "1"}).status_code == 303
    assert made.watchers.get().user == dispatcher
    assert 'value="0">Stop watching<' in desk.get(path).content.decode()
    desk.post(f"{path}watch/", {"watch": "0"})
    assert not made.watchers.exists()
    assert ServiceRequest.objects.get(pk=made.pk).version == made.version


def test_names_are_those_who_see_the_request(
    desk: Client, city: makers.SmallCity, other_dispatcher: StaffUser, made: ServiceRequest
) -> None:
    makers.staff("crew", city.streets, name="Wim Wanderer")
    found = desk.get(f"/queue/{made.number}/names/", {"q": "w"}).json()
    assert found == {"names": ["Wim Wanderer"]}
    assert desk.get(f"/queue/{made.number}/names/", {"q": "x" * 5_000}).json() == {"names": []}


def test_a_wrong_name_keeps_the_note(desk: Client, made: ServiceRequest) -> None:
    data = {"version": made.version, "audience": "staff", "text": "@Nobodyhere please look"}
    answer = desk.post(f"/queue/{made.number}/do/note/", data)
    assert answer.status_code == 400
    body = answer.content.decode()
    assert "No colleague is called" in body
    assert "@Nobodyhere please look" in body
    assert not StaffNotice.objects.exists()


def test_related_by_place_and_by_reporter_after_a_recorded_look(
    desk: Client, city: makers.SmallCity, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    near = makers.submitted(city.pothole, latitude=39.3003, longitude=-76.6502, address="104 Main St").request
    far = makers.submitted(city.pothole, latitude=39.31, longitude=-76.65, address="9 Elm St").request
    foreign = makers.submitted(city.rats, latitude=39.3, longitude=-76.65).request
    theirs = makers.submitted(
        city.pothole, latitude=39.35, longitude=-76.61, address="1 Far St", phone="(410) 555 0142"
    ).request
    done = makers.submitted(city.pothole, address="100 Main St").request
    close(
        request_id=done.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Done.",
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    path = f"/queue/{made.number}/related/"
    page = desk.get(path).content.decode()
    assert near.number in page
    assert done.number in page
    for absent in (far, foreign, theirs):
        assert absent.number not in page
    assert desk.post(f"{path}reporter/").status_code == 303
    page = desk.get(path).content.decode()
    assert theirs.number in page
    assert "resident@example.org" not in page
    assert ContactReveal.objects.get().request == made


@pytest.mark.parametrize("rows", [3, 30])
def test_related_costs_the_same_for_many(
    desk: Client, city: makers.SmallCity, made: ServiceRequest, django_assert_max_num_queries: Any, rows: int
) -> None:
    for _each in range(rows):
        makers.submitted(city.pothole)
    desk.get("/notices/")
    with django_assert_max_num_queries(10):
        desk.get(f"/queue/{made.number}/related/")


def test_a_preview_shows_the_mail_without_its_secret(desk: Client, made: ServiceRequest) -> None:
    data = {"version": made.version, "outcome": "fixed", "public_answer": "We filled it.", "preview": "1"}
    page = desk.post(f"/queue/{made.number}/do/close/", data).content.decode()
    assert "Your report is closed" in page
    assert "[the reporter&#x27;s own page]" in page
    assert "/r/" not in page
    assert "/u/" not in page
    note = {"version": made.version, "audience": "reporter", "text": "Where is it?", "preview": "1"}
    assert "News about your report" in desk.post(f"/queue/{made.number}/do/note/", note).content.decode()
    assert ServiceRequest.objects.get(pk=made.pk).version == made.version


def test_the_close_form_names_the_outcome_a_field_belongs_to(desk: Client, made: ServiceRequest) -> None:
    page = desk.get(f"/queue/{made.number}/").content.decode()
    for outcome in ("declined", "duplicate", "not_ours", "no_access"):
        assert f'data-outcome="{outcome}"' in page
    assert 'data-outcome="violation_found"' not in page


def test_an_overtaken_screen_shows_then_and_now(
    desk: Client, city: makers.SmallCity, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    quick = Client()
    quick.force_login(makers.staff("dispatcher", city.streets, name="Quick Quentin"))
    quick.post(f"/queue/{made.number}/do/assign/", {"version": 1, "assignee": dispatcher.pk})
    answer = desk.post(
        f"/queue/{made.number}/do/note/", {"version": 1, "audience": "staff", "text": "My words"}
    )
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>Nobody</td><td>" + dispatcher.name in body
    assert "<td>New</td><td>Open</td>" in body
    assert "My words" in body


def test_priority_is_changed_with_a_reason(desk: Client, made: ServiceRequest) -> None:
    data = {"version": made.version, "priority": "4", "reason": "School opens on Monday"}
    answer = desk.post(f"/queue/{made.number}/do/prioritize/", data)
    assert answer.status_code == 303, answer.content.decode()
    page = desk.get(f"/queue/{made.number}/?history=notes").content.decode()
    assert "Priority changed from Normal to Urgent" in page
    assert "School opens on Monday" in page
    again = data | {"version": made.version + 1}
    assert desk.post(f"/queue/{made.number}/do/prioritize/", again).status_code == 400


def test_what_vanished_meanwhile_is_said(desk: Client, city: makers.SmallCity, made: ServiceRequest) -> None:
    gone = makers.staff("crew", city.streets, is_active=False)
    city.rats.is_active = False
    city.rats.save()
    for move, data, words in (
        ("assign", {"assignee": gone.pk}, "cannot have it any more"),
        ("recategorize", {"category": city.rats.pk}, "This category is retired"),
    ):
        answer = desk.post(f"/queue/{made.number}/do/{move}/", {"version": made.version, **data})
        assert answer.status_code == 400
        assert words in answer.content.decode()


def test_who_a_second_no_keeps_away_is_not_offered(
    desk: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    for _each in range(2):
        close(
            request_id=made.pk,
            version=None,
            outcome=Outcome.FIXED,
            public_answer="Done.",
            by=Actor.staff(dispatcher),
            now=NOW,
        )
        reopen(request_id=made.pk, version=None, reason="No", by=Actor.reporter(), now=NOW)
    page = desk.get(f"/queue/{made.number}/").content.decode()
    assert f'<option value="{dispatcher.pk}"' not in page
    assert "Assign to me" not in page


def test_history_by_people_leaves_out_what_happened_by_itself(
    desk: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    add_note(
        request_id=made.pk,
        version=None,
        text="Mine",
        audience=Audience.STAFF,
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    page = desk.get(f"/queue/{made.number}/?history=people").content.decode()
    history = page[page.index('id="history"') :]
    assert "Note for staff" in history
    assert "Routed to" not in history
