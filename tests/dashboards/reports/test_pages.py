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
from dashboards.reports import views
from dashboards.reports.pages import DRILLS, PAGES
from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import rebuild_facts, refresh_facts
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome
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


def address(slug: str) -> str:
    return "/reports/" if slug == PAGES[0].slug else f"/reports/{slug}/"


ADDRESSES = [address(page.slug) for page in PAGES]


def fill(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    """Enough of everything that most figures have something to say."""
    scene(city, dispatcher)
    by = Actor.staff(dispatcher)
    for index in range(24):
        request = opened(city.praise if index % 2 else city.pothole, at(3 + index % 20))
        actions.assign(request_id=request.pk, version=None, to=dispatcher, by=by, now=at(25))
        if index % 3 == 0:
            closed(request, at(26, 9 + index % 8), by, Outcome.DECLINED if index % 2 else Outcome.FIXED)
        elif index % 3 == 1:
            actions.reroute(
                request_id=request.pk,
                version=None,
                department=city.waste,
                reason="Theirs.",
                by=by,
                now=at(26),
            )
    refresh_facts()


@pytest.mark.parametrize("role", Role.values)
def test_operators_and_crews_have_no_report(client: Client, city: makers.SmallCity, role: str) -> None:
    extra = {"area": city.district_1} if role == "council_aide" else {}
    client.force_login(makers.staff(role, city.streets, **extra))
    expected = 200 if role in READERS else 403
    for path in (
        *ADDRESSES,
        "/reports/rows/?figure=opened",
        "/reports/volume.xlsx",
    ):
        assert client.get(path).status_code == expected, path


def test_strangers_are_sent_to_sign_in(client: Client, city: makers.SmallCity) -> None:
    for path in (*ADDRESSES, "/reports/rows/?figure=opened", "/reports/volume/categories.csv"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ADDRESSES)
def test_each_number_leads_to_as_many_rows(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser, path: str
) -> None:
    fill(city, dispatcher)
    html = text(reader.get(f"{path}?{PERIOD}"))
    links = [(href, unescape(re.sub(r"<[^>]+>", "", words)).strip()) for href, words in LINK.findall(html)]
    links += re.findall(r'<a href="(/reports/rows/\?[^"]*)" aria-label="[^"]*: ([\d,]+)">', html)
    checked = 0
    for href, plain in links:
        number = re.fullmatch(r"([\d,]+)(?: requests?| in hand)?|.* \(([\d,]+)\)", plain)
        if number is None:
            assert reader.get(unescape(href)).status_code == 200, href
            continue
        expected = int((number[1] or number[2]).replace(",", ""))
        found = reader.get(unescape(href))
        assert found.status_code == 200, href
        assert found.context["page"].paginator.count == expected, (plain, href)
        checked += 1
    assert checked >= 1, "no number of this page leads to its rows"


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_prints_definitions_and_files_and_no_inline_style(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser, path: str
) -> None:
    fill(city, dispatcher)
    response = reader.get(f"{path}?{PERIOD}")
    html = text(response)
    assert "style=" not in html
    for figure in response.context["content"].figures:
        assert figure.definition, figure.uid
        assert f'id="{figure.uid}"' in html
        if figure.drawing is None:
            assert figure.empty, figure.uid
            continue
        lines = list(csv.reader(io.StringIO(text(reader.get(unescape(figure.csv_href))))))
        assert len(lines) == len(figure.drawing.table.rows) + 1
        assert lines[0] == list(figure.drawing.table.headers)


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_empty_city_has_every_page(reader: Client, city: makers.SmallCity, path: str) -> None:
    response = reader.get(path)
    assert response.status_code == 200
    assert "nan" not in text(response).lower().replace("finance", "")


ODD = (
    "start=2031-01-01&end=2031-02-01",
    "start=2026-03-03&end=2026-03-03",
    "start=2016-03-01&end=2026-03-31",
    "start=2026-03-07&end=2026-03-09",
    "start=2025-11-01&end=2025-11-03",
    "channel=api",
    "storms=only",
    "storms=without",
    "population=staff_found",
    "compare=none",
    "department=0",
)
WRONG = (
    "start=yesterday",
    "start=2026-03-02&end=2026-03-01",
    "start=1991-01-01&end=2099-03-01",
    "start=0001-01-01",
    "end=9999-12-31",
    "department=9999999",
    "category=9999999",
    "area=x",
    "channel=pigeon",
    "population=all",
    "compare=mars",
)


@pytest.mark.parametrize("path", ADDRESSES)
def test_odd_periods_and_filters_that_match_nothing_are_answered(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser, path: str
) -> None:
    scene(city, dispatcher)
    refresh_facts()
    for query in ODD:
        assert reader.get(f"{path}?{query}").status_code == 200, query


def test_wrong_addresses_are_said_and_never_fail(reader: Client, city: makers.SmallCity) -> None:
    for query in WRONG:
        for path in ADDRESSES:
            response = reader.get(f"{path}?{query}")
            assert response.status_code == 400, (path, query)
            assert response.context["form"].errors
        for path in ("rows/?figure=opened&", "volume/categories.csv?", "volume.xlsx?"):
            assert reader.get(f"/reports/{path}{query}").status_code == 400, (path, query)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("figure=nothing", 404),
        ("figure=opened&week=9999-12-31", 400),
        ("figure=opened&category=9999999", 400),
        ("figure=opened&person=99999999999", 400),
        ("figure=opened&hour=24", 400),
    ],
)
def test_wrong_rows_are_refused(reader: Client, city: makers.SmallCity, query: str, status: int) -> None:
    assert reader.get(f"/reports/rows/?{query}").status_code == status


@pytest.mark.parametrize("figure", sorted(DRILLS))
def test_unknown_results_of_a_list_are_not_there(reader: Client, city: makers.SmallCity, figure: str) -> None:
    assert reader.get(f"/reports/rows/?figure={figure}&result=pigeon").status_code in {200, 404}
    assert reader.get(f"/reports/rows/?figure={figure}&band=399").status_code in {200, 404}


def test_lists_have_pages(reader: Client, city: makers.SmallCity) -> None:
    first = makers.submitted(city.pothole, now=at(3)).request
    copies = []
    for index in range(60):
        values = {field.attname: getattr(first, field.attname) for field in ServiceRequest._meta.fields}
        values |= {"id": None, "number": f"26-9{index:05}", "token_hash": f"{index:064}"}
        copies.append(ServiceRequest(**values))
    ServiceRequest.objects.bulk_create(copies)
    rebuild_facts()
    html = text(reader.get(f"/reports/rows/?{PERIOD}&figure=opened&page=2"))
    assert "51–61 of 61" in html
    assert f"/queue/{first.number}/" in html


def test_a_list_of_very_many_shows_the_newest_and_says_so(
    reader: Client, city: makers.SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [opened(city.pothole, at(3 + day)) for day in range(4)]
    refresh_facts()
    for most, words, shown in ((4, "4 requests", made), (3, "More than 3 requests", made[1:])):
        monkeypatch.setattr(views, "MOST_LISTED", most)
        html = text(reader.get(f"/reports/rows/?{PERIOD}&figure=opened"))
        assert words in html
        assert ("The newest are listed." in html) is (most < 4)
        assert [f"/queue/{each.number}/" in html for each in made] == [each in shown for each in made]


def test_a_line_says_where_when_and_how_it_ended_and_trusts_no_word(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    request = closed(opened(city.pothole, at(3)), at(4, 15), Actor.staff(dispatcher))
    ServiceRequest.objects.filter(pk=request.pk).update(address="<b>1 Main & 2nd</b>")
    refresh_facts()
    html = text(reader.get(f"/reports/rows/?{PERIOD}&figure=opened"))
    assert "&lt;b&gt;1 Main &amp; 2nd&lt;/b&gt;" in html
    for words in ("Mar 3, 2026, 10:00", "Mar 4, 2026, 15:00", "Closed: Fixed", city.streets.short_name):
        assert words in html, words


def _statements(reader: Client, path: str) -> int:
    forget_all()
    reader.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert reader.get(path).status_code == 200
    return len([query for query in seen.captured_queries if "SAVEPOINT" not in query["sql"]])


@pytest.mark.parametrize("slug", [page.slug for page in PAGES])
def test_statements_do_not_grow_with_the_requests(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser, slug: str
) -> None:
    path, by = f"{address(slug)}?{PERIOD}", Actor.staff(dispatcher)
    counts = []
    for _more in range(2):
        for index in range(3 if not counts else 27):
            request = opened(city.pothole if index % 2 else city.praise, at(3 + index % 20))
            actions.assign(request_id=request.pk, version=None, to=dispatcher, by=by, now=at(25))
        refresh_facts()
        counts.append(_statements(reader, path))
    assert counts[0] == counts[1] <= 12
    assert _statements(reader, f"/reports/rows/?{PERIOD}&figure=opened") <= 6


def test_default_is_the_last_ninety_days(reader: Client, city: makers.SmallCity) -> None:
    scope = reader.get("/reports/").context["scope"]
    assert (scope.start, scope.end) == (dt.date(2026, 1, 16), dt.date(2026, 4, 15))
    assert scope.population == "resident"


def test_it_says_whose_requests_a_reader_sees(
    client: Client, city: makers.SmallCity, manager: StaffUser
) -> None:
    readers = {
        makers.staff("supervisor", city.streets): "Streets and what is not routed yet",
        makers.staff("council_aide", area=city.district_1): "District 1",
    }
    for user, words in readers.items():
        client.force_login(user)
        assert client.get("/reports/").context["filters"][0] == words
    client.force_login(manager)
    assert client.get("/reports/").context["filters"] == ["Reported by residents"]
