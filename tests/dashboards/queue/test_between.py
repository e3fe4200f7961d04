"""The ways from screen to screen: none is reached by its address alone, and none hangs in the air."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import ServiceRequest
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="rosa@example.org", latitude=39.29, longitude=-76.61).request


def test_what_is_not_there_yet_is_a_line_of_what_to_do_now(
    client: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    client.force_login(dispatcher)
    page = client.get(f"/queue/{made.number}/").content.decode()
    found = re.search(r'<section class="panel panel--do".*?</section>', page, re.DOTALL)
    assert found
    for thing in ("ask", "tasks", "incident", "result"):
        address = f"/queue/{made.number}/{thing}/"
        assert address in found[0]
        assert page.count(address) == 1
    assert page.index("panel--do") < page.index('id="write"') < page.index('id="history"')


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
def test_the_queue_leads_to_the_screens_beside_it(client: Client, dispatcher: StaffUser, role: Role) -> None:
    StaffUser.objects.filter(pk=dispatcher.pk).update(role=role)
    client.force_login(StaffUser.objects.get(pk=dispatcher.pk))
    page = client.get("/queue/").content.decode()
    open_to_them = {"/queue/tasks/", "/storms/"}
    if role == Role.SUPERVISOR:
        open_to_them |= {"/queue/templates/", "/queue/escalation/"}
    for address in ("/queue/tasks/", "/storms/", "/queue/templates/", "/queue/escalation/"):
        assert (f'href="{address}"' in page) == (address in open_to_them)
    for address in open_to_them:
        assert client.get(address).status_code == 200


def test_the_place_is_corrected_from_where_it_stands(
    client: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    client.force_login(dispatcher)
    page = client.get(f"/queue/{made.number}/place/").content.decode()
    assert 'data-start="39.290000,-76.610000"' in page
    ServiceRequest.objects.filter(pk=made.pk).update(latitude=None, longitude=None)
    assert "data-start" not in client.get(f"/queue/{made.number}/place/").content.decode()


def test_an_overtaken_closing_asks_what_its_form_asks(
    client: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    """What belongs to one outcome is marked, so that the script shows that outcome's fields alone, as on the request."""
    client.force_login(dispatcher)
    client.post(f"/queue/{made.number}/do/acknowledge/", {"version": made.version})
    sent = {"version": made.version, "outcome": "fixed", "public_answer": "Filled."}
    stale = client.post(f"/queue/{made.number}/do/close/", sent)
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "data-closing" in page
    assert "js/staff" in page
    assert set(re.findall(r'data-outcome="(\w+)"', page)) >= {"declined", "duplicate", "not_ours"}
    assert "Filled." in page
