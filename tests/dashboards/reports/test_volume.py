"""What came in, counted by hand: traps of volume, weeks against earlier years, hours of the week."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic311.lib.cached import forget_all
from civic311.lib.statistics import Band
from dashboards.reports.content import Params, UnknownFigure
from dashboards.reports.pages import DRILLS, volume
from dashboards.reports.pages.volume_weeks import band_words
from dashboards.reports.scope import Comparison, Scope
from dashboards.reports.volume_numbers import by_area, hours
from dashboards.reports.volume_numbers import volume as count
from dashboards.reports.weekly import Weekly, weekly, whole_weeks
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import rebuild_facts, refresh_facts
from tests import makers
from tests.dashboards.reports.scenes import ZONE, at, opened, scene, scope

MONDAY = dt.date(2026, 3, 2)
database = pytest.mark.django_db


def rows(scope: Scope, **params: object) -> int:
    return DRILLS["opened"].find(scope, Params(**params)).count()  # type: ignore[arg-type]


@database
def test_everything_counts_but_spam_and_work_of_staff(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    scene(city, dispatcher)
    hole = [opened(city.pothole, at(10)) for _each in range(3)]
    actions.take_in(
        request_id=hole[0].pk,
        version=None,
        others={each.pk: None for each in hole[1:]},
        by=Actor.staff(dispatcher),
        now=at(10, 12),
    )
    refresh_facts()
    seen = scope(manager)
    counted = count(seen)
    assert (counted.total(), counted.total("repeated"), counted.total("withdrawn")) == (13, 2, 1)
    assert counted.by("category") == [(city.pothole.pk, 13)]
    assert counted.by("department") == [(city.streets.pk, 13)]
    assert by_area(seen) == [(city.district_1.pk, 13)]
    assert (rows(seen), rows(seen, result="repeated"), rows(seen, result="withdrawn")) == (13, 2, 1)
    assert rows(seen, week=MONDAY) == 10
    assert rows(seen, result="again") == 1
    assert count(scope(other_dispatcher)).total() == 0
    assert count(replace(seen, start=dt.date(2026, 3, 4))).total() == 3


@database
def test_hours_are_those_of_the_citys_clocks(city: makers.SmallCity, manager: StaffUser) -> None:
    """Half past one before, and half past three after, the hour that does not exist on March 8."""
    for minute in ("06:30", "07:30", "07:59"):
        opened(city.pothole, dt.datetime.fromisoformat(f"2026-03-08T{minute}+00:00"))
    refresh_facts()
    seen = scope(manager)
    grid = hours(seen)
    assert (grid[6][1], grid[6][2], grid[6][3], sum(map(sum, grid))) == (1, 0, 2, 3)
    assert rows(seen, weekday=6, hour=3) == 2
    assert rows(seen, weekday=6) == 3
    assert rows(seen, hour=1) == 1
    assert rows(seen, weekday=5, hour=3) == 0


@database
def test_a_place_outside_of_all_areas_is_said(city: makers.SmallCity, manager: StaffUser) -> None:
    made = opened(city.pothole, at(3))
    opened(city.pothole, at(4))
    made.areas.clear()
    rebuild_facts()
    seen = scope(manager)
    assert count(seen).total("nowhere") == rows(seen, result="nowhere") == 1
    assert by_area(seen) == [(city.district_1.pk, 1)]


def test_weeks_that_are_cut_or_not_over_are_no_whole_weeks() -> None:
    seen = scope(StaffUser())
    mondays = [MONDAY + dt.timedelta(weeks=n) for n in range(4)]
    assert whole_weeks(seen) == mondays
    cut = replace(seen, start=dt.date(2026, 3, 3), end=dt.date(2026, 3, 28))
    assert whole_weeks(cut) == mondays[1:3]
    assert whole_weeks(replace(seen, now=at(18))) == mondays[:2]
    assert whole_weeks(replace(seen, now=dt.datetime(2026, 3, 16, tzinfo=ZONE))) == mondays[:2]
    assert whole_weeks(replace(seen, start=dt.date(2026, 3, 4), end=dt.date(2026, 3, 6))) == []


@database
def test_cut_weeks_have_rows_of_their_own(city: makers.SmallCity, manager: StaffUser) -> None:
    for day in (3, 4, 10, 28):
        opened(city.pothole, at(day))
    refresh_facts()
    seen = scope(manager, start=dt.date(2026, 3, 3), end=dt.date(2026, 3, 28))
    counted = count(seen)
    assert (counted.total(), counted.total("whole")) == (4, 1)
    assert (rows(seen), rows(seen, result="whole"), rows(seen, result="cut")) == (4, 1, 3)
    figure = volume.build(seen).figures[0]
    assert (figure.uid, figure.rows) == ("weeks", 1)
    assert "result=whole" in figure.rows_href


@pytest.fixture
def years(city: makers.SmallCity) -> None:
    """In the week of March 2: 2 now, 3 a year before, 5 two years before; records begin in January 2023."""
    opened(city.pothole, dt.datetime(2023, 1, 10, 12, tzinfo=ZONE))
    for day, n in (((2026, 3, 3), 2), ((2025, 3, 9), 3), ((2024, 3, 4), 5), ((2024, 3, 11), 1)):
        for _each in range(n):
            opened(city.pothole, dt.datetime(*day, 23, 30, tzinfo=ZONE))
    refresh_facts()


@database
@pytest.mark.usefixtures("years")
def test_the_same_weeks_of_earlier_years_from_sums_and_from_facts(
    city: makers.SmallCity, manager: StaffUser
) -> None:
    seen = scope(manager)
    for narrowed in (seen, replace(seen, channel="web"), replace(seen, area=city.district_1.pk)):
        found = weekly(narrowed, count(narrowed).by_week())
        assert found.total.tolist() == [2, 0, 0, 0]
        assert found.total_earlier[:3].tolist() == [[3, 0, 0, 0], [5, 1, 0, 0], [0, 0, 0, 0]]
        assert np.isnan(found.total_earlier[3:]).all(), "no records before 2023"
        assert found.recorded[:3].all()
        assert not found.recorded[3:].any()
        band = found.season.bands[0]
        assert band is not None
        assert (band.n, band.centre) == (6, 0.5)
    last = weekly(replace(seen, comparison=Comparison.LAST), {})
    assert last.total_earlier.tolist() == [[3, 0, 0, 0]]
    assert last.usual == [3, 0, 0, 0], "too few for a band, shown without one"
    none = weekly(replace(seen, comparison=Comparison.NONE), {})
    assert none.change is None
    assert none.usual == [None] * 4


@database
@pytest.mark.usefixtures("years")
def test_earlier_years_are_read_from_sums_where_these_know_the_filters(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    def reads_facts(seen: Scope) -> bool:
        with CaptureQueriesContext(connection) as asked:
            weekly(seen, {})
        return any("requestfact" in query["sql"] for query in asked.captured_queries)

    assert not reads_facts(scope(manager))
    assert not reads_facts(scope(manager, category=city.pothole.pk, department=city.streets.pk))
    assert not reads_facts(scope(dispatcher, department=city.streets.pk))
    assert reads_facts(scope(dispatcher))
    assert reads_facts(scope(manager, channel="web"))
    stranger = scope(other_dispatcher, department=city.streets.pk)
    aide = scope(makers.staff("council_aide", city.streets), department=city.streets.pk)
    for limited in (stranger, aide):
        assert np.nansum(weekly(limited, {}).total_earlier) == 0, "nobody reads beyond their rights"


def test_what_changed_is_beyond_its_band_and_not_thin() -> None:
    year, weeks = np.full((5, 13), 10.0), 13
    year[:, ::2] += 2
    everywhere = np.ones((5, weeks), dtype=np.bool_)
    found = Weekly(
        weeks=[MONDAY + dt.timedelta(weeks=n) for n in range(weeks)],
        now={
            1: np.full(weeks, 11.0),
            2: np.full(weeks, 30.0),
            3: np.full(weeks, 1.0),
            4: np.eye(1, weeks)[0] * 6,
            5: np.full(weeks, 100.0),
        },
        earlier={1: year, 2: year, 3: year, 4: np.zeros((5, weeks)), 5: np.zeros((5, weeks))},
        recorded=everywhere,
        is_before=everywhere,
    )
    assert [(each.category, each.change.beyond) for each in found.changes] == [(5, 1), (2, 1), (3, -1)]
    assert found.changes[0].change.ratio is None, "nothing was usual"


@database
def test_weeks_of_the_period_itself_tell_no_change(city: makers.SmallCity, manager: StaffUser) -> None:
    for year in (2023, 2024, 2025, 2026):
        opened(city.pothole, dt.datetime(year, 2, 4, 12, tzinfo=ZONE))
    refresh_facts()
    seen = scope(manager, start=dt.date(2024, 1, 1), end=dt.date(2026, 3, 1))
    found = weekly(seen, count(seen).by_week())
    assert not found.is_before[0, -1], "a year before the last week lies in the period"
    assert found.is_before[2].all(), "three years before do not"


@pytest.mark.parametrize(
    ("band", "words"), [(Band(2, 0.2, 3.6, 9), "0.2 – 3.6"), (Band(50, 40.4, 59.6, 9), "40 – 60")]
)
def test_what_is_beyond_a_band_also_reads_so(band: Band, words: str) -> None:
    assert band_words(band) == words


@database
def test_unknown_results_are_refused(manager: StaffUser) -> None:
    with pytest.raises(UnknownFigure):
        rows(scope(manager), result="pigeon")


@database
@pytest.mark.usefixtures("years")
def test_a_page_in_another_zone_has_its_own_weeks(manager: StaffUser) -> None:
    """Late on Sunday in Baltimore is Monday in Berlin: the zone of the report decides, not the server's."""
    forget_all()
    berlin = scope(
        manager, zone=ZoneInfo("Europe/Berlin"), start=dt.date(2025, 3, 3), end=dt.date(2025, 3, 16)
    )
    assert {monday for monday, _category in count(berlin).by_week()} == {dt.date(2025, 3, 10)}
    assert volume.build(scope(manager)).figures
