"""A dispatcher without scripts: from signing in to an answer, through the real forms of the real pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.workflow import Status
from tests import makers
from tests.forms import FoundForm, form_of, forms_of

pytestmark = pytest.mark.django_db


def signed_in(user: StaffUser) -> Client:
    client = Client()
    answer = form_of(client.get("/accounts/login/"), with_field="login")
    sent = answer.fill(login=user.email, password=makers.PASSWORD).send(client)
    assert sent["Location"] == "/queue/"
    return client


def move(client: Client, made: ServiceRequest, name: str) -> FoundForm:
    """The first form of a move that the request's page offers: the quickest one."""
    found = forms_of(client.get(f"/queue/{made.number}/"))
    return next(form for form in found if form.action == f"/queue/{made.number}/do/{name}/")


def sent(form: FoundForm, client: Client) -> str:
    """Send it; the page it leads to."""
    answer: Any = form.send(client)
    assert answer.status_code == 303, answer.content.decode()
    page: str = client.get(answer["Location"]).content.decode()
    return page


def test_from_queue_to_answer(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole, email="resident@example.org").request
    client = signed_in(dispatcher)
    found = form_of(client.get("/queue/"), with_field="q").fill(q="bus stop", status=["new"]).send(client)
    assert made.number in found.content.decode()

    assert "Assigned." in sent(move(client, made, "assign"), client)
    assert "Work is marked as started." in sent(move(client, made, "start"), client)
    note = move(client, made, "note").fill(audience="reporter", text="Which lane is it in?")
    assert "Which lane is it in?" in sent(note, client)
    closing = move(client, made, "close").fill(outcome="fixed", public_answer="Highways filled the hole.")
    page = sent(closing, client)
    assert "Closed: fixed" in page
    assert "Highways filled the hole." in page

    row = ServiceRequest.objects.get(pk=made.pk)
    assert (row.status, row.assignee, row.version) == (Status.CLOSED, dispatcher, 5)
    public = Client().get(f"/requests/{made.number}/").content.decode()
    assert "Highways filled the hole." in public
    assert "Which lane is it in?" not in public


def test_wrong_department_is_passed_on(
    city: makers.SmallCity, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole, description="Bags of trash on the corner").request
    mine, theirs = signed_in(dispatcher), signed_in(other_dispatcher)
    assert made.number not in theirs.get("/queue/").content.decode()
    passing = move(mine, made, "reroute").fill(department=str(city.waste.pk), reason="This is trash")
    assert "left your queue" in sent(passing, mine)
    assert mine.get(f"/queue/{made.number}/").status_code == 404
    assert "This is trash" in theirs.get(f"/queue/{made.number}/").content.decode()


def test_two_at_once(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    colleague = makers.staff("dispatcher", city.streets, name="Quick Quentin")
    slow, quick = signed_in(dispatcher), signed_in(colleague)
    typed = move(slow, made, "close").fill(outcome="fixed", public_answer="A careful answer")
    sent(move(quick, made, "start"), quick)
    overtaken = typed.send(slow)
    assert overtaken.status_code == 409
    assert "Quick Quentin" in overtaken.content.decode()
    again = form_of(overtaken, with_field="public_answer")
    assert again.values["public_answer"] == ["A careful answer"]
    assert "Closed: fixed" in sent(again, slow)


def test_reporters_are_reached_after_a_recorded_look(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole, email="resident@example.org").request
    client = signed_in(dispatcher)
    looking = form_of(client.get(f"/queue/{made.number}/"), action=f"/queue/{made.number}/reveal/")
    assert "resident@example.org" in sent(looking, client)
    assert made.contact_reveals.get().user == dispatcher  # type: ignore[attr-defined]


def test_triage_is_everybodys(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=made.pk).update(department=None)
    client = signed_in(dispatcher)
    assert made.number in client.get("/queue/?view=triage").content.decode()
    taking = move(client, made, "reroute").fill(department=str(city.streets.pk), reason="It is our street")
    assert "Department of Streets" in sent(taking, client)


def test_signing_out_is_by_post_and_ends_it(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    client = signed_in(dispatcher)
    client.get("/accounts/logout/")
    assert client.get("/queue/").status_code == 200
    form_of(client.get("/queue/"), action="/accounts/logout/").send(client)
    assert client.get("/queue/")["Location"] == "/accounts/login/?next=/queue/"
