"""Texts of a pack in the city's other languages: translations/<language>.csv."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from departments.packs.checks import length_problem, words_problem
from departments.packs.definitions import CityDef
from departments.packs.problems import Problems
from departments.packs.tables import Row, read_rows

FOLDER = "translations"
_COLUMNS = ("table", "slug", "field", "text")
_LONGEST = {
    "city": {"name": 100, "full_name": 200},
    "department": {"name": 150},
    "group": {"name": 100},
    "category": {"name": 120, "description": 1000, "photo_hint": 200, "notice": 1000},
    "partner": {"name": 150, "owns": 300},
}
"""The tables and fields that can be translated, and how many characters fit."""
TABLES = tuple(_LONGEST)

Translations = dict[tuple[str, str], dict[str, dict[str, str]]]
"""By table and slug: language, field, text."""


@dataclass(frozen=True)
class Translated:
    """What was read, and notes on what is still missing."""

    texts: Translations
    notes: tuple[str, ...]


def read_translations(
    folder: Path, problems: Problems, city: CityDef | None, slugs: Mapping[str, Collection[str]]
) -> Translated:
    """Every language of the city but the first. `slugs` are those of the pack, by table.

    Unknown tables, slugs and fields are problems; a language without a file, or without a category's name, is a note.
    """
    texts: Translations = {}
    notes: list[str] = []
    languages = city.languages[1:] if city else ()
    for path in sorted((folder / FOLDER).glob("*")):
        if path.suffix != ".csv" or path.stem not in languages:
            problems.add(
                f"{FOLDER}/{path.name}", 0, "the file belongs to no language of the city but its first"
            )
    for language in languages:
        file = f"{FOLDER}/{language}.csv"
        for row in read_rows(folder, file, _COLUMNS, problems, required=False):
            _read_row(row, language, slugs, texts)
        missing = [
            slug
            for slug in slugs["category"]
            if not texts.get(("category", slug), {}).get(language, {}).get("name")
        ]
        if missing:
            notes.append(f"{file}: {_listed(missing)} without a name in this language; English is shown")
    _city_texts(city, texts)
    return Translated(texts, tuple(notes))


def _read_row(row: Row, language: str, slugs: Mapping[str, Collection[str]], texts: Translations) -> None:
    table, slug, name, text = row.text("table"), row.text("slug"), row.text("field"), row.text("text")
    if table not in _LONGEST:
        row.problem(f"table {table!r} is not one of {', '.join(TABLES)}")
        return
    if slug not in slugs[table]:
        row.problem(f"{table} {slug!r} does not exist in this pack")
    if name not in _LONGEST[table]:
        row.problem(f"field {name!r} is not one of {', '.join(_LONGEST[table])}")
        return
    row.problem(words_problem(text) or length_problem(text, _LONGEST[table][name]))
    fields = texts.setdefault((table, slug), {}).setdefault(language, {})
    if name in fields:
        row.problem(f"{name} of {table} {slug!r} stands here a second time")
    fields[name] = text


def _city_texts(city: CityDef | None, texts: Translations) -> None:
    """Opening hours and the emergency text stand in city.toml, by language."""
    if city is None:
        return
    for language in city.languages[1:]:
        fields = texts.setdefault(("city", city.slug), {}).setdefault(language, {})
        for name, values in (("phone_hours", city.hours), ("emergency_text", city.emergency)):
            if values.get(language):
                fields[name] = values[language]


def _listed(slugs: Iterable[str]) -> str:
    names = list(slugs)
    words = "1 category" if len(names) == 1 else f"{len(names)} categories"
    return f"{words} ({', '.join(names[:5])}{', …' if len(names) > 5 else ''})"
