"""Supervisors see work in hand and give it out; crews report what they find."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from departments.models import StaffUser
from requests_app.models import BulkChange, Photo, RequestEvent, ServiceRequest
from requests_app.workflow import EventKind, Status
from tests import makers
from tests.browser import steps
from tests.browser.frame import save_photo
from tests.forms import form_of

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def crew(city: makers.SmallCity) -> StaffUser:
    return makers.staff("crew", city.streets, name="Carl Crew")


@pytest.fixture
def in_charge(city: makers.SmallCity) -> Client:
    client = Client()
    client.force_login(makers.staff("supervisor", city.streets, name="Sue Supervisor"))
    return client


@pytest.fixture
def at_work(crew: StaffUser) -> Client:
    client = Client()
    client.force_login(crew)
    return client


def test_work_in_hand_and_what_nobody_has(city: makers.SmallCity, crew: StaffUser, in_charge: Client) -> None:
    makers.staff("crew", city.waste, name="Not Ours")
    for number, longitude in enumerate([-76.65, -76.65, -76.55, None]):
        made = makers.submitted(city.pothole, longitude=longitude, latitude=longitude and 39.3).request
        if number == 0:
            ServiceRequest.objects.filter(pk=made.pk).update(assignee=crew)
    makers.submitted(city.missed_trash)
    page = in_charge.get("/crew/work/").content.decode()
    assert "Carl Crew" in page
    assert "Not Ours" not in page
    assert "3 jobs nobody has" in page
    for area in ("District 1", "District 2", "Outside of all areas"):
        assert f">{area}</th>" in page


def test_as_many_queries_for_many_people(
    city: makers.SmallCity,
    crew: StaffUser,
    in_charge: Client,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("civic311.lib.cached.time", SimpleNamespace(monotonic=lambda: 0.0))
    in_charge.get("/crew/work/")
    with django_assert_max_num_queries(20) as few:
        in_charge.get("/crew/work/")
    for _ in range(30):
        made = makers.submitted(city.pothole).request
        ServiceRequest.objects.filter(pk=made.pk).update(assignee=makers.staff("crew", city.streets))
        makers.submitted(city.pothole)
    with django_assert_max_num_queries(20) as many:
        in_charge.get("/crew/work/")
    assert len(few) == len(many)


def test_an_area_is_given_in_one_change(city: makers.SmallCity, crew: StaffUser, in_charge: Client) -> None:
    here = [makers.submitted(city.pothole).request for _ in range(3)]
    elsewhere = makers.submitted(city.pothole, longitude=-76.55).request
    page = in_charge.get("/crew/work/give/", {"area": city.district_1.pk})
    form = form_of(page, with_field="to")
    assert len(form.values["job"]) == 3
    assert form.fill(to=str(crew.pk)).send(in_charge)["Location"] == "/crew/work/"
    assert set(ServiceRequest.objects.filter(assignee=crew)) == set(here)
    assert ServiceRequest.objects.get(pk=elsewhere.pk).assignee is None
    assert BulkChange.objects.get().changed == 3
    assert "3 jobs are now with Carl Crew." in in_charge.get("/crew/work/").content.decode()


def test_what_changed_meanwhile_is_left_and_said(
    city: makers.SmallCity, crew: StaffUser, in_charge: Client
) -> None:
    one, other = (makers.submitted(city.pothole).request for _ in range(2))
    form = form_of(in_charge.get("/crew/work/give/", {"area": city.district_1.pk}), with_field="to")
    ServiceRequest.objects.filter(pk=other.pk).update(version=2)
    form.fill(to=str(crew.pk)).send(in_charge)
    page = in_charge.get("/crew/work/").content.decode()
    assert "1 job is now with Carl Crew." in page
    assert other.number in page
    assert ServiceRequest.objects.get(pk=other.pk).assignee is None
    assert ServiceRequest.objects.get(pk=one.pk).assignee == crew


def test_a_persons_work_goes_to_others_or_to_nobody(
    city: makers.SmallCity, crew: StaffUser, in_charge: Client
) -> None:
    made = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=made.pk).update(assignee=crew)
    page = in_charge.get("/crew/work/give/", {"person": crew.pk})
    form_of(page, with_field="to").fill(to="none").send(in_charge)
    assert ServiceRequest.objects.get(pk=made.pk).assignee is None


@pytest.mark.parametrize(
    "query", ["", "?area=999", "?area=none", "?person=1", "?person=9999999999999", "?area=x&by=y"]
)
def test_work_of_nothing_is_not_found(in_charge: Client, query: str) -> None:
    assert in_charge.get(f"/crew/work/give/{query}").status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"to": "none"},
        {"to": "999999", "job": "1:1"},
        {"to": "none", "job": ["x", "1", "1:", ":1", "9" * 30 + ":1"]},
    ],
)
def test_nothing_ticked_and_nobody_chosen(city: makers.SmallCity, in_charge: Client, data: Any) -> None:
    makers.submitted(city.pothole)
    answer = in_charge.post(f"/crew/work/give/?area={city.district_1.pk}", data)
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()


def test_requests_of_other_departments_cannot_be_named(
    city: makers.SmallCity, crew: StaffUser, in_charge: Client
) -> None:
    strange = makers.submitted(city.missed_trash).request
    in_charge.post(
        f"/crew/work/give/?area={city.district_1.pk}", {"to": str(crew.pk), "job": f"{strange.pk}:1"}
    )
    assert ServiceRequest.objects.get(pk=strange.pk).assignee is None


def test_found_by_its_button(
    city: makers.SmallCity, crew: StaffUser, at_work: Client, tmp_path: Path
) -> None:
    steps.main_street()
    page = at_work.get("/crew/found/")
    assert 'value="pothole">Pothole</button>' in page.content.decode()
    with save_photo(tmp_path).open("rb") as picture:
        data = {
            "category": "pothole",
            "latitude": "39.3",
            "longitude": "-76.65",
            "photos": picture,
            "key": "k1",
        }
        answer = at_work.post("/crew/found/", data)
    made = ServiceRequest.objects.get()
    assert answer["Location"] == f"/crew/{made.number}/"
    assert (made.assignee, made.population, made.channel, made.status) == (
        crew,
        "staff_found",
        "staff",
        Status.OPEN,
    )
    assert made.description == "Pothole"
    assert "Main St" in made.address
    assert Photo.objects.get(request=made).state == "published"
    assert RequestEvent.objects.get(request=made, kind=EventKind.SUBMITTED).actor == crew


def test_found_twice_by_the_same_press_is_one(city: makers.SmallCity, at_work: Client) -> None:
    data = {"category": "pothole", "latitude": "39.3", "longitude": "-76.65", "key": "k1"}
    first, second = (at_work.post("/crew/found/", data, **JSON).json() for _ in range(2))
    assert first["url"] == second["url"]
    assert ServiceRequest.objects.count() == 1


def test_found_for_another_department_says_whose_it_is(city: makers.SmallCity, at_work: Client) -> None:
    other = str(city.rats.pk)
    data = {"category": "other", "other": other, "latitude": "39.3", "longitude": "-76.65"}
    answer = at_work.post("/crew/found/", data, follow=True)
    assert "It went to Bureau of Waste." in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"category": "pothole"}, "Say where it is"),
        ({"category": "pothole", "latitude": "10", "longitude": "10"}, "outside of the city"),
        ({"category": "pothole", "latitude": "nan", "longitude": "inf"}, "There is a problem"),
        ({"category": "pothole", "address": "No such place"}, "We do not know this place"),
        ({"category": "gone", "latitude": "39.3", "longitude": "-76.65"}, "does not exist or is retired"),
        ({"category": "other", "other": "x", "latitude": "39.3", "longitude": "-76.65"}, "does not exist"),
        ({"address": "100 Main Street"}, "There is a problem"),
        (
            {"category": "pothole", "words": "y" * 9_000, "latitude": "39.3", "longitude": "-76.65"},
            "at most 2000",
        ),
    ],
)
def test_what_is_missing_is_said_and_the_words_stay(
    city: makers.SmallCity, at_work: Client, data: dict[str, str], words: str
) -> None:
    steps.main_street()
    answer = at_work.post("/crew/found/", {"words": "By the tree", **data})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert data.get("words", "By the tree") in answer.content.decode()
    assert not ServiceRequest.objects.exists()


def test_a_category_retired_meanwhile_is_told_to_the_outbox(city: makers.SmallCity, at_work: Client) -> None:
    city.pothole.is_active = False
    city.pothole.save()
    answer = at_work.post(
        "/crew/found/", {"category": "pothole", "latitude": "39.3", "longitude": "-76.65"}, **JSON
    )
    assert (answer.status_code, answer.json()["state"]) == (400, "refused")
    assert "retired" in answer.json()["message"]
