"""Storm mode as staff switch it and residents meet it, and its mark in the reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from civic311.lib.cached import forget_all
from departments.models import StaffUser, Storm
from requests_app.actions.facts import refresh_facts
from requests_app.models import ServiceRequest
from tests import makers
from tests.forms import form_of
from tests.makers import NOW, SmallCity

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def supervisor(city: makers.SmallCity) -> StaffUser:
    return makers.staff("supervisor", city.streets)


DECLARED = {
    "name": "Snow of March 4",
    "banner": "Heavy snow. Stay at home.",
    "banner_es": "Nevada fuerte. Quédese en casa.",
    "safety_question": "Is anybody hurt?",
    "safety_text": "Call 911 now.",
    "ends_at": "2026-03-06T10:00",
    "policy": "suspend",
    "is_light": "on",
}


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as machine:
        yield machine


@pytest.fixture
def boss(client: Client, supervisor: StaffUser) -> Client:
    client.force_login(supervisor)
    return client


def declare(boss: Client, **changes: object) -> object:
    form = form_of(boss.get("/storms/new/"), with_field="banner")
    form.fill(**(DECLARED | changes))
    answer = form.send(boss)
    forget_all()
    return answer


def test_one_switch_on_and_off(boss: Client, city: SmallCity) -> None:
    assert declare(boss, categories=[str(city.pothole.pk)]).status_code == 303
    visitor = Client()
    home = visitor.get("/").content.decode()
    assert "Heavy snow. Stay at home." in home
    assert "What happened lately" not in home
    assert "Nevada fuerte" in visitor.get("/", headers={"accept-language": "es"}).content.decode()
    storm = Storm.objects.get()
    assert boss.post(f"/storms/{storm.pk}/end/").status_code == 303
    forget_all()
    assert "Heavy snow" not in Client().get("/", headers={"accept-language": "en"}).content.decode()


def test_past_and_second_are_said_at_the_form(boss: Client) -> None:
    assert b"cannot be declared for the past" in declare(boss, starts_at="2026-03-03T10:00").content
    assert declare(boss).status_code == 303
    again = declare(boss)
    assert again.status_code == 400
    assert b"Another storm is declared" in again.content
    assert Storm.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"banner": ""},
        {"ends_at": "soon"},
        {"policy": "extend", "extra_days": ""},
        {"policy": "extend", "extra_days": "0"},
        {"policy": "nonsense"},
        {"safety_text": ""},
        {"banner": "x" * 100_000},
        {"name": "a\x00b"},
        {"categories": ["999999"]},
    ],
)
def test_bad_input_is_told(boss: Client, changes: dict[str, object]) -> None:
    with_everything = DECLARED | changes
    assert boss.post("/storms/new/", with_everything).status_code == 400
    assert not Storm.objects.exists()


def test_few_kinds_first_others_on_demand(boss: Client, city: SmallCity) -> None:
    declare(boss, categories=[str(city.pothole.pk)])
    form = Client().get("/report/").content.decode()
    assert 'value="pothole"' in form
    assert 'value="rats"' not in form
    assert "/report/?all=on" in form
    assert 'value="rats"' in Client().get("/report/?all=on").content.decode()


def test_light_form_has_no_map_and_no_preview(boss: Client) -> None:
    assert "js/map" in Client().get("/report/").content.decode()
    declare(boss)
    form = Client().get("/report/").content.decode()
    assert "js/map" not in form
    assert "data-upload-list" not in form or "data-upload " not in form
    assert "js/report" not in form


def report(**changes: object) -> object:
    visitor = Client()
    form = form_of(visitor.get("/report/"), with_field="description")
    values: dict[str, object] = {
        "description": "A deep hole",
        "category": "pothole",
        "latitude": "39.3",
        "longitude": "-76.65",
        "in_danger": "no",
    }
    form.fill(**(values | changes))
    return visitor.post("/report/", form.values | {"asked": ["on"]})


def test_danger_comes_first_and_is_not_sent(boss: Client) -> None:
    declare(boss)
    stopped = report(in_danger="yes")
    assert stopped.status_code in {200, 400}
    assert b"Call 911 now." in stopped.content
    assert not ServiceRequest.objects.exists()


def test_a_report_in_the_storm_has_the_declared_target(boss: Client) -> None:
    declare(boss)
    assert report().status_code == 303
    made = ServiceRequest.objects.get()
    assert made.first_due_at is None


def test_reports_mark_it_and_show_both_ways(
    boss: Client, city: SmallCity, travel: time_machine.Coordinates
) -> None:
    before = makers.submitted(city.pothole, now=NOW - 3 * DAY).request
    declare(boss, policy="keep")
    during = makers.submitted(city.pothole, now=NOW + DAY).request
    travel.move_to(NOW + 10 * DAY)
    forget_all()
    boss.force_login(StaffUser.objects.get(role="supervisor"))
    refresh_facts()
    page = boss.get("/reports/volume/").content.decode()
    assert "A storm was declared in this period" in page
    assert "Snow of March 4" in page
    for choice, wanted in (("", {before, during}), ("without", {before}), ("only", {during})):
        rows = boss.get(f"/reports/rows/?figure=opened&storms={choice}&start=2026-02-20&end=2026-03-14")
        found = {made for made in (before, during) if made.number in rows.content.decode()}
        assert found == wanted, choice
    assert boss.get("/reports/?storms=never").status_code == 400


def test_a_period_without_storm_says_nothing(boss: Client) -> None:
    assert "A storm was declared" not in boss.get("/reports/volume/").content.decode()
