"""My reports: the link by e-mail, the list, the choices, the record, and nobody else's."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civic311.lib import clock
from civic311.lib.tokens import read_out_pin, sign_in_token
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.residents import resident_for, use_link
from requests_app.actions.subscriptions import Watch, subscribe
from requests_app.actions.support import follow
from requests_app.models import Follower, Reporter, Resident, Subscription
from requests_app.workflow import Audience, Outcome
from tests import makers
from tests.forms import form_of
from tests.requests_app.resident.mailbox import path_in, run_jobs

pytestmark = pytest.mark.django_db
JO = "jo@example.org"


def signed_in(email: str = JO, client: Client | None = None) -> Client:
    """A browser that used the link sent to an address."""
    client = client or Client()
    form_of(client.get("/my/"), with_field="email").fill(email=email).send(client)
    link = path_in(run_jobs()[-1], "/my/in/")
    assert form_of(client.get(link), action=link).send(client).status_code == 303
    return client


def test_the_link_opens_all_that_was_filed_with_the_address(city: makers.SmallCity) -> None:
    web = makers.submitted(city.pothole, email="Jo@Example.org").request
    phone = makers.submitted(city.container, email=JO, channel="phone").request
    other = makers.submitted(city.pothole, email="al@example.org").request
    page = signed_in().get("/my/").content.decode()
    assert web.number in page
    assert phone.number in page
    assert "Phone" in page
    assert other.number not in page


def test_a_get_of_the_link_signs_nobody_in(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    client = Client()
    client.post("/my/", {"email": JO})
    link = path_in(run_jobs()[-1], "/my/in/")
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert 'name="email"' in client.get("/my/").content.decode(), "scanners open links"
    assert client.post(link).status_code == 303
    assert "Sign out" in client.get("/my/").content.decode()


def test_a_link_works_once_and_for_an_hour(city: makers.SmallCity, monkeypatch: pytest.MonkeyPatch) -> None:
    makers.submitted(city.pothole, email=JO)
    client = Client()
    client.post("/my/", {"email": JO})
    link = path_in(run_jobs()[-1], "/my/in/")
    wrong = link[:-3] + "zz/"
    assert client.post(link).status_code == 303
    used = Client().get(link)
    client.post("/my/out/")
    client.post("/my/", {"email": JO})
    late = path_in(run_jobs()[-1], "/my/in/")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=61))
    pages = [used, Client().get(late), Client().post(late), Client().get(wrong), Client().post(link)]
    assert {page.status_code for page in pages} == {410}
    assert all('name="email"' in page.content.decode() for page in pages), "the way to a new one"


def test_a_newer_link_ends_the_older(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    client = Client()
    links = []
    for _ in range(2):
        client.post("/my/", {"email": JO})
        links.append(path_in(run_jobs()[-1], "/my/in/"))
    assert [client.get(link).status_code for link in links] == [410, 200]


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_signs_in(city: makers.SmallCity) -> None:
    resident = resident_for(email=JO, language="en", now=clock.now())
    Resident.objects.filter(pk=resident.pk).update(link_sent_at=clock.now())
    token = sign_in_token(resident.pk, resident.nonce)
    wins: list[bool] = []
    gate = threading.Barrier(4)

    def press() -> None:
        gate.wait()
        wins.append(use_link(resident_id=resident.pk, token=token, now=clock.now()) is not None)
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(wins) == [False, False, False, True]


def test_signing_in_changes_the_session_key_and_leaves_staff_signed_in(
    city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    makers.submitted(city.pothole, email=JO)
    client = Client()
    client.force_login(dispatcher)
    before = client.session.session_key
    signed_in(client=client)
    assert client.session.session_key != before
    assert client.get("/queue/").status_code == 200
    client.post("/my/out/")
    assert client.get("/queue/").status_code == 200
    assert 'name="email"' in client.get("/my/").content.decode()


def test_the_session_holds_an_id_and_times_only(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    client = signed_in()
    held = dict(client.session.items())
    assert {key for key in held if key.startswith("resident")} == {
        "resident",
        "resident_since",
        "resident_seen",
    }
    assert JO not in json.dumps(held, default=str)


@pytest.mark.parametrize("minutes", [61, 13 * 60])
def test_away_too_long_is_signed_out(
    city: makers.SmallCity, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    makers.submitted(city.pothole, email=JO)
    client = signed_in()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=minutes))
    assert 'name="email"' in client.get("/my/").content.decode()


def test_pages_of_a_resident_are_never_stored(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    client = signed_in()
    for path in ("/my/", "/my/record.json", "/my/erase/"):
        assert "no-store" in client.get(path)["Cache-Control"], path


def test_the_list_needs_the_same_statements_for_three_and_thirty(
    city: makers.SmallCity,
) -> None:
    makers.submitted(city.pothole, email=JO)
    client = signed_in()
    counts = []
    for more in (2, 27):
        for _ in range(more):
            makers.submitted(city.pothole, email=JO)
        client.get("/my/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/my/")
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 7


def test_older_reports_are_on_further_pages(city: makers.SmallCity) -> None:
    numbers = [makers.submitted(city.pothole, email=JO).request.number for _ in range(52)]
    client = signed_in()
    first = client.get("/my/").content.decode()
    assert numbers[0] not in first
    before = first.partition('href="?before=')[2].partition('"')[0]
    assert numbers[0] in client.get(f"/my/?before={before}").content.decode()
    assert client.get("/my/?before=99999999999999999999999").status_code == 200


def test_a_report_by_phone_is_added_with_its_pin(city: makers.SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    made = makers.submitted(city.container, phone="+1 410 555 0100", channel="phone").request
    makers.submitted(city.pothole, email=JO)
    client = signed_in()
    pin = read_out_pin(made.pk, made.token_version)
    form = form_of(client.get("/my/"), with_field="pin")
    wrong = form.fill(number=made.number, pin=f"{(int(pin) + 1) % 1_000_000:06d}").send(client)
    assert "do not fit together" in wrong.content.decode()
    unknown = form.fill(number="26-999999", pin=pin).send(client)
    assert "do not fit together" in unknown.content.decode()
    assert form.fill(number=made.number, pin=f"{pin[:3]} {pin[3:]}").send(client).status_code == 303
    assert Reporter.objects.get(request=made).email == JO
    assert made.number in client.get("/my/").content.decode()


def test_a_report_of_another_address_or_nobody_is_not_added(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    client = signed_in()
    for fields in ({"email": "al@example.org"}, {}):
        made = makers.submitted(city.pothole, **fields).request
        data = {"number": made.number, "pin": read_out_pin(made.pk, 1)}
        assert client.post("/my/add/", data).status_code == 400
        assert not Reporter.objects.filter(request=made, email=JO).exists()


@pytest.mark.parametrize(
    ("updates", "expected"),
    [("all", ["acknowledged", "note", "closed"]), ("closing", ["closed"]), ("none", [])],
)
def test_the_choice_of_messages_holds(
    city: makers.SmallCity, dispatcher: StaffUser, updates: str, expected: list[str]
) -> None:
    made = makers.submitted(city.pothole, email=JO).request
    client = signed_in()
    form_of(client.get("/my/"), action="/my/choices/").fill(updates=updates, language="es").send(client)
    run_jobs()
    mail.outbox.clear()
    ids = {"request_id": made.pk, "version": None, "by": Actor.staff(dispatcher), "now": clock.now()}
    actions.acknowledge(**ids)
    actions.add_note(text="We come on Friday", audience=Audience.EVERYONE, **ids)
    actions.close(outcome=Outcome.FIXED, public_answer="Filled.", **ids)
    run_jobs()
    assert len(mail.outbox) == len(expected)
    assert Resident.objects.get().language == "es"


def test_nonsense_choices_change_nothing(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    client = signed_in()
    assert client.post("/my/choices/", {"updates": "some", "language": "xx"}).status_code == 400
    assert Resident.objects.get().updates == "all"


def test_alerts_and_follows_of_others_are_404(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    public = makers.submitted(city.pothole).request
    other = resident_for(email="al@example.org", language="en", now=makers.NOW)
    alert = subscribe(
        resident_id=other.pk, watch=Watch(category_id=city.pothole.pk), confirmed=True, now=makers.NOW
    )
    follow(request_id=public.pk, resident_id=other.pk, confirmed=True, now=makers.NOW)
    client = signed_in()
    follower = Follower.objects.get()
    assert client.post(f"/my/alerts/{alert.pk}/stop/").status_code == 404
    assert client.post(f"/my/follows/{follower.pk}/stop/").status_code == 404
    assert Subscription.objects.get().stopped_at is None


def test_own_alerts_and_follows_are_stopped_by_a_button(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    public = makers.submitted(city.pothole).request
    client = signed_in()
    jo = Resident.objects.get()
    alert = subscribe(
        resident_id=jo.pk, watch=Watch(category_id=city.pothole.pk), confirmed=True, now=makers.NOW
    )
    follow(request_id=public.pk, resident_id=jo.pk, confirmed=True, now=makers.NOW)
    page = client.get("/my/")
    form_of(page, action=reverse("resident:my_alert", args=[alert.pk, "stop"])).send(client)
    form_of(page, action=reverse("resident:my_follow", args=[Follower.objects.get().pk, "stop"])).send(client)
    assert Subscription.objects.get().stopped_at is not None
    assert Follower.objects.get().stopped_at is not None


def test_the_record_has_everything_but_notes_of_staff(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole, email=JO, name="Jo", phone="410 555 0100").request
    ids = {"request_id": made.pk, "version": None, "by": Actor.staff(dispatcher), "now": clock.now()}
    actions.add_note(text="For all", audience=Audience.EVERYONE, **ids)
    actions.add_note(text="For Jo", audience=Audience.REPORTER, **ids)
    actions.add_note(text="Never for Jo", audience=Audience.STAFF, **ids)
    run_jobs()
    client = signed_in()
    response = client.get("/my/record.json")
    assert response["Content-Disposition"].startswith("attachment")
    record = json.loads(response.content)
    (request,) = record["requests"]
    assert request["description"] == made.description
    assert request["contact"] == {"name": "Jo", "email": JO, "phone": "410 555 0100"}
    notes = [(event["public_note"], event["note_to_you"]) for event in request["events"]]
    assert ("For all", "") in notes
    assert ("", "For Jo") in notes
    assert "Never for Jo" not in response.content.decode()
    assert {row["about"] for row in record["messages_sent"]} == {"report", "sign_in"}


def test_what_is_no_number_locks_nobody_out(city: makers.SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    for at in range(12):
        answer = Client(REMOTE_ADDR=f"198.51.100.{at}").post(
            "/track/", {"number": "I lost it", "pin": "123456"}
        )
        assert answer.status_code == 200, at
