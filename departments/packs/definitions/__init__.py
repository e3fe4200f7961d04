"""What a city pack says, as frozen values: no database, no settings, nothing to save.

Coordinates are WGS84 degrees; a point is (latitude, longitude); geometries are GeoJSON mappings (longitude first).
Every `line` is the line in the file that states the value, for messages of later steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from departments.packs.definitions.catalogue import (
    Bounds,
    CalendarDef,
    CategoryDef,
    CityDef,
    DepartmentDef,
    DetailDef,
    EscalationDef,
    GroupDef,
    HelpDef,
    HelpGroup,
    HolidayDef,
)
from departments.packs.definitions.desk import DeskDef
from departments.packs.definitions.geography import (
    AreaDef,
    AreaLayerDef,
    Geometry,
    Intersection,
    Landmark,
    PartnerDef,
    Places,
    PlaceShape,
    Point,
    RoutingRuleDef,
    StreetSegment,
)
from departments.packs.definitions.imports import (
    FallbackPoint,
    ImportMapping,
    StatusRule,
)
from departments.packs.definitions.questions import OptionDef, QuestionDef
from departments.packs.definitions.replies import ReplyDef
from departments.packs.definitions.samples import (
    CategoryStats,
    CityStats,
    StormDef,
    TextTemplate,
)

__all__ = [
    "AreaDef",
    "AreaLayerDef",
    "Bounds",
    "CalendarDef",
    "CategoryDef",
    "CategoryStats",
    "CityDef",
    "CityPack",
    "CityStats",
    "DepartmentDef",
    "DeskDef",
    "DetailDef",
    "EscalationDef",
    "FallbackPoint",
    "Geometry",
    "GroupDef",
    "HelpDef",
    "HelpGroup",
    "HolidayDef",
    "ImportMapping",
    "Intersection",
    "Landmark",
    "OptionDef",
    "PartnerDef",
    "PlaceShape",
    "Places",
    "Point",
    "QuestionDef",
    "ReplyDef",
    "RoutingRuleDef",
    "StatusRule",
    "StormDef",
    "StreetSegment",
    "TextTemplate",
]


@dataclass(frozen=True, slots=True)
class CityPack:
    """A whole pack, checked. `digest` changes when any of its files does; `notes` are no mistakes, but worth a look.

    `translations` are texts in other languages, by table and slug, then language and field.
    """

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
    questions: tuple[QuestionDef, ...] = ()
    translations: Mapping[tuple[str, str], Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def translated(self, table: str, slug: str) -> dict[str, dict[str, str]]:
        """The texts of one row in other languages: ``{"es": {"name": "Bache"}}``."""
        return {language: dict(texts) for language, texts in self.translations.get((table, slug), {}).items()}

    details: tuple[DetailDef, ...] = ()
    replies: tuple[ReplyDef, ...] = ()
    desk: DeskDef = field(default_factory=DeskDef)
    escalation: tuple[EscalationDef, ...] = ()
