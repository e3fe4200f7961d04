"""Which colleagues answer for a request: told when its date is near, when it comes back, when a rule escalates it."""

from __future__ import annotations

from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import ServiceRequest


def keepers(request: ServiceRequest) -> list[StaffUser]:
    """Who keeps its promise: the assignee, else the dispatchers and supervisors of its department."""
    if request.assignee is not None and request.assignee.is_active:
        return [request.assignee]
    return of_roles(request.department_id, Role.DISPATCHER, Role.SUPERVISOR)


def of_roles(department_id: int | None, *roles: Role) -> list[StaffUser]:
    """Active people of these roles in the department, else those of them who see every department.

    Triage, where no department has it yet, is everybody's.
    """
    people = StaffUser.objects.filter(is_active=True, role__in=roles).order_by("pk")
    if department_id is None:
        return list(people)
    own = list(people.filter(memberships__department=department_id).distinct())
    return own or list(people.filter(sees_all_departments=True))
