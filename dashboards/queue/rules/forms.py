"""A rule of escalation as a supervisor types it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import category_choices
from departments.kinds import Priority
from departments.models import EscalationRule, StaffUser
from departments.roles import Role
from requests_app.actions.rules import RuleDraft
from requests_app.queries.rules import departments_of, people_for

BEFORE, AFTER = "before", "after"
LONGEST_HOURS = 24 * 90
ROLES = (Role.SUPERVISOR, Role.DISPATCHER, Role.MANAGER, Role.CREW, Role.ADMINISTRATOR)


class RuleForm(forms.Form):
    """Whom to tell about which open requests, and when."""

    mark_optional = True
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Colleagues read it in the message, such as: Two days late."),
    )
    hours = forms.IntegerField(label=_("Hours"), min_value=0, max_value=LONGEST_HOURS)
    side = forms.ChoiceField(
        label=_("Before or after the target?"),
        choices=[(AFTER, _("After the target")), (BEFORE, _("Before the target"))],
        widget=forms.RadioSelect,
        initial=AFTER,
    )
    department = forms.ChoiceField(label=_("Department"), required=False, widget=LeanSelect)
    category = forms.ChoiceField(label=_("Category"), required=False, widget=LeanSelect)
    priority = forms.TypedChoiceField(
        label=_("Priority at least"), choices=Priority.choices, coerce=int, initial=Priority.LOW
    )
    to_role = forms.ChoiceField(
        label=_("Tell this role of the request's department"), required=False, widget=LeanSelect
    )
    to_user = forms.ChoiceField(
        label=_("Or this person"),
        required=False,
        widget=LeanSelect,
        help_text=_("Either a role or a person."),
    )
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)

    def __init__(self, data: Any = None, *, user: StaffUser, rule: EscalationRule | None = None) -> None:
        super().__init__(data, initial=_initial(rule))
        own, everything = departments_of(user)
        anywhere = [("", _("Every department"))] if everything else []
        fields: dict[str, Any] = self.fields
        fields["department"].choices = [*anywhere, *((str(row.pk), row.name) for row in own)]
        fields["department"].required = not everything
        fields["category"].choices = [("", _("Every category")), *category_choices(retired=False)]
        fields["to_role"].choices = [("", _("No role")), *((role.value, role.label) for role in ROLES)]
        people = people_for(own, rule.to_user if rule else None)
        fields["to_user"].choices = [("", _("No person")), *((str(pk), name) for pk, name in people)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("to_role")) == bool(data.get("to_user")):
            self.add_error("to_role", _("Choose a role or a person, and not both."))
        return data

    def draft(self) -> RuleDraft:
        """The rule as it was typed."""
        data = self.cleaned_data
        department, category, person = data["department"], data["category"], data["to_user"]
        return RuleDraft(
            name=data["name"].strip(),
            hours=-data["hours"] if data["side"] == BEFORE else data["hours"],
            department_id=int(department) if department else None,
            category_id=int(category) if category else None,
            priority_at_least=data["priority"],
            to_role=data["to_role"],
            to_user_id=int(person) if person else None,
            is_active=data["is_active"],
        )


def _initial(rule: EscalationRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    return {
        "name": rule.name,
        "hours": abs(rule.hours),
        "side": BEFORE if rule.hours < 0 else AFTER,
        "department": str(rule.department_id or ""),
        "category": str(rule.category_id or ""),
        "priority": rule.priority_at_least,
        "to_role": rule.to_role,
        "to_user": str(rule.to_user_id or ""),
        "is_active": rule.is_active,
    }
