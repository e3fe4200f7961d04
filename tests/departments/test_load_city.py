"""Loading a pack: everything arrives, twice changes nothing, what vanished is retired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from departments.models import (
    Area,
    Calendar,
    Category,
    City,
    Department,
    Holiday,
    Intersection,
    Landmark,
    Partner,
    RoutingRule,
    Street,
    StreetSegment,
)
from tests.departments.conftest import PACKS, load
from tests.departments.tiny_pack import change

pytestmark = pytest.mark.django_db


def test_everything_arrives(tiny_city: Path) -> None:
    city = City.current()
    assert (city.slug, city.name, city.version) == ("tinytown", "Tinytown", 1)
    assert city.phone_hours == "Every day from 6 a.m. to 10 p.m."
    assert city.bounds == (-76.7, 39.2, -76.5, 39.4)
    assert city.pack_path == str(tiny_city)
    pothole = Category.objects.get(slug="pothole")
    assert (pothole.department.slug, pothole.sla_amount, pothole.sla_unit) == ("streets", 5, "calendar_days")
    assert pothole.keyword_list == ["pothole", "hole", "bache"]
    assert pothole.source_types == ["POTHOLE"]
    assert not Category.objects.get(slug="missed-trash").is_public
    assert Department.objects.get(slug="streets").name == "Department of Streets"
    assert Area.objects.get(slug="1").east == -76.6
    assert Partner.objects.get().owns == "Power lines and poles."


def test_hours_and_holidays(tiny_pack: Path) -> None:
    said = load(tiny_pack)
    assert "calendars.toml:5: office: the 2 spans of Monday count as 08:00 to 16:30" in said
    calendar = Calendar.objects.get()
    assert calendar.hours == [["08:00", "16:30"]] * 5 + [None, None]
    assert {str(holiday.day) for holiday in calendar.holidays.all()} == {"2026-01-01", "2026-07-03"}


def test_rules_reach_groups_areas_and_channels(tiny_city: Path) -> None:
    wires = RoutingRule.objects.get(slug="wires")
    assert {category.slug for category in wires.categories.all()} == {"pothole", "street-light"}
    assert (wires.partner.slug, wires.department.slug, wires.words) == ("power", "streets", "wire down")
    east = RoutingRule.objects.filter(slug__startswith="east-calls").order_by("channel")
    assert [rule.channel for rule in east] == ["email", "phone"]
    assert all([area.name for area in rule.areas.all()] == ["District 2"] for rule in east)


def test_the_second_time_says_unchanged(tiny_city: Path, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        assert load(tiny_city).strip() == "Tinytown: unchanged (version 1)"


def test_loading_again_keeps_rows_and_counts(tiny_city: Path) -> None:
    before = {category.slug: category.pk for category in Category.objects.all()}
    segments = StreetSegment.objects.count()
    said = load(tiny_city, force=True)
    assert "categories: no change" in said
    assert City.current().version == 2
    assert {category.slug: category.pk for category in Category.objects.all()} == before
    assert StreetSegment.objects.count() == segments == 13
    assert (Intersection.objects.count(), Landmark.objects.count()) == (2, 2)
    assert RoutingRule.objects.count() == 3


def test_what_vanished_is_retired_and_what_changed_is_changed(tiny_city: Path) -> None:
    lines = (tiny_city / "categories.csv").read_text().splitlines(keepends=True)
    (tiny_city / "categories.csv").write_text(
        "".join(line for line in lines if not line.startswith("question"))
    )
    change(tiny_city, "categories.csv", "A hole in the road.", "A deep hole in the road.")
    change(tiny_city, "calendars.toml", '2026-07-03 = "Independence Day (observed)"\n', "")
    said = load(tiny_city)
    assert "categories: 1 changed, 1 retired" in said
    assert not Category.objects.get(slug="question").is_active
    assert Category.objects.get(slug="pothole").description == "A deep hole in the road."
    assert Holiday.objects.count() == 1
    assert City.current().version == 2


def test_a_mistake_is_named_with_file_and_line_and_nothing_is_written(tiny_pack: Path) -> None:
    change(tiny_pack, "categories.csv", "5,calendar_days", "5,day")
    with pytest.raises(CommandError, match=r"categories\.csv:2: "):
        load(tiny_pack)
    assert not City.objects.exists()


def test_a_value_too_long_for_its_column_is_named_with_file_and_line(tiny_city: Path) -> None:
    change(tiny_city, "departments.csv", "Waste,the Bureau", "W" * 41 + ",the Bureau")
    with pytest.raises(CommandError, match=r"departments\.csv:3: .*short_name"):
        load(tiny_city)
    assert City.objects.get().version == 1


def test_the_slug_must_be_the_configured_one(tiny_pack: Path, settings: Any) -> None:
    settings.CITY_SLUG = "baltimore"
    with pytest.raises(CommandError, match="CIVIC311_CITY=tinytown"):
        load(tiny_pack)


def test_a_database_serves_one_city(tiny_city: Path, settings: Any) -> None:
    settings.CITY_SLUG = "othertown"
    change(tiny_city, "city.toml", 'slug = "tinytown"', 'slug = "othertown"')
    with pytest.raises(CommandError, match="serves the city 'tinytown' already"):
        load(tiny_city)


def test_old_tiles_go(tiny_pack: Path, settings: Any) -> None:
    old = Path(settings.TILE_CACHE_DIR) / "0-0"
    old.mkdir(parents=True)
    load(tiny_pack)
    assert not old.exists()


def test_the_county_without_streets(settings: Any) -> None:
    settings.CITY_SLUG = "anne-arundel"
    said = load(PACKS / "anne_arundel")
    assert "streets: 0" in said
    assert Category.objects.count() >= 40
    assert not Street.objects.exists()
    assert Landmark.objects.filter(name="Glen Burnie", kind="place").exists()
