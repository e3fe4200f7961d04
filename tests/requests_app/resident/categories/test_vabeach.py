"""The search against residents' own words from another city: mapped before it was built, never tuned on a text."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from departments.models import Category
from tests.requests_app.resident.categories.vabeach import SAMPLE, mapping, measure

pytestmark = [pytest.mark.django_db, pytest.mark.realdata]


def test_the_mapping_covers_the_sample(baltimore: None, test_data: Path) -> None:
    said = mapping()
    with (test_data / SAMPLE).open(encoding="utf-8", newline="") as file:
        types = Counter(row["summary"] for row in csv.DictReader(file))
    assert {kind: entry["rows"] for kind, entry in (said["mapped"] | said["unmapped"]).items()} == types
    assert sum(entry["rows"] for entry in said["mapped"].values()) >= 50
    slugs = {slug for entry in said["mapped"].values() for slug in entry["categories"]}
    assert slugs <= set(Category.objects.filter(is_online=True).values_list("slug", flat=True))


def test_what_residents_write_finds_category_and_department(baltimore: None, test_data: Path) -> None:
    measured = measure(test_data)
    print(f"\n{measured.table()}")
    assert measured.in_offered >= 0.80 * measured.rows
    assert measured.department >= 0.75 * measured.rows
