"""Real rows of Baltimore through the import into the figures, against a count over the file itself."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dashboards.reports.rows import Params, rows
from django.conf import settings
from django.core.management import call_command

from dashboards.reports import figures
from dashboards.reports.scope import Scope
from departments.models import StaffUser
from departments.packs import PackError
from requests_app.models import ServiceRequest

pytestmark = [pytest.mark.django_db, pytest.mark.realdata, pytest.mark.slow]
ZONE = ZoneInfo("America/New_York")
NOW = dt.datetime(2019, 2, 1, tzinfo=ZONE)
START, END = dt.date(2018, 4, 1), dt.date(2018, 6, 30)


def instant(text: str) -> dt.datetime | None:
    return dt.datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZONE) if text else None


def in_period(moment: dt.datetime | None) -> bool:
    return moment is not None and START <= moment.date() <= END


def residents(
    path: Path,
) -> Iterator[tuple[dict[str, str], dt.datetime, dt.datetime | None, dt.datetime | None]]:
    """Rows that residents sent, with the times opened, due and closed."""
    with gzip.open(path, "rt", newline="", encoding="utf-8-sig") as text:
        for row in csv.DictReader(text):
            kind = row["SRType"]
            if row["MethodReceived"] in {"Internal", "System"} or kind.endswith("Proactive"):
                continue
            if kind == "TRM-Pickup Pothole":
                continue
            opened = instant(row["CreatedDate"])
            assert opened is not None
            yield row, opened, instant(row["DueDate"]), instant(row["CloseDate"])


@pytest.fixture
def manager(test_data: Path) -> StaffUser:
    try:
        call_command(
            "load_city", str(Path(settings.BASE_DIR) / "departments/city_packs/baltimore"), verbosity=0
        )
    except PackError as problem:
        pytest.skip(str(problem))
    return StaffUser.objects.create_user(
        email="m@staff.example", name="M", role="manager", sees_all_departments=True
    )


def test_source_due_dates_and_missing_outcomes_show(test_data: Path, manager: StaffUser) -> None:
    path = test_data / "requests/baltimore_2018/311_sample.csv.gz"
    call_command("import_requests", str(path), verbosity=0)
    scope = Scope(user=manager, now=NOW, zone=ZONE, start=START, end=END)
    source = list(residents(path))

    opened = sum(1 for _row, born, _due, _closed in source if in_period(born))
    assert sum(row.opened for row in figures.by_category(scope)) == opened > 100

    cohort = [
        (row, due, closed)
        for row, born, due, closed in source
        if in_period(due)
        and row["SRStatus"] != "Closed (Duplicate)"
        and not (closed is not None and closed < born)
    ]
    due = figures.due_by_department(scope)
    assert sum(row.due for row in due) == len(cohort) > 100
    on_time = sum(
        1
        for row, promised, closed in cohort
        if row["SRStatus"].startswith("Closed") and closed and promised and closed <= promised
    )
    assert sum(row.on_time for row in due) == on_time
    assert sum(row.solved for row in due) == 0  # the source records no outcome

    missing = rows("quality", scope, Params(result="not_recorded"))
    assert missing.count() == sum(row.doubtful["not_recorded"] for row in figures.by_category(scope)) > 0
    assert not ServiceRequest.objects.exclude(
        outcome__in=("", "not_recorded", "duplicate", "not_ours")
    ).exists()
