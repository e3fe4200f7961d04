"""The city itself and its opening hours: city.toml and calendars.toml."""

from datetime import time
from pathlib import Path

from departments.packs.checks import (
    email_problem,
    length_problem,
    parse_date,
    parse_time,
    slug_problem,
    words_problem,
    zone_problem,
)
from departments.packs.definitions import CalendarDef, CityDef, HolidayDef
from departments.packs.problems import Problems, report_repeats
from departments.packs.toml_file import Table, read_toml

FORMAT = 1
_LONGEST = {"hours": 200, "emergency": 300}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CITY_KEYS = [
    "format",
    "slug",
    "name",
    "full_name",
    "state",
    "state_code",
    "timezone",
    "languages",
    "phone",
    "phone_outside",
    "email",
    "website",
    "attribution",
    "hours",
    "emergency",
    "map",
    "numbers",
]


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
    for text in table.data:
        day = parse_date(text)
        if day is None:
            table.problem(f"{text!r} is not a date such as '2026-07-03'", text)
        else:
            found[text] = HolidayDef(day, table.text(text))
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
