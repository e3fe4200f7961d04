"""The city itself changes within a period: a department is abolished, a category merged, the clocks are put on and back."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.test import Client

from dashboards.reports.content import Params
from dashboards.reports.frames import frame
from dashboards.reports.pages import DRILLS, PAGES
from dashboards.reports.pages.timeliness.base import COLUMNS
from dashboards.reports.scope import Scope, mondays
from dashboards.reports.spans import cut, spans
from dashboards.reports.timeliness_numbers import ages
from dashboards.reports.volume_numbers import hours, volume
from departments.models import Category, Department, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import refresh_facts
from requests_app.workflow import Outcome
from tests import makers
from tests.dashboards.reports.scenes import NOW, ZONE, at, closed, opened, scope

pytestmark = pytest.mark.django_db
PERIOD = "start=2026-03-02&end=2026-03-29"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)


def behind(seen: Scope, figure: str, **params: object) -> set[int]:
    """The requests behind a number."""
    return set(DRILLS[figure].find(seen, Params(**params)).values_list("pk", flat=True))  # type: ignore[arg-type]


def every_page_opens(client: Client, user: StaffUser, query: str) -> list[str]:
    """The pages as text; none may fail or show an id in place of a name."""
    client.force_login(user)
    pages = []
    for page in PAGES:
        at = "/reports/" if page is PAGES[0] else f"/reports/{page.slug}/"
        response = client.get(f"{at}?{query}")
        assert response.status_code == 200, at
        pages.append(response.content.decode())
    return pages


def test_a_department_abolished_in_mid_period(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser, client: Client
) -> None:
    """What it closed stays with it; what was open goes to another, with the clock that ran."""
    by = Actor.staff(dispatcher)
    done = [closed(opened(city.pothole, at(3)), at(5), by) for _each in range(12)]
    left = [opened(city.pothole, at(4)) for _each in range(11)]
    for request in left:
        actions.reroute(
            request_id=request.pk,
            version=None,
            department=city.waste,
            reason="Streets is abolished.",
            by=by,
            now=at(16),
        )
    Department.objects.filter(pk=city.streets.pk).update(is_active=False)
    Category.objects.filter(pk=city.pothole.pk).update(department=city.waste)
    refresh_facts()
    old, new = scope(manager, department=city.streets.pk), scope(manager, department=city.waste.pk)
    kept, moved = {each.pk for each in done}, {each.pk for each in left}
    assert (behind(old, "opened"), behind(new, "opened")) == (kept, moved)
    assert (behind(old, "closed"), behind(new, "closed")) == (kept, set())
    assert (behind(old, "open"), behind(new, "open")) == (set(), moved)
    assert behind(old, "due", result="on_time") == kept
    assert behind(new, "due", result="late_open") == moved, "the promise is not renewed by moving on"
    rows = frame(new.opened(), *COLUMNS)
    assert set(rows["created_at"]) == {at(4).timestamp()}
    choice = f'<option value="{city.streets.pk}" selected>Department of Streets'
    for text in every_page_opens(client, manager, f"{PERIOD}&department={city.streets.pk}"):
        assert choice in text, "the filter still knows the department"
    for text in every_page_opens(client, manager, PERIOD):
        assert f"#{city.streets.pk}<" not in text
    standing = every_page_opens(client, manager, PERIOD)[[page.slug for page in PAGES].index("departments")]
    assert ">Streets (retired)<" in standing
    assert "Department of Streets (retired)</option>" in standing


def test_a_category_merged_into_another_in_mid_period(
    city: makers.SmallCity,
    manager: StaffUser,
    dispatcher: StaffUser,
    other_dispatcher: StaffUser,
    client: Client,
) -> None:
    """Each request counts once, under its category of today; neither clock nor promise begins anew."""
    by = Actor.staff(dispatcher)
    gone = [closed(opened(city.pothole, at(3)), at(6), by) for _each in range(10)]
    left = [opened(city.pothole, at(4)) for _each in range(10)]
    due = {each.first_due_at for each in left}
    for request in left:
        actions.recategorize(request_id=request.pk, version=None, category=city.rats, by=by, now=at(16))
        closed(request, at(18), Actor.staff(other_dispatcher), Outcome.VIOLATION_FOUND)
    Category.objects.filter(pk=city.pothole.pk).update(is_active=False)
    refresh_facts()
    everything = scope(manager)
    old, new = scope(manager, category=city.pothole.pk), scope(manager, category=city.rats.pk)
    kept, moved = {each.pk for each in gone}, {each.pk for each in left}
    for figure in ("opened", "closed", "timed", "due"):
        assert (behind(old, figure), behind(new, figure)) == (kept, moved), figure
        assert DRILLS[figure].find(everything, Params()).count() == 20, "each counts once"
    assert behind(new, "due", result="late_closed") == moved
    assert set(new.due().values_list("first_due_at", flat=True)) == due
    found = ages(frame(new.opened(), *COLUMNS), NOW.timestamp())
    # From March 4, 10:00 to March 18, 10:00, less the hour that summer time took.
    assert found.median.value == pytest.approx(14 - 1 / 24)
    assert dict(volume(everything).by("category")) == {city.pothole.pk: 10, city.rats.pk: 10}
    for text in every_page_opens(client, manager, f"{PERIOD}&category={city.pothole.pk}"):
        assert f'<option value="{city.pothole.pk}" selected>Pothole' in text
        assert 'label="Retired"' in text


def year_of_hours(category: Category) -> int:
    """A request in each hour of the days around both changes of the clocks, and one at noon of every other day."""
    made = 0
    day = dt.date(2025, 1, 1)
    turns = {dt.date(2025, 3, 9), dt.date(2025, 11, 2)}
    while day.year == 2025:
        begins = dt.datetime.combine(day, dt.time(), ZONE).astimezone(dt.UTC)
        ends = dt.datetime.combine(day + DAY, dt.time(), ZONE).astimezone(dt.UTC)
        length = (ends - begins) // dt.timedelta(hours=1)
        if day in turns:
            for hour in range(length):
                opened(category, begins + dt.timedelta(hours=hour, minutes=30))
                made += 1
        elif day.day == 15:
            opened(category, begins + length / 2 * dt.timedelta(hours=1))
            made += 1
        day += DAY
    return made


def test_a_year_over_both_changes_of_the_clocks(
    city: makers.SmallCity, manager: StaffUser, client: Client
) -> None:
    made = year_of_hours(city.praise)
    assert made == 23 + 25 + 12
    refresh_facts()
    seen = scope(manager, start=dt.date(2025, 1, 1), end=dt.date(2025, 12, 31))
    assert DRILLS["opened"].find(seen, Params()).count() == volume(seen).total() == made
    grid = np.array(hours(seen))
    assert grid.sum() == made
    sunday = 6
    assert (grid[sunday][1], grid[sunday][2], grid[sunday][3]) == (3, 1, 2), (
        "two o'clock is missing once, one is twice"
    )
    for hour in (1, 2, 3):
        assert len(behind(seen, "opened", weekday=sunday, hour=hour)) == grid[sunday][hour]
    weeks = [len(behind(seen, "opened", week=monday)) for monday in mondays(seen)]
    assert sum(weeks) == made
    rows = frame(seen.opened(), "created_at")
    for monthly in (False, True):
        parts = [(part, len(mine)) for part, mine in cut(rows, spans(seen, monthly=monthly))]
        assert sum(n for _part, n in parts) == made
        for part, n in parts:
            assert part.scope.opened().count() == n
    for day, length in ((dt.date(2025, 3, 9), 23), (dt.date(2025, 11, 2), 25)):
        one = scope(manager, start=day, end=day)
        assert one.ends.astimezone(dt.UTC) - one.begins.astimezone(dt.UTC) == dt.timedelta(hours=length)
        assert DRILLS["opened"].find(one, Params()).count() == volume(one).total() == length
    every_page_opens(client, manager, "start=2025-01-01&end=2025-12-31")


def test_ten_years_with_two_requests(city: makers.SmallCity, manager: StaffUser, client: Client) -> None:
    first, last = (opened(city.pothole, moment) for moment in (at(3).replace(year=2016), at(3)))
    refresh_facts()
    seen = scope(manager, start=dt.date(2016, 3, 1), end=dt.date(2026, 3, 31))
    assert behind(seen, "opened") == behind(seen, "open") == {first.pk, last.pk}
    for text in every_page_opens(client, manager, "start=2016-03-01&end=2026-03-31"):
        assert "nan" not in text.lower()
    assert "too few" in every_page_opens(client, manager, "start=2016-03-01&end=2026-03-31")[2].lower()
