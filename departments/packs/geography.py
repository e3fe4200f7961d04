"""Areas, partners and routing rules: areas.toml with its GeoJSON files, partners.toml, routing_rules.toml."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import shape

from departments.kinds import AreaKind
from departments.packs.checks import (
    CHANNELS,
    HAND_OVERS,
    email_problem,
    length_problem,
    slug_problem,
    words_problem,
)
from departments.packs.definitions import (
    AreaDef,
    AreaLayerDef,
    CategoryDef,
    CityDef,
    DepartmentDef,
    GroupDef,
    PartnerDef,
    RoutingRuleDef,
)
from departments.packs.problems import Problems, report_repeats
from departments.packs.toml_file import Table, read_toml

_RULE_KEYS = (
    "slug",
    "name",
    "order",
    "categories",
    "groups",
    "areas",
    "words",
    "channels",
    "department",
    "partner",
    "reason",
    "active",
)


def polygon_problem(geometry: Any) -> str:
    """Why a GeoJSON geometry is no usable polygon, or ""."""
    if not isinstance(geometry, Mapping) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        return "is not a Polygon or MultiPolygon"
    try:
        polygon = shape(dict(geometry))
    except (ShapelyError, ValueError, TypeError, IndexError, KeyError):
        return "has coordinates that can't be read"
    if polygon.is_empty or not polygon.is_valid:
        return "is empty or crosses itself"
    west, south, east, north = polygon.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        return "lies outside longitude -180 to 180, latitude -90 to 90 (WGS84, longitude first)"
    return ""


def _features(folder: Path, file: str, problems: Problems) -> list[Any]:
    path = folder / file
    if not path.is_file():
        problems.add(file, 0, "the file is missing")
        return []
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
    except json.JSONDecodeError as error:
        problems.add(file, error.lineno, f"not valid JSON: {error.msg}")
        return []
    except (KeyError, TypeError, UnicodeDecodeError):
        problems.add(file, 1, "not a GeoJSON FeatureCollection")
        return []
    return list(features)


class _Residents:
    """Where a layer keeps the number of its residents, and the year they were counted: both or neither."""

    def __init__(self, table: Table) -> None:
        self.name = table.text("population", required=False)
        year = table.number("population_year", least=1900, most=2100) if self.name else None
        self.year = None if year is None else int(year)

    def of(
        self, properties: dict[str, Any], where: str, file: str, problems: Problems
    ) -> tuple[int | None, int | None]:
        """Residents of one area and their year; an area without the property has no figure."""
        value = properties.get(self.name) if self.name else None
        if value is None:
            return None, None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            problems.add(file, 0, f"{where}: {self.name} is not a number of residents")
            return None, None
        return value, self.year


def _read_layer(folder: Path, table: Table, problems: Problems, bounds: tuple[float, ...]) -> AreaLayerDef:
    table.only("kind", "title", "file", "id", "name", "partner", "note", "population", "population_year")
    kind = AreaKind(table.choice("kind", tuple(AreaKind.values)))
    file = f"areas/{Path(table.text('file')).name}"
    id_property, name_property = table.text("id"), table.text("name")
    partner_property = table.text("partner", required=kind == AreaKind.NEIGHBOR)
    residents = _Residents(table)
    areas: dict[str, AreaDef] = {}
    for number, feature in enumerate(_features(folder, file, problems), start=1):
        properties = feature.get("properties") or {}
        external_id, name = (str(properties.get(key) or "").strip() for key in (id_property, name_property))
        where = f"feature {number} ({name or 'without name'})"
        if not external_id or not name:
            problems.add(file, 0, f"{where} has no {id_property if not external_id else name_property}")
        elif external_id in areas:
            problems.add(file, 0, f"{where} repeats {id_property} {external_id!r}")
        fault = polygon_problem(feature.get("geometry"))
        if fault:
            problems.add(file, 0, f"{where} {fault}")
        else:
            west, south, east, north = shape(feature["geometry"]).bounds
            if west > bounds[2] or east < bounds[0] or south > bounds[3] or north < bounds[1]:
                problems.add(file, 0, f"{where} lies outside the bounds of city.toml")
            partner = str(properties.get(partner_property) or "") if partner_property else ""
            people, year = residents.of(properties, where, file, problems)
            areas[external_id] = AreaDef(kind, external_id, name, feature["geometry"], partner, people, year)
    return AreaLayerDef(
        kind=kind,
        title=table.text("title"),
        file=file,
        note=table.text("note", required=False),
        areas=tuple(areas.values()),
        line=table.line,
    )


def read_areas(folder: Path, problems: Problems, city: CityDef | None) -> tuple[AreaLayerDef, ...]:
    """areas.toml: [[layer]] entries; every polygon must be valid and touch the city's bounds."""
    root = read_toml(folder, "areas.toml", problems)
    if root is None:
        return ()
    root.only("layer")
    bounds = city.bounds if city else (-180.0, -90.0, 180.0, 90.0)
    layers = tuple(_read_layer(folder, table, problems, bounds) for table in root.tables("layer"))
    kinds = [layer.kind for layer in layers]
    for layer in layers:
        if kinds.count(layer.kind) > 1:
            problems.add("areas.toml", layer.line, f"kind {layer.kind.value!r} stands in two layers")
    return layers


def read_partners(
    folder: Path, problems: Problems, layers: Iterable[AreaLayerDef] = ()
) -> tuple[PartnerDef, ...]:
    """partners.toml: [[partner]] entries; every neighbor outside the city has one."""
    root = read_toml(folder, "partners.toml", problems)
    if root is None:
        return ()
    root.only("partner")
    partners: list[PartnerDef] = []
    for table in root.tables("partner"):
        table.only("slug", "name", "public_name", "phone", "email", "website", "hand_over", "owns", "roads")
        slug, email, owns = table.text("slug"), table.text("email", required=False), table.text("owns")
        table.problem(slug_problem(slug), "slug")
        table.problem(email_problem(email), "email")
        table.problem(words_problem(owns) or length_problem(owns, 300), "owns")
        hand_over = table.choice("hand_over", HAND_OVERS, default="none")
        if hand_over == "mail" and not email:
            table.problem("hand_over is mail, so email is needed", "hand_over")
        partners.append(
            PartnerDef(
                slug=slug,
                name=table.text("name"),
                public_name=table.text("public_name"),
                phone=table.text("phone", required=False),
                email=email,
                website=table.text("website", required=False),
                hand_over=hand_over,
                owns=owns,
                line=table.line,
                roads=table.texts("roads"),
            )
        )
    report_repeats("partners.toml", partners, problems)
    slugs = {partner.slug for partner in partners}
    for layer in layers:
        for area in layer.areas:
            if area.partner and area.partner not in slugs:
                problems.add(layer.file, 0, f"{area.name}: partner {area.partner!r} is not in partners.toml")
            elif not area.partner and layer.kind == AreaKind.NEIGHBOR:
                problems.add(layer.file, 0, f"{area.name}: a neighbor needs a partner")
    return tuple(partners)


def _known(table: Table, key: str, known: Iterable[str], file: str) -> tuple[str, ...]:
    slugs = set(known)
    for value in table.texts(key):
        if value not in slugs:
            table.problem(f"{key} {value!r} is not in {file}", key)
    return table.texts(key)


def _target(table: Table, key: str, known: Iterable[str], file: str) -> str | None:
    value = table.text(key, required=False)
    if value and value not in set(known):
        table.problem(f"{key} {value!r} is not in {file}", key)
    return value or None


def _areas(table: Table, layers: Iterable[AreaLayerDef]) -> tuple[tuple[AreaKind, str], ...]:
    known = {(area.kind.value, area.external_id): area for layer in layers for area in layer.areas}
    found: list[tuple[AreaKind, str]] = []
    for value in table.texts("areas"):
        kind, _, external_id = value.partition(":")
        if (kind, external_id) in known:
            found.append((AreaKind(kind), external_id))
        else:
            table.problem(f"area {value!r} is in no layer: write 'kind:id'", "areas")
    return tuple(found)


def read_rules(
    folder: Path,
    problems: Problems,
    departments: Iterable[DepartmentDef],
    groups: Iterable[GroupDef],
    categories: Iterable[CategoryDef],
    layers: Iterable[AreaLayerDef],
    partners: Iterable[PartnerDef],
) -> tuple[RoutingRuleDef, ...]:
    """routing_rules.toml: [[rule]] entries, each with a condition and a target."""
    root = read_toml(folder, "routing_rules.toml", problems)
    if root is None:
        return ()
    root.only("rule")
    department_slugs, partner_slugs = [d.slug for d in departments], [p.slug for p in partners]
    group_slugs, category_slugs, layers = (
        [g.slug for g in groups],
        [c.slug for c in categories],
        tuple(layers),
    )
    rules: list[RoutingRuleDef] = []
    for table in root.tables("rule"):
        table.only(*_RULE_KEYS)
        slug, reason = table.text("slug"), table.text("reason")
        table.problem(slug_problem(slug), "slug")
        table.problem(words_problem(reason), "reason")
        words, channels = table.texts("words"), table.texts("channels")
        table.problem(length_problem("|".join(words), 300), "words")
        for channel in channels:
            if channel not in CHANNELS:
                table.problem(f"channel {channel!r} is not one of {', '.join(CHANNELS)}", "channels")
        rule = RoutingRuleDef(
            slug=slug,
            name=table.text("name"),
            order=int(table.number("order", least=1, most=9999)),
            categories=_known(table, "categories", category_slugs, "categories.csv"),
            groups=_known(table, "groups", group_slugs, "category_groups.csv"),
            areas=_areas(table, layers),
            words=words,
            channels=channels,
            department=_target(table, "department", department_slugs, "departments.csv"),
            partner=_target(table, "partner", partner_slugs, "partners.toml"),
            reason=reason,
            active=table.yes("active", default=True),
            line=table.line,
        )
        if not (rule.department or rule.partner):
            table.problem("the rule has neither department nor partner")
        if not (rule.categories or rule.groups or rule.areas or rule.words or rule.channels):
            table.problem("the rule has no condition: it would take everything")
        rules.append(rule)
    report_repeats("routing_rules.toml", rules, problems)
    return tuple(rules)
