"""How the map looks: calm ground, quiet roads, so that pins and names stand out. Widths are in CSS pixels."""

from collections.abc import Iterable
from dataclasses import dataclass

# Raise it when tiles are drawn differently, so that stored ones are not used any more.
STYLE = 1

LAND_OUTSIDE = "#e9e8e4"
LAND = "#f6f4ef"
WATER = "#b9d8e8"
PARK = "#d5e8cc"
TOWN = "#ece9df"
TOWN_EDGE = "#d3cdbd"
OUTLINE = "#9d93ab"
HALO = "#ffffff"
STREET_NAME = "#4a4a4f"
AREA_NAME = "#6d6478"
PARK_NAME = "#47703f"
WATER_NAME = "#3f6f8c"


@dataclass(frozen=True)
class Road:
    """A class of road. `widths` holds the width from `first_zoom` on, one for each zoom."""

    first_zoom: int
    widths: tuple[float, ...]
    fill: str
    casing: str
    label_zoom: int

    def width(self, zoom: int) -> float:
        """The width at a zoom; 0 where the road is not drawn."""
        at = zoom - self.first_zoom
        return self.widths[min(at, len(self.widths) - 1)] if at >= 0 else 0.0


# From the least to the most important: the order of drawing.
ROADS = {
    "alley": Road(15, (0.7, 1.6, 3.0, 5.0, 8.0), "#fbfaf7", "#dedad1", 99),
    "local": Road(13, (0.8, 1.5, 3.2, 5.6, 9.0, 14.0, 20.0), "#ffffff", "#d8d3c8", 16),
    "collector": Road(12, (0.9, 1.4, 2.3, 4.0, 6.8, 10.0, 16.0, 22.0), "#ffffff", "#d3cdc0", 15),
    "ramp": Road(12, (0.8, 1.2, 2.0, 3.2, 5.0, 7.5, 11.0, 15.0), "#fae3b5", "#d8b878", 99),
    "minor": Road(11, (0.8, 1.2, 1.9, 3.0, 4.8, 7.5, 11.0, 17.0, 24.0), "#fffaf0", "#d0c6ae", 14),
    "major": Road(10, (0.9, 1.2, 1.8, 2.6, 3.8, 5.6, 8.2, 12.0, 18.0, 25.0), "#fdeec9", "#d9c48f", 14),
    "highway": Road(10, (1.5, 1.9, 2.5, 3.3, 4.4, 6.2, 8.6, 12.5, 17.0, 22.0), "#f8d79b", "#cfa45c", 13),
}
_GIVEN = {
    "collector": ("collector",),
    "minor": ("minor",),
    "major": ("major",),
    "highway": ("interstate", "freeway"),
}
RANK = {name: rank for rank, name in enumerate(ROADS)}


def road_name(kind: str, road_class: str) -> str:
    """The style's class of a segment."""
    if kind in {"alley", "private", "other"} and not road_class:
        return "alley"
    if kind == "ramp":
        return "ramp"
    if road_class in {"interstate", "freeway"}:
        return "highway"
    return road_class if road_class in {"major", "minor", "collector"} else "local"


def pack_classes(names: Iterable[str]) -> list[str]:
    """The pack's road classes behind the style's."""
    return [given for name in names for given in _GIVEN.get(name, ())]


def classes_from(zoom: int) -> list[str] | None:
    """The pack's road classes drawn at a zoom, for the query; None when all are."""
    if ROADS["local"].width(zoom):
        return None
    return pack_classes(name for name, road in ROADS.items() if road.width(zoom))
