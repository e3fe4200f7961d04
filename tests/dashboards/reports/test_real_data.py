"""Real rows of Baltimore and Boston through the import into the figures, against counts over the files themselves."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from dashboards.reports.content import Params
from dashboards.reports.frames import frame
from dashboards.reports.names import names
from dashboards.reports.pages import DRILLS, timeliness
from dashboards.reports.pages.timeliness.base import COLUMNS, Opened, age_rows
from dashboards.reports.scope import Scope
from dashboards.reports.timeliness_numbers import DUE_COLUMNS, due_numbers
from departments.loading.catalogue import write_catalogue
from departments.loading.city import write_city
from departments.models import StaffUser
from departments.packs import read_pack
from departments.packs.problems import Problems
from requests_app.actions.facts import rebuild_facts
from tests.dashboards.reports.oracles import (
    BALTIMORE_PACK,
    BOSTON_PACK,
    TimeToClose,
    baltimore_times,
    boston_times,
)
from tests.requests_app.imports.times import assert_agree

pytestmark = [pytest.mark.django_db, pytest.mark.realdata, pytest.mark.slow]
ZONE = ZoneInfo("America/New_York")
BALTIMORE = "requests/baltimore_2018/311_sample.csv.gz"
BOSTON = "requests/boston_2011/311_service_requests_2011.zip"
DAY = dt.timedelta(days=1)


def import_city(pack: Path, file: Path) -> StaffUser:
    """Load a city without its places, import the file, make the facts; a manager who sees all."""
    definition = read_pack(pack, with_places=False)
    problems = Problems()
    write_city(definition, "without places", problems)
    write_catalogue(definition, problems)
    problems.raise_if_any()
    call_command("import_requests", str(file), verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE"
        )  # nobody else sees the rows of this transaction, to count them for the planner
    rebuild_facts()
    return StaffUser.objects.create_user(
        email="m@staff.example", name="M", role="manager", sees_all_departments=True
    )


def page_times(user: StaffUser, year: int, now: dt.datetime) -> dict[str, TimeToClose]:
    """What the page says of each category of a year, in days; and that its links lead to as many rows."""
    scope = Scope(
        user=user, now=now, zone=ZONE, start=dt.date(year, 1, 1), end=min(dt.date(year, 12, 31), now.date())
    )
    opened = Opened(scope, frame(scope.opened().filter(created_at__lte=now), *COLUMNS), names())
    found = {
        row.label: TimeToClose(row.ages.n, row.ages.median.value, row.ages.p90.value)
        for row in age_rows(opened, "category")
    }
    if scope.ends <= now:
        figure = next(each for each in timeliness.PAGE.build(scope).figures if each.uid == "time-to-close")
        assert figure.drawing is not None
        table = {row[0].text: row[1].value for row in figure.drawing.table.rows[1:]}
        assert table == {label: each.n for label, each in found.items()}
        assert DRILLS["timed"].find(scope, Params()).count() == figure.rows == sum(table.values())  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("pack", "file", "count", "year", "slug"),
    [
        (BALTIMORE_PACK, BALTIMORE, baltimore_times, 2018, "baltimore"),
        (BOSTON_PACK, BOSTON, boston_times, 2011, "boston"),
    ],
    ids=["baltimore", "boston"],
)
def test_times_by_category_agree_with_lifelines_over_the_file(
    test_data: Path,
    pack: Path,
    file: str,
    count: Callable[..., dict[str, TimeToClose]],
    year: int,
    slug: str,
) -> None:
    path = test_data / file
    with override_settings(CITY_SLUG=slug):
        user = import_city(pack, path)
        for now in (dt.datetime(2019, 12, 1, tzinfo=ZONE), dt.datetime(year, 12, 1, tzinfo=ZONE)):
            assert_agree(page_times(user, year, now), count(path, now=now))


def instant(text: str) -> dt.datetime | None:
    return dt.datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZONE) if text else None


def promised(path: Path, start: dt.date, end: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime | None]]:
    """First due date and closing of residents' rows due in the period whose times can be believed."""
    with gzip.open(path, "rt", newline="", encoding="utf-8-sig") as text:
        for row in csv.DictReader(text):
            kind, status = row["SRType"], row["SRStatus"]
            opened, due, ended = (instant(row[name]) for name in ("CreatedDate", "DueDate", "CloseDate"))
            assert opened is not None
            if row["MethodReceived"] in {"Internal", "System"} or kind.endswith("Proactive"):
                continue
            if kind == "TRM-Pickup Pothole" or "(Duplicate)" in status or due is None:
                continue
            is_closed = status.startswith("Closed")
            dates = [row["CreatedDate"], *([row["CloseDate"]] if is_closed else [])]
            if any(text.endswith((" 07:00:00 PM", " 08:00:00 PM")) for text in dates):
                continue
            if is_closed and (ended is None or ended <= opened):
                continue
            if start <= due.date() <= end:
                yield due, ended if is_closed else None


def test_due_dates_kept_are_those_of_the_file(test_data: Path) -> None:
    path = test_data / BALTIMORE
    start, end = dt.date(2018, 4, 1), dt.date(2018, 6, 30)
    user = import_city(BALTIMORE_PACK, path)
    scope = Scope(user=user, now=dt.datetime(2019, 12, 1, tzinfo=ZONE), zone=ZONE, start=start, end=end)
    source = list(promised(path, start, end))
    numbers = due_numbers(frame(scope.due(), *DUE_COLUMNS))
    assert numbers.due == len(source) > 100
    assert numbers.on_time == sum(1 for due, ended in source if ended and ended <= due)
    assert numbers.late_open == sum(1 for _due, ended in source if ended is None)
    assert numbers.solved == 0  # the source records no outcome
    for result in ("on_time", "late_closed", "late_open", "set_aside"):
        assert DRILLS["due"].find(scope, Params(result=result)).count() == getattr(numbers, result)
