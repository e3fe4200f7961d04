"""The reporting gap: observed days, expected further reports like for like, and which incidents take part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dashboards.reports.content import Params
from dashboards.reports.frames import DAY_S, Frame
from dashboards.reports.gap_numbers import by_area, observed_days, of_rows
from dashboards.reports.pages.gap import PAGE
from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome
from tests import makers
from tests.dashboards.reports.crowds import crowd, facts_are
from tests.dashboards.reports.scenes import scope

NORTH, SOUTH = 1, 2
HOLE, RATS = 10, 20


def incidents(*groups: tuple[int, int, int]) -> tuple[Frame, dict[int, Any]]:
    """Groups of (category, incidents, further reports among them), one report an incident, ten days observed."""
    category: list[int] = []
    repeats: list[int] = []
    members: dict[int, Any] = {}
    at = 0
    for number, (kind, n, again) in enumerate(groups):
        category += [kind] * n
        repeats += [1] * again + [0] * (n - again)
        area = NORTH if number < len(groups) / 2 else SOUTH
        members[area] = np.concatenate([members.get(area, np.array([], dtype=int)), np.arange(at, at + n)])
        at += n
    return Frame({"category": np.array(category), "repeats": np.array(repeats)}, at), members


def rates(*groups: tuple[int, int, int]) -> Any:
    rows, inside = incidents(*groups)
    days = np.full(len(rows), 10.0)
    whole = of_rows(rows, days, np.arange(len(rows)))
    return by_area(rows, days, inside, whole, 0.975)


def test_observed_until_closed_or_two_weeks_or_now() -> None:
    rows = Frame(
        {
            "created_at": np.array([0.0, 0.0, 0.0, 28.0]) * DAY_S,
            "closed_at": np.array([3.0, 20.0, np.nan, np.nan]) * DAY_S,
        },
        4,
    )
    assert observed_days(rows, 30 * DAY_S).tolist() == [3, 14, 14, 2]


def test_delay_is_days_for_one_further_report() -> None:
    rows, _inside = incidents((HOLE, 20, 5))
    found = of_rows(rows, np.full(20, 10.0), np.arange(20))
    assert (found.incidents, found.again, found.reports) == (20, 5, 5)
    assert found.delay_days == pytest.approx(40)


def test_another_mix_is_no_gap() -> None:
    """Holes are reported again half the time, rats one time in ten, in both areas; the south has mostly rats."""
    found = rates((HOLE, 200, 100), (RATS, 100, 10), (HOLE, 100, 50), (RATS, 200, 20))
    assert found[NORTH].ratio.value == pytest.approx(1)
    assert found[SOUTH].ratio.value == pytest.approx(1)
    assert found[NORTH].side == found[SOUTH].side == 0
    assert found[SOUTH].delay_days == pytest.approx(found[NORTH].delay_days)


def test_quiet_area_is_found() -> None:
    found = rates((HOLE, 200, 120), (HOLE, 200, 20))
    assert (found[NORTH].side, found[SOUTH].side) == (1, -1)
    assert found[SOUTH].delay_days > 5 * found[NORTH].delay_days


def test_one_famous_hole_makes_no_area_loud() -> None:
    """Forty reports of one hole are one loud street, not an area that reports more."""
    rows, inside = incidents((HOLE, 100, 10), (HOLE, 100, 10))
    rows["repeats"][0] = 40
    days = np.full(200, 10.0)
    found = by_area(rows, days, inside, of_rows(rows, days, np.arange(200)), 0.975)
    ratio = found[NORTH].ratio
    assert ratio is not None
    assert ratio.value > 1.5
    assert found[NORTH].side == found[SOUTH].side == 0


def test_nothing_reported_again_has_no_delay() -> None:
    found = rates((HOLE, 30, 0), (HOLE, 9, 0))
    assert found[NORTH].ratio is None
    assert found[NORTH].delay_days is None
    assert found[SOUTH].rate is None


@pytest.mark.django_db
def test_page_counts_first_reports_of_shared_kinds(city: makers.SmallCity, manager: StaffUser) -> None:
    holes = crowd(city.pothole, 60)
    crowd(city.missed_trash, 20)  # one household's: nobody else can report it
    facts_are(holes[:30], areas=[city.district_1.pk], repeats=2)
    facts_are(holes[30:50], areas=[city.district_2.pk])
    facts_are(holes[50:52], lead_id=holes[0], is_timely=False)
    facts_are(holes[52:54], outcome=Outcome.WITHDRAWN, is_timely=False)
    ServiceRequest.objects.filter(pk__in=holes[54:56]).update(is_imported=True)
    content = PAGE.build(scope(manager))
    areas, categories = content.figures
    assert categories.drawing is not None
    assert areas.rows == categories.rows == 54
    assert "District 2 (0 %)" in areas.finding.replace("\u00a0", " ")
    again = PAGE.drills["incidents"].find(scope(manager, area=city.district_1.pk), Params(result="again"))
    assert again.count() == 30
    assert categories.drawing.table.rows[0][3].text == "60"
