"""The database agrees: what is told to colleagues, who watches, reply templates."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models.constraints import UniqueConstraint

from departments.models import ReplyTemplate, StaffUser
from requests_app.models import ServiceRequest, StaffNotice, Watcher
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole).request


def test_staff_notice_once(made: ServiceRequest, dispatcher: StaffUser) -> None:
    event = made.events.latest("pk")
    StaffNotice.objects.create(user=dispatcher, event=event, kind="mention", created_at=NOW)
    with pytest.raises(IntegrityError, match="staff_notice_once"), transaction.atomic():
        StaffNotice.objects.create(user=dispatcher, event=event, kind="mention", created_at=NOW)


def test_watcher_once(made: ServiceRequest, dispatcher: StaffUser) -> None:
    Watcher.objects.create(request=made, user=dispatcher, created_at=NOW)
    with pytest.raises(IntegrityError, match="watcher_once"), transaction.atomic():
        Watcher.objects.create(request=made, user=dispatcher, created_at=NOW)


def test_reply_template_once_a_language(city: makers.SmallCity) -> None:
    ReplyTemplate.objects.create(slug="filled", name="Filled", language="en", text="Done.")
    ReplyTemplate.objects.create(slug="filled", name="Filled", language="es", text="Listo.")
    with pytest.raises(IntegrityError, match="reply_template_once_a_language"), transaction.atomic():
        ReplyTemplate.objects.create(slug="filled", name="Filled", language="en", text="Again.")


def test_every_rule_of_these_tables_has_a_test_and_words() -> None:
    for model in (StaffNotice, Watcher, ReplyTemplate):
        for rule in model._meta.constraints:
            assert isinstance(rule, UniqueConstraint)
            assert f"test_{rule.name}" in globals(), rule.name
            assert rule.violation_error_message != rule.default_violation_error_message, rule.name
