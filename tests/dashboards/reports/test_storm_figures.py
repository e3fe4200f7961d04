"""The figures of a period with a declared storm, both ways."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic311.lib.cached import forget_all
from dashboards.reports import storms
from dashboards.reports.content import Params
from dashboards.reports.frames import TooManyRows
from dashboards.reports.listing import Listing
from dashboards.reports.pages import DRILLS, volume
from dashboards.reports.scope import StormDays
from departments.models import StaffUser, Storm
from requests_app.actions import Actor
from requests_app.actions.facts import refresh_facts
from requests_app.workflow import Outcome
from tests import makers
from tests.dashboards.reports.scenes import NOW, at, closed, opened, scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def storm(city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser) -> Storm:
    """From noon to noon. Ten came in before, closed in two days; ten in it, closed in four; three are not timely."""
    by = Actor.staff(dispatcher)
    for moment, days in ((at(10, 11), 2), (at(11, 11), 4)):
        for _each in range(10):
            closed(opened(city.pothole, moment), moment + dt.timedelta(days=days), by)
    for moment in (at(10, 12), at(11, 11), at(11, 12)):
        closed(opened(city.pothole, moment), moment, by, Outcome.DUPLICATE)
    refresh_facts()
    made = Storm.objects.create(
        name="Snow",
        banner="Snow",
        starts_at=at(10, 12),
        ends_at=at(11, 12),
        declared_at=at(10, 12),
        declared_by=manager,
    )
    forget_all()
    return made


@pytest.mark.usefixtures("storm")
def test_both_ways_by_the_storms_own_times(manager: StaffUser) -> None:
    seen = scope(manager)
    found = storms.storm_numbers(replace(seen, storm_days=StormDays.WITHOUT))
    assert {choice: numbers.opened for choice, numbers in found.items()} == {
        StormDays.ALL: 23,
        StormDays.WITHOUT: 11,
        StormDays.ONLY: 12,
    }
    for choice, numbers in found.items():
        narrowed = replace(seen, storm_days=choice)
        assert DRILLS["opened"].find(narrowed, Params()).count() == numbers.opened
    medians = [numbers.median.value for numbers in found.values() if numbers.median]
    latest = [numbers.p90.value for numbers in found.values() if numbers.p90]
    assert medians == pytest.approx([2, 2, 4])
    assert latest == pytest.approx([4, 2, 4])
    assert [(each.due, each.on_time, each.solved) for each in found.values()] == [
        (20, 20, 20),
        (10, 10, 10),
        (10, 10, 10),
    ]


@pytest.mark.usefixtures("storm")
def test_the_page_says_so_and_marks_the_weeks(manager: StaffUser) -> None:
    seen = scope(manager)
    content = volume.build(seen)
    assert "Snow (Mar 10, 12:00 – Mar 11, 12:00)" in content.notes[-1].text
    figure = content.figures[-1]
    assert figure.finding.startswith("12 of 23 requests came in during a declared storm.")
    assert isinstance(figure.drawing, Listing)
    assert [row[1].value for row in figure.drawing.table.rows] == [23, 11, 12]
    assert storms.storm_of_week(seen, dt.date(2026, 3, 9)) == "Snow"
    assert storms.storm_of_week(seen, dt.date(2026, 3, 16)) == ""
    [mark] = storms.storm_marks(seen)
    assert (mark.start, mark.end) == (dt.date(2026, 3, 10), dt.date(2026, 3, 11))
    quiet = replace(seen, start=dt.date(2026, 3, 12))
    assert storms.storm_note(quiet) is None
    assert storms.storm_figure(quiet, "volume") is None


@pytest.mark.usefixtures("storm")
def test_counts_stay_where_times_are_too_many_to_read(
    manager: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_rows: object, **_columns: object) -> None:
        raise TooManyRows

    monkeypatch.setattr(storms, "frame", refuse)
    figure = storms.storm_figure(scope(manager), "volume")
    assert figure is not None
    assert isinstance(figure.drawing, Listing)
    assert [cell.text for cell in figure.drawing.table.rows[0]][1::3] == ["23", "too many to read"]


@pytest.mark.usefixtures("storm")
def test_too_few_in_the_storm_give_no_share(manager: StaffUser, city: makers.SmallCity) -> None:
    seen = scope(manager, start=dt.date(2026, 3, 11), end=dt.date(2026, 3, 11))
    numbers = storms.storm_numbers(seen)[StormDays.WITHOUT]
    assert (numbers.opened, numbers.timed) == (1, 0)
    figure = storms.storm_figure(seen, "volume")
    assert figure is not None
    assert isinstance(figure.drawing, Listing)
    assert [cell.text for cell in figure.drawing.table.rows[1]][2:] == ["too few"] * 4


@pytest.mark.usefixtures("storm")
def test_its_numbers_lead_to_their_rows(
    client: Client, manager: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)
    client.force_login(manager)
    figure = storms.storm_figure(scope(manager), "volume")
    assert figure is not None
    assert isinstance(figure.drawing, Listing)
    cells = [cell for row in figure.drawing.table.rows for cell in row if cell.href]
    assert [client.get(cell.href).context["page"].paginator.count for cell in cells] == [
        *(23, 20, 20),
        *(11, 10, 10),
        *(12, 10, 10),
    ]
    path = "/reports/volume/?start=2026-03-02&end=2026-03-29"
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    assert len(asked.captured_queries) <= 12
