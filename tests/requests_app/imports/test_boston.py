"""Boston's half-year of 2011 through the import: what the city itself says of its rows, and times counted elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F, Q
from django.test import override_settings

from requests_app.imports.doubts import UNBELIEVED_TIMES, Doubt, late_without_flag, with_doubt
from requests_app.imports.models import ImportRun, RowResult
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome, Population, Status
from tests.dashboards.reports.oracles import BOSTON_PACK, boston_times
from tests.requests_app.imports.times import assert_agree, imported_times

pytestmark = [pytest.mark.django_db, pytest.mark.realdata, pytest.mark.slow]
FILE = "requests/boston_2011/311_service_requests_2011.zip"
ROWS = 58_251
LATER = dt.datetime(2019, 12, 1, tzinfo=dt.UTC)
LATE = Q(closed_at__gt=F("first_due_at"))


@pytest.fixture(scope="module", autouse=True)
def boston(test_data: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The city and its rows, once for this module."""
    with (
        override_settings(CITY_SLUG="boston"),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        call_command("load_city", str(BOSTON_PACK), verbosity=0)
        call_command("import_requests", str(test_data / FILE), verbosity=0)
        connection.check_constraints()  # once here, not again after every test
        yield
        transaction.set_rollback(True)


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
