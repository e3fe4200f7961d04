"""Baltimore's sample through the import into the reports, against counts over the file itself."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dashboards.reports.content import Params
from dashboards.reports.frames import frame
from dashboards.reports.pages import DRILLS, PAGES
from dashboards.reports.quality_words import WORDS
from dashboards.reports.timeliness_numbers import DUE_COLUMNS, due_numbers
from departments.models import StaffUser
from requests_app.imports.doubts import Doubt, with_doubt
from requests_app.models import RequestFact
from requests_app.models.fact import Doubt as Shown
from requests_app.models.fact import listed_facts
from requests_app.workflow import Population
from tests.realdata.cities import BOTH, ZONE, imported, page_times, report, table
from tests.realdata.oracles import BALTIMORE_PACK, baltimore_times
from tests.realdata.times import assert_agree, imported_times

pytestmark = [pytest.mark.django_db, pytest.mark.realdata, pytest.mark.slow]
FILE = "requests/baltimore_2018/311_sample.csv.gz"
LATER = dt.datetime(2019, 12, 1, tzinfo=ZONE)


@pytest.fixture(scope="module")
def manager(test_data: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[StaffUser]:
    """The city and its rows, once for this module; somebody who sees all of them."""
    with imported(BALTIMORE_PACK, test_data / FILE, django_db_blocker) as user:
        yield user


@pytest.fixture(autouse=True)
def _baltimore(manager: StaffUser) -> None:
    """Every test here is about this city."""


def test_times_to_close_agree_with_the_file(test_data: Path) -> None:
    now = dt.datetime(2019, 2, 14, tzinfo=dt.UTC)
    assert_agree(imported_times(now), baltimore_times(test_data / FILE, now=now))
    assert with_doubt(Doubt.CLOSED_AS_OPENED).count() == 2_080
    date_only = with_doubt(Doubt.OPENED_DATE_ONLY, Doubt.CLOSED_DATE_ONLY)
    assert date_only.filter(population=Population.RESIDENT).count() > 100


def test_times_on_the_page_agree_with_lifelines_over_the_file(manager: StaffUser, test_data: Path) -> None:
    for now in (LATER, dt.datetime(2018, 12, 1, tzinfo=ZONE)):
        assert_agree(page_times(manager, (2014, 2019), now), baltimore_times(test_data / FILE, now=now))


def test_every_page_opens(manager: StaffUser, client: Client) -> None:
    client.force_login(manager)
    for page in PAGES:
        at = "/reports/" if page is PAGES[0] else f"/reports/{page.slug}/"
        assert client.get(f"{at}?start=2018-01-01&end=2018-12-31").status_code == 200, at


def test_the_page_on_data_quality_counts_every_trap(manager: StaffUser) -> None:
    counts = dict.fromkeys(Shown, 0)
    for population in BOTH:
        scope = report(manager, dt.date(2014, 1, 1), dt.date(2019, 11, 30), LATER, population=population)
        rows = {row[0].text: row[1].value for row in table(scope, "quality", "doubts").rows}
        for doubt in Shown:
            n = rows[str(WORDS[doubt].title)]
            assert isinstance(n, int)
            counts[doubt] += n
    # What data/README.md counted in the file: 885 + 7 rounded points, closings in the second of the opening, duplicates;
    # ten more are called duplicates while they are open.
    assert counts[Shown.FALLBACK] == 885 + 7
    assert counts[Shown.AT_ONCE] == 2_080
    assert counts[Shown.DUPLICATE] == 207 + 10
    assert counts[Shown.MIDNIGHT] == with_doubt(Doubt.OPENED_DATE_ONLY, Doubt.CLOSED_DATE_ONLY).count()


def test_stand_in_points_are_in_no_area(manager: StaffUser) -> None:
    facts = RequestFact.objects.filter(listed_facts(manager))
    astray = facts.filter(request__place_is_fallback=True)
    assert astray.count() == 892
    assert not astray.exclude(areas=[]).exists()
    assert facts.exclude(areas=[]).count() > 8_000


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


def test_due_dates_kept_are_those_of_the_file(manager: StaffUser, test_data: Path) -> None:
    path = test_data / FILE
    start, end = dt.date(2018, 4, 1), dt.date(2018, 6, 30)
    scope = report(manager, start, end, LATER)
    source = list(promised(path, start, end))
    numbers = due_numbers(frame(scope.due(), *DUE_COLUMNS))
    assert numbers.due == len(source) > 100
    assert numbers.on_time == sum(1 for due, ended in source if ended and ended <= due)
    assert numbers.late_open == sum(1 for _due, ended in source if ended is None)
    assert numbers.solved == 0  # the source records no outcome
    for result in ("on_time", "late_closed", "late_open", "set_aside"):
        assert DRILLS["due"].find(scope, Params(result=result)).count() == getattr(numbers, result)
