"""City packs: both that ship are sound, and every mistake is named with its file and line."""

import csv
import gzip
import os
import re
import shutil
from pathlib import Path

import pytest
from shapely import STRtree
from shapely.geometry import Point, shape

from departments.kinds import AreaKind, SlaUnit
from departments.packs import PackError, bundled_packs, polyline, read_pack
from departments.packs.checks import words_problem
from departments.packs.definitions import CityPack

NAMES = ("anne_arundel", "baltimore")
DATA = os.environ.get("CIVIC311_TEST_DATA", "")
realdata = [pytest.mark.realdata, pytest.mark.skipif(not DATA, reason="CIVIC311_TEST_DATA is not set")]


@pytest.fixture(scope="module")
def packs() -> dict[str, CityPack]:
    return {name: read_pack(path, with_places=name == "baltimore") for name, path in bundled_packs().items()}


def test_bundled_packs_are_read_without_problems(packs: dict[str, CityPack]) -> None:
    assert tuple(packs) == NAMES
    assert len(packs["baltimore"].groups) == 9
    assert len(packs["anne_arundel"].categories) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_every_category_is_described_in_plain_words(packs: dict[str, CityPack], name: str) -> None:
    for category in packs[name].categories:
        assert category.description.endswith(".")
        assert category.keywords
        assert not words_problem(f"{category.name} {category.description} {category.photo_hint}")


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_in_plain_words_and_every_kind_has_a_description(
    packs: dict[str, CityPack], name: str
) -> None:
    texts = packs[name].texts
    assert not [text for text in texts if text.use in {"answer", "public_note"} and words_problem(text.text)]
    described = {text.scope for text in texts if text.use == "description"}
    assert {f"kind:{category.kind.value}" for category in packs[name].categories} <= described
    assert "es" in {text.language for text in texts}


def test_baltimore_promises_are_calendar_days(packs: dict[str, CityPack]) -> None:
    units = {category.sla_unit for category in packs["baltimore"].categories}
    assert units == {SlaUnit.CALENDAR_DAYS, SlaUnit.NONE}


def test_anne_arundel_promises_only_what_is_published(packs: dict[str, CityPack]) -> None:
    by_slug = {category.slug: category for category in packs["anne_arundel"].categories}
    assert (by_slug["pothole"].sla_amount, by_slug["pothole"].sla_unit) == (2, SlaUnit.BUSINESS_DAYS)
    assert by_slug["recycling-container"].sla_amount is None
    assert by_slug["missed-trash"].sla_unit == SlaUnit.NONE


def test_house_districts_say_what_they_stand_for(packs: dict[str, CityPack]) -> None:
    (layer,) = [item for item in packs["anne_arundel"].area_layers if item.kind == AreaKind.HOUSE_DISTRICT]
    assert "stand in" in layer.note


def test_100_holliday_street_is_in_the_ranges(packs: dict[str, CityPack]) -> None:
    streets = packs["baltimore"].places.streets
    (segment,) = [item for item in streets if item.name == "HOLLIDAY ST" and item.from_left == 100]
    assert (segment.to_left, segment.from_right, segment.to_right) == (198, 101, 199)
    assert segment.points[0] == pytest.approx((39.29050, -76.61025), abs=1e-5)


def test_places_hold_no_missing_names(packs: dict[str, CityPack]) -> None:
    places = packs["baltimore"].places
    assert len(places.streets) > 46_000
    assert len(places.intersections) > 10_000
    assert not [item for item in places.streets if item.name in {"", "<NA>", "RAMP"}]
    assert not [item for item in places.intersections if "<NA>" in item.names]


def test_holidays_fall_on_observed_days(packs: dict[str, CityPack]) -> None:
    (calendar,) = [item for item in packs["baltimore"].calendars if item.slug == "city-hours"]
    days = {item.date.isoformat() for item in calendar.holidays}
    assert {"2024-01-01", "2026-07-03", "2026-11-26", "2027-12-31", "2028-11-10"} <= days
    assert "2026-07-04" not in days


@pytest.mark.parametrize(
    "points", [((39.2905, -76.61025), (39.2913, -76.6103)), ((-1.0, 0.0), (0.00001, 179.99999))]
)
def test_polyline_comes_back(points: tuple[tuple[float, float], ...]) -> None:
    assert polyline.decode(polyline.encode(points)) == points


@pytest.mark.parametrize("text", ["_p~iF", "a b", "\x7f\x7f"])
def test_polyline_refuses_what_is_cut_or_foreign(text: str) -> None:
    with pytest.raises(ValueError, match="encoded line"):
        polyline.decode(text)


BREAKS = [
    ("categories.csv", "calendar_days", "day", "sla_unit 'day' is not one of business_hours"),
    ("categories.csv", ",collect,", ",fetch,", "kind 'fetch' is not one of repair"),
    ("categories.csv", ",solid-waste,", ",nobody,", "department 'nobody' is not in departments.csv"),
    ("categories.csv", "Missed trash", "Ticket: missed trash", "is not a plain word"),
    ("categories.csv", "was not taken.", "was not taken!", "no exclamation marks"),
    ("categories.csv", "slug,name", "slug,title", "the column 'name' is missing"),
    ("categories.csv", "pothole,Pothole", "missed-trash,Pothole", "'missed-trash' stands already in line"),
    ("departments.csv", "round-the-week", "never", "calendar 'never' is not in calendars.toml"),
    ("calendars.toml", "08:30-16:30", "16:30-08:30", "is not a span such as"),
    ("calendars.toml", "2026-07-03", "2026-07-33", "is not a date such as"),
    ("city.toml", "America/New_York", "Baltimore", "is not a time zone"),
    ("city.toml", "zoom = 12", "zoom 12", "not valid TOML"),
    ("city.toml", "phone_outside", "fone_outside", "'fone_outside' is unknown here"),
    ("routing_rules.toml", '"alley"', '3, "alley"', "words is not a list of texts"),
    (
        "routing_rules.toml",
        'partner = "mta"',
        'partner = "nobody"',
        "partner 'nobody' is not in partners.toml",
    ),
    ("areas.toml", "council_district", "ward", "kind 'ward' is not one of council_district"),
    ("areas/neighbors.geojson", '"howard-county"', '"nowhere"', "partner 'nowhere' is not in partners.toml"),
    ("areas/neighbors.geojson", '"howard-county"', '""', "a neighbor needs a partner"),
    ("areas/council_districts.geojson", '"coordinates"', '"coords"', "coordinates that can't be read"),
    (
        "stats.toml",
        "[category.pothole]",
        "[category.potholes]",
        "category 'potholes' is not in categories.csv",
    ),
    ("texts/answers.csv", "{weekday}", "{day}", "placeholder {day} is not one of"),
    (
        "import_mappings/baltimore_2018.toml",
        'status = "new"',
        'status = "fresh"',
        "status 'fresh' is not one of",
    ),
    ("places/landmarks.csv", "39.2908", "49.2908", "lies outside the bounds"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BREAKS, ids=[f"{b[0]}-{b[2]}" for b in BREAKS])
def test_mistake_is_named_with_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(bundled_packs()["baltimore"], folder, ignore=shutil.ignore_patterns("*.gz"))
    text = (folder / file).read_text(encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    found = [problem for problem in caught.value.problems if message in problem.message]
    assert found, str(caught.value)
    assert found[0].file == file
    assert found[0].line in ({0, line} if file.endswith("json") else {line})
    assert re.search(rf"^{re.escape(file)}:", str(caught.value), re.MULTILINE)


def test_all_problems_are_collected_and_missing_files_named(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(bundled_packs()["anne_arundel"], folder, ignore=shutil.ignore_patterns("*.gz"))
    (folder / "departments.csv").unlink()
    (folder / "partners.toml").unlink()
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    assert {problem.file for problem in caught.value.problems if problem.line == 0} == {
        "departments.csv",
        "partners.toml",
    }
    assert len(caught.value.problems) > 50


def test_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="there is no such folder"):
        read_pack(tmp_path / "nowhere")


class TestRealData:
    pytestmark = realdata

    def test_every_source_type_and_agency_is_mapped(self, packs: dict[str, CityPack]) -> None:
        mapping = packs["baltimore"].mappings["baltimore_2018"]
        with (Path(DATA) / "services/baltimore_2018.csv").open(newline="", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
        assert {row["SRType"] for row in rows} <= set(mapping.types)
        assert {row["Agency"] for row in rows} <= set(mapping.agencies)

    def test_council_districts_agree_with_the_source(self, packs: dict[str, CityPack]) -> None:
        layers = packs["baltimore"].area_layers
        areas = next(layer.areas for layer in layers if layer.kind == AreaKind.COUNCIL_DISTRICT)
        tree = STRtree([shape(dict(area.geometry)) for area in areas])
        path = Path(DATA) / "requests/baltimore_2018/311_sample.csv.gz"
        with gzip.open(path, "rt", newline="", encoding="utf-8") as handle:
            rows = [row for row in csv.DictReader(handle) if row["Latitude"] not in {"", "39"}]
        inside = named = 0
        for row in rows:
            hits = tree.query(Point(float(row["Longitude"]), float(row["Latitude"])), predicate="intersects")
            inside += bool(len(hits))
            named += any(areas[hit].external_id == row["CouncilDistrict"] for hit in hits)
        assert (len(rows), inside, named) == (8518, 8330, 8196)
