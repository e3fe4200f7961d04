"""Erased: the person is gone everywhere, the city's figures are the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from civic311.lib.tokens import tracking_token
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.erasure import erase, erase_resident
from requests_app.actions.residents import resident_for
from requests_app.models import Photo, Reporter, RequestEvent, Resident, ServiceRequest
from requests_app.models.photo import PhotoPurpose
from requests_app.notifications.models import Delivery
from requests_app.workflow import Audience, EventKind, Outcome
from tests import makers
from tests.forms import form_of
from tests.makers import NOW
from tests.requests_app.resident.mailbox import run_jobs
from tests.requests_app.resident.test_my import JO, signed_in

pytestmark = pytest.mark.django_db
MARK = "zebra-canary"


@pytest.fixture
def lived(city: makers.SmallCity, dispatcher: StaffUser) -> ServiceRequest:
    """A closed report with marks in everything a person wrote or was written."""
    made = makers.submitted(
        city.pothole, email=JO, name=MARK, phone="410 555 0100", description=f"Hole {MARK}", place_note=MARK
    ).request
    Photo.objects.create(request=made, sha256="1" * 64, width=8, height=8, created_at=NOW)
    Photo.objects.create(
        request=made, sha256="2" * 64, width=8, height=8, created_at=NOW, purpose=PhotoPurpose.RESULT
    )
    ids = {"request_id": made.pk, "version": None, "now": NOW}
    by = Actor.staff(dispatcher)
    actions.add_note(text=f"Dear {MARK}", audience=Audience.REPORTER, by=by, **ids)
    actions.add_note(text=f"{MARK} called", audience=Audience.STAFF, by=by, **ids)
    actions.close(outcome=Outcome.FIXED, public_answer=f"Filled for {MARK}", by=by, **ids)
    run_jobs()
    return ServiceRequest.objects.get(pk=made.pk)


def figures() -> list[tuple[Any, ...]]:
    """What every count and time is made of."""
    requests = ServiceRequest.objects.order_by("pk").values_list(
        "number", "category", "department", "status", "outcome", "created_at", "closed_at", "due_at",
        "first_due_at", "acknowledged_at", "reopened_count", "support_count", "is_public", "channel", "areas",
    )  # fmt: skip
    events = (
        RequestEvent.objects.exclude(kind=EventKind.ERASED)
        .order_by("pk")
        .values_list("request", "kind", "from_status", "to_status", "department", "actor", "occurred_at")
    )
    return [*requests, *events]


def everything() -> str:
    """Every row of every table of ours, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND (table_name LIKE 'requests\\_app\\_%' OR table_name LIKE 'notifications\\_%')"
        )
        tables = [row[0] for row in cursor.fetchall()]
        text = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM \"{table}\" AS t")
            text.append(cursor.fetchone()[0])
    return " ".join(text)


def test_nothing_of_the_person_is_left_and_the_figures_are_equal(
    city: makers.SmallCity, lived: ServiceRequest
) -> None:
    before = figures()
    assert MARK in everything()
    erase(request_id=lived.pk, by=Actor.reporter(), now=NOW)
    run_jobs()
    assert figures() == before
    text = everything()
    assert MARK not in text
    assert JO not in text
    assert "410 555 0100" not in text
    assert not Reporter.objects.exists()
    assert [photo.purpose for photo in Photo.objects.all()] == [PhotoPurpose.RESULT]
    assert RequestEvent.objects.filter(kind=EventKind.ERASED).count() == 1
    assert all(row.recipient.startswith("erased-") for row in Delivery.objects.all())


def test_old_links_are_dead_and_the_public_page_stays(city: makers.SmallCity, lived: ServiceRequest) -> None:
    photo = Photo.objects.get(purpose=PhotoPurpose.REPORT).public_id
    token = tracking_token(lived.pk, 1)
    erase(request_id=lived.pk, by=Actor.reporter(), now=NOW)
    client = Client()
    for path in (f"/r/{token}/", f"/r/{token}/erase/", f"/photos/{photo}/small.jpg"):
        assert client.get(path).status_code == 404, path
    page = client.get(f"/requests/{lived.number}/")
    assert page.status_code == 200
    assert MARK not in page.content.decode()


def test_the_history_stays_closed_for_everything_else(lived: ServiceRequest) -> None:
    erase(request_id=lived.pk, by=Actor.reporter(), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        RequestEvent.objects.filter(request=lived).update(public_note="Rewritten")


def test_a_home_is_cut_to_its_block(city: makers.SmallCity) -> None:
    made = makers.submitted(
        city.container, email=JO, address="102 Holliday Street, Apt 3", latitude=39.29047, longitude=-76.61093
    ).request
    erase(request_id=made.pk, by=Actor.reporter(), now=NOW)
    made.refresh_from_db()
    assert (made.address, made.latitude, made.longitude) == ("100 block of Holliday Street", 39.29, -76.611)


def test_from_the_holders_page_a_question_comes_first(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole, email=JO)
    client = Client()
    path = f"/r/{made.token}/erase/"
    page = client.get(path)
    assert Reporter.objects.exists()
    assert form_of(page, action=path).send(client).status_code == 303
    assert not Reporter.objects.exists()


def test_a_resident_erases_everything_after_a_tick(city: makers.SmallCity) -> None:
    for _ in range(3):
        makers.submitted(city.pothole, email="JO@example.org")
    other = makers.submitted(city.pothole, email="al@example.org").request
    client = signed_in()
    form = form_of(client.get("/my/erase/"), with_field="sure")
    assert form.send(client).status_code == 200
    assert Reporter.objects.count() == 4, "without the tick nothing happens"
    form.fill(sure=["on"]).send(client)
    run_jobs()
    assert [reporter.request_id for reporter in Reporter.objects.all()] == [other.pk]
    assert not Resident.objects.exists()
    assert 'name="email"' in client.get("/my/").content.decode()
    assert "jo@example.org" not in everything().lower()


def test_erasing_one_resident_needs_no_reports(city: makers.SmallCity) -> None:
    resident = resident_for(email=JO, language="en", now=NOW)
    assert erase_resident(resident_id=resident.pk, now=NOW) == 0
    assert not Resident.objects.exists()


@pytest.mark.parametrize("verified", [False, True])
def test_an_address_known_from_this_report_alone_goes_with_it(
    city: makers.SmallCity, dispatcher: StaffUser, verified: bool
) -> None:
    """The reporter of a duplicate follows the first report without ever having signed in."""
    lead = makers.submitted(city.pothole).request
    actions.close(
        request_id=lead.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Filled",
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    for _each in range(2):
        made = makers.submitted(city.pothole, email=JO).request
        actions.close(
            request_id=made.pk,
            version=None,
            outcome=Outcome.DUPLICATE,
            public_answer="The same hole",
            details={"lead": lead.number},
            by=Actor.staff(dispatcher),
            now=NOW,
        )
    if verified:
        Resident.objects.update(verified_at=NOW)
    erase(request_id=made.pk, by=Actor.reporter(), now=NOW)
    assert Resident.objects.get().follows.exists(), "another report of this address is kept"
    erase(request_id=made.pk - 1, by=Actor.reporter(), now=NOW)
    assert Resident.objects.exists() == verified, "who signed in decides on the own page"
