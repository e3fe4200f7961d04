"""The pack's organisation and catalogue as rows: calendars, departments, categories, areas, partners, rules."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.utils.text import slugify
from shapely.geometry import shape

from departments.loading.desk import script_columns, write_articles, write_transfers
from departments.loading.escalation import write_escalation
from departments.loading.questions import write_questions
from departments.loading.replies import write_replies
from departments.loading.sync import Tally, Wanted, sync
from departments.models import (
    Area,
    Calendar,
    Category,
    CategoryGroup,
    Department,
    Holiday,
    Partner,
    RoutingRule,
)
from departments.packs.definitions import CalendarDef, CityPack, DetailDef
from departments.packs.problems import Problems

Tallies = dict[str, Tally]


def write_catalogue(pack: CityPack, problems: Problems) -> tuple[Tallies, list[str]]:
    """Everything but places. Returns what happened by table, and notes for the person who loads."""
    tallies: Tallies = {}
    notes: list[str] = [*pack.notes]
    calendars = _write_calendars(pack, problems, tallies, notes)
    departments, tallies["departments"] = sync(
        Department,
        [
            Wanted(
                Department(
                    slug=item.slug,
                    name=_heading(item.public_name or item.name),
                    short_name=item.short_name,
                    phone=item.phone,
                    email=item.email,
                    calendar=calendars[item.calendar] if item.calendar else None,
                    is_active=item.active,
                    translations=pack.translated("department", item.slug),
                ),
                "departments.csv",
                item.line,
            )
            for item in pack.departments
        ],
        problems,
    )
    groups, tallies["groups"] = sync(
        CategoryGroup,
        [
            Wanted(
                CategoryGroup(
                    slug=item.slug,
                    name=item.name,
                    position=item.order,
                    translations=pack.translated("group", item.slug),
                ),
                "category_groups.csv",
                item.line,
            )
            for item in pack.groups
        ],
        problems,
    )
    categories = _write_categories(pack, problems, tallies, groups, departments)
    tallies["questions"] = write_questions(pack, problems, categories)
    tallies["reply templates"] = write_replies(pack, categories, departments)
    tallies["transfers"] = write_transfers(pack, problems, departments, calendars)
    tallies["articles"] = write_articles(pack, categories)
    tallies["escalation"] = write_escalation(pack, problems, departments, categories)
    partners, tallies["partners"] = sync(
        Partner,
        [
            Wanted(
                Partner(
                    slug=item.slug,
                    name=_heading(item.public_name or item.name),
                    phone=item.phone,
                    email=item.email,
                    website=item.website,
                    owns=item.owns,
                    hand_over=item.hand_over,
                    translations=pack.translated("partner", item.slug),
                ),
                "partners.toml",
                item.line,
            )
            for item in pack.partners
        ],
        problems,
    )
    areas = _write_areas(pack, problems, tallies, partners)
    _write_rules(pack, problems, tallies, departments, partners, categories, areas)
    return tallies, notes


def _heading(name: str) -> str:
    """A public name as it stands on its own: "the 311 office" gives "311 office"."""
    bare = name.removeprefix("the ").strip()
    return bare[:1].upper() + bare[1:]


def _write_calendars(
    pack: CityPack, problems: Problems, tallies: Tallies, notes: list[str]
) -> dict[str, Calendar]:
    calendars: dict[str, Calendar]
    calendars, tallies["calendars"] = sync(
        Calendar,
        [
            Wanted(
                Calendar(slug=item.slug, name=item.name, hours=week_hours(item, notes)),
                "calendars.toml",
                item.line,
            )
            for item in pack.calendars
        ],
        problems,
    )
    wanted = [
        Wanted(
            Holiday(calendar=calendars[item.slug], day=holiday.date, name=holiday.name),
            "calendars.toml",
            item.line,
        )
        for item in pack.calendars
        for holiday in item.holidays
    ]
    holidays, tally = sync(Holiday, wanted, problems, key=("calendar_id", "day"))
    gone = Holiday.objects.filter(calendar__in=list(calendars.values())).exclude(
        pk__in=[holiday.pk for holiday in holidays.values()]
    )
    removed, _ = gone.delete()
    tallies["holidays"] = Tally(tally.added, tally.changed, removed, tally.kept)
    return calendars


def week_hours(calendar: CalendarDef, notes: list[str]) -> list[list[str] | None]:
    """Seven [opens, closes] pairs or None, Monday first; several spans a day become one from first to last."""
    week: list[list[str] | None] = []
    for weekday in range(7):
        spans = calendar.hours.get(weekday, ())
        if not spans:
            week.append(None)
            continue
        opens, closes = min(span[0] for span in spans), max(span[1] for span in spans)
        if len(spans) > 1:
            day = dt.date(2024, 1, 1 + weekday).strftime("%A")
            notes.append(
                f"calendars.toml:{calendar.line}: {calendar.slug}: the {len(spans)} spans of {day} count as "
                f"{opens:%H:%M} to {closes:%H:%M}"
            )
        week.append([opens.strftime("%H:%M"), closes.strftime("%H:%M")])
    return week


def _write_categories(
    pack: CityPack,
    problems: Problems,
    tallies: Tallies,
    groups: dict[str, CategoryGroup],
    departments: dict[str, Department],
) -> dict[str, Category]:
    details = {item.slug: item for item in pack.details}
    categories: dict[str, Category]
    categories, tallies["categories"] = sync(
        Category,
        [
            Wanted(
                Category(
                    slug=item.slug,
                    name=item.name,
                    group=groups[item.group],
                    kind=item.kind,
                    department=departments[item.department] if item.department else None,
                    description=item.description,
                    keywords="|".join(item.keywords),
                    sla_amount=item.sla_amount,
                    sla_unit=item.sla_unit,
                    priority=item.priority,
                    is_online=item.online,
                    is_public=item.public,
                    anonymous_allowed=item.anonymous_allowed,
                    place_rule=item.place,
                    place_is_sensitive=item.sensitive_place,
                    photo_hint=item.photo_hint,
                    position=item.order,
                    is_active=item.active,
                    source_types=list(item.source_types),
                    translations=_category_texts(pack, item.slug, details.get(item.slug)),
                    **_detail_columns(details.get(item.slug)),
                    **script_columns(pack, item.slug),
                ),
                "categories.csv",
                item.line,
            )
            for item in pack.categories
        ],
        problems,
    )
    return categories


def _category_texts(pack: CityPack, slug: str, detail: DetailDef | None) -> dict[str, dict[str, str]]:
    """The texts of a category in other languages; its notice stands with its other details."""
    texts = pack.translated("category", slug)
    for language, notice in detail.notice.items() if detail else ():
        if language != "en":
            texts.setdefault(language, {})["notice"] = notice
    return texts


def _detail_columns(detail: DetailDef | None) -> dict[str, Any]:
    if detail is None:
        return {}
    return {
        "nearby_radius_m": detail.nearby_m,
        "comments_allowed": detail.comments,
        "closing_photo": detail.closing_photo,
        "notice": detail.notice.get("en", ""),
        "self_help": {language: asdict(text) for language, text in detail.help.items()},
    }


def _write_areas(
    pack: CityPack, problems: Problems, tallies: Tallies, partners: dict[str, Partner]
) -> dict[tuple[str, str], Area]:
    """Areas by (kind, slug), where the slug is made from the external id."""
    wanted = []
    for layer in pack.area_layers:
        for item in layer.areas:
            west, south, east, north = shape(dict(item.geometry)).bounds
            row = Area(
                kind=item.kind,
                slug=slugify(item.external_id)[:100],
                name=item.name,
                polygon=dict(item.geometry),
                partner=partners[item.partner] if item.partner else None,
                west=west,
                south=south,
                east=east,
                north=north,
                population=item.population,
                population_year=item.population_year,
            )
            wanted.append(Wanted(row, layer.file, 0))
    areas: dict[tuple[str, str], Area]
    areas, tallies["areas"] = sync(Area, wanted, problems, key=("kind", "slug"))
    return areas


def _write_rules(
    pack: CityPack,
    problems: Problems,
    tallies: Tallies,
    departments: dict[str, Department],
    partners: dict[str, Partner],
    categories: dict[str, Category],
    areas: dict[tuple[str, str], Area],
) -> None:
    """A rule for several channels becomes one row for each."""
    wanted: list[Wanted[RoutingRule]] = []
    conditions: dict[str, tuple[set[int], set[int]]] = {}
    for item in pack.routing_rules:
        slugs = {
            category.slug
            for category in pack.categories
            if category.slug in item.categories or category.group in item.groups
        }
        matched = (
            {categories[slug].pk for slug in slugs},
            {areas[(kind, slugify(external_id)[:100])].pk for kind, external_id in item.areas},
        )
        for channel in item.channels or ("",):
            several = len(item.channels) > 1
            row = RoutingRule(
                slug=f"{item.slug}-{slugify(channel)}" if several else item.slug,
                name=item.name,
                priority=item.order,
                words="|".join(item.words),
                channel=channel,
                department=departments[item.department] if item.department else None,
                partner=partners[item.partner] if item.partner else None,
                is_active=item.active,
            )
            wanted.append(Wanted(row, "routing_rules.toml", item.line))
            conditions[row.slug] = matched
    rules, tallies["routing rules"] = sync(RoutingRule, wanted, problems)
    for slug, rule in rules.items():
        category_ids, area_ids = conditions[slug]
        rule.categories.set(category_ids)
        rule.areas.set(area_ids)
