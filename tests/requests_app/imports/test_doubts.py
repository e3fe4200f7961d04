"""Rows whose times or places can't be believed: each kind is recognised, and none moves a median."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from civic311.lib.statistics import kaplan_meier, quantile
from departments.packs import read_pack
from departments.packs.definitions import ImportMapping
from requests_app.imports.converting import Converter, RowRejected
from requests_app.imports.doubts import (
    SOURCE_JOIN,
    TIMES_UNBELIEVED_SQL,
    Doubt,
    late_without_flag,
    with_doubt,
)
from requests_app.imports.models import ImportedRow, ImportRun, RowResult
from requests_app.models import ServiceRequest
from requests_app.workflow import Channel, Outcome, Population
from tests.realdata.oracles import BOSTON_PACK
from tests.requests_app.imports.test_import_requests import counts, file_of

BOUNDS = (-71.19, 42.22, -70.98, 42.40)


def row(**changes: str) -> dict[str, str]:
    base = {
        "case_enquiry_id": "1",
        "open_dt": "2011-07-01 10:00:00",
        "target_dt": "2011-07-15 10:00:00",
        "closed_dt": "2011-07-05 10:00:00",
        "ontime": "ONTIME",
        "case_status": "Closed",
        "closure_reason": "Case Closed Case Resolved",
        "type": "Sign Repair",
        "department": "BTDT",
        "source": "Self Service",
        "location_street_name": "1 Example St",
        "latitude": "42.30",
        "longitude": "-71.10",
    }
    return base | changes


@pytest.fixture(scope="module")
def mapping() -> ImportMapping:
    return read_pack(BOSTON_PACK).mappings["boston_2011"]


@pytest.fixture
def boston(db: None, settings: Any) -> None:
    settings.CITY_SLUG = "boston"
    call_command("load_city", str(BOSTON_PACK), verbosity=0)


TRAPS = {
    "closed as opened": (row(closed_dt="2011-07-01 10:00:00"), Doubt.CLOSED_AS_OPENED),
    "opened at midnight": (row(open_dt="2011-07-01 00:00:00"), Doubt.OPENED_DATE_ONLY),
    "closed at midnight": (row(closed_dt="2011-07-02 00:00:00"), Doubt.CLOSED_DATE_ONLY),
    "closed before": (row(closed_dt="2011-06-01 10:00:00"), Doubt.CLOSED_BEFORE_OPENED),
    "closed in 1900": (row(closed_dt="1900-01-01 00:00:00"), Doubt.CLOSED_PLACEHOLDER),
    "closed in 1970": (row(closed_dt="1969-12-31 19:00:00"), Doubt.CLOSED_PLACEHOLDER),
    "closed in 9999": (row(closed_dt="9999-12-31 23:59:59"), Doubt.CLOSED_PLACEHOLDER),
    "closed without time": (row(closed_dt=""), Doubt.CLOSED_WITHOUT_TIME),
    "closed in words": (row(closed_dt="soon"), Doubt.CLOSED_UNREADABLE),
}
HARMLESS = {
    "due before": (row(target_dt="2011-06-30 00:00:00", ontime="OVERDUE"), Doubt.DUE_BEFORE_OPENED),
    "due in 1900": (row(target_dt="1900-01-01 00:00:00"), Doubt.DUE_PLACEHOLDER),
    "stand-in point": (row(latitude="42.3594", longitude="-71.0587"), Doubt.FALLBACK_POINT),
    "no point": (row(latitude="", longitude=""), Doubt.NO_POINT),
    "no flag": (row(ontime=""), Doubt.ON_TIME_FLAG_MISSING),
    "flag differs": (row(ontime="OVERDUE"), Doubt.ON_TIME_FLAG_DIFFERS),
}


@pytest.mark.parametrize(("source", "doubt"), [*TRAPS.values(), *HARMLESS.values()], ids=[*TRAPS, *HARMLESS])
def test_each_trap_is_named(mapping: ImportMapping, source: dict[str, str], doubt: Doubt) -> None:
    assert doubt in Converter(mapping, BOUNDS).convert(source).problems


@pytest.mark.parametrize(
    "source",
    [
        row(),
        row(open_dt="2011-07-01 00:00:01", closed_dt="2011-07-02 23:59:59"),
        row(case_status="Open", closed_dt="", ontime="OVERDUE"),
        row(closed_dt="2011-07-15 10:00:00"),
        row(closed_dt="2011-07-15 10:00:01", ontime="OVERDUE"),
        row(target_dt=""),
    ],
)
def test_believable_rows_have_no_doubt(mapping: ImportMapping, source: dict[str, str]) -> None:
    assert Converter(mapping, BOUNDS).convert(source).problems == []


@pytest.mark.parametrize("opened", ["1900-01-01 00:00:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59"])
def test_a_placeholder_cannot_open_a_request(mapping: ImportMapping, opened: str) -> None:
    with pytest.raises(RowRejected, match="placeholder"):
        Converter(mapping, BOUNDS).convert(row(open_dt=opened))


def test_midnight_may_be_a_time_where_the_mapping_says_so(mapping: ImportMapping) -> None:
    exact = dataclasses.replace(mapping, date_only_times=())
    facts = Converter(exact, BOUNDS).convert(row(open_dt="2011-07-01 00:00:00"))
    assert facts.problems == []


def test_outcomes_channels_and_staff_follow_the_mapping(mapping: ImportMapping) -> None:
    converter = Converter(mapping, BOUNDS)
    again = "Case Closed Duplicate of Existing Case CRM # 7"
    assert converter.convert(row(closure_reason=again)).outcome == Outcome.DUPLICATE
    assert converter.convert(row()).outcome == Outcome.NOT_RECORDED
    assert converter.convert(row(case_status="Open", closed_dt="", closure_reason=again)).outcome == ""
    assert converter.convert(row(source="Twitter")).channel == Channel.SOCIAL
    assert converter.convert(row(source="Employee Generated")).staff_found
    assert not converter.convert(row()).staff_found


def believed() -> list[float]:
    """Days to close of the requests whose times a report believes."""
    statement = f"SELECT r.created_at, r.closed_at FROM requests_app_servicerequest r {SOURCE_JOIN} WHERE NOT {TIMES_UNBELIEVED_SQL}"
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [(closed - opened) / dt.timedelta(days=1) for opened, closed in cursor.fetchall()]


def test_no_trap_moves_a_median(boston: None, tmp_path: Path) -> None:
    good = [
        row(case_enquiry_id=f"good-{days}", closed_dt=f"2011-07-{days + 1:02} 10:00:00")
        for days in range(2, 13)
    ]
    traps = [
        source | {"case_enquiry_id": f"trap-{name}-{copy}"}
        for name, (source, _doubt) in TRAPS.items()
        for copy in range(5)
    ]
    call_command("import_requests", str(file_of(tmp_path / "a.csv", [*good, *traps])), verbosity=0)
    assert ServiceRequest.objects.count() == len(good) + len(traps)
    days = believed()
    assert sorted(days) == list(range(2, 13))
    assert quantile(kaplan_meier(days, [True] * len(days)), 0.5).value == 7


@pytest.mark.parametrize("name", [*TRAPS, *HARMLESS])
def test_a_doubt_is_found_again_and_the_same_file_changes_nothing(
    boston: None, tmp_path: Path, name: str
) -> None:
    source, doubt = (TRAPS | HARMLESS)[name]
    path = file_of(tmp_path / "a.csv", [source, row(case_enquiry_id="2")])
    call_command("import_requests", str(path), verbosity=0)
    assert [request.source_id for request in with_doubt(doubt)] == ["1"]
    call_command("import_requests", str(path), verbosity=0)
    assert counts() == {RowResult.UNCHANGED: 2}
    assert with_doubt(doubt).count() == 1


def test_a_corrected_row_loses_its_doubt(boston: None, tmp_path: Path) -> None:
    odd = row(target_dt="2011-06-30 00:00:00", ontime="", source="Employee Generated")
    call_command("import_requests", str(file_of(tmp_path / "a.csv", [odd])), verbosity=0)
    assert [request.source_id for request in late_without_flag()] == ["1"]
    assert with_doubt(Doubt.DUE_BEFORE_OPENED).exists()
    call_command("import_requests", str(file_of(tmp_path / "b.csv", [row()])), verbosity=0)
    assert ImportedRow.objects.get().problems == []
    assert not late_without_flag().exists()
    assert ServiceRequest.objects.get().population == Population.RESIDENT


def test_an_id_twice_in_a_file_counts_once_however_far_apart(
    boston: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests_app.imports.storing.BATCH", 2)
    rows = [row(case_enquiry_id=number) for number in ("1", "2", "3", "1")]
    call_command("import_requests", str(file_of(tmp_path / "a.csv", rows)), verbosity=0)
    assert ServiceRequest.objects.count() == 3
    assert ImportRun.objects.get().counts[RowResult.REJECTED] == 1


def test_a_zip_with_one_table_is_read(boston: None, tmp_path: Path) -> None:
    table = file_of(tmp_path / "a.csv", [row()])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(table, "folder/a.csv")
        archive.writestr("README.txt", "not a table")
    call_command("import_requests", str(tmp_path / "a.zip"), verbosity=0)
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "reason"), [("two.zip", "2 CSV files"), ("broken.zip", "not a zip"), ("cut.csv.gz", "ended")]
)
def test_what_is_no_table_is_said(boston: None, tmp_path: Path, name: str, reason: str) -> None:
    path = tmp_path / name
    if name == "two.zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", "x")
            archive.writestr("b.csv", "x")
    elif name == "broken.zip":
        path.write_bytes(b"PK nothing")
    else:
        path.write_bytes(file_of(tmp_path / "a.csv.gz", [row()]).read_bytes()[:-20])
    with pytest.raises(CommandError, match=reason):
        call_command("import_requests", str(path), verbosity=0)
    assert not ServiceRequest.objects.exists()
