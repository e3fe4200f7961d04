"""Areas like for like: another mix of requests is no difference, a real one is named, thin areas say nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.reports.area_numbers import (
    by_week,
    confidence_for,
    members,
    outside,
    shares_by_area,
    strata,
    times_by_area,
)
from dashboards.reports.content import Params
from dashboards.reports.frames import DAY_S, Frame
from dashboards.reports.pages.areas import PAGE
from departments.kinds import AreaKind
from departments.models import StaffUser
from tests import makers
from tests.dashboards.reports.crowds import crowd, facts_are
from tests.dashboards.reports.scenes import scope

NORTH, SOUTH, EMPTY = 1, 2, 3
QUICK, SLOW = 10, 20


def lists(*areas: list[int]) -> np.ndarray[Any, Any]:
    found = np.empty(len(areas), dtype=np.object_)
    found[:] = areas
    return found


def due(*groups: tuple[int, int, int, int]) -> Frame:
    """Groups of (area, category, requests, of them on time)."""
    area, category, closed = [], [], []
    for where, kind, n, on_time in groups:
        area += [[where]] * n
        category += [kind] * n
        closed += [True] * on_time + [False] * (n - on_time)
    return Frame(
        {"areas": lists(*area), "category": np.array(category), "due_closed": np.array(closed, dtype=bool)},
        len(category),
    )


def compared(rows: Frame, areas: tuple[int, ...] = (NORTH, SOUTH)) -> Any:
    return shares_by_area(rows, members(rows["areas"], areas), confidence_for(len(areas)))


def test_another_mix_is_no_difference() -> None:
    """Both areas keep 9 of 10 quick promises and 3 of 10 slow ones; the south has mostly slow ones."""
    rows = due(
        (NORTH, QUICK, 300, 270), (NORTH, SLOW, 100, 30), (SOUTH, QUICK, 100, 90), (SOUTH, SLOW, 300, 90)
    )
    found = compared(rows)
    assert found[NORTH].crude.value == 0.75
    assert found[SOUTH].crude.value == 0.45
    assert found[NORTH].same_mix.value == pytest.approx(0.6)
    assert found[SOUTH].same_mix.value == pytest.approx(0.6)
    assert found[NORTH].side == found[SOUTH].side == 0


def test_difference_hidden_by_the_mix_is_found() -> None:
    """The south is worse in both kinds, but its many quick ones make it look as good as the north."""
    rows = due(
        (NORTH, QUICK, 100, 95), (NORTH, SLOW, 300, 150), (SOUTH, QUICK, 300, 225), (SOUTH, SLOW, 100, 20)
    )
    found = compared(rows)
    assert found[NORTH].crude.value == pytest.approx(found[SOUTH].crude.value)
    assert (found[NORTH].side, found[SOUTH].side) == (1, -1)


def test_thin_areas_say_nothing() -> None:
    rows = due((NORTH, QUICK, 200, 100), (NORTH, SLOW, 200, 100), (SOUTH, QUICK, 9, 0))
    found = compared(rows, (NORTH, SOUTH, EMPTY))
    assert found[SOUTH].same_mix is None
    assert found[SOUTH].side == 0
    assert (found[EMPTY].n, found[EMPTY].crude, found[EMPTY].same_mix) == (0, None, None)


def test_area_without_most_of_the_mix_is_not_compared() -> None:
    rows = due((NORTH, SLOW, 300, 100), (SOUTH, QUICK, 50, 50))
    assert compared(rows)[SOUTH].same_mix is None
    assert compared(rows)[SOUTH].crude.value == 1


def timed(*groups: tuple[int, int, int, float | None]) -> Frame:
    """Groups of (area, category, requests, days until closed; None for still open)."""
    area, category, closed = [], [], []
    for where, kind, n, days in groups:
        area += [[where]] * n
        category += [kind] * n
        closed += [np.nan if days is None else days * DAY_S] * n
    return Frame(
        {
            "areas": lists(*area),
            "category": np.array(category),
            "created_at": np.zeros(len(category)),
            "closed_at": np.array(closed),
        },
        len(category),
    )


def times(rows: Frame) -> Any:
    areas = (NORTH, SOUTH)
    return times_by_area(rows, 60.0 * DAY_S, members(rows["areas"], areas), confidence_for(2))


def test_times_with_the_same_mix() -> None:
    """Each kind takes as long in both areas; only the south has mostly slow ones."""
    rows = timed(
        (NORTH, QUICK, 300, 2), (NORTH, SLOW, 100, 30), (SOUTH, QUICK, 99, 2), (SOUTH, SLOW, 300, 30)
    )
    found = times(rows)
    assert (found[NORTH].crude.value, found[SOUTH].crude.value) == (2, 30)
    assert found[NORTH].same_mix.value == found[SOUTH].same_mix.value == found[NORTH].everywhere
    assert found[NORTH].side == found[SOUTH].side == 0


def test_open_requests_are_not_forgotten() -> None:
    quick = [(NORTH, QUICK, 90, 1), (NORTH, QUICK, 80, 1.5), (NORTH, QUICK, 10, 1.8)]
    rows = timed(*quick, (SOUTH, QUICK, 60, 2), (SOUTH, QUICK, 140, None))
    found = times(rows)
    assert found[NORTH].side == 1
    assert found[SOUTH].same_mix.value is None
    assert found[SOUTH].side == -1


@given(st.lists(st.lists(st.integers(1, 6), max_size=3, unique=True), max_size=30))
def test_members_are_the_rows_that_name_an_area(rows: list[list[int]]) -> None:
    found = members(lists(*rows), [2, 5, 9])
    for area in (2, 5, 9):
        assert found[area].tolist() == [at for at, each in enumerate(rows) if area in each]
    assert outside(lists(*rows), [2, 5, 9]) == sum(not {2, 5} & set(each) for each in rows)


def test_rare_categories_are_one_stratum() -> None:
    found = strata(np.array([7] * 12 + [8] * 30 + [1, 2, 3]), 10)
    assert len(set(found[:12].tolist())) == len(set(found[12:42].tolist())) == 1
    assert len(set(found.tolist())) == 3
    assert len(set(found[42:].tolist())) == 1
    assert len(set(strata(np.repeat(np.arange(60), 20), 10, most=5).tolist())) == 6


def test_weeks_of_each_area() -> None:
    inside = members(lists([NORTH], [SOUTH], [NORTH], [NORTH]), [NORTH, SOUTH])
    found = by_week(np.array([0.0, 5.0, 12.0, 10.0]), [0.0, 10.0, 20.0], inside)
    assert found == {NORTH: (1.0, 2.0, 0.0), SOUTH: (1.0, 0.0, 0.0)}


@pytest.mark.django_db
def test_page_names_the_area_served_worse(city: makers.SmallCity, manager: StaffUser) -> None:
    ids = crowd(city.pothole, 90)
    facts_are(ids[:40], areas=[city.district_1.pk], due_closed=True)
    facts_are(ids[40:80], areas=[city.district_2.pk], due_closed=False)
    facts_are(ids[40:56], due_closed=True)
    facts_are(ids[80:], areas=[])
    report = scope(manager, area=city.district_1.pk)
    content = PAGE.build(report)
    on_time, _time, volume, weeks = content.figures
    assert volume.drawing is not None
    assert weeks.drawing is not None
    assert "District 2 (40 % against 62 %)" in on_time.finding.replace("\u00a0", " ")
    assert "set aside" in content.notes[0].text
    assert volume.excluded.startswith("10 requests")
    assert PAGE.drills["outside"].find(scope(manager), Params(result="council_district")).count() == 10
    rows = {row[0].text: row[1].text for row in volume.drawing.table.rows}
    assert rows == {"District 1": "40", "District 2": "40"}
    assert "no population given" in {cell.text for row in volume.drawing.table.rows for cell in row}
    assert weeks.drawing.table.rows[0][1].value == 40


@pytest.mark.django_db
def test_residents_make_a_rate(city: makers.SmallCity, manager: StaffUser) -> None:
    ids = crowd(city.pothole, 50)
    facts_are(ids[:40], areas=[city.district_1.pk])
    facts_are(ids[40:49], areas=[city.district_2.pk])
    for area, n in ((city.district_1, 8000), (city.district_2, 4000)):
        area.population = n
        area.save()
    volume = PAGE.build(scope(manager)).figures[2]
    assert volume.drawing is not None
    assert [row[1].text for row in volume.drawing.table.rows] == ["5.0", "too few"]


@pytest.mark.django_db
def test_one_area_or_none_compares_nothing(city: makers.SmallCity, manager: StaffUser) -> None:
    city.district_2.kind = AreaKind.NEIGHBORHOOD
    city.district_2.save()
    content = PAGE.build(scope(manager))
    assert not content.figures
    assert content.notes
