"""Files into the database, again and again."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from departments.models import Category, Department
from requests_app.imports.models import ImportedRow, ImportRun, RowResult
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import ActorKind, Outcome, Population, Status
from tests.requests_app.imports.test_converting import row

pytestmark = pytest.mark.django_db


def file_of(path: Path, rows: list[dict[str, str]]) -> Path:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def counts(run: ImportRun | None = None) -> dict[str, int]:
    run = run or ImportRun.objects.latest("pk")
    return {name: number for name, number in run.counts.items() if number}


def test_rows_become_requests_with_events(baltimore: None, tmp_path: Path) -> None:
    call_command("import_requests", str(file_of(tmp_path / "a.csv", [row()])), verbosity=0)
    request = ServiceRequest.objects.get()
    assert request.number.startswith("18-")
    assert (request.status, request.outcome) == (Status.CLOSED, Outcome.NOT_RECORDED)
    assert request.first_due_at is not None
    events = list(request.events.order_by("id"))
    assert [event.to_status for event in events] == [Status.NEW, Status.NEW, Status.CLOSED]
    assert {event.actor_kind for event in events} == {ActorKind.IMPORT}
    assert events[-1].occurred_at == request.closed_at
    assert ImportedRow.objects.get().raw["SRType"] == "TRM-Pothole Repair"


def test_same_file_twice_changes_nothing(baltimore: None, tmp_path: Path) -> None:
    path = file_of(tmp_path / "a.csv.gz", [row(), row(ServiceRequestNum="18-2")])
    call_command("import_requests", str(path), verbosity=0)
    before = list(ServiceRequest.objects.order_by("pk").values())
    events = RequestEvent.objects.count()
    call_command("import_requests", str(path), verbosity=0)
    assert counts() == {RowResult.UNCHANGED: 2}
    assert list(ServiceRequest.objects.order_by("pk").values()) == before
    assert RequestEvent.objects.count() == events


def test_changed_row_updates_and_adds_the_closing(baltimore: None, tmp_path: Path) -> None:
    still_open = row(SRStatus="Open", CloseDate="")
    call_command("import_requests", str(file_of(tmp_path / "a.csv", [still_open])), verbosity=0)
    call_command("import_requests", str(file_of(tmp_path / "a.csv", [row(Latitude="39.30")])), verbosity=0)
    assert counts() == {RowResult.UPDATED: 1}
    request = ServiceRequest.objects.get()
    assert (request.status, request.latitude) == (Status.CLOSED, 39.30)
    assert request.events.latest("id").to_status == Status.CLOSED


def test_unknown_type_and_department_are_made_as_retired(baltimore: None, tmp_path: Path) -> None:
    odd = row(SRType="XYZ-Strange Thing", Agency="Ministry of Walks")
    call_command("import_requests", str(file_of(tmp_path / "a.csv", [odd])), verbosity=0)
    assert not Category.objects.get(name="XYZ-Strange Thing").is_active
    assert not Department.objects.get(name="Ministry of Walks").is_active


def test_rejected_rows_are_kept_with_the_reason_once(baltimore: None, tmp_path: Path) -> None:
    path = file_of(tmp_path / "a.csv", [row(), row(CreatedDate="")])
    call_command("import_requests", str(path), verbosity=0)
    call_command("import_requests", str(path), verbosity=0)
    assert counts() == {RowResult.UNCHANGED: 1, RowResult.REJECTED: 1}
    assert ImportedRow.objects.get(result=RowResult.REJECTED).problems == ["no opening time"]


def test_missing_columns_are_said(baltimore: None, tmp_path: Path) -> None:
    path = file_of(tmp_path / "a.csv", [{"Foo": "1"}])
    with pytest.raises(CommandError, match="no column"):
        call_command("import_requests", str(path), verbosity=0)


@pytest.mark.realdata
@pytest.mark.slow
def test_real_baltimore_rows(baltimore: None, test_data: Path) -> None:
    folder = test_data / "requests" / "baltimore_2018"
    call_command("import_requests", str(folder / "311_sample.csv.gz"), verbosity=0)
    first = counts()
    assert sum(first.values()) == 10_000
    assert first.get(RowResult.REJECTED, 0) == 0
    rows = ServiceRequest.objects.all()
    assert rows.count() == 10_000
    assert rows.filter(first_due_at__isnull=False).count() == 9_714
    assert rows.filter(latitude__isnull=True).count() == 590
    assert rows.filter(place_is_fallback=True).count() == 892
    districts = rows.filter(areas__kind="council_district").distinct().count()
    assert districts == 8_330
    assert rows.filter(outcome=Outcome.DUPLICATE).count() == 207
    assert rows.filter(population=Population.STAFF_FOUND).count() > 1_000
    assert rows.filter(created_at__isnull=False, events__isnull=True).count() == 0

    call_command("import_requests", str(folder / "311_sample.csv.gz"), verbosity=0)
    assert counts() == {RowResult.UNCHANGED: 10_000}

    call_command("import_requests", str(folder / "311_sample_older.csv.gz"), verbosity=0)
    assert rows.count() == 10_000
    # Compared as numbers the coordinates of 803 rows differ; more differ only in how they are written.
    assert counts() == {RowResult.UPDATED: 803, RowResult.UNCHANGED: 9_197}


def test_a_request_the_source_opened_again_counts_as_reopened(baltimore: None, tmp_path: Path) -> None:
    call_command("import_requests", str(file_of(tmp_path / "a.csv", [row()])), verbosity=0)
    again = row(SRStatus="Open", CloseDate="", StatusDate="04/20/2018 12:45:48 PM")
    call_command("import_requests", str(file_of(tmp_path / "a.csv", [again])), verbosity=0)
    request = ServiceRequest.objects.get()
    assert (request.status, request.reopened_count) == (Status.OPEN, 1)
