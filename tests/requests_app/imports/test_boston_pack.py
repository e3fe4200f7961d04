"""The Boston pack: sound, complete for its file, and enough for a demonstration although it has no map."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from departments.packs import PackError, read_pack
from requests_app.models import ServiceRequest
from tests.realdata.oracles import BOSTON_PACK

MAPPING = "import_mappings/boston_2011.toml"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('= "violation_found"', '= "violation"', "outcome 'violation' is not one of"),
        ('["00:00:00"]', '["midnight"]', "'midnight' is not a time of day"),
        ('on_time = "ontime"\n', "", "the column of 'on_time' is missing"),
        ('late = ["OVERDUE"]', 'overdue = ["OVERDUE"]', "'overdue' is unknown here"),
    ],
)
def test_mistakes_of_a_mapping_are_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = tmp_path / "boston"
    shutil.copytree(BOSTON_PACK, folder)
    text = (folder / MAPPING).read_text(encoding="utf-8")
    assert old in text
    (folder / MAPPING).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    assert [problem for problem in caught.value.problems if message in problem.message], str(caught.value)


@pytest.mark.django_db
def test_a_history_is_made_without_any_area(settings: Any) -> None:
    settings.CITY_SLUG = "boston"
    call_command("load_city", str(BOSTON_PACK), verbosity=0)
    call_command("make_history", requests=80, seed=1, until="2026-03-31", without_photos=True)
    west, south, east, north = read_pack(BOSTON_PACK).city.bounds
    inside = ServiceRequest.objects.filter(latitude__range=(south, north), longitude__range=(west, east))
    assert inside.count() >= 40
    assert not ServiceRequest.objects.filter(created_at__gt=dt.datetime(2026, 4, 1, tzinfo=dt.UTC)).exists()


@pytest.mark.realdata
def test_every_type_and_agency_of_the_file_is_mapped(test_data: Path) -> None:
    mapping = read_pack(BOSTON_PACK).mappings["boston_2011"]
    with (test_data / "services/boston_2011.csv").open(newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert {row["type"].strip() for row in rows} <= set(mapping.types)
    assert {row["department"].strip() for row in rows} <= set(mapping.agencies)
