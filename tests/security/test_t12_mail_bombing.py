"""Nobody's mailbox is filled by pressing our buttons, whatever spelling of the address is typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from requests_app.models import Resident, Subscription
from tests import makers
from tests.requests_app.resident.mailbox import paths_in, run_jobs

pytestmark = pytest.mark.django_db


def spellings(count: int) -> list[str]:
    """The same mailbox, written differently each time."""
    made = []
    for number in range(count):
        name = "".join(
            letter + ("." if number >> place & 1 and place < 5 else "")
            for place, letter in enumerate("victim")
        )
        tag = f"+{number}" if number % 3 else ""
        domain = "example.org" if number % 2 else "Example.ORG"
        made.append(f"{name.upper() if number % 5 == 0 else name}{tag}@{domain}")
    return made


def flood(path: str, count: int, **data: str) -> None:
    """Post from a new address each time, so that only the limit on the mailbox holds."""
    client = Client()
    for number, email in enumerate(spellings(count)):
        remote = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        answer = client.post(path, {"email": email} | data, REMOTE_ADDR=remote)
        assert answer.status_code == 303


@pytest.mark.slow
def test_a_thousand_alerts_for_one_victim_send_one_mail(city: makers.SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    flood("/alerts/new/", 1000, category="pothole", frequency="daily", radius="400")
    assert len(run_jobs()) == 1


def test_a_thousand_links_for_one_victim_send_one_mail(city: makers.SmallCity, settings: Any) -> None:
    makers.submitted(city.pothole, email="VICTIM@Example.ORG")
    mail.outbox.clear()
    settings.RATE_LIMIT_FACTOR = 1
    flood("/my/", 1000)
    assert len([one for one in run_jobs() if "/my/in/" in str(one.body)]) == 1


def test_follows_of_many_reports_ask_one_victim_once(city: makers.SmallCity, settings: Any) -> None:
    numbers = [makers.submitted(city.pothole).request.number for _ in range(20)]
    settings.RATE_LIMIT_FACTOR = 1
    for number in numbers:
        flood(f"/requests/{number}/follow/", 3)
    assert len(run_jobs()) == 1


def test_opening_a_link_changes_nothing(city: makers.SmallCity) -> None:
    client = Client()
    client.post("/alerts/new/", {"email": "al@example.org", "category": "pothole", "frequency": "daily"})
    (message,) = run_jobs()
    for path in paths_in(message):
        client.get(path)
        client.head(path)
    assert Subscription.objects.get().confirmed_at is None
    assert Resident.objects.get().verified_at is None
