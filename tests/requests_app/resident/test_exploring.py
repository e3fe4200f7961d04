"""The public list and map, areas and kinds of problems: over HTTP, with what somebody may type into an address."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic311.lib import clock
from civic311.lib.cached import forget_all
from departments.kinds import AreaKind
from requests_app.actions import Actor, withdraw
from requests_app.models import ExpectedTime, Photo, ServiceRequest
from requests_app.workflow import Outcome, Status
from tests import makers

pytestmark = pytest.mark.django_db
BOX = "-76.7,39.2,-76.5,39.4"


def report(city: makers.SmallCity, **fields: Any) -> ServiceRequest:
    return makers.submitted(fields.pop("category", city.pothole), **fields).request


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def cells(client: Client, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text(client, f"/map/cells.json?{query}"))["cells"]
    return found


def test_the_list_shows_the_public_face(city: makers.SmallCity, client: Client) -> None:
    made = report(city, address="12 Main St", email="someone@example.org", name="Zilpah Somebody")
    page = text(client, "/requests/")
    assert made.number in page
    assert "12 Main St" in page
    assert "1 report" in page
    assert "someone@" not in page
    assert "Zilpah" not in page


def test_filters_keep_their_address(city: makers.SmallCity, client: Client) -> None:
    made = report(city)
    other = report(city, longitude=-76.55, category=city.missed_trash)
    page = text(client, "/requests/?area=council_district:1&category=pothole")
    assert made.number in page
    assert other.number not in page
    assert '<option value="council_district:1" selected>' in page
    assert "/feeds/requests.rss?category=pothole&amp;area=council_district%3A1" in page
    assert "/map/?category=pothole&amp;area=council_district%3A1" in page


def test_pages_lead_to_older_reports(city: makers.SmallCity, client: Client) -> None:
    made = [report(city, now=makers.NOW + dt.timedelta(minutes=step)).number for step in range(27)]
    first = client.get("/requests/?status=all")
    cursor = first.context["page"].next_cursor
    assert f"?status=all&amp;before={cursor}" in first.content.decode()
    second = text(client, f"/requests/?status=all&before={cursor}")
    assert made[0] in second
    assert made[1] in second
    assert made[2] not in second
    assert "noindex" in second


@pytest.mark.parametrize("count", [3, 20])
def test_statements_do_not_grow_with_the_rows(city: makers.SmallCity, client: Client, count: int) -> None:
    for _ in range(count):
        made = report(city)
        Photo.objects.create(request=made, sha256="0" * 64, width=8, height=8, created_at=makers.NOW)
    for path, most in (
        ("/requests/", 2), ("/map/", 1), (f"/map/cells.json?bbox={BOX}&zoom=12", 2),
        ("/areas/council_district/1/", 1), ("/categories/pothole/", 2), ("/feeds/requests.rss", 1),
        ("/areas/", 0), ("/categories/", 0), ("/sitemap.xml", 1),
    ):  # fmt: skip
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        assert len(captured) <= most, (path, [entry["sql"] for entry in captured])


NONSENSE = (
    "status=spam",
    "category=%F0%9F%92%A9",
    "area=x",
    "area=county:9",
    "box=nan,1,2,3",
    "before=tomorrow",
    "lat=1",
)


@pytest.mark.parametrize("query", NONSENSE)
def test_a_filter_that_fits_nothing_is_said(city: makers.SmallCity, client: Client, query: str) -> None:
    page = text(client, f"/requests/?{query}", 400)
    assert 'role="alert"' in page


@pytest.mark.parametrize(
    "query",
    [
        f"bbox={BOX}&zoom=99", f"bbox={BOX}&zoom=-5", "bbox=-180,-90,180,90&zoom=19", "zoom=12", "",
        "bbox=-999,-999,999,999&zoom=3", f"bbox={BOX}", "bbox=-76.6,39.3,-76.5999999,39.3000001&zoom=19",
        "bbox=1,1,2,2&zoom=15", f"bbox={BOX}&zoom=12&q=%22%27%3B%20drop", f"bbox={BOX}&q={'x' * 400}",
    ],
)  # fmt: skip
def test_any_box_is_brought_into_range(city: makers.SmallCity, client: Client, query: str) -> None:
    report(city)
    assert len(cells(client, query)) <= 1


@pytest.mark.parametrize(
    "query",
    ["bbox=nan,nan,nan,nan", "bbox=1,2,3", "bbox=-76.5,39.2,-76.7,39.4", "bbox=a,b,c,d", "bbox=inf,0,1,1",
     f"bbox={BOX}&zoom=x", f"bbox={BOX}&zoom=1e9", f"bbox={BOX}&category=nothing", f"bbox={BOX}&status=x",
     "bbox=200,0,300,1"],
)  # fmt: skip
def test_nonsense_is_a_bad_request(city: makers.SmallCity, client: Client, query: str) -> None:
    assert "error" in json.loads(text(client, f"/map/cells.json?{query}", 400))


def test_cells_name_single_reports(city: makers.SmallCity, client: Client) -> None:
    made = report(city, email="someone@example.org")
    (cell,) = cells(client, f"bbox={BOX}&zoom=12")
    assert (cell["n"], cell["lat"], cell["lon"]) == (1, 39.3, -76.65)
    assert cell["reports"] == [
        {
            "number": made.number,
            "category": "Pothole",
            "status": "new",
            "label": "New",
            "address": "100 Main St",
            "people": "",
        }
    ]


def test_a_report_taken_offline_is_gone_at_once(city: makers.SmallCity, client: Client) -> None:
    made = report(city)
    paths = ("/requests/", "/map/", f"/map/cells.json?bbox={BOX}&zoom=12", f"/map/cells.json?bbox={BOX}&zoom=18",
             "/feeds/requests.rss", "/sitemap.xml", "/areas/council_district/1/", "/categories/pothole/")  # fmt: skip
    assert all(made.number in text(client, path) for path in paths if "zoom=18" not in path)
    ServiceRequest.objects.filter(pk=made.pk).update(is_public=False)
    assert not [path for path in paths if made.number in text(client, path)]


def test_the_map_page_works_without_script(city: makers.SmallCity, client: Client) -> None:
    made = report(city)
    page = text(client, "/map/?lat=39.3&lon=-76.65&zoom=16&category=pothole")
    assert made.number in page
    assert 'data-query="category=pothole"' in page
    assert "<noscript>" in page


def test_pages_of_areas_and_kinds(city: makers.SmallCity, client: Client) -> None:
    made = report(city, now=clock.now())
    makers.area(AreaKind.NEIGHBOR, "county", "Next County", (-77.0, 39.0, -76.7, 39.2))
    forget_all()
    assert "Next County" not in text(client, "/areas/")
    assert "District 1" in text(client, "/areas/")
    page = client.get("/areas/council_district/1/")
    assert page.context["figures"].open_now == 1
    assert page.context["figures"].new == 1
    assert made.number in page.content.decode()
    assert "Pothole" in text(client, "/categories/")
    ExpectedTime.objects.create(
        category=city.pothole, median_hours=70, p90_hours=200, closings=40, computed_at=clock.now()
    )
    page = client.get("/categories/pothole/")
    assert page.context["figures"].median_days == 3
    assert "Report it" in page.content.decode()
    for path in ("/areas/council_district/2/", "/categories/rats/"):
        assert "Nothing has been reported" in text(client, path)


@pytest.mark.parametrize(
    "path",
    ["/areas/council_district/99/", "/areas/nonsense/1/", "/areas/neighbor/county/", "/categories/nothing/",
     "/categories/recycling-container/"],
)  # fmt: skip
def test_no_page_for_what_is_not_there(city: makers.SmallCity, client: Client, path: str) -> None:
    makers.area(AreaKind.NEIGHBOR, "county", "Next County", (-77.0, 39.0, -76.7, 39.2))
    assert client.get(path).status_code == 404


def test_a_share_of_few_is_not_shown(city: makers.SmallCity, client: Client) -> None:
    now = clock.now()
    ids = [report(city, now=now - dt.timedelta(hours=2)).pk for _ in range(11)]
    closed = {"status": Status.CLOSED, "outcome": Outcome.FIXED, "closed_at": now}
    ServiceRequest.objects.filter(pk__in=ids[:9]).update(**closed)
    assert client.get("/categories/pothole/").context["figures"].solved_percent is None
    ServiceRequest.objects.filter(pk=ids[9]).update(**closed)
    withdraw(request_id=ids[10], by=Actor.reporter(), now=now)
    forget_all()
    figures = client.get("/categories/pothole/").context["figures"]
    assert (figures.open_now, figures.closed, figures.solved, figures.solved_percent) == (0, 11, 10, 91)
