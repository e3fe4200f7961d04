"""The visitor's language: asked by the browser, chosen by a button, kept in a cookie."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from civic311.lib.cached import forget_all
from departments.models import City
from tests import makers, pseudo
from tests.forms import form_of

pytestmark = pytest.mark.django_db
SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es-MX,es;q=0.9,en;q=0.5"}


def test_first_visit_follows_the_browser(client: Client, city: makers.SmallCity) -> None:
    page = client.get("/", **SPANISH)
    html = page.content.decode()
    assert '<html lang="es" dir="ltr"' in html
    assert "¿Qué hay que arreglar?" in html
    assert {"Accept-Language", "Cookie"} <= set(page["Vary"].split(", "))
    assert page["Content-Language"] == "es"
    assert '<html lang="en" dir="ltr"' in client.get("/", HTTP_ACCEPT_LANGUAGE="fr").content.decode()


def test_a_button_changes_the_language_and_leads_back(client: Client, city: makers.SmallCity) -> None:
    page = client.get("/help/?from=home")
    html = page.content.decode()
    assert '<button type="submit" name="language" value="es" lang="es" dir="auto">Español</button>' in html
    form = form_of(page, action="/language/")
    form.values["language"] = ["es"]  # the button that is pressed
    answer = form.send(client)
    assert (answer.status_code, answer["Location"]) == (303, "/help/?from=home")
    cookie = answer.cookies["language"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 365 * 24 * 3600
    again = client.get("/help/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert 'lang="es"' in again
    assert ">English</button>" in again


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "", "javascript:x"]
)
def test_the_way_back_stays_on_this_site(client: Client, city: makers.SmallCity, target: str) -> None:
    answer = client.post("/language/", {"language": "es", "next": target})
    assert (answer.status_code, answer["Location"]) == (303, "/")


@pytest.mark.parametrize("language", ["", "fr", "es-MX", "ar", "x" * 5000, "../es"])
def test_a_language_the_city_has_not(client: Client, city: makers.SmallCity, language: str) -> None:
    answer = client.post("/language/", {"language": language})
    assert answer.status_code == 400
    assert "language" not in answer.cookies


def test_the_form_needs_its_proof(city: makers.SmallCity) -> None:
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "es"}).status_code == 403


def test_only_the_languages_of_the_city(client: Client, city: makers.SmallCity) -> None:
    City.objects.update(languages=["en"])
    forget_all()
    html = client.get("/", **SPANISH).content.decode()
    assert '<html lang="en"' in html
    assert "/language/" not in html


def test_screens_for_staff_are_in_english(client: Client, city: makers.SmallCity) -> None:
    page = client.get("/accounts/login/", **SPANISH)
    assert '<html lang="en"' in page.content.decode()
    assert "/language/" not in page.content.decode()


def test_right_to_left(client: Client, city: makers.SmallCity) -> None:
    City.objects.update(languages=["en", pseudo.LANGUAGE])
    forget_all()
    client.post("/language/", {"language": pseudo.LANGUAGE})
    html = client.get("/").content.decode()
    assert '<html lang="ar" dir="rtl"' in html
    assert pseudo.pseudo("What needs fixing?") in html


def test_pictures_do_not_depend_on_the_language(client: Client, city: makers.SmallCity) -> None:
    tile: Any = client.get("/tiles/12/1177/1560.png")
    assert "Accept-Language" not in tile.headers.get("Vary", "")
