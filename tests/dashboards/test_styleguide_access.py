"""The style guide is for staff."""

from __future__ import annotations

import pytest
from django.test import Client

from departments.models import StaffUser


@pytest.mark.parametrize("density", ["", "comfortable"])
def test_styleguide_is_shown_to_staff(client: Client, dispatcher: StaffUser, density: str) -> None:
    client.force_login(dispatcher)
    response = client.get("/styleguide/", {"density": density})
    assert response.status_code == 200
    assert "{{" not in response.content.decode()
    assert ' style="' not in response.content.decode()


@pytest.mark.django_db
def test_styleguide_asks_strangers_to_sign_in(client: Client) -> None:
    response = client.get("/styleguide/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_account_pages_wear_the_look(client: Client, dispatcher: StaffUser) -> None:
    for path in ("/accounts/login/", "/accounts/password/reset/"):
        assert "css/civic311" in client.get(path).content.decode()
    client.force_login(dispatcher)
    for path in ("/accounts/logout/", "/accounts/password/change/", "/accounts/2fa/"):
        response = client.get(path)
        assert response.status_code == 200
        assert '<header class="top">' in response.content.decode()
