"""The report over HTTP: who reads it, that each printed number leads to as many rows, files, wrong addresses, cost."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic311.lib.cached import forget_all
from dashboards.reports.sheets import SHEETS
from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import ServiceRequest
from tests import makers
from tests.dashboards.reports.scenes import NOW, at, closed, opened, scene

pytestmark = pytest.mark.django_db
PERIOD = "start=2026-03-02&end=2026-03-29"
LINK = re.compile(r'<a href="(/reports/rows/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)


@pytest.fixture
def reader(client: Client, manager: StaffUser) -> Client:
    client.force_login(manager)
    return client


def text(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode())


READERS = {
    "manager",
    "supervisor",
    "administrator",
    "records_officer",
    "council_aide",
    "dispatcher",
}


@pytest.mark.parametrize("role", Role.values)
def test_operators_and_crews_have_no_report(client: Client, city: makers.SmallCity, role: str) -> None:
    extra = {"area": city.district_1} if role == "council_aide" else {}
    client.force_login(makers.staff(role, city.streets, **extra))
    expected = 200 if role in READERS else 403
    for path in (
        "/reports/",
        "/reports/rows/?figure=opened",
        "/reports/rows.csv?figure=opened",
        "/reports/figures/volume.csv",
    ):
        assert client.get(path).status_code == expected, path


def test_strangers_are_sent_to_sign_in(client: Client, city: makers.SmallCity) -> None:
    for path in ("/reports/", "/reports/rows/?figure=opened", "/reports/figures/volume.csv"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_each_number_leads_to_as_many_rows(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    scene(city, dispatcher)
    for index in range(12):
        request = opened(city.praise, at(10 + index % 3))
        actions.assign(
            request_id=request.pk, version=None, to=dispatcher, by=Actor.staff(dispatcher), now=at(16)
        )
    html = text(reader.get(f"/reports/?{PERIOD}"))
    checked = 0
    for href, words in LINK.findall(html):
        plain = unescape(re.sub(r"<[^>]+>", "", words)).strip()
        number = re.fullmatch(r"([\d,]+)(?: requests?| in hand)?|.* \(([\d,]+)\)", plain)
        if number is None:
            continue
        expected = int((number[1] or number[2]).replace(",", ""))
        found = reader.get(unescape(href))
        assert found.status_code == 200
        assert found.context["page"].paginator.count == expected, (plain, href)
        checked += 1
    assert checked >= 30


def test_marks_of_the_charts_lead_to_as_many_rows(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    scene(city, dispatcher)
    html = text(reader.get(f"/reports/?{PERIOD}"))
    marks = re.findall(r'<a href="(/reports/rows/\?[^"]*)" aria-label="[^"]*: (\d+)">', html)
    assert len(marks) >= 5
    for href, number in marks:
        assert reader.get(unescape(href)).context["page"].paginator.count == int(number), href


def test_findings_come_first_and_too_few_is_said(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    scene(city, dispatcher)
    html = text(reader.get(f"/reports/?{PERIOD}"))
    assert "Pothole is reported most: 10 of 10 requests, 100 %." in html
    assert "One more request came in than was finished." in html
    assert "Too few due dates in this period to say how many were kept." in html
    assert "Too few requests in this period to say how long they take." in html
    assert "3 requests are open" in html
    assert "closed before it was opened, as the source says" in html
    assert "style=" not in html
    for figure in ("volume", "flow", "on-time", "time-to-close", "backlog", "work"):
        assert f'id="{figure}"' in html
        assert f"/reports/figures/{figure}.csv?{PERIOD.replace('&', '&amp;')}" in html


def test_shares_are_shown_from_ten_requests_on(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    for index in range(10):
        request = opened(city.pothole, at(3))
        if index < 8:
            closed(request, at(4), Actor.staff(dispatcher))
    html = text(reader.get(f"/reports/?{PERIOD}"))
    assert "80\u00a0% were closed by their due date, 80\u00a0% were solved by then." in html
    assert "95 % interval: 49–94\u00a0%" in html
    assert "Half are closed in 1.0 day. It is too early to say when nine of ten are." in html


def test_empty_city_has_a_report(reader: Client, city: makers.SmallCity) -> None:
    html = text(reader.get("/reports/"))
    assert "No request was opened in this period." in html
    assert "Nothing is open." in html
    assert "No row of this period is doubtful" in html


@pytest.mark.parametrize(
    "query",
    [
        "start=yesterday",
        "start=2026-03-02&end=2026-03-01",
        "start=2001-01-01&end=2026-03-01",
        "start=0001-01-01",
        "end=9999-12-31",
        "department=999",
        "population=all",
    ],
)
def test_wrong_addresses_are_said_and_never_fail(reader: Client, city: makers.SmallCity, query: str) -> None:
    response = reader.get(f"/reports/?{query}")
    assert response.status_code == 400
    assert response.context["form"].errors
    assert reader.get(f"/reports/rows/?figure=opened&{query}").status_code == 400
    assert reader.get(f"/reports/figures/volume.csv?{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("figure=nothing", 404),
        ("figure=due&result=x", 404),
        ("figure=quality", 404),
        ("figure=open&band=7", 404),
        ("figure=open&band=x", 400),
        ("figure=opened&week=9999-12-31", 400),
        ("figure=opened&category=999", 400),
        ("figure=work&person=99999999999", 400),
    ],
)
def test_wrong_rows_are_refused(reader: Client, city: makers.SmallCity, query: str, status: int) -> None:
    assert reader.get(f"/reports/rows/?{query}").status_code == status
    assert reader.get(f"/reports/rows.csv?{query}").status_code == status


def test_rows_as_csv_are_in_the_citys_time_and_without_reporters(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    request = makers.submitted(city.pothole, now=at(3, 22), email="ann@example.org", name="Ann").request
    lines = list(csv.reader(io.StringIO(text(reader.get(f"/reports/rows.csv?{PERIOD}&figure=opened")))))
    assert lines[0][:3] == ["number", "category", "department"]
    assert lines[1][0] == request.number
    assert lines[1][6] == "2026-03-03 22:00:00-05:00"
    assert "ann@example.org" not in str(lines)
    assert len(lines) == 2


@pytest.mark.parametrize("figure", SHEETS)
def test_each_figure_comes_as_csv(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser, figure: str
) -> None:
    scene(city, dispatcher)
    response = reader.get(f"/reports/figures/{figure}.csv?{PERIOD}")
    assert response["Content-Disposition"].startswith("attachment")
    lines = list(csv.reader(io.StringIO(text(response))))
    assert len(lines) >= 2
    expected = {
        "volume": ["Pothole", "10"],
        "flow": ["2026-03-02", "10", "8"],
        "on-time": ["Streets", "8", "5", "", "", "", "3", "", "", "", "2", "1", "0", "2"],
        "backlog": ["Streets", "0", "0", "3", "0", "0"],
    }
    if figure in expected:
        assert lines[1] == expected[figure]
    assert reader.get(f"/reports/figures/nothing.csv?{PERIOD}").status_code == 404


def test_lists_have_pages(reader: Client, city: makers.SmallCity) -> None:
    first = makers.submitted(city.pothole, now=at(3)).request
    copies = []
    for index in range(60):
        values = {field.attname: getattr(first, field.attname) for field in ServiceRequest._meta.fields}
        values |= {"id": None, "number": f"26-9{index:05}", "token_hash": f"{index:064}"}
        copies.append(ServiceRequest(**values))
    ServiceRequest.objects.bulk_create(copies)
    html = text(reader.get(f"/reports/rows/?{PERIOD}&figure=opened&page=2"))
    assert "51–61 of 61" in html
    assert f"/queue/{first.number}/" in html


def _statements(reader: Client, path: str) -> int:
    forget_all()
    reader.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert reader.get(path).status_code == 200
    return len([query for query in seen.captured_queries if "SAVEPOINT" not in query["sql"]])


def test_statements_do_not_grow_with_the_requests(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    path, by = f"/reports/?{PERIOD}", Actor.staff(dispatcher)
    counts = []
    for _more in range(2):
        for index in range(3 if not counts else 27):
            request = opened(city.pothole if index % 2 else city.praise, at(3 + index % 20))
            actions.assign(request_id=request.pk, version=None, to=dispatcher, by=by, now=at(25))
        counts.append(_statements(reader, path))
    assert counts[0] == counts[1] <= 10
    assert _statements(reader, f"/reports/rows/?{PERIOD}&figure=opened") <= 6


def test_default_is_the_last_ninety_days(reader: Client, city: makers.SmallCity) -> None:
    scope = reader.get("/reports/").context["scope"]
    assert (scope.start, scope.end) == (dt.date(2026, 1, 16), dt.date(2026, 4, 15))
    assert scope.population == "resident"
