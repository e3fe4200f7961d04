"""Staff without a second factor get no further than its set-up, where it is required."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from departments.models import StaffUser
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(client: Client, dispatcher: StaffUser, settings: Any) -> Client:
    settings.REQUIRE_MFA = True
    client.post("/accounts/login/", {"login": dispatcher.email, "password": makers.PASSWORD})
    return client


@pytest.mark.parametrize("path", ["/queue/", "/queue/26-000001/", "/admin/", "/styleguide/"])
def test_without_a_second_factor_staff_pages_lead_to_its_set_up(strict: Client, path: str) -> None:
    answer = strict.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/2fa/"


def test_the_set_up_itself_and_public_pages_are_open(strict: Client) -> None:
    assert strict.get("/accounts/2fa/").status_code == 200
    set_up = "/accounts/2fa/totp/activate/"
    answer = strict.post(
        f"/accounts/reauthenticate/?next={set_up}", {"password": makers.PASSWORD}, follow=True
    )
    assert answer.redirect_chain[-1][0] == set_up
    assert answer.status_code == 200
    assert answer.context["form"].secret
    assert strict.get("/healthz").status_code == 200


def test_with_a_second_factor_the_queue_opens(strict: Client, dispatcher: StaffUser) -> None:
    Authenticator.objects.create(user=dispatcher, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert strict.get("/queue/").status_code == 200


def test_the_administration_has_no_door_of_its_own(client: Client, administrator: StaffUser) -> None:
    answer = client.post("/admin/login/", {"username": administrator.email, "password": makers.PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client: Client, city: makers.SmallCity) -> None:
    data = {"email": "new@example.org", "password1": makers.PASSWORD, "password2": makers.PASSWORD}
    client.post("/accounts/signup/", data)
    assert not StaffUser.objects.filter(email="new@example.org").exists()
