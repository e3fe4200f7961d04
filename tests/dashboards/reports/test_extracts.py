"""Rows of requests as a file: who may, with which reason, what is in it, and what is recorded when it is broken off."""

from __future__ import annotations

import csv
import io
import tracemalloc
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from dashboards.reports.extracts import views
from dashboards.reports.extracts.lines import PIECE, lines
from dashboards.reports.models import Extract
from departments.models import StaffUser
from departments.roles import Role
from requests_app.actions.facts import rebuild_facts, refresh_facts
from requests_app.models import ServiceRequest
from tests import makers
from tests.dashboards.reports.scenes import NOW, at, scene

pytestmark = pytest.mark.django_db
PERIOD = "start=2026-03-02&end=2026-03-29"
ADDRESS = f"/reports/extract/?{PERIOD}&figure=opened"
ANSWERS = {"reason": "Records request of May 4", "kind": "csv"}
TAKERS = {"manager", "administrator", "records_officer"}


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)


@pytest.fixture
def reader(client: Client, manager: StaffUser) -> Client:
    client.force_login(manager)
    return client


def copies(first: ServiceRequest, many: int) -> None:
    """So many requests more, like the first."""
    names = [str(field.column) for field in ServiceRequest._meta.local_concrete_fields if not field.generated]
    names.remove("id")
    own: dict[str, str] = {
        "number": "'26-X' || n",
        "token_hash": "lpad(n::text, 64, '0')",
    }
    values = ", ".join(own.get(name, f'"{name}"') for name in names)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # quick: without triggers
        cursor.execute(
            f"INSERT INTO requests_app_servicerequest ({', '.join(names)})"
            f" SELECT {values} FROM requests_app_servicerequest, generate_series(1, %s) AS n WHERE id = %s",
            [many, first.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def read(response: Any) -> list[dict[str, str]]:
    body = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(body)))


def hang_up(response: Any) -> None:
    """The reader is gone: the server ends the response; the connection of the test stays."""
    response._iterator.close()  # the test client's own, which ends a response that was begun
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)


@pytest.mark.parametrize("role", Role.values)
def test_the_right_is_named(client: Client, city: makers.SmallCity, role: str) -> None:
    extra: dict[str, Any] = {"area": city.district_1} if role == "council_aide" else {}
    client.force_login(makers.staff(role, city.streets, **extra))
    expected = 200 if role in TAKERS else 403
    assert client.get(ADDRESS).status_code == expected
    assert client.post(ADDRESS, ANSWERS).status_code == expected
    assert Extract.objects.exists() is (role in TAKERS)
    assert client.get("/reports/extracts/").status_code == (
        200 if role in {"administrator", "records_officer"} else 403
    )
    page = client.get(f"/reports/rows/?{PERIOD}&figure=opened")
    if role in TAKERS:
        makers.submitted(city.pothole, now=at(3))
        refresh_facts()
        page = client.get(f"/reports/rows/?{PERIOD}&figure=opened")
        assert "/reports/extract/?" in page.content.decode()


@pytest.mark.parametrize(
    "data",
    [{}, {"reason": "because"}, {"reason": " " * 30}, {"reason": "x" * 501}, {**ANSWERS, "kind": "pdf"}],
)
def test_without_a_reason_there_is_no_file(
    reader: Client, city: makers.SmallCity, data: dict[str, str]
) -> None:
    response = reader.post(ADDRESS, {"kind": "csv", **data})
    assert response.status_code == 400
    assert not response.streaming
    assert not Extract.objects.exists()


@pytest.mark.parametrize(
    ("query", "status"), [("figure=nothing", 404), ("", 400), ("figure=opened&category=9999999", 400)]
)
def test_wrong_rows_are_refused(reader: Client, city: makers.SmallCity, query: str, status: int) -> None:
    assert reader.get(f"/reports/extract/?{query}").status_code == status
    assert reader.post(f"/reports/extract/?{query}", ANSWERS).status_code == status


def test_the_page_says_how_many_and_what(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    scene(city, dispatcher)
    refresh_facts()
    html = reader.get(ADDRESS).content.decode()
    assert "10 requests" in html
    assert "First due" in html


def test_a_file_holds_the_rows_in_the_citys_time_and_nothing_of_reporters(
    reader: Client, city: makers.SmallCity
) -> None:
    city.pothole.place_is_sensitive = True
    city.pothole.save()
    request = makers.submitted(
        city.pothole,
        now=at(3, 22),
        email="ann@example.org",
        name="Ann Canary",
        phone="410-555-0187",
        description="Call me at 410-555-0187",
        address="1234 Main St",
    ).request
    refresh_facts()
    response = reader.post(ADDRESS, ANSWERS)
    assert response["Content-Disposition"].endswith('requests-opened-2026-03-02-2026-03-29.csv"')
    (row,) = read(response)
    assert row["Number"] == request.number
    assert row["Opened"] == "2026-03-03 22:00:00-05:00"
    assert "1234" not in row["Where"]
    for secret in ("ann@", "Canary", "0187"):
        assert secret not in str(row)


def test_a_file_is_recorded_with_its_reason(
    reader: Client,
    city: makers.SmallCity,
    dispatcher: StaffUser,
    manager: StaffUser,
    administrator: StaffUser,
) -> None:
    scene(city, dispatcher)
    refresh_facts()
    response = reader.post(ADDRESS, ANSWERS)
    assert Extract.objects.get().finished_at is None
    rows = read(response)
    record = Extract.objects.get()
    assert len(rows) == record.rows_written == record.rows_asked == 10
    assert (record.by, record.figure, record.reason) == (manager, "opened", ANSWERS["reason"])
    assert record.finished_at is not None
    assert record.cancelled_at is None
    assert "start=2026-03-02" in record.query
    reader.force_login(administrator)
    html = reader.get("/reports/extracts/").content.decode()
    assert ANSWERS["reason"] in html
    assert manager.name in html


def test_a_workbook_holds_the_same_rows_up_to_a_limit(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene(city, dispatcher)
    refresh_facts()
    response: Any = reader.post(ADDRESS, {**ANSWERS, "kind": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert sheet.max_row == 11
    assert Extract.objects.get().rows_written == 10
    monkeypatch.setattr(views, "MOST_IN_A_WORKBOOK", 9)
    refused = reader.post(ADDRESS, {**ANSWERS, "kind": "xlsx"})
    assert refused.status_code == 400
    assert "Take the CSV file" in refused.content.decode()
    assert Extract.objects.count() == 1


def test_a_file_has_an_end(
    reader: Client, city: makers.SmallCity, dispatcher: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene(city, dispatcher)
    refresh_facts()
    monkeypatch.setattr(views, "MOST_IN_A_FILE", 9)
    response = reader.post(ADDRESS, {**ANSWERS, "kind": "csv"})
    assert response.status_code == 400
    assert "A file holds at most 9 requests" in response.content.decode()
    assert "More than 9 requests" in reader.get(ADDRESS).content.decode()
    assert not Extract.objects.exists()


def test_rows_of_others_are_not_in_the_file(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    scene(city, dispatcher)
    refresh_facts()
    client.force_login(makers.staff("manager", city.waste))
    assert read(client.post(ADDRESS, ANSWERS)) == []


def test_a_file_broken_off_half_way_is_marked_with_its_count(reader: Client, city: makers.SmallCity) -> None:
    copies(makers.submitted(city.pothole, now=at(3)).request, 999)
    rebuild_facts()
    response: Any = reader.post(ADDRESS, ANSWERS)
    pieces = iter(response.streaming_content)
    got = b"".join([next(pieces), next(pieces), next(pieces)])
    hang_up(response)
    record = Extract.objects.get()
    assert record.finished_at is None
    assert record.cancelled_at is not None
    assert record.rows_written == got.count(b"\r\n") - 1
    assert 0 < record.rows_written < record.rows_asked == 1_000


def test_a_file_nobody_began_to_read_is_marked_too(reader: Client, city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, now=at(3))
    refresh_facts()
    hang_up(reader.post(ADDRESS, ANSWERS))
    record = Extract.objects.get()
    assert (record.rows_written, record.finished_at) == (0, None)
    assert record.cancelled_at is not None


def test_memory_does_not_grow_with_the_rows(city: makers.SmallCity, manager: StaffUser) -> None:
    copies(makers.submitted(city.pothole, now=at(3)).request, 11_999)
    found = ServiceRequest.objects.order_by("-created_at", "-pk")
    with CaptureQueriesContext(connection) as seen:
        assert sum(1 for _line in lines(found, user=manager)) == 12_000
    assert len(seen) == 12_000 / PIECE + 1
    peaks = []
    for many in (2 * PIECE, 6 * PIECE):
        tracemalloc.start()
        try:
            assert sum(1 for _line in lines(found[:many], user=manager)) == many
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    # an id takes eight bytes; a line that was kept would take some hundred
    assert peaks[1] - peaks[0] < 1_000_000, peaks
