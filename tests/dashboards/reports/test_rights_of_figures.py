"""What a reader of one department learns of the others: nothing, in figures, titles and odd addresses alike."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from civic311.lib.cached import forget_all
from dashboards.reports import held_numbers
from dashboards.reports.charts import Figure
from dashboards.reports.pages import expected
from departments.models import StaffUser
from requests_app.actions import Actor
from requests_app.actions.facts import refresh_facts
from requests_app.models import ExpectedTime
from tests import makers
from tests.dashboards.reports.scenes import NOW, at, closed, opened, scope

pytestmark = pytest.mark.django_db
PERIOD = "start=2026-03-02&end=2026-03-29"


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)


def told_lines(user: StaffUser) -> list[str]:
    figures = expected.PAGE.build(scope(user)).figures
    figure: Figure = next(each for each in figures if each.uid == "told-now")
    return [] if figure.drawing is None else [row[0].text for row in figure.drawing.table.rows]


def test_times_of_other_departments_are_not_listed(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    opened(city.pothole, at(3))
    opened(city.missed_trash, at(3))
    refresh_facts()
    common: dict[str, Any] = {"computed_at": NOW, "median_hours": 30.0, "p90_hours": 90.0, "closings": 321}
    for department in (city.streets, city.waste):
        ExpectedTime.objects.create(department=department, **common)
    forget_all()
    lines = told_lines(dispatcher)
    assert any(city.streets.short_name in line for line in lines)
    assert not any(city.waste.short_name in line for line in lines), lines
    both = told_lines(makers.staff("administrator"))
    assert any(city.waste.short_name in line for line in both)


def test_a_list_names_nobody_whose_work_the_reader_does_not_see(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    stranger = makers.staff("dispatcher", city.waste, name="Wanda Waste")
    boss = makers.staff("administrator", name="Adam Admin")
    client.force_login(dispatcher)
    for person in (stranger, boss):
        for figure, result in (("work", "in_hand"), ("opened", "")):
            address = f"/reports/rows/?figure={figure}&result={result}&person={person.pk}&{PERIOD}"
            assert person.name not in client.get(address).text, address
            assert client.get(address).status_code == 200


def test_a_name_stands_above_what_that_person_did_here(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    stranger = makers.staff("dispatcher", city.waste, name="Wanda Waste")
    closed(opened(city.pothole, at(3)), at(5), Actor.staff(stranger))
    refresh_facts()
    client.force_login(dispatcher)
    address = f"/reports/rows/?figure=work&result=closed&person={stranger.pk}&{PERIOD}"
    assert stranger.name in client.get(address).text


def test_a_list_over_too_many_histories_is_refused_in_words(
    client: Client,
    city: makers.SmallCity,
    manager: StaffUser,
    dispatcher: StaffUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed(opened(city.pothole, at(3)), at(5), Actor.staff(dispatcher))
    refresh_facts()
    monkeypatch.setattr(held_numbers, "MOST_ROWS", 1)
    client.force_login(manager)
    for page in ("rows", "extract"):
        assert client.get(f"/reports/{page}/?figure=held&{PERIOD}").status_code == 400
