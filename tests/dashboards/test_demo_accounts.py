"""The people of the demonstration."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from departments.models import StaffUser
from tests import makers

pytestmark = pytest.mark.django_db


def run() -> list[dict[str, str]]:
    output = StringIO()
    call_command("demo_accounts", json=True, stdout=output)
    accounts: list[dict[str, str]] = json.loads(output.getvalue())
    return accounts


def test_each_role_can_sign_in(city: makers.SmallCity, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    accounts = run()
    assert [account["role"] for account in accounts] == [
        "dispatcher",
        "dispatcher",
        "operator",
        "supervisor",
        "crew",
        "crew",
        "council_aide",
        "manager",
        "administrator",
    ]
    assert accounts[0]["department"] != accounts[1]["department"]
    for account in accounts:
        client = Client()
        answer = client.post("/accounts/login/", {"login": account["email"], "password": account["password"]})
        assert answer.status_code == 302, account
        assert client.get("/queue/").status_code == 200
    administrator = StaffUser.objects.get(role="administrator")
    assert administrator.is_superuser
    assert administrator.is_staff
    aide = StaffUser.objects.get(role="council_aide")
    assert aide.area is not None
    assert not aide.sees_all_departments


def test_passwords_stay_when_they_were_written_down(
    city: makers.SmallCity, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    first = run()
    (tmp_path / "demo.json").write_text(json.dumps({"url": "http://127.0.0.1:8311", "accounts": first}))
    assert run() == first
    assert StaffUser.objects.count() == len(first)


def test_unreadable_file_makes_new_passwords(city: makers.SmallCity, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "demo.json").write_text("[]")
    assert run() != run()
    assert StaffUser.objects.count() == 9


def test_production_has_no_demo_people(city: makers.SmallCity, settings: Any) -> None:
    settings.PROFILE = "production"
    with pytest.raises(CommandError, match="CIVIC311_PROFILE"):
        call_command("demo_accounts")
    assert not StaffUser.objects.exists()


def test_a_city_is_needed(db: None) -> None:
    with pytest.raises(CommandError, match="load_city"):
        call_command("demo_accounts")
