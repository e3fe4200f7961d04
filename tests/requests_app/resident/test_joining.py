"""This is mine too, follow, not solved: on the public page, as a resident without script meets them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from civic311.lib.contacts import voter_of_mailbox
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.residents import resident_for
from requests_app.actions.support import CONFIRM_FOLLOW_TASK
from requests_app.models import Follower, RequestEvent, Resident, ServiceRequest, Support
from requests_app.resident import signed_in
from requests_app.resident.joining import DEVICE_COOKIE
from requests_app.workflow import Audience, EventKind, Outcome
from tests import makers
from tests.forms import form_of, forms_of

pytestmark = pytest.mark.django_db
NOW = makers.NOW + dt.timedelta(days=1)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


def press(client: Client, made: ServiceRequest) -> Any:
    """Open the page and press the button that is there."""
    page = client.get(f"/requests/{made.number}/")
    return form_of(page, action=f"/requests/{made.number}/support/").send(client, follow=True)


def closed(city: makers.SmallCity, outcome: Outcome = Outcome.FIXED) -> ServiceRequest:
    made = makers.submitted(city.pothole).request
    by = Actor.staff(makers.staff("dispatcher", city.streets))
    actions.close(
        request_id=made.pk,
        version=None,
        outcome=outcome,
        public_answer="Filled.",
        by=by,
        now=NOW - dt.timedelta(hours=1),
    )
    return fresh(made)


def signed_in_client(email: str) -> Client:
    """The browser of a resident whose address was verified."""
    resident = resident_for(email=email, language="en", now=NOW)
    Resident.objects.filter(pk=resident.pk).update(verified_at=NOW)
    client = Client()
    session = client.session
    session[signed_in.KEY] = resident.pk
    session[signed_in.SINCE] = session[signed_in.SEEN] = int(NOW.timestamp())
    session.save()
    return client


def test_one_browser_counts_once_and_is_thanked(city: makers.SmallCity, client: Client) -> None:
    made = makers.submitted(city.pothole).request
    page = press(client, made)
    assert "You are counted with this report. You do not need to send another." in page.content.decode()
    assert "1 person reported this too" in page.content.decode()
    assert not [form for form in forms_of(page) if form.action.endswith("/support/")], "no second press"
    again = client.post(f"/requests/{made.number}/support/", follow=True)
    assert "already" in again.content.decode()
    assert (fresh(made).support_count, Support.objects.count(), ServiceRequest.objects.count()) == (1, 1, 1)


def test_another_browser_counts_too_and_nothing_else_moves(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    for _person in range(3):
        press(Client(), made)
    after = fresh(made)
    assert after.support_count == 3
    assert (after.version, after.priority, after.updated_at) == (made.version, made.priority, made.updated_at)
    assert made.events.count() == 2, "a vote is not a step of the history"
    assert "3 people reported this too" in Client().get(f"/requests/{made.number}/").content.decode()


def test_the_device_token_is_random_and_kept_from_scripts(city: makers.SmallCity, client: Client) -> None:
    made = makers.submitted(city.pothole).request
    assert DEVICE_COOKIE not in client.cookies
    client.get(f"/requests/{made.number}/")
    assert DEVICE_COOKIE not in client.cookies, "only those who press are remembered"
    client.post(f"/requests/{made.number}/support/")
    cookie = client.cookies[DEVICE_COOKIE]
    assert len(cookie.value) == 22
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 86_400)
    assert cookie.value not in Support.objects.get().voter
    first = cookie.value
    client.post(f"/requests/{makers.submitted(city.pothole).request.number}/support/")
    assert client.cookies[DEVICE_COOKIE].value == first


@pytest.mark.parametrize("token", ["", "x", "a" * 23, "ä" * 22, "' OR 1=1 --aaaaaaaaaaa"])
def test_a_nonsense_token_is_replaced(city: makers.SmallCity, client: Client, token: str) -> None:
    made = makers.submitted(city.pothole).request
    client.cookies[DEVICE_COOKIE] = token
    client.post(f"/requests/{made.number}/support/")
    assert client.cookies[DEVICE_COOKIE].value != token
    assert fresh(made).support_count == 1


def test_a_mailbox_counts_once_over_browsers_and_spellings(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    press(signed_in_client("ann.lee@example.org"), made)
    page = signed_in_client("annlee+311@Example.org").post(f"/requests/{made.number}/support/", follow=True)
    assert "already" in page.content.decode()
    assert fresh(made).support_count == 1
    assert Support.objects.get().voter == voter_of_mailbox("annlee@example.org")


def test_signing_in_after_the_press_does_not_count_twice(city: makers.SmallCity, client: Client) -> None:
    made = makers.submitted(city.pothole).request
    client.post(f"/requests/{made.number}/support/")
    later = signed_in_client("ann@example.org")
    later.cookies[DEVICE_COOKIE] = client.cookies[DEVICE_COOKIE].value
    page = later.post(f"/requests/{made.number}/support/", follow=True)
    assert "already" in page.content.decode()
    assert fresh(made).support_count == 1


def test_a_closed_report_is_not_supported(city: makers.SmallCity, client: Client) -> None:
    made = closed(city)
    page = client.post(f"/requests/{made.number}/support/", follow=True)
    assert "This report is closed." in page.content.decode()
    assert fresh(made).support_count == 0


def test_a_missed_collection_stays_with_its_household(city: makers.SmallCity, client: Client) -> None:
    made = makers.submitted(city.missed_trash).request
    page = client.get(f"/requests/{made.number}/")
    assert "stands for one household" in page.content.decode()
    page = client.post(f"/requests/{made.number}/support/", follow=True)
    assert "Please send your own." in page.content.decode()
    assert fresh(made).support_count == 0


@pytest.mark.parametrize("what", ["support", "follow", "not-solved", "comments", "abuse"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_private_and_unknown_give_the_same_answer(
    city: makers.SmallCity, client: Client, what: str, method: str
) -> None:
    hidden = makers.submitted(city.question, latitude=None, longitude=None).request
    sent = {"email": "a@example.org", "reason": "x", "text": "x"}
    answers = [
        getattr(client, method)(f"/requests/{number}/{what}/", sent)
        for number in (hidden.number, "99-999999")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [
        TOKEN.sub("", answer.content.decode()).replace(hidden.number, "99-999999") for answer in answers
    ]
    assert bodies[0] == bodies[1]
    assert DEVICE_COOKIE not in client.cookies


@pytest.mark.parametrize("what", ["support", "follow", "not-solved"])
def test_get_changes_nothing(city: makers.SmallCity, client: Client, what: str) -> None:
    made = makers.submitted(city.pothole).request
    answer = client.get(f"/requests/{made.number}/{what}/")
    assert (answer.status_code, answer.url.split("#")[0]) == (302, f"/requests/{made.number}/")
    assert (Support.objects.count(), Follower.objects.count()) == (0, 0)


def test_following_asks_the_mailbox_first(city: makers.SmallCity, client: Client) -> None:
    made = makers.submitted(city.pothole).request
    page = client.get(f"/requests/{made.number}/")
    form = form_of(page, action=f"/requests/{made.number}/follow/").fill(email="ann@example.org")
    answer = form.send(client, follow=True)
    assert "Look into your mailbox" in answer.content.decode()
    follower = Follower.objects.get()
    assert follower.confirmed_at is None
    jobs = ProcrastinateJob.objects.filter(task_name=CONFIRM_FOLLOW_TASK)
    assert [job.args for job in jobs] == [{"follower_id": follower.pk}]
    again = form.send(client, follow=True)
    assert "Look into your mailbox" in again.content.decode(), "the same answer for a known address"
    assert (jobs.count(), Follower.objects.count(), Resident.objects.count()) == (1, 1, 1)


def test_a_stopped_follow_is_asked_again(city: makers.SmallCity, client: Client) -> None:
    made = makers.submitted(city.pothole).request
    url = f"/requests/{made.number}/follow/"
    client.post(url, {"email": "ann@example.org"})
    Follower.objects.update(confirmed_at=NOW, stopped_at=NOW)
    client.post(url, {"email": "ann@example.org"})
    follower = Follower.objects.get()
    assert (follower.confirmed_at, follower.stopped_at) == (None, None)
    assert ProcrastinateJob.objects.filter(task_name=CONFIRM_FOLLOW_TASK).count() == 2


def test_an_active_follower_is_left_alone(city: makers.SmallCity, client: Client) -> None:
    made = makers.submitted(city.pothole).request
    url = f"/requests/{made.number}/follow/"
    client.post(url, {"email": "ann@example.org"})
    Follower.objects.update(confirmed_at=NOW)
    page = client.post(url, {"email": "ann@example.org"}, follow=True)
    assert "Look into your mailbox" in page.content.decode()
    assert Follower.objects.get().confirmed_at == NOW
    assert ProcrastinateJob.objects.filter(task_name=CONFIRM_FOLLOW_TASK).count() == 1


def test_who_is_signed_in_follows_at_once(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    client = signed_in_client("ann@example.org")
    page = client.get(f"/requests/{made.number}/")
    assert "The news go to ann@example.org." in page.content.decode()
    form_of(page, action=f"/requests/{made.number}/follow/").send(client)
    assert Follower.objects.get().confirmed_at == NOW
    assert not ProcrastinateJob.objects.filter(task_name=CONFIRM_FOLLOW_TASK).exists()


@pytest.mark.parametrize("email", ["", "ann", "a@b", "x" * 250 + "@example.org", "ann\x00@example.org"])
def test_a_bad_address_is_said_and_kept(city: makers.SmallCity, client: Client, email: str) -> None:
    made = makers.submitted(city.pothole).request
    answer = client.post(f"/requests/{made.number}/follow/", {"email": email})
    assert answer.status_code == 400
    assert Resident.objects.count() == 0


def test_a_neighbor_says_it_is_not_solved(city: makers.SmallCity, client: Client) -> None:
    made = closed(city)
    ProcrastinateJob.objects.all().delete()
    page = client.get(f"/requests/{made.number}/")
    form = form_of(page, action=f"/requests/{made.number}/not-solved/").fill(reason="The hole is back")
    assert "The department reads what you see" in form.send(client, follow=True).content.decode()
    after = fresh(made)
    assert (after.status, after.disputed_at) == ("closed", NOW)
    event = RequestEvent.objects.get(kind=EventKind.DISPUTED)
    assert (event.actor_kind, event.internal_note) == ("resident", "The hole is back")
    assert (event.public_note, event.reporter_note) == ("", "")
    assert "The hole is back" not in client.get(f"/requests/{made.number}/").content.decode()
    assert "already" in form.send(client, follow=True).content.decode(), "one voice a person and closing"
    form.send(Client())
    assert RequestEvent.objects.filter(kind=EventKind.DISPUTED).count() == 2


def test_the_flag_goes_when_staff_answer_or_reopen(city: makers.SmallCity, client: Client) -> None:
    by = Actor.staff(makers.staff("dispatcher", city.streets))
    for action, words in (
        (actions.reopen, {"reason": "Looked again"}),
        (actions.add_note, {"text": "We look again.", "audience": Audience.EVERYONE}),
    ):
        made = closed(city)
        client.post(f"/requests/{made.number}/not-solved/", {"reason": "Still there"})
        assert fresh(made).disputed_at is not None
        action(request_id=made.pk, version=None, by=by, now=NOW, **words)
        assert fresh(made).disputed_at is None


@pytest.mark.parametrize("outcome", [Outcome.DUPLICATE, Outcome.SPAM])
def test_where_nothing_was_done_nobody_objects(
    city: makers.SmallCity, client: Client, outcome: Outcome
) -> None:
    made = closed(city, outcome)
    client.post(f"/requests/{made.number}/not-solved/", {"reason": "Still there"})
    assert fresh(made).disputed_at is None


def test_after_thirty_days_a_new_report_is_asked_for(city: makers.SmallCity, client: Client) -> None:
    made = closed(city)
    with time_machine.travel(NOW + dt.timedelta(days=31), tick=False):
        page = client.post(f"/requests/{made.number}/not-solved/", {"reason": "Still there"}, follow=True)
        assert "Please send a new report" in page.content.decode()
        assert not [form for form in forms_of(page) if form.action.endswith("/not-solved/")]
    assert fresh(made).disputed_at is None


@pytest.mark.parametrize("what", ["support", "follow", "not-solved", "comments", "abuse"])
def test_too_many_from_one_address(city: makers.SmallCity, client: Client, settings: Any, what: str) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    city.pothole.comments_allowed = True
    city.pothole.save()
    made = makers.submitted(city.pothole).request
    statuses = {client.post(f"/requests/{made.number}/{what}/").status_code for _press in range(62)}
    assert 429 in statuses
    assert max(statuses) == 429


def test_without_the_token_of_a_form_nothing_happens(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    strict = Client(enforce_csrf_checks=True)
    for what in ("support", "follow", "not-solved", "comments", "abuse"):
        assert strict.post(f"/requests/{made.number}/{what}/").status_code == 403
    assert fresh(made).support_count == 0


def test_all_that_is_open_nearby_has_its_own_page(city: makers.SmallCity, client: Client) -> None:
    made = [makers.submitted(city.pothole).request for _number in range(7)]
    page = client.get("/nearby/?category=pothole&lat=39.3&lon=-76.65")
    for each in made:
        assert f'formaction="/requests/{each.number}/support/"' in page.content.decode()
    assert form_of(page, action="/report/").method == "post", "the buttons' form, outside every other"
    empty = client.get("/nearby/?category=pothole&lat=39.31&lon=-76.65")
    assert "Nothing of this kind is reported" in empty.content.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("category=nothing&lat=39.3&lon=-76.65", 404),
        ("category=pothole", 400),
        ("category=pothole&lat=nan&lon=0", 400),
        ("category=pothole&lat=91&lon=0", 400),
        ("category=pothole&lat=1e999&lon=0", 400),
        ("category=pothole&lat=x&lon=%27", 400),
        ("category=pothole&lat=0&lon=0", 400),
    ],
)
def test_points_that_are_none_are_said(
    city: makers.SmallCity, client: Client, query: str, status: int
) -> None:
    assert client.get(f"/nearby/?{query}").status_code == status
