"""Escalation: rules tell a person or a role about requests before or after their date, once for each date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from departments.models import EscalationRule, StaffUser
from departments.roles import Role
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.responsible import of_roles
from requests_app.actions.telling import tell
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import Escalation, RequestEvent, ServiceRequest
from requests_app.models.attention import StaffNoticeKind
from requests_app.models.request import ServiceRequestQuerySet

REACH = dt.timedelta(days=7)
"""How long after its moment a rule still acts: a new rule, or a worker that was down, tells of a week, not of years."""


def reached(rule: EscalationRule, now: dt.datetime) -> ServiceRequestQuerySet:
    """Open requests of this rule whose moment has come, and that it did not act on yet for their present date."""
    moment = now - dt.timedelta(hours=rule.hours)
    rows = ServiceRequest.objects.open().filter(
        due_at__lte=moment,
        due_at__gt=moment - REACH,
        priority__gte=rule.priority_at_least,
        paused_at__isnull=True,
        lead__isnull=True,
    )
    if rule.hours < 0:  # a warning before the date says nothing once the date has passed
        rows = rows.filter(due_at__gt=now)
    if rule.department_id is not None:
        rows = rows.filter(department=rule.department_id)
    if rule.category_id is not None:
        rows = rows.filter(category=rule.category_id)
    done = Escalation.objects.filter(rule=rule, request=OuterRef("pk"), due_at=OuterRef("due_at"))
    return rows.exclude(Exists(done)).order_by("due_at", "pk")


def due_escalations(now: dt.datetime, *, most: int) -> Iterator[tuple[int, int]]:
    """What to do now as (rule, request), at most so many for each rule."""
    for rule in EscalationRule.objects.filter(is_active=True).order_by("hours", "pk"):
        for request_id in reached(rule, now).values_list("pk", flat=True)[:most]:
            yield rule.pk, request_id


@transaction.atomic
def escalate(
    *, request_id: int, rule_id: int, by: Actor, now: dt.datetime, version: int | None = None
) -> RequestEvent:
    """Let a rule act on a request. Raises `ActionRefused` when its moment has not come, or it acted already."""
    request = lock(request_id)
    permitted(request, "escalate", by=by, version=version)
    rule = EscalationRule.objects.select_related("to_user").filter(pk=rule_id, is_active=True).first()
    if rule is None or not reached(rule, now).filter(pk=request_id).exists():
        raise ActionRefused(_("This rule has nothing to do here."))
    people = recipients(rule, request)
    assert request.due_at is not None
    event = transition(
        request_id=request_id,
        version=version,
        move="escalate",
        by=by,
        now=now,
        data={"rule": rule.name, "hours": rule.hours, "to": [person.name for person in people]},
    )
    Escalation.objects.create(rule=rule, request=request, due_at=request.due_at, escalated_at=now)
    tell(people, StaffNoticeKind.ESCALATION, request=request, event=event, now=now, text=rule.name)
    return event


def recipients(rule: EscalationRule, request: ServiceRequest) -> list[StaffUser]:
    """Whom the rule tells about this request.

    A person who has left or may not see the request is replaced by the supervisors of its department.
    """
    person = rule.to_user
    if person is None:
        return of_roles(request.department_id, Role(rule.to_role))
    sees = ServiceRequest.objects.visible_to(person).filter(pk=request.pk)
    if person.is_active and sees.exists():
        return [person]
    return of_roles(request.department_id, Role.SUPERVISOR)
