"""What a city pack says, as frozen values: no database, no settings, nothing to save.

Coordinates are WGS84 degrees; a point is (latitude, longitude); geometries are GeoJSON mappings (longitude first).
Every `line` is the line in the file that states the value, for messages of later steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from departments.kinds import AreaKind, Kind, PlaceRule, Priority, SlaUnit

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]
Geometry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CityDef:
    """city.toml. `hours` and `emergency` are texts by language code; `bounds` is west, south, east, north."""

    slug: str
    name: str
    full_name: str
    state: str
    state_code: str
    timezone: str
    languages: tuple[str, ...]
    phone: str
    phone_outside: str
    email: str
    website: str
    hours: Mapping[str, str]
    emergency: Mapping[str, str]
    latitude: float
    longitude: float
    zoom: int
    bounds: Bounds
    attribution: str
    number_digits: int
    number_zone: str


@dataclass(frozen=True, slots=True)
class HolidayDef:
    """A day on which a calendar's offices are closed."""

    date: date
    name: str


@dataclass(frozen=True, slots=True)
class CalendarDef:
    """calendars.toml. `hours` maps weekday (0 Monday) to opening spans in the city's zone; a missing day is closed."""

    slug: str
    name: str
    hours: Mapping[int, tuple[tuple[time, time], ...]]
    holidays: tuple[HolidayDef, ...]
    line: int


@dataclass(frozen=True, slots=True)
class DepartmentDef:
    """departments.csv. `public_name` is what residents read; `source_agencies` are raw names for the importer."""

    slug: str
    name: str
    short_name: str
    public_name: str
    phone: str
    email: str
    calendar: str
    active: bool
    source_agencies: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class GroupDef:
    """category_groups.csv, in the order in which residents see the groups."""

    slug: str
    name: str
    description: str
    order: int
    line: int


@dataclass(frozen=True, slots=True)
class CategoryDef:
    """categories.csv. `sla_amount` is None where nothing is promised (then `sla_unit` is NONE).

    `online`: offered on the web form. `public`: its requests are shown online. `sensitive_place`: the public
    place is snapped to the block. `source_types`: raw type names for the importer.
    """

    slug: str
    name: str
    group: str
    kind: Kind
    department: str
    description: str
    keywords: tuple[str, ...]
    sla_amount: int | None
    sla_unit: SlaUnit
    priority: Priority
    online: bool
    public: bool
    anonymous_allowed: bool
    place: PlaceRule
    sensitive_place: bool
    photo_hint: str
    active: bool
    source_types: tuple[str, ...]
    order: int
    line: int


@dataclass(frozen=True, slots=True)
class AreaDef:
    """One polygon of an area layer. `external_id` is unique within its kind."""

    kind: AreaKind
    external_id: str
    name: str
    geometry: Geometry


@dataclass(frozen=True, slots=True)
class AreaLayerDef:
    """areas.toml: a GeoJSON file of one kind. `note` is shown wherever the layer stands for something else."""

    kind: AreaKind
    title: str
    file: str
    note: str
    areas: tuple[AreaDef, ...]
    line: int


@dataclass(frozen=True, slots=True)
class PartnerDef:
    """partners.toml: an outside owner to whom requests are handed. `hand_over` is mail, open311, phone or none.

    `owns` says in plain words what this partner looks after.
    """

    slug: str
    name: str
    public_name: str
    phone: str
    email: str
    website: str
    hand_over: str
    owns: str
    line: int


@dataclass(frozen=True, slots=True)
class RoutingRuleDef:
    """routing_rules.toml: all stated conditions must hold, the lowest `order` wins.

    `categories` and `groups` are slugs (either matches), `areas` are (kind, external_id) (any of them),
    `words` are phrases of the description or the address (any, whole words, no case), `channels` are intake channels.
    The result is a `department` or a `partner` (with a partner, `department` keeps track of it).
    """

    slug: str
    name: str
    order: int
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    areas: tuple[tuple[AreaKind, str], ...]
    words: tuple[str, ...]
    channels: tuple[str, ...]
    department: str | None
    partner: str | None
    reason: str
    active: bool
    line: int


@dataclass(frozen=True, slots=True)
class StreetSegment:
    """One centre line. House numbers are None where a side has no range; `points` run from "from" to "to".

    `name` is upper case as published ("HOLLIDAY ST"), `kind` is street, alley, ramp, rail, private or other,
    `road_class` is interstate, freeway, major, minor, collector, local or empty.
    """

    name: str
    kind: str
    road_class: str
    from_left: int | None
    to_left: int | None
    from_right: int | None
    to_right: int | None
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Intersection:
    """A crossing of two or more named streets."""

    names: tuple[str, ...]
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place people know by name; `address` and `aliases` may be empty."""

    name: str
    kind: str
    latitude: float
    longitude: float
    address: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceShape:
    """A park or a water body (`kind` is park or water) with its outline, for the map and for "in a park"."""

    name: str
    kind: str
    geometry: Geometry


@dataclass(frozen=True, slots=True)
class Places:
    """Everything under places/; all empty for a city without street data."""

    streets: tuple[StreetSegment, ...] = ()
    intersections: tuple[Intersection, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    shapes: tuple[PlaceShape, ...] = ()


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A line of texts/*.csv. `scope` is "category:<slug>", "kind:<kind>" or "*".

    `use` is description, answer, public_note or internal_note; `outcome` is set for answers only. Placeholders:
    {street} {block} {neighborhood} {landmark} {department} {weekday} {date} {days} {partner} {name}.
    """

    use: str
    scope: str
    outcome: str
    language: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class CategoryStats:
    """stats.toml [category.<slug>]. Shares are 0 to 1; times are hours from opening to closing.

    `staff_share`: found by staff rather than reported; `closed_share`: closed in the end; `same_minute_share`: closed
    as they were opened; `season`: twelve monthly weights around 1.
    """

    category: str
    share: float
    staff_share: float
    closed_share: float
    same_minute_share: float
    median_hours: float
    p90_hours: float
    season: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StormDef:
    """A storm of each matching year: it starts on `month`/`day`, lasts `days`; `factors` multiply volumes by category."""

    name: str
    month: int
    day: int
    days: int
    years: str
    factors: Mapping[str, float]
    slowdown: float


@dataclass(frozen=True, slots=True)
class CityStats:
    """stats.toml. Weights of hours (24, by weekday and weekend), weekdays (7, Monday first), months (12), shares by name.

    `outcomes` maps "kind:<kind>" or "category:<slug>" to outcome -> share of closed requests.
    """

    requests_per_year: int
    growth_per_year: float
    weekday_hours: tuple[float, ...]
    weekend_hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    months: tuple[float, ...]
    channels: Mapping[str, float]
    languages: Mapping[str, float]
    anonymous_share: float
    email_share: float
    photo_shares: Mapping[str, float]
    duplicate_share: float
    reopened_share: float
    rerouted_share: float
    categories: Mapping[str, CategoryStats]
    outcomes: Mapping[str, Mapping[str, float]]
    storms: tuple[StormDef, ...]


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What a source status means: our status, our outcome (closed only), and flags to set."""

    status: str
    outcome: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FallbackPoint:
    """A position a source's geocoder gives when it finds nothing: kept with a flag, left out of figures and maps."""

    latitude: float
    longitude: float
    tolerance: float
    flag: str


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """import_mappings/<name>.toml. `columns` maps our field to the source's column.

    Fields: external_id, other_id, type, agency, status, opened_at, updated_at, due_at, closed_at, outcome, channel,
    address, postal_code, neighborhood, district, latitude, longitude, description.
    `types` and `agencies` are raw name -> category / department slug, gathered from categories.csv and departments.csv
    plus the mapping's own. `staff_types`, `staff_channels`, `staff_agencies` mark work found by staff
    (a trailing or leading * matches any text).
    """

    name: str
    title: str
    source: str
    format: str
    encoding: str
    delimiter: str
    timezone: str
    date_formats: tuple[str, ...]
    missing: tuple[str, ...]
    columns: Mapping[str, str]
    required: tuple[str, ...]
    statuses: Mapping[str, StatusRule]
    channels: Mapping[str, str]
    types: Mapping[str, str]
    agencies: Mapping[str, str]
    staff_types: tuple[str, ...]
    staff_channels: tuple[str, ...]
    staff_agencies: tuple[str, ...]
    fallback_points: tuple[FallbackPoint, ...]
    address_suffixes: tuple[str, ...]
    date_only_times: tuple[str, ...]
    bounds_margin: float
    line: int = 1


@dataclass(frozen=True, slots=True)
class CityPack:
    """A whole pack, checked. `digest` changes when any of its files does."""

    path: Path
    digest: str
    city: CityDef
    calendars: tuple[CalendarDef, ...]
    departments: tuple[DepartmentDef, ...]
    groups: tuple[GroupDef, ...]
    categories: tuple[CategoryDef, ...]
    area_layers: tuple[AreaLayerDef, ...]
    partners: tuple[PartnerDef, ...]
    routing_rules: tuple[RoutingRuleDef, ...]
    places: Places
    texts: tuple[TextTemplate, ...]
    stats: CityStats | None
    mappings: Mapping[str, ImportMapping] = field(default_factory=dict)
