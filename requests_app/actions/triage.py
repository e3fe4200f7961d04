"""Who takes it: assign, change the category, send elsewhere."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from departments.calendars import due_for
from departments.models import Category, Department, StaffUser
from departments.rules import decide, organisation, routing_text
from requests_app.actions.actors import Actor
from requests_app.actions.clockwork import still_paused
from requests_app.actions.closing import not_to
from requests_app.actions.errors import ActionRefused
from requests_app.actions.planned import Plan
from requests_app.actions.transition import lock, transition
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.models.request import SEES_EVERYTHING


@transaction.atomic
def assign(
    *, request_id: int, version: int | None, to: StaffUser | None, by: Actor, now: dt.datetime
) -> RequestEvent:
    """Give the request to a colleague of its department, or to nobody.

    Raises `ActionRefused` for someone who could not see it, and for who closed it before a reporter's second "no".
    """
    request = lock(request_id)
    fits = to is None or can_work_on(to, request.department_id)
    plan = plan_assign(request, to=to, fits=fits, kept_away=not_to(request))
    return transition(request_id=request_id, version=version, by=by, now=now, **plan.words())


def plan_assign(
    request: ServiceRequest, *, to: StaffUser | None, fits: bool, kept_away: Mapping[int, str]
) -> Plan:
    """What `assign` writes. ``fits``: the colleague works for the department; ``kept_away`` as `not_to` gives it."""
    if to is not None and not (to.is_active and fits):
        raise ActionRefused(_("%(name)s does not work for this department.") % {"name": to.name})
    if to is not None and to.pk in kept_away:
        raise ActionRefused(
            _(
                "%(name)s closed this before, and the reporter says again that it is not solved. Choose somebody else."
            )
            % {"name": to.name}
        )
    return Plan(
        "assign",
        changes={"assignee": to},
        data={"from": request.assignee.name if request.assignee else "", "to": to.name if to else ""},
    )


@transaction.atomic
def recategorize(
    *, request_id: int, version: int | None, category: Category, by: Actor, now: dt.datetime
) -> RequestEvent:
    """Change the category: routes anew; the target follows the new category, the clock keeps the first submission."""
    request = lock(request_id)
    areas = dict(request.areas.values_list("pk", "name"))
    plan = plan_recategorize(request, category=category, areas=areas)
    return transition(request_id=request_id, version=version, by=by, now=now, **plan.words())


def plan_recategorize(request: ServiceRequest, *, category: Category, areas: Mapping[int, str]) -> Plan:
    """What `recategorize` writes; ``areas`` are those of the request, by id."""
    if category.pk == request.category_id:
        raise ActionRefused(_("The request has this category already."))
    if not category.is_active:
        raise ActionRefused(_("This category is retired."))
    before = request.category
    decision = decide(
        category,
        point=_point(request),
        areas=areas,
        text=routing_text(request.description, request.address),
        channel=request.channel,
    )
    departments, _partners = organisation()
    department = departments[decision.department] if decision.department else None
    changes = {
        "category": category,
        "department": department,
        "routing_rule_id": decision.rule,
        "routing_reason": str(decision.reason)[:300],
        "priority": category.priority,
        "is_public": request.is_public and category.is_public,
        "due_at": still_paused(request, _due(request.created_at, category, department), category),
        "assignee": request.assignee if department and department.pk == request.department_id else None,
    }
    return Plan(
        "recategorize",
        changes=changes,
        data={
            "category_from": before.name,
            "category_to": category.name,
            "department_from": request.department.name if request.department else "",
            "department_to": department.name if department else "",
            "reason": str(decision.reason),
        },
    )


@transaction.atomic
def reroute(
    *, request_id: int, version: int | None, department: Department, reason: str, by: Actor, now: dt.datetime
) -> RequestEvent:
    """Send the request to another department, with a reason; the target is not renewed."""
    request = lock(request_id)
    reason = reason.strip()
    if not reason:
        raise ActionRefused(_("Say why it goes to another department."))
    if department.pk == request.department_id:
        raise ActionRefused(_("The request is with this department already."))
    if not department.is_active:
        raise ActionRefused(_("This department is retired."))
    return transition(
        request_id=request_id,
        version=version,
        move="reroute",
        by=by,
        now=now,
        changes={
            "department": department,
            "assignee": None,
            "routing_rule": None,
            "routing_reason": reason[:300],
        },
        internal_note=reason,
        data={
            "department_from": request.department.name if request.department else "",
            "department_from_id": request.department_id,
            "department_to": department.name,
            "department_to_id": department.pk,
        },
    )


def can_work_on(user: StaffUser, department_id: int | None) -> bool:
    """Whether this person may be given requests of the department."""
    return can_work_for(user, [department_id])[department_id]


def can_work_for(user: StaffUser, departments: Iterable[int | None]) -> dict[int | None, bool]:
    """The same for several departments, in one statement at most."""
    asked = set(departments)
    if user.sees_all_departments or user.role in SEES_EVERYTHING or asked <= {None}:
        return dict.fromkeys(asked, True)
    own = {None, *user.memberships.values_list("department_id", flat=True)}
    return {department: department in own for department in asked}


def _point(request: ServiceRequest) -> tuple[float, float] | None:
    if request.latitude is None or request.longitude is None:
        return None
    return (request.latitude, request.longitude)


def _due(created_at: dt.datetime, category: Category, department: Department | None) -> dt.datetime | None:
    return due_for(
        created_at=created_at,
        sla_amount=category.sla_amount,
        sla_unit=category.sla_unit,
        calendar_id=department.calendar_id if department else None,
    )
