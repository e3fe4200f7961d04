"""The city itself and what it offers: city.toml, calendars.toml, departments.csv, category_groups.csv, categories.csv."""

from collections.abc import Iterable
from datetime import time
from pathlib import Path
from typing import Protocol

from departments.kinds import Kind, PlaceRule, Priority, SlaUnit, default_place_rule
from departments.packs.checks import (
    email_problem,
    length_problem,
    parse_date,
    parse_time,
    slug_problem,
    words_problem,
    zone_problem,
)
from departments.packs.definitions import (
    CalendarDef,
    CategoryDef,
    CityDef,
    DepartmentDef,
    GroupDef,
    HolidayDef,
)
from departments.packs.problems import Problems
from departments.packs.tables import read_rows
from departments.packs.toml_file import Table, read_toml

FORMAT = 1
_LONGEST = {"hours": 200, "emergency": 300}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CITY_KEYS = ["format", "slug", "name", "full_name", "state", "state_code", "timezone", "languages", "phone", "phone_outside", "email", "website", "attribution", "hours", "emergency", "map", "numbers"]
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


class _Named(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def line(self) -> int: ...


def report_repeats(file: str, items: Iterable[_Named], problems: Problems) -> None:
    """Report every slug that stands twice."""
    first: dict[str, int] = {}
    for item in items:
        if item.slug in first:
            problems.add(file, item.line, f"{item.slug!r} stands already in line {first[item.slug]}")
        first.setdefault(item.slug, item.line)


def read_city(folder: Path, problems: Problems) -> CityDef | None:
    """city.toml; None when the file can't be read at all."""
    root = read_toml(folder, "city.toml", problems)
    if root is None:
        return None
    root.only(*_CITY_KEYS)
    if root.number("format") != FORMAT:
        root.problem(f"format {root.data.get('format')!r} is not {FORMAT}", "format")
    slug, zone = root.text("slug"), root.text("timezone")
    root.problem(slug_problem(slug), "slug")
    root.problem(zone_problem(zone), "timezone")
    root.problem(email_problem(root.text("email", required=False)), "email")
    languages = root.texts("languages", required=True)
    if languages and languages[0] != "en":
        root.problem("the first of languages is not 'en'", "languages")
    for key in ("hours", "emergency"):
        table = root.table(key)
        for language in languages:
            text = table.text(language)
            table.problem(words_problem(text) or length_problem(text, _LONGEST[key]), language)
    place = root.table("map")
    west, south, east, north = place.numbers("bounds", 4)
    latitude = place.number("latitude", least=-90, most=90)
    longitude = place.number("longitude", least=-180, most=180)
    if not (west < longitude < east and south < latitude < north):
        place.problem("the centre lies outside bounds (west, south, east, north)", "bounds")
    numbers = root.table("numbers")
    number_zone = numbers.text("zone", required=False) or zone
    numbers.problem(zone_problem(number_zone), "zone")
    return CityDef(
        slug=slug,
        name=root.text("name"),
        full_name=root.text("full_name"),
        state=root.text("state"),
        state_code=root.text("state_code"),
        timezone=zone,
        languages=languages,
        phone=root.text("phone"),
        phone_outside=root.text("phone_outside", required=False),
        email=root.text("email", required=False),
        website=root.text("website", required=False),
        hours=root.text_map("hours"),
        emergency=root.text_map("emergency"),
        latitude=latitude,
        longitude=longitude,
        zoom=int(place.number("zoom", default=12, least=1, most=19)),
        bounds=(west, south, east, north),
        attribution=root.text("attribution"),
        number_digits=int(numbers.number("digits", default=6, least=6, most=9)),
        number_zone=number_zone,
    )


def _hours(table: Table) -> dict[int, tuple[tuple[time, time], ...]]:
    hours: dict[int, tuple[tuple[time, time], ...]] = {}
    for weekday, name in enumerate(WEEKDAYS):
        spans: list[tuple[time, time]] = []
        for span in table.texts(name):
            opens, _, closes = span.partition("-")
            start, end = parse_time(opens.strip()), parse_time(closes.strip())
            if start is None or end is None or start >= end:
                table.problem(f"{name} {span!r} is not a span such as '08:00-16:30'", name)
            elif spans and start < spans[-1][1]:
                table.problem(f"{name} {span!r} overlaps the span before it", name)
            else:
                spans.append((start, end))
        if spans:
            hours[weekday] = tuple(spans)
    return hours


def _holidays(table: Table) -> tuple[HolidayDef, ...]:
    found: dict[str, HolidayDef] = {}
    for text, name in table.text_map("holidays").items():
        day = parse_date(text)
        if day is None:
            table.table("holidays").problem(f"{text!r} is not a date such as '2026-07-03'", text)
        else:
            found[text] = HolidayDef(day, name)
    return tuple(found[key] for key in sorted(found))


def read_calendars(folder: Path, problems: Problems) -> tuple[CalendarDef, ...]:
    """calendars.toml: [[calendar]] entries, each with hours and the names of the holiday lists it keeps."""
    root = read_toml(folder, "calendars.toml", problems)
    if root is None:
        return ()
    root.only("calendar", "holiday_lists")
    lists = {
        name: _holidays(root.table("holiday_lists").table(name))
        for name in root.data.get("holiday_lists", {})
    }
    calendars: list[CalendarDef] = []
    for table in root.tables("calendar"):
        table.only("slug", "name", "holidays", "hours")
        slug = table.text("slug")
        table.problem(slug_problem(slug), "slug")
        hours_table = table.table("hours")
        hours_table.only(*WEEKDAYS)
        hours = _hours(hours_table)
        if not hours:
            table.problem("the calendar is never open: give hours for at least one weekday")
        days: dict[str, HolidayDef] = {}
        for name in table.texts("holidays"):
            if name not in lists:
                table.problem(f"the holiday list {name!r} does not exist", "holidays")
            days.update({day.date.isoformat(): day for day in lists.get(name, ())})
        holidays = tuple(days[key] for key in sorted(days))
        calendars.append(CalendarDef(slug, table.text("name"), hours, holidays, table.line))
    report_repeats("calendars.toml", calendars, problems)
    return tuple(calendars)


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
