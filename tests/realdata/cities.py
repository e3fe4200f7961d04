"""A city with its real rows, imported once for a module, and what its report says of time to close."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from dashboards.reports.charts import Table
from dashboards.reports.content import Params
from dashboards.reports.frames import frame
from dashboards.reports.names import names
from dashboards.reports.pages import BY_SLUG, DRILLS
from dashboards.reports.pages.timeliness.base import COLUMNS, Opened, age_rows
from dashboards.reports.scope import Scope
from departments.loading.catalogue import write_catalogue
from departments.loading.city import write_city
from departments.models import StaffUser
from departments.packs import read_pack
from departments.packs.problems import Problems
from requests_app.workflow import Population
from tests.realdata.oracles import TimeToClose

ZONE = ZoneInfo("America/New_York")
BOTH = (Population.RESIDENT, Population.STAFF_FOUND)


@contextmanager
def imported(pack: Path, file: Path, blocker: Any) -> Iterator[StaffUser]:
    """A city without its streets, with the rows of a file and their facts; given up at the end. Gives a manager."""
    with override_settings(CITY_SLUG=pack.name), blocker.unblock(), transaction.atomic():
        definition = read_pack(pack, with_places=False)
        problems = Problems()
        write_city(definition, "without places", problems)
        write_catalogue(definition, problems)
        problems.raise_if_any()
        call_command("import_requests", str(file), verbosity=0)
        connection.check_constraints()  # once here, not again after every test
        with connection.cursor() as cursor:
            cursor.execute(
                "ANALYZE"
            )  # nobody else sees the rows of this transaction, to count them for the planner
        yield StaffUser.objects.create_user(
            email="m@staff.example", name="M", role="manager", sees_all_departments=True
        )
        transaction.set_rollback(True)


def report(user: StaffUser, start: dt.date, end: dt.date, now: dt.datetime, **filters: Any) -> Scope:
    """The report of a period, seen at ``now``."""
    return Scope(user=user, now=now, zone=ZONE, start=start, end=end, **filters)


def table(scope: Scope, page: str, figure: str) -> Table:
    """The table of a figure."""
    drawing = next(each for each in BY_SLUG[page].build(scope).figures if each.uid == figure).drawing
    assert drawing is not None
    return drawing.table


def page_times(user: StaffUser, years: tuple[int, int], now: dt.datetime) -> dict[str, TimeToClose]:
    """What the page says of each category, opened from the first to the last year, in days; its links lead to as many rows."""
    first, last = years
    scope = report(user, dt.date(first, 1, 1), min(dt.date(last, 12, 31), now.date()), now)
    called = names()
    opened = Opened(scope, frame(scope.opened().filter(created_at__lte=now), *COLUMNS), called)
    lines = age_rows(opened, "category")
    if scope.ends <= now:
        rows = {row[0].text: row[1].value for row in table(scope, "timeliness", "time-to-close").rows[1:]}
        assert rows == {line.label: line.ages.n for line in lines}
        assert DRILLS["timed"].find(scope, Params()).count() == sum(line.ages.n for line in lines)
    return {
        called.categories[line.key]: TimeToClose(line.ages.n, line.ages.median.value, line.ages.p90.value)
        for line in lines
    }
