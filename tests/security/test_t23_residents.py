"""A resident signs in, asks for alerts, follows, downloads, erases: no address and no token in logs, sessions, jobs."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from civic311.lib.tokens import read_out_pin
from requests_app.actions.erasure import erase_resident
from requests_app.actions.residents import resident_for
from requests_app.models import ServiceRequest
from requests_app.queries.residents import own_requests
from tests import makers
from tests.requests_app.resident.mailbox import path_in, paths_in, run_jobs

pytestmark = pytest.mark.django_db
CANARY = "zebra.canary@example.org"
OTHER = "otter.canary@example.org"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the configured handler writes, from the level INFO up."""
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    stream, level = io.StringIO(), logging.getLogger().level
    before = handler.setStream(stream)
    logging.getLogger().setLevel(logging.INFO)
    yield stream
    logging.getLogger().setLevel(level)
    handler.setStream(before or handler.stream)


def journey(city: makers.SmallCity) -> tuple[Client, list[str]]:
    """Everything a resident does, with mistakes on the way; the browser and the tokens that were sent."""
    own = makers.submitted(city.container, email=CANARY).request
    public = makers.submitted(city.pothole).request
    browser = Client(raise_request_exception=False)
    browser.post("/my/", {"email": "nonsense " + CANARY})
    browser.post("/my/", {"email": CANARY})
    link = path_in(run_jobs()[-1], "/my/in/")
    browser.get(link + "x/")
    browser.get(link[:-2] + "/")
    browser.post(link)
    browser.get("/my/")
    browser.get("/my/record.json")
    browser.get(link)
    browser.post(f"/requests/{public.number}/follow/", {"email": OTHER})
    Client().post(f"/requests/{public.number}/follow/", {"email": OTHER})
    Client().post("/alerts/new/", {"email": CANARY, "category": "pothole", "frequency": "daily"})
    browser.post("/track/", {"number": own.number, "pin": read_out_pin(own.pk, 1)})
    for message in run_jobs():
        for path in paths_in(message):
            Client(raise_request_exception=False).get(path)
            Client(raise_request_exception=False).get(path[:-2] + "/")
            Client(raise_request_exception=False).put(path)
    tokens = [
        path.rstrip("/").rpartition("/")[2]
        for message in mail.outbox
        for path in paths_in(message)
        if path.startswith(("/my/in/", "/a/", "/f/", "/r/", "/u/"))
    ]
    assert len(tokens) > 4
    return browser, [token.partition("#")[0] for token in tokens]


def test_logs_hold_neither_address_nor_token(city: makers.SmallCity, written: io.StringIO) -> None:
    _browser, tokens = journey(city)
    text = written.getvalue()
    assert "/my/in/" in text, "the journey has been logged"
    assert [mark for mark in ("canary", *tokens) if len(mark) > 5 and mark in text] == []


def test_jobs_carry_ids_only(city: makers.SmallCity) -> None:
    _browser, tokens = journey(city)
    names = {name.rpartition(".")[2] for name in ProcrastinateJob.objects.values_list("task_name", flat=True)}
    assert {"sign_in_link", "confirm_follow", "confirm_subscription"} <= names
    for args in ProcrastinateJob.objects.values_list("args", flat=True):
        assert all(type(value) is int for value in args.values()), args
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(j::text, ' '), '') FROM procrastinate_jobs j")
        rows = cursor.fetchone()[0]
    assert [mark for mark in ("canary", *tokens) if len(mark) > 5 and mark in rows] == []


def test_sessions_and_cookies_hold_no_address(city: makers.SmallCity) -> None:
    browser, tokens = journey(city)
    stored = " ".join(json.dumps(each.get_decoded()) for each in Session.objects.all())
    cookies = " ".join(morsel.OutputString() for morsel in browser.cookies.values())
    assert "resident" in stored
    marks = ("canary", *(token for token in tokens if len(token) > 5))
    assert [mark for mark in marks if mark in stored or mark in cookies] == []


def test_no_public_page_shows_an_address(city: makers.SmallCity) -> None:
    journey(city)
    stranger = Client()
    pages = ["/", "/requests/", "/map/", "/my/", "/alerts/new/", "/track/", "/feeds/requests.rss"]
    pages += [f"/requests/{number}/" for number in ServiceRequest.objects.values_list("number", flat=True)]
    for page in pages:
        assert "canary" not in stranger.get(page).content.decode(), page


KELVIN = "\u212aate@example.org"
"""Its first letter is a sign of its own whose lower case is "k"."""


def test_a_letter_that_only_looks_the_same_in_lower_case_is_another_person(city: makers.SmallCity) -> None:
    kates = makers.submitted(city.container, email="kate@example.org").request
    stranger = resident_for(email=KELVIN, language="en", now=makers.NOW)
    assert resident_for(email="Kate@Example.ORG", language="en", now=makers.NOW).pk != stranger.pk
    assert own_requests(KELVIN).rows == ()
    assert [row.id for row in own_requests("KATE@example.org").rows] == [kates.pk]
    erase_resident(resident_id=stranger.pk, now=makers.NOW)
    assert own_requests("kate@example.org").rows != ()
