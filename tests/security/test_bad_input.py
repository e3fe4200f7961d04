"""Bad input is refused or answered with a sentence, wherever it comes in. 500 is a defect."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from dashboards.queue.filters import QueueFilter
from dashboards.queue.moves import MOVES
from dashboards.reports.forms import ParamsForm, ScopeForm
from departments.models import StaffUser
from requests_app.actions import Actor, close, hold
from requests_app.models import ServiceRequest
from requests_app.resident.forms import ReportForm
from requests_app.workflow import Outcome, Status
from tests import makers
from tests.security import moves, world
from tests.security.addresses import addresses, by_section, ours

pytestmark = pytest.mark.django_db

VALUES = {
    "nul": "a\x00b",
    "nothing": "",
    "minus": "-1",
    "huge": "99999999999999999999",
    "digits": "9" * 5000,
    "nan": "NaN",
    "infinity": "Infinity",
    "exponent": "1e400",
    "script": "<script>alert(1)</script>",
    "quotes": "'; DROP TABLE requests_app_servicerequest; --",
    "arabic digits": "٣",
    "no day": "2026-02-30",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "turned": "\u202eabc\u2028",
    "traversal": "../../../etc/passwd",
    "emoji": "🕳" * 200,
    "percent": "%s%n%(x)s{0}",
    "wild": "%_%_%_%" * 20,
    "query": "a & | ! ( :* <-> \\",
}
TELLING = ("minus", "huge", "digits", "nan", "last day", "query")
READ_BY: dict[str, tuple[str, ...]] = {
    "queue:list": (*QueueFilter.base_filters, "view", "sort", "page"),
    "reports:index": tuple(ScopeForm.base_fields),
    "reports:page": tuple(ScopeForm.base_fields),
    "reports:rows": (*ScopeForm.base_fields, *ParamsForm.base_fields, "page"),
    "reports:extract": (*ScopeForm.base_fields, *ParamsForm.base_fields),
}
"""What the views with the most parameters read from the query; others are tried with all names at once."""
PARAMETERS = sorted(
    {name for names in READ_BY.values() for name in names}
    | {"q", "category", "number", "lat", "lon", "history", "next", "density"}
)


@pytest.fixture
def request_made(city: makers.SmallCity) -> ServiceRequest:
    return world.file_report(photos=[world.picture()]).request


@pytest.fixture
def staff_client(administrator: StaffUser) -> Client:
    return world.client_of(administrator, raise_request_exception=False)


def words(made: ServiceRequest) -> dict[str, str]:
    """Good words for every placeholder."""
    return {
        "number": made.number,
        "name": "close",
        "token": "A" * 22,
        "public_id": made.photos.get().public_id,
        "size": "small",
        "key": "5c1cfa51-0f5b-4d8c-a3b5-0d5b8f6c7a11",
        "z": "12",
        "x": "1",
        "y": "1",
        "page": "volume",
        "figure": "categories",
        "resident_id": "1",
        "subscription_id": "1",
        "follower_id": "1",
        "reader_id": "1",
        "what": "stop",
        "kind": "council_district",
        "slug": "1",
        "pk": "1",
        "task_id": "1",
        "event_id": "1",
    }


@pytest.mark.parametrize("section", by_section())
def test_every_query_is_answered(staff_client: Client, request_made: ServiceRequest, section: str) -> None:
    failed = []
    for address in by_section()[section]:
        path = address.path(words(request_made))
        queries = [dict.fromkeys(PARAMETERS, value) for value in VALUES.values()]
        queries += [{name: VALUES[what]} for name in READ_BY.get(address.name, ()) for what in TELLING]
        for query in queries:
            status = staff_client.get(path, query).status_code
            if status >= 500 and address.route != "readyz":
                failed.append((address.route, query, status))
    assert failed == []


@pytest.mark.parametrize(
    "section", [name for name, each in by_section().items() if any(one.placeholders for one in each)]
)
def test_every_placeholder_is_answered(
    staff_client: Client, request_made: ServiceRequest, section: str
) -> None:
    failed, good = [], words(request_made)
    for address in by_section()[section]:
        for name in address.placeholders:
            for what, value in {**VALUES, "none": "zz", "bytes": "\xff"}.items():
                path = address.path({**good, name: quote(value, safe="")})
                for status in (staff_client.get(path).status_code, staff_client.post(path).status_code):
                    if status >= 500:
                        failed.append((address.route, name, what, status))
    assert failed == []


@pytest.mark.parametrize(
    "query", ["q=%FF", "q=%C3%28", "number=%ED%A0%80", "%00=%00", "a[b][c]" * 300, "a&" * 3000]
)
def test_odd_queries_are_refused_on_every_page(
    staff_client: Client, request_made: ServiceRequest, query: str
) -> None:
    for address in ours():
        if address.route in {"readyz"}:
            continue
        answer = staff_client.get(address.path(words(request_made)), QUERY_STRING=query)
        assert answer.status_code < 500, address.route


@pytest.mark.parametrize("what", VALUES)
def test_every_field_of_the_report_form(city: makers.SmallCity, client: Client, what: str) -> None:
    names = [*ReportForm.base_fields, "key", "place_choice", "asked_address", "kept_photo", "remove_photo"]
    names += ["outside_ok", "website", "issued"]
    client.raise_request_exception = False
    for name in names:
        with transaction.atomic():
            answer = client.post("/report/", world.report_data(**{name: VALUES[what]}))
        assert answer.status_code in {200, 303, 400, 409}, (name, answer.status_code)
        if answer.status_code == 200:
            assert "error-summary" in answer.content.decode() or 'role="alert"' in answer.content.decode(), (
                name
            )


def test_points_must_lie_on_earth(city: makers.SmallCity, client: Client) -> None:
    for point in ("NaN", "Infinity", "-Infinity", "91", "1e308", "0x10", "1,5"):
        answer = client.post("/report/", world.report_data(latitude=point))
        assert answer.status_code == 200, point
        assert client.get("/places/reverse/", {"lat": point, "lon": "1"}).status_code == 400
        client.post(
            "/report/", world.report_data(place_choice=f"{point},{point},Here", asked_address="100 Main St")
        )
    assert not ServiceRequest.objects.exclude(latitude=39.3).exists()


def prepared(name: str, city: makers.SmallCity, user: StaffUser) -> ServiceRequest:
    made = world.file_report(photos=[world.picture()]).request
    common = {"request_id": made.pk, "version": None, "by": Actor.staff(user), "now": makers.NOW}
    before = moves.BEFORE.get(name)
    if before == Status.ON_HOLD:
        hold(reason="Frost", waiting_for="sun", review_on=makers.NOW.date() + dt.timedelta(days=9), **common)
    if before == Status.CLOSED:
        close(outcome=Outcome.FIXED, public_answer="Filled.", **{**common, "now": made.created_at})
    return made


@pytest.mark.parametrize("name", MOVES)
def test_every_field_of_every_move(city: makers.SmallCity, dispatcher: StaffUser, name: str) -> None:
    client = world.client_of(dispatcher, raise_request_exception=False)
    made = prepared(name, city, dispatcher)
    good = moves.words_of(name, city, made, dispatcher)
    failed = []
    for field in ("version", *good):
        for what, value in VALUES.items():
            if field == "version" and what not in TELLING:
                continue
            made.refresh_from_db()
            data: dict[str, Any] = {"version": made.version, **good, field: value}
            status = client.post(f"/queue/{made.number}/do/{name}/", data).status_code
            if status not in {303, 400, 403, 404, 409}:
                failed.append((field, what, status))
    assert failed == []


def _raw(client: Client, path: str, body: bytes, kind: str = "application/x-www-form-urlencoded") -> int:
    return client.generic("POST", path, body, content_type=kind).status_code


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"description=%FF%FE&category=pothole", "application/x-www-form-urlencoded"),
        (b"description=\xff\xfe&category=\x00", "application/x-www-form-urlencoded"),
        (b"a&" * 2000, "application/x-www-form-urlencoded"),
        (b"{" * 5000, "application/json"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"nothing", "multipart/form-data; boundary=" + "b" * 500),
        (b"--x\r\n" * 500, "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="a\x00"; filename="\x00/../x"\r\n\r\n1\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
        (b"", "multipart/form-data; boundary=x"),
        (b"description=x", "text/plain; charset=no-such"),
        (b"description=x", "application/x-www-form-urlencoded; charset=utf-16"),
    ],
    ids=range(12),
)
def test_broken_bodies_are_refused(
    staff_client: Client, request_made: ServiceRequest, body: bytes, kind: str
) -> None:
    for address in ours():
        if address.route != "readyz":
            assert _raw(staff_client, address.path(words(request_made)), body, kind) < 500, address.route


@pytest.mark.parametrize("size", [1_100_000, 10_000_000])
def test_megabytes_of_text_are_413(staff_client: Client, request_made: ServiceRequest, size: int) -> None:
    body = b"description=" + b"x" * size
    for path in ("/report/", "/accounts/login/", f"/queue/{request_made.number}/do/note/"):
        assert _raw(staff_client, path, body) == 413, path


def test_long_text_in_a_part_of_the_form_is_413(client: Client, city: makers.SmallCity) -> None:
    answer = client.post("/report/", world.report_data(description="x" * 2_000_000))
    assert answer.status_code == 413


def test_every_administration_list_survives_a_bad_query(
    staff_client: Client, request_made: ServiceRequest
) -> None:
    lists = [
        each for each in addresses() if each.name.startswith("admin:") and each.name.endswith("_changelist")
    ]
    assert lists
    for address in lists:
        for query in (
            {"id__exact": "9" * 30},
            {"q": "a'%"},
            {"p": "-1"},
            {"o": "99.-x"},
            {"nothing": "1"},
            {"q": "\x00"},
        ):
            assert staff_client.get("/" + address.route, query).status_code < 500, (address.route, query)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_other_methods_are_405_everywhere(
    staff_client: Client, request_made: ServiceRequest, method: str
) -> None:
    for address in ours():
        assert staff_client.generic(method, address.path(words(request_made))).status_code == 405
