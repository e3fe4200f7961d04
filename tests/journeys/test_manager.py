"""A manager without scripts: a period and a department, a number, its requests, and both as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import unescape

import pytest
from django.test import Client

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import refresh_facts
from requests_app.workflow import Outcome
from tests import makers
from tests.forms import form_of

pytestmark = pytest.mark.django_db
NOW = makers.NOW


@pytest.fixture(autouse=True)
def _a_month_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW + dt.timedelta(days=30))


def link(html: str, pattern: str) -> str:
    """The address of the first link whose text fits."""
    for href, words in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL):
        if re.search(pattern, unescape(words)):
            return unescape(href)
    raise AssertionError(f"no link {pattern!r}")


def lines(response: object) -> list[list[str]]:
    content = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(content)))


def test_from_period_to_a_closed_request(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    made = [makers.submitted(city.pothole, now=NOW).request for _ in range(11)]
    makers.submitted(city.missed_trash, now=NOW)
    for request in made[:9]:
        actions.close(
            request_id=request.pk,
            version=None,
            outcome=Outcome.FIXED,
            public_answer="Highways filled the hole.",
            by=Actor.staff(dispatcher),
            now=NOW + dt.timedelta(days=2),
        )
    refresh_facts()
    client = Client()
    answer = form_of(client.get("/accounts/login/"), with_field="login")
    answer.fill(login=manager.email, password=makers.PASSWORD).send(client)

    form = form_of(client.get("/reports/"), with_field="start")
    period = form.fill(start="2026-03-01", end="2026-03-31", department=str(city.streets.pk))
    html = period.send(client).content.decode()
    assert "Pothole is reported most" in html
    html = client.get(link(html, "^Timeliness$")).content.decode()
    assert "82\u00a0% were closed by their due date" in html
    assert "Half are closed in 2.0 days" in html

    listed = client.get(link(html, "82"))
    page = listed.content.decode()
    assert "Closed by the due date" in page
    assert "9 requests" in page
    assert made[0].number in page
    assert made[10].number not in page
    assert client.get(f"/queue/{made[0].number}/").status_code == 200

    question = form_of(client.get(link(page, "Take as a file")), with_field="reason")
    file = lines(question.fill(reason="Council meeting of May 4").send(client))
    assert len(file) == 10
    assert {row[1] for row in file[1:]} == {"Pothole"}
    back = client.get(link(page, "Back to the report")).content.decode()
    volume = client.get(link(back, "^Volume$")).content.decode()
    numbers = lines(client.get(link(volume, "^CSV.*reported most")))
    assert (numbers[0][:2], numbers[1][:2]) == (["Category", "Opened"], ["Pothole", "11"])


def test_found_by_staff_is_a_report_of_its_own(city: makers.SmallCity, manager: StaffUser) -> None:
    makers.submitted(city.pothole, now=NOW)
    client = Client()
    client.force_login(manager)
    form = form_of(client.get("/reports/"), with_field="population")
    html = form.fill(population="staff_found").send(client).content.decode()
    assert "No request was opened in this period." in html
