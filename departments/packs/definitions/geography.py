"""Areas, partners, routing rules and the places people name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from departments.kinds import AreaKind

Point = tuple[float, float]
Geometry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AreaDef:
    """One polygon of an area layer. `external_id` is unique within its kind.

    `partner` is the slug of who answers for it, in the layer of neighbors outside the city alone. `population` is how
    many people live in it, counted in `population_year`; None for both where the pack has no figure.
    """

    kind: AreaKind
    external_id: str
    name: str
    geometry: Geometry
    partner: str = ""
    population: int | None = None
    population_year: int | None = None


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

    `owns` says in plain words what this partner looks after. `roads` are names of streets.csv.gz, or beginnings of
    them ("I 95"), that belong to this partner.
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
    roads: tuple[str, ...] = ()


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
