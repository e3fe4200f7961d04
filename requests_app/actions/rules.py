"""Rules of escalation are data: supervisors write those of their departments, administrators all of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from departments.models import EscalationRule, StaffUser
from departments.roles import Role
from requests_app.actions.errors import ActionRefused

WRITERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class RuleDraft:
    """A rule as it is typed; ``hours`` after the due date, negative for before."""

    name: str
    hours: int
    department_id: int | None
    category_id: int | None
    priority_at_least: int
    to_role: str
    to_user_id: int | None
    is_active: bool


def changeable_by(user: StaffUser) -> Q:
    """The rules this person may change."""
    if user.role not in WRITERS:
        return Q(pk__in=[])
    if user.sees_all_departments or user.role == Role.ADMINISTRATOR:
        return Q()
    return Q(department__in=user.memberships.values("department"))


@transaction.atomic
def save_rule(*, rule_id: int | None, draft: RuleDraft, by: StaffUser) -> EscalationRule:
    """Write a new rule, or change one. Raises `ActionRefused` for a name that is taken and a department not one's own.

    Raises ``EscalationRule.DoesNotExist`` for a rule this person may not change.
    """
    rule = EscalationRule()
    if rule_id is not None:
        rule = EscalationRule.objects.select_for_update(of=("self",)).get(changeable_by(by), pk=rule_id)
    if EscalationRule.objects.filter(name__iexact=draft.name).exclude(pk=rule_id or 0).exists():
        raise ActionRefused(_("Another rule has this name already."))
    for name, value in asdict(draft).items():
        setattr(rule, name, value)
    rule.save()
    if not EscalationRule.objects.filter(changeable_by(by), pk=rule.pk).exists():
        transaction.set_rollback(True)
        raise ActionRefused(_("You can write rules for your own departments."))
    return rule
