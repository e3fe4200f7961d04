"""Baltimore's sample through the import: the times to close of residents' requests, counted elsewhere over the file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from departments.loading.catalogue import write_catalogue
from departments.loading.city import write_city
from departments.packs import read_pack
from departments.packs.problems import Problems
from requests_app.imports.doubts import Doubt, with_doubt
from requests_app.workflow import Population
from tests.dashboards.reports.oracles import BALTIMORE_PACK, baltimore_times
from tests.requests_app.imports.times import assert_agree, imported_times

pytestmark = [pytest.mark.django_db, pytest.mark.realdata, pytest.mark.slow]
NOW = dt.datetime(2019, 2, 14, tzinfo=dt.UTC)


def test_times_to_close_agree_with_the_file(test_data: Path) -> None:
    path = test_data / "requests/baltimore_2018/311_sample.csv.gz"
    pack = read_pack(BALTIMORE_PACK, with_places=False)
    problems = Problems()
    write_city(pack, "without places", problems)
    write_catalogue(pack, problems)
    problems.raise_if_any()
    call_command("import_requests", str(path), verbosity=0)
    connection.check_constraints()
    assert_agree(imported_times(NOW), baltimore_times(path, now=NOW))
    assert with_doubt(Doubt.CLOSED_AS_OPENED).count() == 2_080
    date_only = with_doubt(Doubt.OPENED_DATE_ONLY, Doubt.CLOSED_DATE_ONLY)
    assert date_only.filter(population=Population.RESIDENT).count() > 100
