"""Alerts: the form, the question by e-mail, the links to start and stop."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from civic311.lib import clock
from civic311.lib.tokens import follow_token, subscription_token
from requests_app.actions.residents import resident_for
from requests_app.actions.subscriptions import ALERTS_MOST, Watch, subscribe
from requests_app.actions.support import follow
from requests_app.models import Follower, Resident, Subscription
from tests import makers
from tests.forms import form_of
from tests.requests_app.resident.mailbox import path_in, run_jobs
from tests.requests_app.resident.test_my import JO, signed_in

pytestmark = pytest.mark.django_db


def ask(client: Client, **values: Any) -> Any:
    """Fill in the form for alerts and send it."""
    return form_of(client.get("/alerts/new/"), with_field="frequency").fill(**values).send(client)


def test_an_alert_runs_after_a_press_on_the_page_of_the_link(city: makers.SmallCity) -> None:
    client = Client()
    answer = ask(client, category="pothole", email=JO, frequency="immediate")
    assert (answer.status_code, answer.url) == (303, "/alerts/new/?sent=1")
    (message,) = run_jobs()
    assert message.to == [JO]
    link = path_in(message, "/a/")
    page = client.get(link)
    alert = Subscription.objects.get()
    assert alert.confirmed_at is None, "a GET never confirms"
    form_of(page, action=link).send(client)
    alert.refresh_from_db()
    assert alert.confirmed_at is not None
    assert Resident.objects.get().verified_at is not None
    form_of(client.get(link), action=link).send(client)
    alert.refresh_from_db()
    assert alert.stopped_at is not None


def test_a_mail_program_stops_by_one_click_without_a_form(city: makers.SmallCity) -> None:
    resident = resident_for(email=JO, language="en", now=makers.NOW)
    alert = subscribe(
        resident_id=resident.pk, watch=Watch(category_id=city.pothole.pk), confirmed=True, now=makers.NOW
    )
    strict = Client(enforce_csrf_checks=True)
    path = f"/a/{alert.pk}/{subscription_token(alert.pk)}/"
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    alert.refresh_from_db()
    assert alert.stopped_at is not None


def test_a_resident_who_is_signed_in_needs_no_question(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    client = signed_in()
    mail.outbox.clear()
    answer = ask(client, area="council_district:1", frequency="daily")
    assert answer.url == "/my/#alerts"
    assert Subscription.objects.get().confirmed_at is not None
    assert "District 1" in client.get("/my/").content.decode()
    assert not [one for one in run_jobs() if "/a/" in str(one.body)]


def test_the_form_comes_filled_in_from_a_filter(city: makers.SmallCity) -> None:
    page = Client().get(
        "/alerts/new/?category=pothole&area=council_district:1&lat=39.3&lon=-76.65&radius=700"
    )
    form = form_of(page, with_field="frequency")
    assert form.values["radius"] == [""] or "800" in page.content.decode()
    assert form.values["latitude"] == ["39.300000"]


@pytest.mark.parametrize(
    "values",
    [
        {"category": ""},
        {"category": "no-such"},
        {"category": "recycling-container"},
        {"area": "council_district:99"},
        {"category": "pothole", "email": "no address"},
        {"category": "pothole", "email": f"{'a' * 300}@example.org"},
        {"category": "pothole", "frequency": "hourly"},
        {"category": "pothole", "address": "x" * 400},
        {"address": "Atlantis", "latitude": "nan", "longitude": "nan"},
        {"address": "Here", "latitude": "48.1", "longitude": "11.5"},
        {"address": "Here", "latitude": "0", "longitude": "0"},
        {"category": "pothole", "radius": "1e9"},
        {"category": "pothole\u202e", "area": "\U0001f6a7"},
    ],
)
def test_what_makes_no_sense_is_said_and_kept(city: makers.SmallCity, values: dict[str, str]) -> None:
    data = {"email": JO, "frequency": "daily", "radius": "400"} | values
    page = Client().post("/alerts/new/", data)
    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()
    assert not Subscription.objects.exists()


def test_a_point_becomes_a_circle(city: makers.SmallCity) -> None:
    data = {"email": JO, "frequency": "daily", "radius": "800", "address": "100 Main St"}
    Client().post("/alerts/new/", data | {"latitude": "39.3", "longitude": "-76.65"})
    alert = Subscription.objects.get()
    assert (alert.latitude, alert.longitude, alert.radius_m) == (39.3, -76.65, 800)
    assert alert.place_label == "", "the city has no street data: the coordinates name the place"


SPAM = "You won. Claim it at https://evil.example"


@pytest.mark.parametrize(
    "place",
    [
        {"address": SPAM, "latitude": "39.3", "longitude": "-76.65"},
        {"address": "x", "place_choice": f"39.3,-76.65,{SPAM}"},
    ],
)
def test_no_words_of_a_stranger_go_to_an_address_nobody_confirmed(
    city: makers.SmallCity, place: dict[str, str]
) -> None:
    data = {"email": JO, "frequency": "daily", "radius": "800"} | place
    assert Client().post("/alerts/new/", data).status_code == 303
    (message,) = run_jobs()
    assert message.to == [JO]
    assert "evil" not in str(message.body)
    assert "39.30000, -76.65000" in str(message.body)


def test_a_resident_who_is_signed_in_names_the_place(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    place = {"address": "Where mother lives", "latitude": "39.3", "longitude": "-76.65"}
    signed_in().post("/alerts/new/", {"frequency": "daily", "radius": "800"} | place)
    assert Subscription.objects.get().place_label == "Where mother lives"


def test_twenty_alerts_are_the_most_and_the_same_is_one(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, email=JO)
    client = signed_in()
    resident = Resident.objects.get()
    for number in range(ALERTS_MOST):
        watch = Watch(latitude=39.3, longitude=-76.6 + number / 1000, radius_m=400)
        subscribe(resident_id=resident.pk, watch=watch, confirmed=True, now=clock.now())
    subscribe(resident_id=resident.pk, watch=watch, confirmed=True, now=clock.now())
    assert Subscription.objects.count() == ALERTS_MOST
    assert client.post("/alerts/new/", {"category": "pothole", "frequency": "daily"}).status_code == 400


def test_a_stranger_gets_the_same_answer_with_twenty_alerts(city: makers.SmallCity) -> None:
    resident = resident_for(email=JO, language="en", now=makers.NOW)
    for number in range(ALERTS_MOST):
        watch = Watch(latitude=39.3, longitude=-76.6 + number / 1000, radius_m=400)
        subscribe(resident_id=resident.pk, watch=watch, confirmed=True, now=clock.now())
    full = ask(Client(), category="pothole", email=JO)
    fresh = ask(Client(), category="pothole", email="new@example.org")
    assert (full.status_code, full.url) == (fresh.status_code, fresh.url)


@pytest.mark.parametrize("path", ["a", "f"])
def test_a_wrong_link_is_the_same_404_as_none(city: makers.SmallCity, path: str) -> None:
    made = makers.submitted(city.pothole).request
    resident = resident_for(email=JO, language="en", now=makers.NOW)
    alert = subscribe(
        resident_id=resident.pk, watch=Watch(category_id=city.pothole.pk), confirmed=True, now=makers.NOW
    )
    follow(request_id=made.pk, resident_id=resident.pk, confirmed=True, now=makers.NOW)
    pk = alert.pk if path == "a" else Follower.objects.get().pk
    wrong = (subscription_token if path == "a" else follow_token)(pk + 1)
    answers = [Client().get(f"/{path}/{pk}/{wrong}/"), Client().get(f"/{path}/{pk + 7}/{wrong}/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    pages = [answer.content.decode().partition("<main")[2].partition("</main")[0] for answer in answers]
    assert pages[0] == pages[1]


def test_a_follow_is_confirmed_by_a_press_and_stopped_by_another(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    client = Client()
    client.post(f"/requests/{made.number}/follow/", {"email": JO})
    (message,) = run_jobs()
    link = path_in(message, "/f/")
    page = client.get(link)
    follower = Follower.objects.get()
    assert follower.confirmed_at is None
    form_of(page, action=link).send(client)
    follower.refresh_from_db()
    assert follower.confirmed_at is not None
    form_of(client.get(link), action=link).send(client)
    follower.refresh_from_db()
    assert follower.stopped_at is not None


def test_the_page_of_a_follow_says_nothing_about_a_hidden_report(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    resident = resident_for(email=JO, language="en", now=makers.NOW)
    follow(request_id=made.pk, resident_id=resident.pk, confirmed=True, now=makers.NOW)
    made.is_public = False
    made.save()
    pk = Follower.objects.get().pk
    page = Client().get(f"/f/{pk}/{follow_token(pk)}/").content.decode()
    assert "Pothole" not in page
    assert "/requests/" not in page.partition("<main")[2].partition("</main")[0]
