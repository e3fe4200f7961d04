"""Boston's half-year of 2011 through the import into the reports: what the city itself says of its rows, times counted
elsewhere over the file, and that no doubtful row moves a figure of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F, Q
from django.test import Client

from dashboards.reports.content import Params
from dashboards.reports.pages import DRILLS, PAGES
from dashboards.reports.pages.quality import quality_notes
from dashboards.reports.quality_words import WORDS
from dashboards.reports.scope import Scope
from departments.models import StaffUser
from requests_app.actions.facts import refresh_facts
from requests_app.imports.doubts import UNBELIEVED_TIMES, Doubt, late_without_flag, with_doubt
from requests_app.imports.models import ImportRun, RowResult
from requests_app.models import ServiceRequest
from requests_app.models.fact import Doubt as Shown
from requests_app.workflow import Outcome, Population, Status
from tests.realdata.cities import BOTH, ZONE, imported, page_times, report, table
from tests.realdata.oracles import BOSTON_PACK, boston_times
from tests.realdata.times import assert_agree, imported_times
from tests.requests_app.imports.test_doubts import HARMLESS, TRAPS
from tests.requests_app.imports.test_import_requests import file_of

pytestmark = [pytest.mark.django_db, pytest.mark.realdata, pytest.mark.slow]
FILE = "requests/boston_2011/311_service_requests_2011.zip"
ROWS = 58_251
LATER = dt.datetime(2019, 12, 1, tzinfo=dt.UTC)
LATE = Q(closed_at__gt=F("first_due_at"))
COPIES = 40


@pytest.fixture(scope="module")
def manager(test_data: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[StaffUser]:
    """The city and its rows, once for this module; somebody who sees all of them."""
    with imported(BOSTON_PACK, test_data / FILE, django_db_blocker) as user:
        yield user


@pytest.fixture(autouse=True)
def _boston(manager: StaffUser) -> None:
    """Every test here is about this city."""


def half_year(manager: StaffUser, **filters: Any) -> Scope:
    """The report of the months in which the rows were opened."""
    return report(manager, dt.date(2011, 7, 1), dt.date(2011, 12, 31), LATER, **filters)


def behind(scope: Scope, figure: str, result: str = "") -> set[int]:
    """The requests behind a number, of residents and found by staff."""
    params = Params(result=result)
    return {
        pk
        for population in BOTH
        for pk in DRILLS[figure]
        .find(replace(scope, population=population), params)
        .values_list("pk", flat=True)
    }


def flagged(word: str) -> Q:
    return Q(imported_row__raw__ontime=word)


def test_every_row_is_accounted_for() -> None:
    counts = ImportRun.objects.get().counts
    assert sum(counts.values()) == ServiceRequest.objects.count() == ROWS
    assert (counts[RowResult.REJECTED], counts[RowResult.UPDATED]) == (0, 0)
    assert not with_doubt(Doubt.UNKNOWN_STATUS, Doubt.UNKNOWN_CHANNEL).exists()
    assert not ServiceRequest.objects.filter(category__is_active=False).exists()


def test_the_citys_own_flag_agrees_with_the_dates() -> None:
    closed = ServiceRequest.objects.filter(status=Status.CLOSED)
    assert (
        closed.filter(LATE & flagged("OVERDUE")).count() == closed.filter(flagged("OVERDUE")).count() == 8_073
    )
    assert closed.filter(LATE & flagged("ONTIME")).count() == 0
    in_time = closed.filter(flagged("ONTIME"))
    assert in_time.filter(first_due_at__isnull=False).count() == 35_591
    assert in_time.filter(first_due_at__isnull=True).count() == 10_749
    assert not with_doubt(Doubt.ON_TIME_FLAG_DIFFERS).exists()


def test_late_rows_without_the_citys_flag_are_listed() -> None:
    assert late_without_flag().count() == 157
    assert set(late_without_flag().values_list("imported_row__raw__ontime", flat=True)) == {""}
    assert with_doubt(Doubt.ON_TIME_FLAG_MISSING).count() == 158


def test_open_rows_with_a_due_date_are_overdue() -> None:
    still_open = ServiceRequest.objects.overdue(LATER)
    assert still_open.filter(flagged("OVERDUE")).count() == 3_448
    assert still_open.filter(flagged("")).count() == 1
    assert still_open.count() == 3_449


def test_doubtful_rows_are_recognised() -> None:
    assert with_doubt(Doubt.CLOSED_AS_OPENED).count() == 2_499
    assert ServiceRequest.objects.filter(closed_at=F("created_at")).count() == 2_499
    assert ServiceRequest.objects.filter(place_is_fallback=True).count() == 4_775
    assert not ServiceRequest.objects.filter(areas__isnull=False).exists()
    assert with_doubt(Doubt.DUE_BEFORE_OPENED).count() == 3
    assert ServiceRequest.objects.filter(first_due_at__lt=F("created_at")).count() == 3
    assert ServiceRequest.objects.filter(outcome=Outcome.DUPLICATE).count() == 2_303
    # All of the first are crews' own work: no resident's report has a time that can't be believed.
    residents = with_doubt(*UNBELIEVED_TIMES).filter(population=Population.RESIDENT)
    assert residents.count() == 0


def test_times_to_close_agree_with_the_file(test_data: Path) -> None:
    for now in (LATER, dt.datetime(2012, 1, 1, tzinfo=dt.UTC)):
        assert_agree(imported_times(now), boston_times(test_data / FILE, now=now))


def test_the_report_says_late_where_the_city_says_so(manager: StaffUser) -> None:
    """The city's flag is over all its rows; the report sets duplicates and times nobody believes aside, in a list."""
    ever = report(manager, dt.date(2011, 1, 1), dt.date(2019, 11, 30), LATER)
    aside = behind(ever, "due", "set_aside")
    late = behind(ever, "due", "late_closed")
    late |= set(ServiceRequest.objects.filter(LATE, pk__in=aside).values_list("pk", flat=True))
    unflagged = behind(half_year(manager), "quality", "unflagged")
    closed = ServiceRequest.objects.filter(status=Status.CLOSED)
    assert unflagged <= late
    assert len(unflagged) == 157
    assert late - unflagged == set(closed.filter(flagged("OVERDUE")).values_list("pk", flat=True))
    assert len(late - unflagged) == 8_073
    still_open = behind(ever, "due", "late_open")
    assert len(still_open) == 3_449, "open ones are no duplicates: none is set aside"
    in_time = closed.filter(flagged("ONTIME"), first_due_at__isnull=False)
    due_in_2059 = in_time.filter(first_due_at__gte=ever.ends)
    assert due_in_2059.count() == 18
    assert behind(ever, "due", "on_time") == (
        set(in_time.values_list("pk", flat=True)) - set(due_in_2059.values_list("pk", flat=True)) - aside
    )


def test_the_page_on_data_quality_counts_every_trap(manager: StaffUser) -> None:
    counts = dict.fromkeys(Shown, 0)
    for population in BOTH:
        scope = half_year(manager, population=population)
        rows = {row[0].text: row[1].value for row in table(scope, "quality", "doubts").rows}
        for doubt in Shown:
            n = rows[str(WORDS[doubt].title)]
            assert isinstance(n, int)
            counts[doubt] += n
            params = Params(result=doubt.name.lower())
            assert DRILLS["quality"].find(scope, params).count() == n
    assert counts == dict.fromkeys(Shown, 0) | {
        Shown.AT_ONCE: 2_499,
        Shown.FALLBACK: 4_775,
        Shown.DUE_BEFORE: 3,
        Shown.DUPLICATE: 2_303,
        Shown.UNFLAGGED: 157,
        Shown.DUE_UNKNOWN: 18,
        Shown.NOT_RECORDED: counts[Shown.NOT_RECORDED],
    }
    assert set(late_without_flag().values_list("pk", flat=True)) == behind(
        half_year(manager), "quality", "unflagged"
    )
    assert quality_notes(half_year(manager))[0].count == "29,821"


def test_every_page_opens(manager: StaffUser, client: Client) -> None:
    client.force_login(manager)
    for page in PAGES:
        at = "/reports/" if page is PAGES[0] else f"/reports/{page.slug}/"
        assert client.get(f"{at}?start=2011-07-01&end=2011-12-31").status_code == 200, at


def test_times_on_the_page_agree_with_the_file(manager: StaffUser, test_data: Path) -> None:
    for now in (LATER, dt.datetime(2011, 12, 1, tzinfo=ZONE)):
        assert_agree(page_times(manager, (2011, 2011), now), boston_times(test_data / FILE, now=now))


def test_no_row_with_a_trap_moves_a_time(manager: StaffUser, tmp_path: Path) -> None:
    """As many doubtful rows of each kind as a bad batch has, put into one category of the real city."""
    scope = half_year(manager)
    figures = (
        "on-time",
        "on-time-by-category",
        "time-to-close",
        "still-open",
        "half-by-opening",
        "nine-of-ten-by-opening",
    )
    before = [_shown(scope, uid) for uid in figures]
    doubts = {doubt: behind(scope, "quality", doubt.name.lower()) for doubt in Shown}
    bad = [
        source | {"case_enquiry_id": f"trap-{name}-{copy}"}
        for name, (source, _doubt) in TRAPS.items()
        for copy in range(COPIES)
    ]
    call_command("import_requests", str(file_of(tmp_path / "traps.csv", bad)), verbosity=0)
    refresh_facts()
    assert [_shown(scope, uid) for uid in figures] == before
    added = {doubt: len(behind(scope, "quality", doubt.name.lower()) - doubts[doubt]) for doubt in Shown}
    assert added == dict.fromkeys(Shown, 0) | {
        Shown.AT_ONCE: COPIES,
        Shown.MIDNIGHT: 2 * COPIES,
        Shown.IMPOSSIBLE: COPIES,
        Shown.PLACEHOLDER: 4 * COPIES,
        Shown.NO_CLOSING: COPIES,
        Shown.NOT_RECORDED: len(bad),
    }


def test_rows_with_a_harmless_doubt_are_counted_and_listed(manager: StaffUser, tmp_path: Path) -> None:
    """Their times are good, so they count; the page lists them all the same."""
    scope = half_year(manager)
    names = {
        "due before": Shown.DUE_BEFORE,
        "due in 1900": Shown.DUE_UNKNOWN,
        "due in words": Shown.DUE_UNKNOWN,
        "stand-in point": Shown.FALLBACK,
    }
    rows = HARMLESS | {"due in words": (HARMLESS["no flag"][0] | {"target_dt": "soon"}, Doubt.DUE_UNREADABLE)}
    before = {name: len(behind(scope, "quality", names[name].name.lower())) for name in names}
    timed = len(behind(scope, "timed"))
    file = [rows[name][0] | {"case_enquiry_id": f"harmless-{name}"} for name in names]
    call_command("import_requests", str(file_of(tmp_path / "a.csv", file)), verbosity=0)
    refresh_facts()
    more = {"due before": 1, "due in 1900": 2, "due in words": 2, "stand-in point": 1}
    found = {name: len(behind(scope, "quality", names[name].name.lower())) for name in names}
    assert found == {name: before[name] + more[name] for name in names}
    assert len(behind(scope, "timed")) == timed + len(file)


def _shown(scope: Scope, uid: str) -> list[tuple[str, ...]]:
    """A figure's numbers as they are read, without those of rows set aside."""
    return [tuple(cell.text for cell in row) for row in table(scope, "timeliness", uid).rows]
