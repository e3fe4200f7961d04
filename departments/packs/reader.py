"""Reading a whole pack: every file, every problem, then one frozen value."""

import hashlib
from pathlib import Path

from departments.packs.catalogue import (
    read_categories,
    read_departments,
    read_groups,
)
from departments.packs.city import read_calendars, read_city
from departments.packs.definitions import CityPack, Places
from departments.packs.desk import read_desk
from departments.packs.details import read_details
from departments.packs.escalation import read_escalation
from departments.packs.geography import read_areas, read_partners, read_rules
from departments.packs.mappings import read_mappings
from departments.packs.places import read_places
from departments.packs.problems import PackError, PackProblem, Problems
from departments.packs.questions import read_questions
from departments.packs.replies import read_replies
from departments.packs.samples import read_stats, read_texts
from departments.packs.translations import read_translations

_BUNDLED = Path(__file__).resolve().parent.parent / "city_packs"


def bundled_packs() -> dict[str, Path]:
    """The packs that ship with the product: folder name -> path."""
    return {path.parent.name: path.parent for path in sorted(_BUNDLED.glob("*/city.toml"))}


def _digest(folder: Path) -> str:
    """A SHA-256 over the names and contents of the pack's files."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def read_pack(path: Path | str, *, with_places: bool = True) -> CityPack:
    """Read and check the pack in the folder `path`.

    `with_places=False` skips places/ (streets, intersections, landmarks, parks, water), which takes most of the time.
    Raises PackError with every problem found, each with file and line.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise PackError((PackProblem(str(path), 0, "there is no such folder"),))
    problems = Problems()
    city = read_city(folder, problems)
    calendars = read_calendars(folder, problems)
    departments = read_departments(folder, problems, calendars)
    groups = read_groups(folder, problems)
    categories = read_categories(folder, problems, groups, departments)
    details = read_details(folder, problems, city.languages if city else ("en",), categories)
    escalation = read_escalation(folder, problems, departments, categories)
    desk = read_desk(folder, problems, city, calendars, departments, categories)
    questions = read_questions(folder, problems, city, categories)
    languages = city.languages if city else ("en",)
    replies = read_replies(folder, problems, languages, categories, departments)
    layers = read_areas(folder, problems, city)
    partners = read_partners(folder, problems, layers)
    rules = read_rules(folder, problems, departments, groups, categories, layers, partners)
    translated = read_translations(
        folder,
        problems,
        city,
        {
            "city": [city.slug] if city else [],
            "department": [item.slug for item in departments],
            "group": [item.slug for item in groups],
            "category": [item.slug for item in categories],
            "partner": [item.slug for item in partners],
        },
    )
    texts = read_texts(folder, problems, city, categories)
    stats = read_stats(folder, problems, city, categories)
    mappings = read_mappings(folder, problems, city, departments, categories)
    places = read_places(folder, problems, city.bounds) if with_places and city else Places()
    problems.raise_if_any()
    if city is None:
        raise PackError((PackProblem("city.toml", 0, "the file can't be read"),))
    return CityPack(
        path=folder,
        digest=_digest(folder),
        city=city,
        calendars=calendars,
        departments=departments,
        groups=groups,
        categories=categories,
        area_layers=layers,
        partners=partners,
        routing_rules=rules,
        places=places,
        texts=texts,
        stats=stats,
        mappings=mappings,
        questions=questions,
        translations=translated.texts,
        notes=translated.notes,
        details=details,
        replies=replies,
        desk=desk,
        escalation=escalation,
    )
