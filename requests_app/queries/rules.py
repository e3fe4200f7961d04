"""What the page of escalation rules reads."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Max, Q, QuerySet

from departments.models import Department, EscalationRule, StaffUser
from departments.roles import Role


def departments_of(user: StaffUser) -> tuple[list[Department], bool]:
    """The departments this person writes rules for, and whether that is all of them."""
    active = Department.objects.active().order_by("name", "pk")
    if user.sees_all_departments or user.role == Role.ADMINISTRATOR:
        return list(active), True
    return list(active.filter(memberships__user=user)), False


def people_for(departments: Iterable[Department], chosen: StaffUser | None) -> list[tuple[int, str]]:
    """Whom a rule can name: active people of these departments, and who is named already."""
    belongs = Q(memberships__department__in=list(departments)) | Q(sees_all_departments=True)
    if chosen is not None:
        belongs |= Q(pk=chosen.pk)
    people = StaffUser.objects.filter(belongs, is_active=True).distinct().order_by("name", "pk")
    return list(people.values_list("pk", "name"))


def rules_with_use(user_rules: Q) -> QuerySet[EscalationRule]:
    """These rules with how often each acted and when last, in one statement."""
    rows = EscalationRule.objects.filter(user_rules).select_related("department", "category", "to_user")
    used = rows.annotate(times=Count("escalations"), last_at=Max("escalations__escalated_at"))
    return used.order_by("-is_active", "hours", "name")
