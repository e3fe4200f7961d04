"""Threat 2: marks in every contact field and every note, and none of them on any public page, file or message."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic311.lib import clock
from civic311.lib.cached import forget_all
from departments.models import StaffUser
from requests_app.actions import Actor, assign, close
from requests_app.models import RequestEvent
from requests_app.notifications import sending, writing
from requests_app.workflow import Audience, Outcome
from tests import makers
from tests.security import world
from tests.security.addresses import by_section
from tests.security.world import Filed

pytestmark = pytest.mark.django_db

PAGES_MOST = 150
_LINK = re.compile(r"""(?:href|src|action|data-[\w-]+)=["']([^"']+)["']""")
PUBLIC_ADDRESSES = {"/", "/report/", "/track/", "/help/", "/privacy/", "/accessibility/"}
EXPLORED = (
    "/map/",
    "/map/cells.json?zoom=12",
    "/requests/?status=all",
    "/areas/",
    "/areas/council_district/1/",
    "/categories/",
    "/categories/pothole/",
    "/feeds/requests.rss?status=all",
    "/robots.txt",
    "/sitemap.xml",
)


@pytest.fixture
def staffed(city: makers.SmallCity) -> StaffUser:
    return makers.staff("dispatcher", city.streets, name=world.STAFF_MARK)


@pytest.fixture
def filed(city: makers.SmallCity, staffed: StaffUser) -> Filed:
    """A public report with every kind of word on it, closed with an answer, so that every list shows it."""
    made = world.file_report(photos=[world.picture(1)], **world.SECRETS)
    by = Actor.staff(staffed)
    common = {"request_id": made.request.pk, "version": None, "by": by, "now": clock.now()}
    assign(to=staffed, **common)
    world.note(made.request, staffed, world.INTERNAL_MARK, Audience.STAFF)
    world.note(made.request, staffed, world.REPORTER_MARK, Audience.REPORTER)
    world.note(made.request, staffed, "Everyone may know", Audience.EVERYONE)
    close(outcome=Outcome.FIXED, public_answer="Filled.", internal_note=world.INTERNAL_MARK, **common)
    return made


NEVER_READ = (
    '"requests_app_servicerequest"."description"',
    '"requests_app_requestevent"."internal_note"',
    '"requests_app_requestevent"."actor_label"',
    '"requests_app_requestevent"."actor_id"',
    '"requests_app_reporter"."name"',
    '"requests_app_reporter"."phone"',
    '"departments_staffuser"',
)
FOR_THE_HOLDER = ("requests_app_reporter", "reporter_note")


def secrets() -> tuple[str, ...]:
    return (
        *world.fingerprints(world.SECRETS),
        world.INTERNAL_MARK,
        world.REPORTER_MARK,
        *world.STAFF_MARK.split(),
    )


def crawl(client: Client, starts: list[str]) -> dict[str, bytes]:
    """Every page, file and answer that links lead to, headers included."""
    seen: dict[str, bytes] = {}
    waiting = deque(starts)
    while waiting and len(seen) < PAGES_MOST:
        url = waiting.popleft()
        if url in seen or url.startswith(("/static/", "/accounts/")):
            continue
        answer = client.get(url)
        assert answer.status_code < 500, url
        body = world.body_of(answer)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
        seen[url] = body + headers.encode()
        found = _LINK.findall(body.decode()) if "html" in answer["Content-Type"] else []
        if answer.has_header("Location"):
            found.append(answer["Location"])
        for link in found:
            target = urlsplit(urljoin(f"http://testserver{url}", unescape(link)))
            if target.netloc == "testserver" and not target.path.startswith("/tiles/"):
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    return seen


def test_no_public_page_shows_a_secret(filed: Filed, client: Client) -> None:
    number = filed.request.number
    starts = [
        *PUBLIC_ADDRESSES,
        *EXPLORED,
        f"/requests/{number}/",
        f"/track/?number={number}",
        "/places/suggest/?q=Main",
    ]
    starts += [f"/report/?q={word}" for word in ("pothole", "trash")]
    pages = crawl(client, starts)
    assert f"/requests/{number}/" in pages
    assert any(url.startswith("/photos/") for url in pages)
    assert not [url for url in pages if url.startswith(("/r/", "/u/"))], (
        "no public page leads to a secret link"
    )
    assert b"Everyone may know" in pages[f"/requests/{number}/"]
    for path in ("/requests/?status=all", "/feeds/requests.rss?status=all", "/sitemap.xml"):
        assert number.encode() in pages[path], path
    shown = [(url, secret) for url, body in pages.items() for secret in secrets() if secret.encode() in body]
    assert shown == []
    assert not [url for url, body in pages.items() if filed.token.encode() in body]


def test_search_by_a_secret_tells_nothing(filed: Filed, client: Client) -> None:
    for secret in world.fingerprints(world.SECRETS):
        for url in ("/track/?number=", "/places/suggest/?q=", "/requests/?status=all&q="):
            answer = client.get(url + secret)
            assert filed.request.number not in answer.content.decode()
            assert answer.status_code in {200, 303}


def test_the_own_page_shows_the_address_masked(filed: Filed, client: Client) -> None:
    page = client.get(f"/r/{filed.token}/").content.decode()
    assert world.REPORTER_MARK in page
    for secret in (*world.fingerprints(world.SECRETS), world.INTERNAL_MARK, *world.STAFF_MARK.split()):
        assert secret not in page, secret


def test_a_stranger_sees_no_secret_in_any_error(filed: Filed, client: Client) -> None:
    for url in (
        f"/queue/{filed.request.number}/",
        f"/r/{filed.token[:-1]}_/",
        f"/u/{filed.request.number}/x/",
    ):
        answer = client.get(url, follow=True)
        assert not [secret for secret in secrets() if secret.encode() in answer.content]


@pytest.mark.parametrize(
    "section", [name for name, each in by_section().items() if any(one.is_public for one in each)]
)
def test_public_statements_cannot_reach_contact_data(filed: Filed, client: Client, section: str) -> None:
    words = {
        "number": filed.request.number, "token": filed.token, "key": filed.key, "size": "small",
        "public_id": filed.photos[0].public_id, "z": "12", "x": "1", "y": "1",
        "resident_id": "1", "subscription_id": "1", "follower_id": "1", "reader_id": "1", "what": "stop",
        "task_id": "1", "kind": "council_district", "slug": "1", "pk": "1",
    }  # fmt: skip
    for address in by_section()[section]:
        if not address.is_public:
            continue
        held = address.route.startswith(("r/", "u/"))
        # the holder of the link corrects the own words, which are not masked
        own = NEVER_READ[:1] if address.route == "r/<str:token>/edit/" else ()
        forget_all()
        with CaptureQueriesContext(connection) as captured:
            for query in (
                {},
                {"q": "pothole", "number": filed.request.number, "lat": "39.3", "lon": "-76.6"},
            ):
                answer = client.get(address.path(words), query)
                assert answer.status_code < 500 or address.route == "readyz"
                world.body_of(answer)
        for statement in (entry["sql"] for entry in captured.captured_queries):
            found = [column for column in NEVER_READ if column in statement and column not in own]
            assert not found, (address.route, statement)
            if not held:
                assert not [name for name in FOR_THE_HOLDER if name in statement], (address.route, statement)


def delivered() -> list[Any]:
    """Run every message job there is, and return the messages."""
    mail.outbox = []
    for event in RequestEvent.objects.order_by("pk"):
        for delivery in writing.fan_out(event.pk, clock.now()):
            sending.deliver(delivery, clock.now())
    return list(mail.outbox)


def test_messages_hold_only_the_own_data(filed: Filed, city: makers.SmallCity, staffed: StaffUser) -> None:
    other = world.file_report(address="7 Other Street", **world.OTHER_SECRETS)
    world.note(other.request, staffed, "Words for Ozias alone", Audience.REPORTER)
    sent = delivered()
    assert {message.to[0] for message in sent} == {world.SECRETS["email"], world.OTHER_SECRETS["email"]}
    for message in sent:
        raw = message.message().as_string()
        first = message.to == [world.SECRETS["email"]]
        foreign = world.fingerprints(world.OTHER_SECRETS if first else world.SECRETS)
        foreign += ("Words for Ozias alone", other.token) if first else (world.REPORTER_MARK, filed.token)
        for secret in (*foreign, world.INTERNAL_MARK, *world.STAFF_MARK.split()):
            assert secret not in raw, secret
        assert (message.cc, message.bcc) == ([], [])
    notes = [message for message in sent if world.REPORTER_MARK in message.body]
    assert len(notes) == 1
