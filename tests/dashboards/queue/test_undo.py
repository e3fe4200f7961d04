"""The bars above the request and the queue, and what their buttons do for whom."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor, bulk, bulk_moves
from requests_app.models import BulkChange, RequestEvent, ServiceRequest, UndoWindow
from requests_app.workflow import Status
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def five_minutes(settings: Any) -> None:
    settings.UNDO_WINDOW_SECONDS = 300


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="rosa@example.org", now=timezone.now()).request


def signed_in(user: StaffUser) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def client(dispatcher: StaffUser) -> Client:
    return signed_in(dispatcher)


def close(client: Client, made: ServiceRequest) -> RequestEvent:
    version = ServiceRequest.objects.get(pk=made.pk).version
    sent = {"version": version, "outcome": "fixed", "public_answer": "Filled."}
    assert client.post(f"/queue/{made.number}/do/close/", sent).status_code == 303
    return RequestEvent.objects.filter(request=made).latest("pk")


def text(client: Client, url: str) -> str:
    """The page, without the form keys that differ each time."""
    return re.sub(r'value="\w{64}"', "", client.get(url).content.decode())


def test_close_and_undo_on_the_request_page(client: Client, made: ServiceRequest) -> None:
    public = Client()
    before = text(public, f"/requests/{made.number}/")
    mark = public.get(f"/requests/{made.number}/state.json").json()
    event = close(client, made)
    page = text(client, f"/queue/{made.number}/")
    assert f"/queue/undo/{event.pk}/" in page
    assert f"/queue/{made.number}/send-now/" in page
    assert "residents see it at" in page
    assert "Not sent yet" in page
    assert text(public, f"/requests/{made.number}/") == before
    assert public.get(f"/requests/{made.number}/state.json").json() == mark
    assert made.number in text(public, "/requests/")
    assert made.number not in text(public, "/requests/?status=closed")
    answer = client.post(f"/queue/undo/{event.pk}/", {"next": f"/queue/{made.number}/"})
    assert (answer.status_code, answer["Location"]) == (303, f"/queue/{made.number}/")
    page = text(client, f"/queue/{made.number}/")
    assert "undone. Nobody was told." in page
    assert "Undone: Closed. Residents were not told." in page
    assert "data-undo-until" not in page
    assert text(public, f"/requests/{made.number}/") == before
    again = client.post(f"/queue/undo/{event.pk}/", follow=True).content.decode()
    assert "has undone this already" in again


def test_send_now(client: Client, made: ServiceRequest) -> None:
    event = close(client, made)
    sent = client.post(f"/queue/{made.number}/send-now/", follow=True).content.decode()
    assert "Residents see it now" in sent
    assert "data-undo-until" not in sent
    assert "Closed: fixed" in text(Client(), f"/requests/{made.number}/")
    assert "it went out at" in client.post(f"/queue/undo/{event.pk}/", follow=True).content.decode()
    assert (
        "nothing waits any more"
        in client.post(f"/queue/{made.number}/send-now/", follow=True).content.decode()
    )


def test_nothing_is_asked_where_nothing_waits(client: Client, made: ServiceRequest, settings: Any) -> None:
    text(client, f"/queue/{made.number}/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = text(client, f"/queue/{made.number}/")
    assert "undowindow" not in " ".join(query["sql"] for query in asked.captured_queries)
    assert "undo.js" not in page


def test_a_request_that_left_ones_sight_can_be_taken_back(
    city: makers.SmallCity, client: Client, made: ServiceRequest
) -> None:
    sent = {"version": made.version, "department": str(city.waste.pk), "reason": "Theirs"}
    assert client.post(f"/queue/{made.number}/do/reroute/", sent)["Location"] == "/queue/"
    event = RequestEvent.objects.filter(request=made).latest("pk")
    assert client.get(f"/queue/{made.number}/").status_code == 404
    queue = text(client, "/queue/")
    assert made.number in queue
    assert f"/queue/undo/{event.pk}/" in queue
    stranger = signed_in(makers.staff(Role.DISPATCHER, city.streets))
    assert stranger.post(f"/queue/undo/{event.pk}/").status_code == 404
    assert client.post(f"/queue/undo/{event.pk}/", {"next": "/queue/"})["Location"] == "/queue/"
    assert client.get(f"/queue/{made.number}/").status_code == 200


def test_who_may_not(city: makers.SmallCity, client: Client, made: ServiceRequest) -> None:
    event = close(client, made)
    for role in (Role.MANAGER, Role.OPERATOR):
        other = signed_in(makers.staff(role, city.streets))
        assert other.post(f"/queue/undo/{event.pk}/").status_code == 403
        assert other.post(f"/queue/{made.number}/send-now/").status_code == 403
    assert client.post("/queue/undo/987654321/").status_code == 404
    assert client.post("/queue/undo/99999999999999999999999/").status_code == 404
    assert client.get(f"/queue/undo/{event.pk}/").status_code == 405
    far = client.post(f"/queue/undo/{event.pk}/", {"next": "https://evil.example/"})
    assert far["Location"] == f"/queue/{made.number}/"


def many(city: makers.SmallCity, user: StaffUser, count: int) -> tuple[BulkChange, list[ServiceRequest]]:
    rows = [makers.submitted(city.pothole, now=timezone.now()).request for _ in range(count)]
    done = bulk.change_many(
        chosen={row.pk: None for row in rows},
        change=bulk_moves.Start(),
        by=Actor.staff(user),
        now=timezone.now(),
    )
    assert done.bulk is not None
    return done.bulk, rows


def test_a_bulk_change_is_taken_back_but_for_what_was_changed_since(
    city: makers.SmallCity, client: Client, dispatcher: StaffUser
) -> None:
    change, rows = many(city, dispatcher, 3)
    maria = makers.staff(Role.DISPATCHER, city.streets, name="Maria")
    actions.hold(
        request_id=rows[1].pk,
        version=None,
        reason="Frost",
        waiting_for="sun",
        review_on=timezone.localdate() + dt.timedelta(days=3),
        by=Actor.staff(maria),
        now=timezone.now(),
    )
    assert "3 requests changed at once" in text(client, "/queue/")
    answer = client.post(f"/queue/changes/{change.pk}/undo/", follow=True).content.decode()
    assert "2 requests undone." in answer
    assert "Maria changed the same thing since" in answer
    assert answer.count("<td>Undone</td>") == 2
    states = [ServiceRequest.objects.get(pk=row.pk).status for row in rows]
    assert states == [Status.NEW, Status.ON_HOLD, Status.NEW]


def test_a_bulk_change_is_sent_now_and_only_its_people_see_it(
    city: makers.SmallCity, client: Client, dispatcher: StaffUser
) -> None:
    change, rows = many(city, dispatcher, 2)
    url = f"/queue/changes/{change.pk}/"
    assert signed_in(makers.staff(Role.DISPATCHER, city.streets)).get(url).status_code == 404
    assert signed_in(makers.staff(Role.SUPERVISOR, city.streets)).get(url).status_code == 200
    answer = client.post(f"{url}send-now/", follow=True).content.decode()
    assert "2 requests sent" in answer
    assert answer.count("Changed: residents see it") == 2
    assert "Too late" in client.post(f"{url}undo/", follow=True).content.decode()
    assert {ServiceRequest.objects.get(pk=row.pk).shown_status for row in rows} == {Status.IN_PROGRESS}


def test_the_page_of_a_bulk_change_asks_the_same_for_three_and_thirty(
    city: makers.SmallCity, client: Client, dispatcher: StaffUser
) -> None:
    counts = []
    for count in (3, 30):
        change, _rows = many(city, dispatcher, count)
        client.get(f"/queue/changes/{change.pk}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/queue/changes/{change.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1], counts


def test_window_settled_or_undone(client: Client, made: ServiceRequest) -> None:
    event = close(client, made)
    window = UndoWindow.objects.filter(event=event)
    now = timezone.now()
    with pytest.raises(IntegrityError, match="window_settled_or_undone"), transaction.atomic():
        window.update(settled_at=now, undone_at=now)


def test_event_undo_names_what(client: Client, made: ServiceRequest) -> None:
    event = close(client, made)
    with pytest.raises(IntegrityError, match="event_undo_names_what"), transaction.atomic():
        RequestEvent.objects.create(
            request=made,
            kind="request.undone",
            from_status="closed",
            to_status="open",
            actor_kind="system",
            occurred_at=event.occurred_at,
        )


@pytest.mark.parametrize(
    ("seconds", "outcome", "words"),
    [(300, "fixed", "Closed."), (0, "fixed", "Closed. Residents see it now."), (0, "spam", "Closed.")],
)
def test_a_closing_promises_nothing_the_bar_denies(
    client: Client, made: ServiceRequest, settings: Any, seconds: int, outcome: str, words: str
) -> None:
    settings.UNDO_WINDOW_SECONDS = seconds
    sent = {"version": made.version, "outcome": outcome, "public_answer": "Filled."}
    page = client.post(f"/queue/{made.number}/do/close/", sent, follow=True)
    assert [str(said) for said in page.context["messages"]] == [words]
