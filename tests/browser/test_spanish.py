"""A resident who speaks Spanish: chooses it at home, reports, follows the page, reads the mail."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from civic311.lib import clock
from civic311.lib.cached import forget_all
from departments.models import Category, City, Department
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def spanish_city(city: makers.SmallCity) -> makers.SmallCity:
    """The city with the Spanish texts that a pack would bring."""
    City.objects.update(
        translations={
            "es": {
                "emergency_text": "¿Hay peligro para la vida? Llame al 911.",
                "full_name": "Ciudad de Smallville",
            }
        }
    )
    Category.objects.filter(slug="pothole").update(
        translations={"es": {"name": "Bache", "description": "Un hoyo en la calle."}}
    )
    Department.objects.filter(slug="streets").update(translations={"es": {"name": "Departamento de Calles"}})
    forget_all()
    return city


def choose_spanish(page: Page) -> None:
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Qué hay que arreglar?")
    expect(page.get_by_role("banner")).to_contain_text("Ciudad de Smallville")


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_report_in_spanish(spanish_city: makers.SmallCity, visitor: Visitor, js: bool) -> None:
    page = visitor(frame.PHONE, js=js)
    choose_spanish(page)
    page.get_by_role("link", name="Bache").click()
    expect(page.get_by_text("¿Hay peligro para la vida?").first).to_be_visible()
    page.get_by_label("¿Qué está mal?").fill("Un hoyo profundo junto a la parada")
    page.get_by_label("Dirección o esquina").and_(page.locator("input")).fill("100 Main Street")
    page.get_by_label("Correo electrónico").fill("juana@example.org")
    page.get_by_role("button", name="Enviar reporte").click()
    page.wait_for_url("**/r/*/")
    expect(page.get_by_role("heading", name="Recibimos su reporte")).to_be_visible()
    found = steps.NUMBER.search(page.locator("main").inner_text())
    assert found
    made = ServiceRequest.objects.get(number=found[0])
    assert made.language == "es"
    assert made.department == spanish_city.streets
    frame.assert_no_sideways_scroll(page)

    frame.do_the_workers_jobs()
    assert [message.to for message in mail.outbox] == [["juana@example.org"]]
    assert mail.outbox[0].subject.startswith("Recibimos su reporte: Bache")
    assert "Departamento de Calles" in str(mail.outbox[0].body)
    link = re.search(r"http\S+/r/\S+/", str(mail.outbox[0].body))
    assert link
    page.goto(link[0])
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bache")
    expect(page.locator("main")).to_contain_text("Departamento de Calles")
    expect(page.locator("main")).to_contain_text("Quién ve qué")
    if js:
        frame.assert_accessible(page)


def test_the_end_is_told_in_spanish(spanish_city: makers.SmallCity, visitor: Visitor) -> None:
    made = makers.submitted(spanish_city.pothole, email="juana@example.org", language="es", now=clock.now())
    actions.close(
        request_id=made.request.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Llenamos el hoyo.",
        by=Actor.staff(makers.staff("dispatcher", spanish_city.streets)),
        now=clock.now(),
    )
    frame.do_the_workers_jobs()
    closing = mail.outbox[-1]
    assert closing.subject.startswith("Su reporte está cerrado: Bache")
    assert "¿Está resuelto?" in str(closing.body)
    page = visitor(frame.PHONE)
    choose_spanish(page)
    page.goto(f"/r/{made.token}/")
    expect(page.locator("main")).to_contain_text("por Departamento de Calles")
    expect(page.locator("main")).to_contain_text("Llenamos el hoyo.")
    expect(page.locator("main")).not_to_contain_text("Fixed")


def test_the_choice_leads_back_to_the_same_page(spanish_city: makers.SmallCity, visitor: Visitor) -> None:
    page = visitor(frame.DESK)
    page.goto("/help/")
    page.get_by_role("button", name="Español").click()
    page.wait_for_url("**/help/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cómo funciona reportar")
    frame.assert_accessible(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How reporting works")
