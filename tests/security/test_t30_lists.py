"""Threats 15 and 30 in the desk's lists: looking for a person is recorded and kept from others; nothing out of sight."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from civic311.lib import clock
from dashboards.models import ContactReveal, SavedView
from dashboards.queue.list.habits import keep_view
from departments.models import StaffUser
from requests_app.actions import Actor, bulk, bulk_moves, take_in
from requests_app.actions.tasks import give_task
from requests_app.models import BulkChange, ServiceRequest, UndoWindow
from tests import makers
from tests.security import world

pytestmark = pytest.mark.django_db
PHONE = "410-555-0187"


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return world.file_report(**world.SECRETS).request


def test_a_kept_view_keeps_nobody_s_contact(
    city: makers.SmallCity, made: ServiceRequest, administrator: StaffUser, manager: StaffUser
) -> None:
    client = world.client_of(administrator)
    client.post("/queue/views/new/", {"name": "Hers", "share": "all", "query": f"reporter={PHONE}&q=hole"})
    assert SavedView.objects.get().query == "q=hole"
    keep_view(user=administrator, name="Old", query=f"reporter={PHONE}&q=hole", share="all", now=makers.NOW)
    for url in ("/queue/", "/queue/views/", "/queue/views/counted/"):
        page = world.client_of(manager).get(url).content.decode()
        assert "Old" in page, url
        assert PHONE not in page, url


@pytest.mark.parametrize("role", ["dispatcher", "manager"])
def test_looking_for_a_person_by_any_address_is_recorded(
    city: makers.SmallCity, made: ServiceRequest, role: str
) -> None:
    user = makers.staff(role, city.streets)
    other = world.file_report(description="Another", latitude="39.301").request
    box = "-76.7,39.2,-76.5,39.4"
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("get", "/queue/", {"reporter": PHONE}),
        ("get", "/queue/cells.json", {"reporter": PHONE, "bbox": box, "zoom": "12"}),
        ("get", "/queue/news/", {"reporter": PHONE, "after": "0", "at": "1"}),
        ("post", "/queue/bulk/", {"all": "1", "query": f"reporter={PHONE}", "move": "note"}),
    ]
    for method, url, data in asked:
        ContactReveal.objects.all().delete()
        answer = getattr(world.client_of(user), method)(url, data)
        looked = list(ContactReveal.objects.values_list("request", flat=True))
        if role == "dispatcher":
            assert looked == [made.pk], url
        else:
            assert answer.status_code < 500
            assert looked == [], f"{url}: it is no filter for a manager"
    assert other.pk != made.pk


def test_a_change_of_many_is_taken_back_by_those_who_see_all_of_it(
    city: makers.SmallCity, dispatcher: StaffUser, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    rows = [makers.submitted(city.pothole).request for _each in range(2)]
    done = bulk.change_many(
        chosen={row.pk: row.version for row in rows},
        change=bulk_moves.Assign(dispatcher),
        by=Actor.staff(dispatcher),
        now=clock.now(),
    )
    assert done.bulk is not None
    change = BulkChange.objects.get()
    stranger, chief = makers.staff("supervisor", city.waste), makers.staff("supervisor", city.streets)
    urls = dict(_undo_urls(change.pk))
    for url, method in urls.items():
        assert getattr(world.client_of(stranger), method)(url).status_code == 404, url
    assert UndoWindow.objects.pending().count() == 2
    for url, method in urls.items():
        assert getattr(world.client_of(chief), method)(url).status_code in {200, 303}, url
    assert not UndoWindow.objects.pending().exists()


def _undo_urls(pk: int) -> list[tuple[str, str]]:
    return [
        (reverse("queue:change", args=[pk]), "get"),
        (reverse("queue:undo_change", args=[pk]), "post"),
        (reverse("queue:send_change", args=[pk]), "post"),
    ]


def test_a_task_on_one_report_opens_no_other_of_the_same_problem(
    city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    lead, follower, third = (
        makers.submitted(city.pothole, description=f"canary{at} words").request for at in range(3)
    )
    by = Actor.staff(dispatcher)
    take_in(
        request_id=lead.pk,
        version=None,
        others={follower.pk: None, third.pk: None},
        by=by,
        now=makers.NOW,
    )
    guest = makers.staff("dispatcher", city.waste)
    give_task(request_id=lead.pk, version=None, text="Look", assignee=guest, by=by, now=makers.NOW)
    url = f"/queue/{lead.number}/incident/"
    page = world.client_of(guest).get(url).content.decode()
    assert "canary0" in page
    assert "canary1" not in page
    assert "canary2" not in page
    whole = world.client_of(dispatcher).get(url).content.decode()
    assert all(word in whole for word in ("canary0", "canary1", "canary2"))


def test_numbers_and_ids_out_of_sight_are_left_out_of_a_change_of_many(
    city: makers.SmallCity, made: ServiceRequest
) -> None:
    stranger = makers.staff("dispatcher", city.waste)
    client = world.client_of(stranger)
    words = {"move": "note", "worded": "1", "audience": "staff", "text": "mine", "do": "1"}
    for choice in ({"n": made.number}, {"pinned": f"{made.pk}:{made.version}"}, {"n": "99-99999"}):
        answer = client.post("/queue/bulk/", words | choice)
        assert answer.status_code == 303
        assert answer["Location"] == "/queue/"
    assert not made.events.filter(internal_note="mine").exists()
    client.get("/queue/")  # the messages are read
    pages = [
        re.sub(r'value="\w{64}"', "", client.get("/queue/roll-up/", {"n": number}).content.decode())
        for number in (made.number, "99-99999")
    ]
    assert pages[0].replace(made.number, "N") == pages[1].replace("99-99999", "N")
