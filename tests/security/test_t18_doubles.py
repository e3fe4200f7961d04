"""Threat 18: time-outs, reloads, the back button and impatient fingers give one report."""

from __future__ import annotations

import uuid
from collections import Counter

import pytest
from django.test import Client

from requests_app.models import Photo, RequestEvent, ServiceRequest
from requests_app.notifications.models import Delivery
from tests import makers
from tests.security import world
from tests.security.test_t17_races import EIGHT, at_once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_photo", [False, True])
def test_eight_identical_posts_at_once_are_one_report(with_photo: bool) -> None:
    makers.small_city()
    key = str(uuid.uuid4())

    def send() -> tuple[int, str]:
        photos = {"photos": [world.picture()]} if with_photo else {}
        answer = Client().post("/report/", world.report_data(key=key, email="a@example.org", **photos))
        return answer.status_code, answer.get("Location", "")

    answers = at_once(*(send for _ in EIGHT))
    assert Counter(status for status, _ in answers) == {303: 8}
    assert len({location for _, location in answers}) == 1
    request = ServiceRequest.objects.get()
    assert request.photos.count() == with_photo
    assert Photo.objects.count() == with_photo
    assert RequestEvent.objects.count() == 2
    assert Delivery.objects.count() == 0


@pytest.mark.django_db
def test_a_retry_after_a_lost_answer_gives_the_same_number(city: makers.SmallCity) -> None:
    data = world.report_data(email="a@example.org")
    first = Client().post("/report/", {**data, "photos": [world.picture()]})
    again = Client().post("/report/", {**data, "photos": [world.picture()]})
    assert again["Location"] == first["Location"]
    assert ServiceRequest.objects.count() == 1
    assert RequestEvent.objects.count() == 2, "no second event, so no second message"


@pytest.mark.django_db
def test_reloading_the_result_sends_nothing(city: makers.SmallCity, client: Client) -> None:
    answer = client.post("/report/", world.report_data())
    assert answer.status_code == 303, "after a POST the browser is sent to a GET"
    for _ in range(3):
        assert client.get(answer["Location"]).status_code == 200
    assert ServiceRequest.objects.count() == 1


@pytest.mark.django_db
def test_another_browser_cannot_spend_the_key_of_a_form_it_never_saw(city: makers.SmallCity) -> None:
    keys = {Client().get("/report/").context["key"] for _ in range(20)}
    assert len(keys) == 20
    assert {uuid.UUID(key).version for key in keys} == {4}


@pytest.mark.django_db
def test_the_same_key_with_other_words_names_the_first_report(city: makers.SmallCity, client: Client) -> None:
    data = world.report_data()
    assert client.post("/report/", data).status_code == 303
    first = ServiceRequest.objects.get()
    conflict = client.post("/report/", {**data, "description": "Another hole"})
    assert conflict.status_code == 409
    assert first.number in conflict.content.decode()
    assert "Another hole" in conflict.content.decode()
    assert ServiceRequest.objects.count() == 1


@pytest.mark.django_db
def test_a_form_with_mistakes_spends_no_key(city: makers.SmallCity, client: Client) -> None:
    data = world.report_data()
    assert client.post("/report/", {**data, "description": ""}).status_code == 200
    assert client.post("/report/", data).status_code == 303
    assert ServiceRequest.objects.count() == 1
