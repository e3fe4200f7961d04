"""One source row to our terms."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from django.conf import settings

from departments.packs import read_pack
from departments.packs.definitions import ImportMapping
from requests_app.imports.converting import Converter, RowRejected

BOUNDS = (-76.7115, 39.1972, -76.5296, 39.3720)


@pytest.fixture(scope="module")
def mapping() -> ImportMapping:
    pack = read_pack(Path(settings.BASE_DIR) / "departments" / "city_packs" / "baltimore", with_places=False)
    return pack.mappings["baltimore_2018"]


def row(**changes: str) -> dict[str, str]:
    base = {
        "SRRecordID": "18-1",
        "ServiceRequestNum": "18-1",
        "SRType": "TRM-Pothole Repair",
        "MethodReceived": "Phone",
        "CreatedDate": "04/12/2018 11:11:26 AM",
        "SRStatus": "Closed",
        "StatusDate": "04/12/2018 12:45:48 PM",
        "DueDate": "04/14/2018 11:11:26 AM",
        "CloseDate": "04/12/2018 12:45:47 PM",
        "Agency": "Transportation",
        "Outcome": "",
        "Address": "100 EXAMPLE ST, BALTIMORE, MD, 21202",
        "Latitude": "39.29",
        "Longitude": "-76.61",
    }
    return base | changes


def test_plain_row(mapping: ImportMapping) -> None:
    facts = Converter(mapping, BOUNDS).convert(row())
    assert (facts.status, facts.outcome) == ("closed", "not_recorded")
    assert facts.address == "100 EXAMPLE ST"
    assert facts.created_at.isoformat() == "2018-04-12T15:11:26+00:00"
    assert facts.due_at is not None
    assert (facts.due_at - facts.created_at).days == 2
    assert facts.problems == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"CloseDate": "04/12/2018 10:00:00 AM"}, "closed_before_opened"),
        ({"Latitude": "39", "Longitude": "-77"}, "fallback_point"),
        ({"Latitude": "39", "Longitude": "-76"}, "fallback_point"),
        ({"Latitude": "NaN", "Longitude": "-76.6"}, "point_out_of_range"),
        ({"Latitude": "", "Longitude": ""}, "no_point"),
        ({"SRStatus": "Odd"}, "unknown_status"),
        ({"DueDate": "04/10/2018 11:11:26 AM"}, "due_before_opened"),
        ({"DueDate": "soon"}, "due_at_unreadable"),
        ({"CloseDate": "01/01/1900 12:00:00 AM", "StatusDate": ""}, "closed_at_placeholder"),
        ({"CloseDate": "04/12/2018 11:11:26 AM"}, "closed_as_opened"),
    ],
)
def test_what_is_wrong_is_named(mapping: ImportMapping, changes: dict[str, str], problem: str) -> None:
    assert problem in Converter(mapping, BOUNDS).convert(row(**changes)).problems


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"CreatedDate": ""}, "no opening time"),
        ({"CreatedDate": "yesterday"}, "not a time"),
        ({"CreatedDate": "01/01/1900 12:00:00 AM"}, "placeholder"),
        ({"ServiceRequestNum": ""}, "no id"),
        ({"SRType": ""}, "no type"),
    ],
)
def test_hopeless_rows_are_rejected(mapping: ImportMapping, changes: dict[str, str], reason: str) -> None:
    with pytest.raises(RowRejected, match=reason):
        Converter(mapping, BOUNDS).convert(row(**changes))


def test_na_and_empty_say_the_same(mapping: ImportMapping) -> None:
    converter = Converter(mapping, BOUNDS)
    assert (
        converter.convert(row(Outcome="NA")).content_hash == converter.convert(row(Outcome="")).content_hash
    )


def test_types_without_a_category_keep_their_name(mapping: ImportMapping) -> None:
    bare = dataclasses.replace(mapping, types={}, agencies={})
    facts = Converter(bare, BOUNDS).convert(row())
    assert (facts.category, facts.type_name) == ("", "TRM-Pothole Repair")
