"""Threat 27: foreign forms, foreign frames, foreign hosts, foreign destinations."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as project
from django.core import mail
from django.http import HttpRequest
from django.test import Client, RequestFactory

from civic311.lib import clock
from civic311.lib.redirects import is_own_path, safe_next
from civic311.lib.tokens import unsubscribe_token
from departments.models import StaffUser
from requests_app.models import Reporter, RequestEvent, ServiceRequest
from requests_app.notifications import sending, writing
from tests import makers
from tests.security import world
from tests.security.addresses import Address, addresses
from tests.security.test_bad_input import words

pytestmark = pytest.mark.django_db

WITHOUT_A_FORM = {"healthz", "readyz"}
"""Answered before any form could be read; they change nothing."""
ONE_CLICK = [
    "a/<int:subscription_id>/<str:token>/",
    "digests/<int:reader_id>/<str:token>/",
    "f/<int:follower_id>/<str:token>/",
    "u/<str:number>/<str:token>/",
]
"""RFC 8058: mail programs post here by themselves; the secret in the address is the proof."""
PAYLOADS = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "/\t/evil.example",
    "\x01//evil.example",
    " //evil.example",
    "https://testserver@evil.example/",
    "/\r\nLocation: https://evil.example/",
)


def all_posts() -> list[Address]:
    return [each for each in addresses() if each.route not in WITHOUT_A_FORM and not each.is_regex]


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return world.file_report(photos=[world.picture()], email="a@example.org").request


def path_of(address: Address, made: ServiceRequest) -> str:
    filled = {
        **words(made),
        "token": world.token_of(made),
        "pk": "1",
        "object_id": "1",
        "id": "1",
        "app_label": "departments",
    }
    return address.path({**filled, "content_type_id": "1"}).replace("/^", "/").replace("$", "")


def strict(user: StaffUser) -> Client:
    return world.client_of(user, enforce_csrf_checks=True, raise_request_exception=False)


@pytest.mark.parametrize("proof", ["none", "foreign", "old cookie"])
def test_every_post_without_proof_of_origin_is_403(
    made: ServiceRequest, administrator: StaffUser, proof: str
) -> None:
    foreign = Client().get("/report/").context["csrf_token"]
    client = strict(administrator)
    data: dict[str, str] = {}
    if proof == "foreign":
        client.get("/report/")
        data = {"csrfmiddlewaretoken": str(foreign)}
    if proof == "old cookie":
        data = {"csrfmiddlewaretoken": str(foreign)}
    before = (ServiceRequest.objects.values().get(), RequestEvent.objects.count())
    wrong = []
    for address in all_posts():
        if address.route in ONE_CLICK:
            continue
        status = client.post(path_of(address, made), data).status_code
        if status != 403:
            wrong.append((address.route, status))
    assert wrong == []
    assert (ServiceRequest.objects.values().get(), RequestEvent.objects.count()) == before


def test_a_right_token_from_a_foreign_page_is_403(made: ServiceRequest, dispatcher: StaffUser) -> None:
    client = strict(dispatcher)
    token = str(client.get("/report/").context["csrf_token"])
    url = f"/queue/{made.number}/do/start/"
    data = {"csrfmiddlewaretoken": token, "version": "1"}
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        assert client.post(url, data, headers={"Origin": origin}).status_code == 403, origin
    assert client.post(url, data, headers={"Origin": "http://testserver"}).status_code == 303


def test_strangers_forms_need_the_proof_too(city: makers.SmallCity) -> None:
    client = Client(enforce_csrf_checks=True)
    for url in ("/report/", "/accounts/login/"):
        assert client.post(url, world.report_data()).status_code == 403
    assert not ServiceRequest.objects.exists()


def test_one_address_alone_is_exempt(made: ServiceRequest) -> None:
    exempt = [each.route for each in addresses() if getattr(each.view, "csrf_exempt", False)]
    assert exempt == ONE_CLICK
    client = Client(enforce_csrf_checks=True)
    url = f"/u/{made.number}/{unsubscribe_token(made.pk)}/"
    assert client.get(url).status_code == 200
    assert Reporter.objects.get().unsubscribed_at is None, "a GET by a mail scanner does nothing"
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Reporter.objects.get().unsubscribed_at is not None
    assert RequestEvent.objects.count() == 2, "and nothing else can be done there"


def test_no_page_may_be_framed(made: ServiceRequest, administrator: StaffUser) -> None:
    client = strict(administrator)
    for address in addresses():
        if address.is_regex or address.route in {"readyz"}:
            continue
        answer = client.get(path_of(address, made))
        policy = answer["Content-Security-Policy"]
        sandboxed = policy == "default-src 'none'; sandbox"
        assert sandboxed or "frame-ancestors 'none'" in policy, address.route


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "testserver.evil.example",
        "testserver@evil.example",
        "evil.example:80",
        "",
        "a b",
        "[::",
    ],
)
def test_a_hostile_host_is_400(made: ServiceRequest, host: str) -> None:
    client = Client(raise_request_exception=False)
    for url in (
        "/",
        "/report/",
        f"/requests/{made.number}/",
        "/accounts/login/",
        "/queue/",
        "/no-such-page/",
    ):
        answer = client.get(url, headers={"Host": host})
        assert answer.status_code == 400, url
        assert b"evil.example" not in answer.content
    answer = client.post("/report/", world.report_data(), headers={"Host": host})
    assert answer.status_code == 400
    assert ServiceRequest.objects.count() == 1


def test_links_come_from_the_settings_alone(
    city: makers.SmallCity, dispatcher: StaffUser, settings: Any
) -> None:
    settings.SITE_URL = "https://311.smallville.example"
    hostile = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "evil",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "//evil.example",
        "Referer": "https://evil.example/",
    }
    client = Client(headers=hostile)
    filed = world.file_report(client=client, email="a@example.org")
    close = {"version": 1, "outcome": "fixed", "public_answer": "Filled."}
    desk = world.client_of(dispatcher, headers=hostile)
    assert desk.post(f"/queue/{filed.request.number}/do/close/", close).status_code == 303
    for event in RequestEvent.objects.all():
        for delivery in writing.fan_out(event.pk, clock.now()):
            sending.deliver(delivery, clock.now())
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        text = message.message().as_string()
        assert "evil.example" not in text
        assert "testserver" not in text
        assert f"https://311.smallville.example/r/{filed.token}/" in message.body
    for url in ("/", "/report/", f"/r/{filed.token}/", f"/requests/{filed.request.number}/"):
        assert "evil.example" not in client.get(url).content.decode(), url


def signed_in(payload: str, user: StaffUser, *, by: str) -> str:
    client = Client()
    data = {"login": user.email, "password": makers.PASSWORD}
    url = "/accounts/login/"
    if by == "query":
        answer = client.post(url, data, query_params={"next": payload})
    else:
        answer = client.post(url, {**data, "next": payload})
    return str(answer.get("Location", ""))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_signing_in_leads_nowhere_else(city: makers.SmallCity, dispatcher: StaffUser, payload: str) -> None:
    for by in ("query", "form"):
        assert signed_in(payload, dispatcher, by=by) == "/queue/"
    client = world.client_of(dispatcher)
    assert client.get("/accounts/login/", {"next": payload}).get("Location") == "/queue/"
    assert client.post("/accounts/logout/", {"next": payload}).get("Location") == "/"


def test_signing_in_leads_to_the_page_asked_for(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    assert signed_in("/queue/?view=mine", dispatcher, by="query") == "/queue/?view=mine"


def test_the_administrations_door_keeps_to_this_site(
    city: makers.SmallCity, administrator: StaffUser
) -> None:
    for payload in PAYLOADS:
        for url in ("/admin/login/", "/admin/"):
            answer = Client().get(url, {"next": payload})
            location = answer.get("Location", "/")
            assert location.startswith(("/accounts/login/", "/admin/login/")), payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_one_function_judges_destinations(rf: RequestFactory, payload: str) -> None:
    request: HttpRequest
    for request in (rf.get("/", {"next": payload}), rf.post("/", {"next": payload})):
        assert safe_next(request, "/default/") == "/default/"
    assert not is_own_path(payload)


@pytest.mark.parametrize("path", ["/", "/queue/?view=mine&sort=-due", "/r/abc/#reopen", "/report/?q=%20x"])
def test_own_paths_pass(rf: RequestFactory, path: str) -> None:
    assert safe_next(rf.get("/", {"next": path}), "/default/") == path


def test_addresses_without_their_slash_stay_here(city: makers.SmallCity, client: Client) -> None:
    for url in ("//evil.example/report", "/%5cevil.example", "/report", "/%2f%2fevil.example"):
        location = client.get(url).get("Location", "/")
        assert location.startswith("/"), url
        assert not location.startswith(("//", "/\\")), url


def test_the_settings_that_hold_this() -> None:
    assert project.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] == ["'self'"]
    assert project.SESSION_COOKIE_SAMESITE == project.CSRF_COOKIE_SAMESITE == "Lax"
    assert not getattr(project, "USE_X_FORWARDED_HOST", False)
    assert "*" not in project.ALLOWED_HOSTS
    assert not any(host.startswith(".") for host in project.ALLOWED_HOSTS)
