"""A complete city pack in a folder of a few files, for tests that load one."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

from departments.packs import polyline

SLUG = "tinytown"
HOLLIDAY = ((39.2905, -76.6102), (39.2915, -76.6102))

CITY = f"""
format = 1
slug = "{SLUG}"
name = "Tinytown"
full_name = "City of Tinytown"
state = "Maryland"
state_code = "MD"
timezone = "America/New_York"
languages = ["en", "es"]
phone = "311"
phone_outside = "410-555-0100"
email = "info@tinytown.example"
website = "https://tinytown.example"
attribution = "Drawn for tests"
[hours]
en = "Every day from 6 a.m. to 10 p.m."
es = "Todos los días de 6 a.m. a 10 p.m."
[emergency]
en = "Danger to life? Call 911."
es = "¿Hay peligro para la vida? Llame al 911."
[map]
latitude = 39.3
longitude = -76.6
zoom = 12
bounds = [-76.7, 39.2, -76.5, 39.4]
[numbers]
digits = 6
zone = "America/New_York"
"""

CALENDARS = """
[holiday_lists.local]
2026-01-01 = "New Year's Day"
2026-07-03 = "Independence Day (observed)"

[[calendar]]
slug = "office"
name = "Office hours"
holidays = ["local"]
[calendar.hours]
monday = ["08:00-12:00", "13:00-16:30"]
tuesday = ["08:00-16:30"]
wednesday = ["08:00-16:30"]
thursday = ["08:00-16:30"]
friday = ["08:00-16:30"]
"""

DEPARTMENTS = """slug,name,short_name,public_name,phone,email,calendar,active,source_agencies
streets,Department of Streets,Streets,the Department of Streets,410-555-0101,streets@tinytown.example,office,yes,STREETS
waste,Bureau of Waste,Waste,the Bureau of Waste,410-555-0102,waste@tinytown.example,office,yes,WASTE
"""

GROUPS = """slug,name,description
roads,Roads and sidewalks,Potholes and lights.
home,Trash and recycling,Collection at home.
"""

CATEGORIES = """slug,name,group,kind,department,description,keywords,sla_amount,sla_unit,priority,online,public,\
anonymous_allowed,place,sensitive_place,photo_hint,active,source_types
pothole,Pothole,roads,repair,streets,A hole in the road.,pothole|hole|bache,5,calendar_days,normal,yes,yes,yes,,no,,yes,POTHOLE
street-light,Street light,roads,repair,streets,A street light is out.,light|lamp|luz,10,calendar_days,high,yes,yes,yes,,no,,yes,LIGHT
missed-trash,Missed trash,home,collect,waste,Your trash was not taken.,trash|garbage|basura,1,business_days,normal,yes,no,yes,,yes,,yes,
question,Question,home,answer,waste,Ask us something.,question|ask|pregunta,,none,low,yes,no,yes,,no,,yes,
"""

AREAS = """
[[layer]]
kind = "council_district"
title = "Council district"
file = "districts.geojson"
id = "id"
name = "name"
"""

PARTNERS = """
[[partner]]
slug = "power"
name = "Tiny Power Company"
public_name = "the power company"
phone = "410-555-0109"
email = "power@tinytown.example"
website = "https://power.example"
hand_over = "mail"
owns = "Power lines and poles."
"""

RULES = """
[[rule]]
slug = "wires"
name = "Wires go to the power company"
order = 10
groups = ["roads"]
words = ["wire down"]
partner = "power"
department = "streets"
reason = "Wires belong to the power company."

[[rule]]
slug = "east-calls"
name = "Calls from the east go to waste"
order = 20
areas = ["council_district:2"]
channels = ["phone", "email"]
department = "waste"
reason = "The east has its own desk."
"""

LANDMARKS = """name,kind,latitude,longitude,address,aliases
City Hall,public_building,39.2908,-76.6106,100 Holliday Street,town hall
"""

STREETS: tuple[tuple[Any, ...], ...] = (
    ("HOLLIDAY ST", "street", "", 100, 198, 101, 199, HOLLIDAY),
    ("HOLLIDAY ST", "street", "", 200, 298, 201, 299, ((39.2915, -76.6102), (39.2925, -76.6102))),
    ("E FAYETTE ST", "street", "major", 301, 399, 300, 398, ((39.2905, -76.612), (39.2905, -76.6102))),
    ("E NORTH AVE", "street", "major", 1401, 1499, 1400, 1498, ((39.312, -76.5994), (39.312, -76.598))),
    ("W NORTH AVE", "street", "major", 1401, 1499, 1400, 1498, ((39.312, -76.638), (39.312, -76.6394))),
    ("N CHARLES ST", "street", "minor", 2000, 2098, 2001, 2099, ((39.311, -76.6168), (39.313, -76.6168))),
    ("SAINT PAUL ST", "street", "collector", 100, 198, 101, 199, ((39.29, -76.614), (39.292, -76.614))),
    ("MC HENRY ST", "street", "", 1200, 1298, 1201, 1299, ((39.284, -76.64), (39.284, -76.638))),
    ("CHESTERFIELD ROAD", "street", "", 10, 98, 11, 99, ((39.32, -76.57), (39.321, -76.57))),
    ("SPRING LANE", "street", "", "", "", "", "", ((39.33, -76.57), (39.331, -76.57))),
    ("HOLLIDAY-ALLEY-GAY", "alley", "", "", "", "", "", ((39.2909, -76.6102), (39.2909, -76.6092))),
    ("RAMP", "ramp", "", "", "", "", "", ((39.2935, -76.6102), (39.2945, -76.6112))),
    ("I 83 N", "street", "interstate", "", "", "", "", ((39.2935, -76.6102), (39.3035, -76.6132))),
)
CROSSINGS = (
    ("E FAYETTE ST|HOLLIDAY ST", 39.2905, -76.6102),
    ("N CHARLES ST|RAMP|W NORTH AVE", 39.312, -76.6168),
)


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A GeoJSON polygon."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(name: str, geometry: dict[str, Any], id_: str = "") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"id": id_, "name": name}, "geometry": geometry}


def make_tiny_pack(tmp_path: Path) -> Path:
    """Write the pack into `tmp_path`/tinytown and return that folder. District 1 lies west of -76.6, 2 east of it."""
    folder = tmp_path / SLUG
    (folder / "areas").mkdir(parents=True)
    (folder / "places").mkdir()
    texts = {
        "city.toml": CITY,
        "calendars.toml": CALENDARS,
        "departments.csv": DEPARTMENTS,
        "category_groups.csv": GROUPS,
        "categories.csv": CATEGORIES,
        "areas.toml": AREAS,
        "partners.toml": PARTNERS,
        "routing_rules.toml": RULES,
        "places/landmarks.csv": LANDMARKS,
    }
    for name, text in texts.items():
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    districts = [
        feature("District 1", square(-76.7, 39.2, -76.6, 39.4), "1"),
        feature("District 2", square(-76.6, 39.2, -76.5, 39.4), "2"),
    ]
    _geojson(folder / "areas/districts.geojson", districts)
    _geojson(
        folder / "places/parks.geojson.gz", [feature("Tiny Park", square(-76.62, 39.28, -76.61, 39.285))]
    )
    _geojson(folder / "places/water.geojson.gz", [feature("", square(-76.55, 39.2, -76.5, 39.25))])
    rows = [(*street[:-1], polyline.encode(street[-1])) for street in STREETS]
    header = ("name", "kind", "road_class", "from_left", "to_left", "from_right", "to_right", "line")
    _table(folder / "places/streets.csv.gz", header, rows)
    _table(folder / "places/intersections.csv.gz", ("names", "latitude", "longitude"), CROSSINGS)
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a text in one of the pack's files."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _geojson(path: Path, features: list[dict[str, Any]]) -> None:
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def _table(path: Path, header: tuple[str, ...], rows: Any) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
