"""The city's administration pages open, and what is changed there takes effect."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from departments.models import Category, City, Department, EscalationRule, Question, StaffUser
from tests import makers

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label == "departments"]


@pytest.fixture
def a_question(tiny_city: Path) -> None:
    """The tiny pack asks nothing and escalates nothing by itself."""
    Question.objects.create(category=Category.objects.first(), slug="size", label="How big?", kind="text")
    EscalationRule.objects.create(name="Late", hours=1, to_role="supervisor")


@pytest.fixture
def administrator_client(tiny_city: Path, client: Client) -> Client:
    """Signed in as an administrator of the tiny city."""
    user = makers.staff(
        "administrator",
        Department.objects.get(slug="streets"),
        is_staff=True,
        is_superuser=True,
        sees_all_departments=True,
    )
    client.force_login(user)
    return client


def address(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:departments_{model.__name__.lower()}_{page}", args=args)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_lists_and_forms_open(administrator_client: Client, a_question: None, model: type) -> None:
    assert administrator_client.get(address(model, "changelist")).status_code == 200
    searched = administrator_client.get(address(model, "changelist"), {"q": "STREET"})
    assert searched.status_code == 200
    row = model._default_manager.first()  # type: ignore[attr-defined]
    assert administrator_client.get(address(model, "change", row.pk)).status_code == 200
    adding = administrator_client.get(address(model, "add")).status_code
    written_by_pack = model.__name__ in {"City", "Area", "Street", "Landmark"}
    assert adding == (403 if written_by_pack else 200)


def test_a_new_member_of_staff(administrator_client: Client) -> None:
    form = {
        "email": "Dora@Tinytown.Example",
        "name": "Dora",
        "role": "dispatcher",
        "usable_password": "true",
        "password1": makers.PASSWORD,
        "password2": makers.PASSWORD,
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    response = administrator_client.post(address(StaffUser, "add"), form)
    assert response.status_code == 302, response.context["adminform"].form.errors
    dora = StaffUser.objects.get(email="dora@tinytown.example")
    assert dora.check_password(makers.PASSWORD)
    assert not dora.is_staff


def test_a_change_raises_the_version(administrator_client: Client) -> None:
    category = Category.objects.get(slug="question")
    page = address(Category, "change", category.pk)
    form = administrator_client.get(page).context["adminform"].form
    values = {name: value for name, value in form.initial.items() if value not in (None, False)}
    values |= {"name": "Ask us", "source_types": "[]"}
    response = administrator_client.post(page, values)
    assert response.status_code == 302, response.context["adminform"].form.errors
    category.refresh_from_db()
    assert category.name == "Ask us"
    assert City.objects.get().version == 2


def test_only_staff_of_the_administration(tiny_city: Path, client: Client) -> None:
    client.force_login(makers.staff("dispatcher", Department.objects.get(slug="streets")))
    assert client.get(address(Category, "changelist")).status_code == 302
