"""import_mappings/*.toml: how another system's export becomes requests. Column mapping is data, not code."""

import codecs
from collections.abc import Iterable, Mapping
from pathlib import Path

from departments.packs.checks import CHANNELS, OUTCOMES, STATUSES, parse_time, slug_problem, zone_problem
from departments.packs.definitions import (
    CategoryDef,
    CityDef,
    DepartmentDef,
    FallbackPoint,
    ImportMapping,
    StatusRule,
)
from departments.packs.problems import Problems
from departments.packs.toml_file import Table, read_toml

FIELDS = (
    "external_id",
    "other_id",
    "type",
    "agency",
    "status",
    "opened_at",
    "updated_at",
    "due_at",
    "closed_at",
    "outcome",
    "channel",
    "address",
    "postal_code",
    "neighborhood",
    "district",
    "latitude",
    "longitude",
    "description",
    "on_time",
)
MIDNIGHT = "00:00:00"
FORMATS = ("csv", "json", "xlsx")
_KEYS = (
    "title",
    "source",
    "format",
    "encoding",
    "delimiter",
    "timezone",
    "date_formats",
    "missing",
    "columns",
    "required",
    "statuses",
    "channels",
    "types",
    "agencies",
    "outcomes",
    "on_time",
    "staff_found",
    "fallback_point",
    "address_suffixes",
    "date_only_times",
    "bounds_margin",
)


def _columns(root: Table) -> tuple[Mapping[str, str], tuple[str, ...]]:
    table = root.table("columns")
    table.only(*FIELDS)
    columns = table.data and root.text_map("columns")
    required = root.texts("required")
    for field in ("external_id", "type", "opened_at"):
        if field not in columns:
            table.problem(f"the column of {field!r} is missing")
    for field in required:
        if field not in columns:
            root.problem(f"required names {field!r}, which has no column", "required")
    return dict(columns), required


def _statuses(root: Table) -> Mapping[str, StatusRule]:
    table = root.table("statuses")
    if not table.data:
        table.problem("no status is mapped")
    rules: dict[str, StatusRule] = {}
    for raw in table.data:
        rule = table.table(raw)
        rule.only("status", "outcome", "flags")
        status, outcome = rule.choice("status", STATUSES), rule.text("outcome", required=False)
        if outcome and outcome not in OUTCOMES:
            rule.problem(f"outcome {outcome!r} is not one of {', '.join(OUTCOMES)}", "outcome")
        if bool(outcome) != (status == "closed"):
            rule.problem(
                "a closed status needs an outcome (not_recorded where the source has none), others have none"
            )
        rules[raw] = StatusRule(status, outcome, rule.texts("flags"))
    return rules


def _outcomes(root: Table) -> Mapping[str, str]:
    found = root.text_map("outcomes")
    for pattern, outcome in found.items():
        if outcome not in OUTCOMES:
            root.table("outcomes").problem(
                f"outcome {outcome!r} is not one of {', '.join(OUTCOMES)}", pattern
            )
    return found


def _date_only_times(root: Table) -> tuple[str, ...]:
    """Clock times that mean "no time given": midnight where the mapping names none; an empty list turns it off."""
    times = root.texts("date_only_times") if "date_only_times" in root.data else (MIDNIGHT,)
    for text in times:
        if parse_time(text) is None:
            root.problem(f"{text!r} is not a time of day such as '00:00:00'", "date_only_times")
    return times


def _targets(root: Table, key: str, base: Mapping[str, str], known: set[str], file: str) -> Mapping[str, str]:
    table = root.table(key)
    own = root.text_map(key)
    for raw, slug in own.items():
        if slug not in known:
            table.problem(f"{slug!r} is not in {file}", raw)
    return {**base, **own}


def _read_mapping(
    folder: Path,
    path: Path,
    problems: Problems,
    city: CityDef | None,
    departments: tuple[DepartmentDef, ...],
    categories: tuple[CategoryDef, ...],
) -> ImportMapping | None:
    root = read_toml(folder, path.relative_to(folder).as_posix(), problems)
    if root is None:
        return None
    root.only(*_KEYS)
    zone = root.text("timezone", default=city.timezone if city else "")
    root.problem(zone_problem(zone), "timezone")
    root.problem(slug_problem(root.text("source")), "source")
    encoding = root.text("encoding", default="utf-8-sig")
    try:
        codecs.lookup(encoding)
    except LookupError:
        root.problem(f"encoding {encoding!r} is unknown", "encoding")
    columns, required = _columns(root)
    channels = root.text_map("channels")
    for raw, channel in channels.items():
        if channel not in CHANNELS:
            root.table("channels").problem(f"channel {channel!r} is not one of {', '.join(CHANNELS)}", raw)
    staff = root.table("staff_found")
    staff.only("types", "channels", "agencies")
    on_time = root.table("on_time")
    on_time.only("on_time", "late")
    if on_time.data and "on_time" not in columns:
        on_time.problem("the column of 'on_time' is missing")
    points = tuple(
        FallbackPoint(
            latitude=point.number("latitude", least=-90, most=90),
            longitude=point.number("longitude", least=-180, most=180),
            tolerance=point.number("tolerance", default=0.0, least=0, most=1),
            flag=point.text("flag", default="fallback_point"),
        )
        for point in root.tables("fallback_point")
    )
    return ImportMapping(
        name=path.stem,
        title=root.text("title"),
        source=root.text("source"),
        format=root.choice("format", FORMATS),
        encoding=encoding,
        delimiter=root.text("delimiter", default=","),
        timezone=zone,
        date_formats=root.texts("date_formats", required=True),
        missing=("", *(text for text in root.texts("missing") if text)),
        columns=columns,
        required=required,
        statuses=_statuses(root),
        channels=channels,
        types=_targets(
            root,
            "types",
            {raw: category.slug for category in categories for raw in category.source_types},
            {category.slug for category in categories},
            "categories.csv",
        ),
        agencies=_targets(
            root,
            "agencies",
            {raw: department.slug for department in departments for raw in department.source_agencies},
            {department.slug for department in departments},
            "departments.csv",
        ),
        staff_types=staff.texts("types"),
        staff_channels=staff.texts("channels"),
        staff_agencies=staff.texts("agencies"),
        fallback_points=points,
        outcomes=_outcomes(root),
        on_time_words=on_time.texts("on_time"),
        late_words=on_time.texts("late"),
        address_suffixes=root.texts("address_suffixes"),
        date_only_times=_date_only_times(root),
        bounds_margin=root.number("bounds_margin", default=0.05, least=0, most=5),
    )


def read_mappings(
    folder: Path,
    problems: Problems,
    city: CityDef | None,
    departments: Iterable[DepartmentDef],
    categories: Iterable[CategoryDef],
) -> dict[str, ImportMapping]:
    """All mappings of the pack, by file name without ending."""
    found = (
        _read_mapping(folder, path, problems, city, tuple(departments), tuple(categories))
        for path in sorted((folder / "import_mappings").glob("*.toml"))
    )
    return {mapping.name: mapping for mapping in found if mapping}
