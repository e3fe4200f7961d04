"""A site that is set up wrongly does not start."""

from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import OperationalError, connections

from civic311 import checks
from civic311.gunicorn import _is_loopback
from departments.models import StaffUser

KEY = "Zk3v-9QpL7_xT2mWcR8sYdH5nB1gJ4fU6aEoIiVtKzXqPyGr0MhSwD"


@pytest.fixture
def production(settings: Any) -> Any:
    settings.PROFILE = "production"
    settings.DEBUG = False
    settings.SECRET_KEY = KEY
    settings.TRACKING_KEY = KEY[::-1]
    settings.SITE_URL = "https://311.example.org"
    settings.ALLOWED_HOSTS = ["311.example.org"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return settings


def ids(messages: list[CheckMessage]) -> set[str]:
    return {str(message.id).removeprefix("civic311.") for message in messages}


def test_good_production_passes(production: Any) -> None:
    assert checks.check_secrets(None) + checks.check_addresses(None) + checks.check_delivery(None) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", True, "E001"),
        ("SECRET_KEY", "", "E002"),
        ("SECRET_KEY", "short", "E002"),
        ("SECRET_KEY", "ab" * 40, "E002"),
        ("SECRET_KEY", "insecure-" + KEY, "E002"),
        ("TRACKING_KEY", "", "E003"),
        ("TRACKING_KEY", KEY, "E003"),
        ("SITE_URL", "", "E004"),
        ("SITE_URL", "http://311.example.org", "E004"),
        ("SITE_URL", "https://311.example.org/path", "E004"),
        ("ALLOWED_HOSTS", [], "E005"),
        ("ALLOWED_HOSTS", ["*"], "E005"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "W001"),
    ],
)
def test_each_mistake_has_its_id(production: Any, name: str, value: object, expected: str) -> None:
    setattr(production, name, value)
    found = checks.check_secrets(None) + checks.check_addresses(None) + checks.check_delivery(None)
    assert ids(found) == {expected}


def test_demo_others_could_reach_is_refused(settings: Any) -> None:
    settings.PROFILE = "demo"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "311.example.org"]
    assert ids(checks.check_addresses(None)) == {"E006"}
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    assert checks.check_addresses(None) == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1:8311", True),
        ("[::1]:80", True),
        ("unix:/run/a", True),
        ("0.0.0.0:80", False),
        ("[::]:80", False),
    ],
)
def test_loopback_addresses_are_told_apart(address: str, expected: bool) -> None:
    assert _is_loopback(address) is expected


@pytest.mark.django_db
def test_server_without_fsync_is_refused(production: Any) -> None:
    found = checks.check_durability(None, databases=["default"])
    assert ids(found) == {"E007"}
    named = " ".join(message.msg for message in found)
    assert "fsync = off" in named
    assert "synchronous_commit = off" in named
    assert "data_checksums" not in named


@pytest.mark.django_db
def test_durability_is_for_production_and_asked_only_with_a_database(settings: Any, production: Any) -> None:
    assert checks.check_durability(None) == []
    settings.PROFILE = "demo"
    assert checks.check_durability(None, databases=["default"]) == []


def test_server_that_is_away_is_a_warning(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connections["default"], "cursor", away)
    assert ids(checks.check_durability(None, databases=["default"])) == {"W002"}


@pytest.mark.django_db
def test_accounts_of_the_demonstration_are_refused(production: Any) -> None:
    assert checks.check_demo_accounts(None, databases=["default"]) == []
    user = StaffUser.objects.create(email="dispatcher@demo.example", name="Dana Demo")
    assert ids(checks.check_demo_accounts(None, databases=["default"])) == {"E008"}
    assert checks.check_demo_accounts(None) == []
    user.is_active = False
    user.save()
    assert checks.check_demo_accounts(None, databases=["default"]) == []
