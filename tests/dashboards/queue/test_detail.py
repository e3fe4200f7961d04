"""One request on one screen: what is shown, to whom, and what it costs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.models import ContactReveal
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import Photo, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.workflow import Audience
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


def test_facts_are_on_the_screen(page: Client, city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole, place_note="behind the bus stop").request
    body = page.get(f"/queue/{made.number}/").content.decode()
    for words in (
        made.number,
        "Pothole",
        "100 Main St",
        "behind the bus stop",
        "District 1",
        "Department of Streets",
        "A deep hole by the bus stop",
        "The public reads the same words",
        "Received by web",
        made.routing_reason,
    ):
        assert words in body


def test_what_the_public_reads_stands_beside_the_original(page: Client, city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole, description="Call me: 410-555-0100").request
    body = page.get(f"/queue/{made.number}/").content.decode()
    assert "Call me: 410-555-0100" in body
    assert "Call me: •••" in body


@pytest.mark.parametrize("path", ["", "reveal/", "do/close/", "do/assign/", "do/note/"])
def test_outside_the_department_nothing_exists(
    client: Client, city: makers.SmallCity, other_dispatcher: StaffUser, path: str
) -> None:
    made = makers.submitted(city.pothole, email="canary@example.org").request
    client.force_login(other_dispatcher)
    assert client.get(f"/queue/{made.number}/").status_code == 404
    answer = client.post(f"/queue/{made.number}/{path}", {"version": made.version})
    assert answer.status_code == (405 if path == "" else 404)
    assert not ContactReveal.objects.exists()
    assert ServiceRequest.objects.get(pk=made.pk).version == 1


def test_a_transfer_takes_effect_at_the_next_click(
    page: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole).request
    assert page.get(f"/queue/{made.number}/").status_code == 200
    dispatcher.memberships.all().delete()
    assert page.get(f"/queue/{made.number}/").status_code == 404


def test_contact_details_appear_after_a_recorded_press(
    page: Client, city: makers.SmallCity, dispatcher: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = makers.submitted(
        city.pothole, name="Canary Bird", email="canary@example.org", phone="+14105550100"
    ).request
    url = f"/queue/{made.number}/"
    assert "canary" not in page.get(url).content.decode().lower()
    answer = page.post(url + "reveal/")
    assert answer.status_code == 303
    look = ContactReveal.objects.get()
    assert (look.user, look.request_id, look.revealed_at) == (
        dispatcher,
        made.pk,
        NOW + dt.timedelta(hours=2),
    )
    body = page.get(url).content.decode()
    assert "canary@example.org" in body
    assert "Canary Bird" in body
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW + dt.timedelta(hours=3))
    assert "canary" not in page.get(url).content.decode().lower()


def test_one_persons_look_opens_nothing_for_another(
    page: Client, client: Client, city: makers.SmallCity
) -> None:
    made = makers.submitted(city.pothole, email="canary@example.org").request
    page.post(f"/queue/{made.number}/reveal/")
    colleague = Client()
    colleague.force_login(makers.staff("dispatcher", city.streets))
    assert "canary@" not in colleague.get(f"/queue/{made.number}/").content.decode()


@pytest.mark.parametrize("role", ["manager", "council_aide"])
def test_roles_without_a_reason_cannot_reveal(client: Client, city: makers.SmallCity, role: str) -> None:
    made = makers.submitted(city.pothole, email="canary@example.org").request
    client.force_login(makers.staff(role, city.streets, area=city.district_1))
    assert client.get(f"/queue/{made.number}/").status_code == 200
    assert client.post(f"/queue/{made.number}/reveal/").status_code == 403
    assert "canary@" not in client.get(f"/queue/{made.number}/").content.decode()


def test_an_aide_sees_the_district_only(client: Client, city: makers.SmallCity) -> None:
    here = makers.submitted(city.pothole).request
    there = makers.submitted(city.pothole, longitude=-76.55).request
    client.force_login(makers.staff("council_aide", area=city.district_1))
    assert client.get(f"/queue/{here.number}/").status_code == 200
    assert client.get(f"/queue/{there.number}/").status_code == 404


def test_history_can_be_narrowed(page: Client, city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    by = Actor.staff(dispatcher)
    for audience, text in (
        (Audience.STAFF, "Only we"),
        (Audience.EVERYONE, "All of you"),
        (Audience.REPORTER, "You"),
    ):
        actions.add_note(request_id=made.pk, version=None, text=text, audience=audience, by=by, now=NOW)
    actions.assign(request_id=made.pk, version=None, to=dispatcher, by=by, now=NOW)

    def shown(which: str) -> list[str]:
        return [entry.what for entry in page.get(f"/queue/{made.number}/?history={which}").context["history"]]

    assert len(shown("all")) == len(shown("nonsense")) == 6
    assert "Note for staff" not in shown("public")
    assert "Note for everyone" in shown("public")
    assert not any(what.startswith("Note") for what in shown("changes"))
    assert f"Assigned to {dispatcher.name}" in shown("changes")


@pytest.mark.parametrize("size", [1, 30])
def test_fourteen_statements_at_most(
    page: Client, city: makers.SmallCity, dispatcher: StaffUser, size: int
) -> None:
    made = makers.submitted(city.pothole, email="a@example.org").request
    for _ in range(size):
        actions.add_note(
            request_id=made.pk,
            version=None,
            text="A note",
            audience=Audience.STAFF,
            by=Actor.staff(dispatcher),
            now=NOW,
        )
    page.post(f"/queue/{made.number}/reveal/")
    page.get(f"/queue/{made.number}/")
    with CaptureQueriesContext(connection) as queries:
        page.get(f"/queue/{made.number}/")
    assert len(queries) <= 14, "\n".join(query["sql"] for query in queries)


def test_hostile_words_are_only_words(page: Client, city: makers.SmallCity) -> None:
    script = "<script>alert(1)</script>"
    made = makers.submitted(city.pothole, description=script, address=script, place_note=script).request
    for url in ("/queue/", f"/queue/{made.number}/"):
        assert script not in page.get(url).content.decode()


def test_waiting_photos_are_shown_to_staff_with_what_can_be_done(
    page: Client, city: makers.SmallCity
) -> None:
    made = makers.submitted(city.pothole).request
    photo = Photo.objects.create(
        request=made, sha256="0" * 64, width=8, height=6, state=PhotoState.WAITING, created_at=NOW
    )
    body = page.get(f"/queue/{made.number}/").content.decode()
    assert f"/photos/{photo.public_id}/medium.jpg" in body
    assert "Waits for your look" in body
    assert "do/publish_photo/" in body
    assert "do/hide_photo/" in body
