"""Escalation rules of a pack as rows: only those whose name is not there yet, because staff change them afterwards."""

from collections.abc import Mapping

from departments.loading.sync import Tally
from departments.models import Category, Department, EscalationRule
from departments.packs.definitions import CityPack
from departments.packs.problems import Problems


def write_escalation(
    pack: CityPack,
    problems: Problems,
    departments: Mapping[str, Department],
    categories: Mapping[str, Category],
) -> Tally:
    """Add the rules that are new; a rule that staff changed or switched off stays as it is."""
    there = set(EscalationRule.objects.values_list("name", flat=True))
    for rule in pack.escalation:
        if len(rule.name) > 120:
            problems.add("escalation.toml", rule.line, "name: 120 characters at most")
    problems.raise_if_any()
    added = [
        EscalationRule(
            name=rule.name,
            hours=rule.hours,
            to_role=rule.role,
            department=departments[rule.department] if rule.department else None,
            category=categories[rule.category] if rule.category else None,
            priority_at_least=rule.priority,
        )
        for rule in pack.escalation
        if rule.name not in there
    ]
    EscalationRule.objects.bulk_create(added)
    return Tally(added=len(added), kept=len(pack.escalation) - len(added))
