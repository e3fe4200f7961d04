"""Every answer carries the security headers, error pages and refusals included."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.templatetags.static import static
from django.test import Client
from django.test.utils import override_settings

from civic311.lib import clock
from civic311.lib.models import RateLimit
from departments.models import StaffUser
from requests_app.queries import public
from tests import makers
from tests.security import world
from tests.security.addresses import addresses
from tests.security.test_t27_forms_and_hosts import path_of

pytestmark = pytest.mark.django_db

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self)",
}


def problems(answer: Any, what: str) -> list[str]:
    found = [f"{what}: {name}" for name, value in EXPECTED.items() if answer.get(name) != value]
    policy = answer.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy:
        found.append(f"{what}: policy {policy!r}")
    for weak in ("unsafe-inline", "unsafe-eval", "*", "http:"):
        if weak in policy:
            found.append(f"{what}: {weak}")
    if "Server" in answer or "X-Powered-By" in answer:
        found.append(f"{what}: names its software")
    return found


def test_every_page(city: makers.SmallCity, administrator: StaffUser) -> None:
    made = world.file_report(photos=[world.picture()]).request
    found: list[str] = []
    for client in (Client(), world.client_of(administrator)):
        for address in addresses():
            if not address.is_regex:
                answer = client.get(path_of(address, made))
                found += problems(answer, f"{address.route} {answer.status_code}")
                world.body_of(answer)
    assert found == []


def test_every_refusal(city: makers.SmallCity, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)

    def broken(error: Exception) -> Any:
        def fails(*args: Any) -> None:
            raise error

        return fails

    answers = {
        400: client.get("/", headers={"Host": "evil.example"}),
        403: client.post("/report/"),
        404: client.get("/no-such-page/"),
        405: client.put("/"),
        413: client.generic("POST", "/report/", b"x" * 50, CONTENT_LENGTH="99999999"),
    }
    settings.RATE_LIMIT_FACTOR = 1
    RateLimit.objects.create(key="place-suggest:127.0.0.1", tokens=0, refilled_at=clock.now())
    answers[429] = client.get("/places/suggest/", {"q": "Main"})
    settings.RATE_LIMIT_FACTOR = 1000
    for status, error in ((500, RuntimeError("x")), (503, OperationalError("x"))):
        monkeypatch.setattr(public, "public_request", broken(error))
        answers[status] = client.get("/requests/26-000001/")
    assert [answer.status_code for answer in answers.values()] == list(answers)
    assert [line for status, answer in answers.items() for line in problems(answer, str(status))] == []
    for status in (400, 403, 404, 413, 500, 503):
        assert b"Traceback" not in answers[status].content
        assert "no-store" in answers[status]["Cache-Control"], status


def test_staff_pages_are_never_stored(city: makers.SmallCity, administrator: StaffUser) -> None:
    made = world.file_report(photos=[world.picture()]).request
    client = world.client_of(administrator)
    for address in addresses():
        if address.is_public or address.is_regex:
            continue
        answer = client.get(path_of(address, made))
        if answer.status_code == 200:
            assert "no-store" in answer["Cache-Control"], address.route


def test_https_only_in_production(city: makers.SmallCity) -> None:
    with override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True):
        answer = Client().get("/", secure=True)
    assert answer["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")


def test_static_files_are_not_sniffed(client: Client) -> None:
    answer = client.get(static("css/civic311.css"))
    assert answer.get("X-Content-Type-Options") == "nosniff"
