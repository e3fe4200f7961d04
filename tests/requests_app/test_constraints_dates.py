"""The database agrees about dates: pauses, questions to the reporter, rules of escalation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from departments.models import EscalationRule, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import Escalation, ReporterQuestion, ServiceRequest
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
DAY = dt.timedelta(days=1)


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole).request


def question(made: ServiceRequest, by: StaffUser, event: int = 0, **columns: Any) -> ReporterQuestion:
    usual: dict[str, Any] = {
        "request": made,
        "event": made.events.order_by("pk")[event],
        "text": "Which?",
        "asked_by": by,
        "asked_at": NOW,
        "warn_at": NOW + DAY,
        "close_at": NOW + 2 * DAY,
    }
    return ReporterQuestion(**usual | columns)


def test_request_pause_only_on_hold(made: ServiceRequest) -> None:
    rows = ServiceRequest.objects.filter(pk=made.pk)
    with pytest.raises(IntegrityError, match="request_pause_only_on_hold"), transaction.atomic():
        rows.update(paused_at=NOW)
    rows.update(status="on_hold", hold_reason="Permit", review_on=NOW.date(), paused_at=NOW)


def test_question_one_open(made: ServiceRequest, dispatcher: StaffUser) -> None:
    question(made, dispatcher, ended_at=NOW).save()
    question(made, dispatcher, 1).save()
    actions.acknowledge(request_id=made.pk, version=None, by=Actor.staff(dispatcher), now=NOW)
    with pytest.raises(IntegrityError, match="question_one_open"), transaction.atomic():
        question(made, dispatcher, 2).save()


@pytest.mark.parametrize("columns", [{"warn_at": NOW}, {"close_at": NOW + DAY}])
def test_question_warns_before_it_closes(
    made: ServiceRequest, dispatcher: StaffUser, columns: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match="question_warns_before_it_closes"), transaction.atomic():
        question(made, dispatcher, **columns).save()


@pytest.mark.parametrize("columns", [{}, {"to_role": "supervisor", "to_user": True}])
def test_escalation_to_person_or_role(dispatcher: StaffUser, columns: dict[str, Any]) -> None:
    if "to_user" in columns:
        columns = columns | {"to_user": dispatcher}
    with pytest.raises(IntegrityError, match="escalation_to_person_or_role"), transaction.atomic():
        EscalationRule.objects.create(name="Late", hours=1, **columns)


def test_escalation_once_per_due_date(made: ServiceRequest) -> None:
    rule = EscalationRule.objects.create(name="Late", hours=1, to_role="supervisor")
    words = {"rule": rule, "request": made, "escalated_at": NOW}
    Escalation.objects.create(due_at=NOW, **words)
    Escalation.objects.create(due_at=NOW + DAY, **words)
    with pytest.raises(IntegrityError, match="escalation_once_per_due_date"), transaction.atomic():
        Escalation.objects.create(due_at=NOW, **words)
