"""The city, its calendars, departments and categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from departments.kinds import Kind, PlaceRule, Priority, SlaUnit

Bounds = tuple[float, float, float, float]


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
class HelpGroup:
    """A group of volunteers, or where tools are lent."""

    name: str
    url: str
    phone: str


@dataclass(frozen=True, slots=True)
class HelpDef:
    """How people can act themselves, in one language."""

    safe: str
    tools: str
    groups: tuple[HelpGroup, ...]


@dataclass(frozen=True, slots=True)
class DetailDef:
    """category_details.toml. `nearby_m` None takes the kind's radius; `help` and `notice` are by language code."""

    slug: str
    nearby_m: int | None
    comments: bool
    closing_photo: bool
    help: Mapping[str, HelpDef]
    notice: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class EscalationDef:
    """A rule of escalation.toml: `hours` after the due date, negative for before; empty slugs mean every one."""

    name: str
    hours: int
    role: str
    department: str
    category: str
    priority: int
    line: int
