"""escalation.toml (optional): the rules a city begins with. Supervisors change them on the screen afterwards."""

from collections.abc import Iterable
from pathlib import Path

from departments.kinds import Priority
from departments.packs.checks import words_problem
from departments.packs.definitions import CategoryDef, DepartmentDef, EscalationDef
from departments.packs.problems import Problems
from departments.packs.toml_file import read_toml
from departments.roles import Role

FILE = "escalation.toml"
LONGEST_HOURS = 24 * 90
_ROLES = tuple(role.value for role in Role)
_PRIORITIES = tuple(priority.name.lower() for priority in Priority)


def read_escalation(
    folder: Path,
    problems: Problems,
    departments: Iterable[DepartmentDef],
    categories: Iterable[CategoryDef],
) -> tuple[EscalationDef, ...]:
    """The file's [[rule]] entries; none when there is no file."""
    root = read_toml(folder, FILE, problems, required=False)
    if root is None:
        return ()
    root.only("rule")
    known = {"department": {row.slug for row in departments}, "category": {row.slug for row in categories}}
    rules: list[EscalationDef] = []
    for table in root.tables("rule"):
        table.only("name", "hours", "role", "department", "category", "priority")
        name = table.text("name")
        table.problem(words_problem(name), "name")
        if name in {rule.name for rule in rules}:
            table.problem(f"name {name!r} stands here twice", "name")
        for key, slugs in known.items():
            slug = table.text(key, required=False)
            if slug and slug not in slugs:
                table.problem(f"{key} {slug!r} is not in the pack", key)
        rules.append(
            EscalationDef(
                name=name,
                hours=int(table.number("hours", least=-LONGEST_HOURS, most=LONGEST_HOURS)),
                role=table.choice("role", _ROLES),
                department=table.text("department", required=False),
                category=table.text("category", required=False),
                priority=Priority[table.choice("priority", _PRIORITIES, default="low").upper()],
                line=table.line,
            )
        )
    return tuple(rules)
