"""The figures of the desk, by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from civic311.lib.contacts import phone_key
from departments.models import StaffUser
from requests_app.models import Call, Reporter
from requests_app.queries.calls import call_figures
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
WEEK = dt.timedelta(days=7)


def call(
    operator: StaffUser, outcome: str = "information", *, after: float = 0, phone: str = "", **more: Any
) -> Call:
    at = NOW + dt.timedelta(hours=after)
    return Call.objects.create(
        key=f"{Call.objects.count()}",
        operator=operator,
        outcome=outcome,
        started_at=at - dt.timedelta(seconds=90),
        ended_at=at,
        phone_key=phone_key(phone),
        **more,
    )


def test_volumes_outcomes_and_first_contact(city: makers.SmallCity) -> None:
    ann, bob = makers.staff("operator", name="Ann"), makers.staff("operator", name="Bob")
    call(bob, phone="410-555-0100", topic="Taxes")
    call(bob, phone="410-555-0100", topic="Taxes", after=24)
    call(ann, phone="410-555-0101", topic="Trash", after=1)
    call(ann, "dropped", after=2, phone="410-555-0102")
    call(ann, "transfer", after=2)
    figures = call_figures(start=NOW - WEEK, end=NOW + WEEK, zone="America/New_York")
    assert figures.total == 5
    assert dict(figures.hours) == {10: 2, 11: 1, 12: 2}
    assert next((outcome.value, count) for outcome, count in figures.outcomes) == ("information", 3)
    assert figures.topics == [("Taxes", 2), ("Trash", 1)]
    assert (figures.known, figures.resolved, figures.resolved_percent) == (3, 2, 67)
    assert [(row.name, row.calls, row.settled, row.median_seconds) for row in figures.operators] == [
        ("Ann", 3, 2, 90),
        ("Bob", 2, 2, 90),
    ]
    assert figures.operators[1].mix == [("Taxes", 2)]
    nothing = call_figures(start=NOW - 3 * WEEK, end=NOW - 2 * WEEK, zone="America/New_York")
    assert (nothing.total, nothing.hours, nothing.resolved_percent) == (0, [], None)


def test_the_page_and_the_report_show_them(
    client: Client, manager: StaffUser, city: makers.SmallCity
) -> None:
    call(makers.staff("operator", name="Ann"), topic="Taxes", phone="410-555-0100")
    client.force_login(manager)
    day = NOW.date().isoformat()
    assert "Ann" in client.get(f"/desk/calls/?start={day}&end={day}").text
    assert "One call." in client.get(f"/reports/channels/?start={day}&end={day}").text
    assert client.get("/desk/calls/?start=2026-03-04&end=2026-03-01").status_code == 400
    assert client.get("/desk/calls/?start=1900-01-01&end=2026-03-01").status_code == 400
    assert client.get("/desk/calls/?start=soon&end=").status_code == 400


def test_callers_are_found_by_the_index(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole, phone="+1 (410) 555-0100").request
    found = Reporter.objects.calling_from("410.555.0100")
    assert [row.request_id for row in found] == [made.pk]
    assert not Reporter.objects.calling_from("555-0100").exists()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "reporter_phone_digits" in found.explain()
