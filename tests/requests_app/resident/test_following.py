"""The holder of a tracking link: withdraw, reopen, messages; and the one-click unsubscribe."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from civic311.lib.clock import now
from civic311.lib.tokens import unsubscribe_token
from departments.models import StaffUser
from requests_app.actions import Actor, Submitted, close
from requests_app.models import Reporter, RequestEvent
from requests_app.workflow import Outcome
from tests import makers
from tests.forms import form_of
from tests.makers import SmallCity

pytestmark = pytest.mark.django_db


def closed(city: SmallCity, dispatcher: StaffUser, *, days_ago: int = 1) -> Submitted:
    closed_at = now() - dt.timedelta(days=days_ago)
    made = makers.submitted(city.pothole, email="jane@example.org", now=closed_at - dt.timedelta(days=1))
    close(
        request_id=made.request.pk, version=None, outcome=Outcome.FIXED, public_answer="We filled the hole.",
        by=Actor.staff(dispatcher), now=closed_at,
    )  # fmt: skip
    return made


def test_not_fixed_opens_the_same_report_again(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    made = closed(city, dispatcher)
    page = client.get(f"/r/{made.token}/")
    assert "We filled the hole." in page.content.decode()
    answer = form_of(page, with_field="reason").fill(reason="It is still deep").send(client, follow=True)
    assert "open again" in answer.content.decode()
    made.request.refresh_from_db()
    assert (made.request.status, made.request.reopened_count) == ("open", 1)
    assert RequestEvent.objects.get(kind="request.reopened").reporter_note == "It is still deep"
    assert "It is still deep" not in client.get(f"/requests/{made.request.number}/").content.decode()


def test_reopening_needs_a_sentence(client: Client, city: SmallCity, dispatcher: StaffUser) -> None:
    made = closed(city, dispatcher)
    answer = client.post(f"/r/{made.token}/reopen/", {"reason": "  "})
    assert "Say in a sentence what is not right, or add a photo." in answer.content.decode()
    made.request.refresh_from_db()
    assert made.request.status == "closed"


def test_a_no_after_30_days_is_marked_for_staff_and_does_not_reopen(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    made = closed(city, dispatcher, days_ago=31)
    form = form_of(client.get(f"/r/{made.token}/"), with_field="reason")
    answer = form.fill(reason="Still there").send(client, follow=True)
    assert "We marked it for the department" in answer.content.decode()
    made.request.refresh_from_db()
    assert (made.request.status, made.request.reopened_count) == ("closed", 0)
    assert made.request.disputed_at is not None
    again = client.post(f"/r/{made.token}/reopen/", {"reason": "Still there"}, follow=True)
    assert "more than 30 days ago" in again.content.decode()


def test_withdraw_asks_first_and_acts_on_post(client: Client, city: SmallCity) -> None:
    made = makers.submitted(city.pothole)
    page = client.get(f"/r/{made.token}/withdraw/")
    made.request.refresh_from_db()
    assert made.request.status == "new"
    answer = form_of(page, action=f"/r/{made.token}/withdraw/").send(client, follow=True)
    assert "You withdrew this report" in answer.content.decode()
    made.request.refresh_from_db()
    assert (made.request.status, made.request.outcome) == ("closed", "withdrawn")
    assert client.post(f"/r/{made.token}/withdraw/", follow=True).status_code == 200


def test_messages_stop_and_start_again(client: Client, city: SmallCity) -> None:
    made = makers.submitted(city.pothole, email="jane@example.org")
    stop = form_of(client.get(f"/r/{made.token}/"), action=f"/r/{made.token}/messages/")
    again = form_of(stop.send(client, follow=True), action=f"/r/{made.token}/messages/")
    assert Reporter.objects.get().unsubscribed_at is not None
    again.send(client)
    assert Reporter.objects.get().unsubscribed_at is None
    assert client.get(f"/r/{made.token}/messages/").status_code == 405


def test_unsubscribe_shows_a_button_and_the_post_acts_without_a_session(city: SmallCity) -> None:
    client = Client(enforce_csrf_checks=True)
    made = makers.submitted(city.pothole, email="jane@example.org")
    kwargs = {"number": made.request.number, "token": unsubscribe_token(made.request.pk)}
    url = reverse("resident:unsubscribe", kwargs=kwargs)
    assert client.get(url).status_code == 200
    assert Reporter.objects.get().unsubscribed_at is None
    answer = client.post(url, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    first = Reporter.objects.get().unsubscribed_at
    assert first is not None
    client.post(url)
    assert Reporter.objects.get().unsubscribed_at == first


def test_unsubscribe_with_another_token_is_the_same_404_for_every_number(
    client: Client, city: SmallCity
) -> None:
    mine, other = (
        makers.submitted(city.pothole, email="a@example.org"),
        makers.submitted(city.pothole, email="b@example.org"),
    )
    wrong = unsubscribe_token(other.request.pk)
    answers = [client.post(f"/u/{number}/{wrong}/") for number in (mine.request.number, "26-999999")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert not Reporter.objects.filter(unsubscribed_at__isnull=False).exists()


@pytest.mark.parametrize("move", ["reopen", "withdraw", "messages"])
def test_forms_without_proof_of_origin_are_refused(city: SmallCity, move: str) -> None:
    client = Client(enforce_csrf_checks=True)
    made = makers.submitted(city.pothole)
    assert client.post(f"/r/{made.token}/{move}/", {"reason": "x"}).status_code == 403
    assert client.post("/report/", {"category": "pothole"}).status_code == 403


def test_tracking_page_is_kept_out_of_caches_and_search(client: Client, city: SmallCity) -> None:
    answer = client.get(f"/r/{makers.submitted(city.container).token}/")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "same-origin"
