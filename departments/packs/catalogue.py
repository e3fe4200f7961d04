"""What the city offers and who does it: departments.csv, category_groups.csv, categories.csv."""

from collections.abc import Iterable
from pathlib import Path

from departments.kinds import Kind, PlaceRule, Priority, SlaUnit, default_place_rule
from departments.packs.checks import email_problem, length_problem, slug_problem, words_problem
from departments.packs.definitions import CalendarDef, CategoryDef, DepartmentDef, GroupDef
from departments.packs.problems import Problems, report_repeats
from departments.packs.tables import read_rows

_DEPARTMENT_COLUMNS = (
    "slug",
    "name",
    "short_name",
    "public_name",
    "phone",
    "email",
    "calendar",
    "active",
    "source_agencies",
)
_PRIORITIES = tuple(name.lower() for name in Priority.names)
_CATEGORY_COLUMNS = (
    "slug",
    "name",
    "group",
    "kind",
    "department",
    "description",
    "keywords",
    "sla_amount",
    "sla_unit",
    "priority",
    "online",
    "public",
    "anonymous_allowed",
    "place",
    "sensitive_place",
    "photo_hint",
    "active",
    "source_types",
)


def read_departments(
    folder: Path, problems: Problems, calendars: Iterable[CalendarDef]
) -> tuple[DepartmentDef, ...]:
    """departments.csv."""
    known = tuple(calendar.slug for calendar in calendars)
    departments: list[DepartmentDef] = []
    for row in read_rows(folder, "departments.csv", _DEPARTMENT_COLUMNS, problems):
        slug, email, calendar = row.text("slug"), row.text("email", required=False), row.text("calendar")
        row.problem(slug_problem(slug))
        row.problem(email_problem(email))
        public_name = row.text("public_name")
        row.problem(words_problem(public_name))
        if calendar not in known:
            row.problem(f"calendar {calendar!r} is not in calendars.toml")
        departments.append(
            DepartmentDef(
                slug=slug,
                name=row.text("name"),
                short_name=row.text("short_name"),
                public_name=public_name,
                phone=row.text("phone", required=False),
                email=email,
                calendar=calendar,
                active=row.yes("active"),
                source_agencies=row.words("source_agencies"),
                line=row.line,
            )
        )
    report_repeats("departments.csv", departments, problems)
    return tuple(departments)


def read_groups(folder: Path, problems: Problems) -> tuple[GroupDef, ...]:
    """category_groups.csv."""
    groups: list[GroupDef] = []
    for row in read_rows(folder, "category_groups.csv", ("slug", "name", "description"), problems):
        slug, name, description = row.text("slug"), row.text("name"), row.text("description")
        row.problem(slug_problem(slug))
        row.problem(words_problem(f"{name} {description}"))
        groups.append(GroupDef(slug, name, description, len(groups) + 1, row.line))
    report_repeats("category_groups.csv", groups, problems)
    return tuple(groups)


def read_categories(
    folder: Path, problems: Problems, groups: Iterable[GroupDef], departments: Iterable[DepartmentDef]
) -> tuple[CategoryDef, ...]:
    """categories.csv."""
    group_slugs = {group.slug for group in groups}
    department_slugs = {department.slug for department in departments}
    categories: list[CategoryDef] = []
    types: dict[str, int] = {}
    for row in read_rows(folder, "categories.csv", _CATEGORY_COLUMNS, problems):
        slug, group, department = row.text("slug"), row.text("group"), row.text("department")
        row.problem(slug_problem(slug))
        if group not in group_slugs:
            row.problem(f"group {group!r} is not in category_groups.csv")
        if department not in department_slugs:
            row.problem(f"department {department!r} is not in departments.csv")
        kind = Kind(row.choice("kind", tuple(Kind.values)))
        unit = SlaUnit(row.choice("sla_unit", tuple(SlaUnit.values), default=SlaUnit.NONE.value))
        amount = row.whole("sla_amount", least=1)
        if (amount is None) != (unit == SlaUnit.NONE):
            row.problem(
                "sla_amount and sla_unit go together: give both, or an empty amount with the unit none"
            )
        name, description, hint = (
            row.text("name"),
            row.text("description"),
            row.text("photo_hint", required=False),
        )
        row.problem(words_problem(f"{name} {description} {hint}"))
        row.problem(length_problem(name, 120) or length_problem(hint, 200))
        keywords = row.words("keywords")
        if not keywords:
            row.problem("keywords is empty")
        source_types = row.words("source_types")
        for source_type in source_types:
            if source_type in types:
                row.problem(f"source type {source_type!r} belongs already to line {types[source_type]}")
            types.setdefault(source_type, row.line)
        online, public, active = row.yes("online"), row.yes("public"), row.yes("active")
        if online and not active:
            row.problem("online is yes although active is no")
        categories.append(
            CategoryDef(
                slug=slug,
                name=name,
                group=group,
                kind=kind,
                department=department,
                description=description,
                keywords=keywords,
                sla_amount=amount,
                sla_unit=unit,
                priority=Priority[row.choice("priority", _PRIORITIES, default="normal").upper()],
                online=online,
                public=public,
                anonymous_allowed=row.yes("anonymous_allowed"),
                place=PlaceRule(
                    row.choice("place", tuple(PlaceRule.values), default=default_place_rule(kind).value)
                ),
                sensitive_place=row.yes("sensitive_place"),
                photo_hint=hint,
                active=active,
                source_types=source_types,
                order=len(categories) + 1,
                line=row.line,
            )
        )
    report_repeats("categories.csv", categories, problems)
    return tuple(categories)
