"""Volume counts reports; timeliness and backlog count problems, by the first report of each."""

from __future__ import annotations

import datetime as dt

import pytest

from civic311.lib.cached import forget_all
from dashboards.reports import figures
from dashboards.reports.rows import Params, rows
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.estimates import compute_estimates
from requests_app.models import ServiceRequest
from requests_app.queries.expected import expected_time
from requests_app.queries.front import home_figures
from tests import makers
from tests.dashboards.reports.scenes import NOW, at, closed, opened, scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(city: makers.SmallCity, dispatcher: StaffUser) -> list[ServiceRequest]:
    """Three reports of one hole."""
    made = [opened(city.pothole, at(3)) for _each in range(3)]
    actions.take_in(
        request_id=made[0].pk,
        version=None,
        others={each.pk: None for each in made[1:]},
        by=Actor.staff(dispatcher),
        now=at(3, 12),
    )
    return made


def test_backlog_counts_the_problem_and_volume_its_reports(
    three: list[ServiceRequest], manager: StaffUser
) -> None:
    [category] = figures.by_category(scope(manager))
    assert (category.opened, category.ages.n, category.set_aside) == (3, 1, 2)
    [backlog] = figures.backlog(scope(manager))
    assert backlog.total == 1 == rows("open", scope(manager), Params()).count()
    assert rows("timed", scope(manager), Params()).count() == 1
    assert rows("timed", scope(manager), Params(result="set_aside")).count() == 2


def test_timeliness_counts_the_problem_and_the_flow_its_reports(
    three: list[ServiceRequest], manager: StaffUser, dispatcher: StaffUser
) -> None:
    closed(three[0], at(5), Actor.staff(dispatcher))
    [numbers] = figures.due_by_department(scope(manager))
    assert (numbers.due, numbers.on_time, numbers.set_aside) == (1, 1, 2)
    flow = figures.flow(scope(manager))
    assert (flow.opened, flow.closed, flow.net) == (3, 3, 0)
    assert rows("closed", scope(manager), Params()).count() == 3


def test_a_parted_report_counts_for_itself_again(
    three: list[ServiceRequest], manager: StaffUser, dispatcher: StaffUser
) -> None:
    actions.part(request_id=three[2].pk, version=None, by=Actor.staff(dispatcher), now=at(4))
    [backlog] = figures.backlog(scope(manager))
    assert backlog.total == 2
    assert rows("timed", scope(manager), Params()).count() == 2


def test_the_public_figures_and_the_queue_ahead_count_the_problem(
    city: makers.SmallCity,
    dispatcher: StaffUser,
    three: list[ServiceRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)
    forget_all()
    assert home_figures().open_now == 1
    expected = expected_time(category_id=city.pothole.pk, department_id=city.streets.pk, before=NOW)
    assert expected.ahead == 1
    closed(three[0], NOW - dt.timedelta(days=1), Actor.staff(dispatcher))
    forget_all()
    found = home_figures()
    assert (found.open_now, found.closed, found.solved, found.due) == (0, 1, 1, 1)


def test_estimates_learn_from_the_first_report_alone(
    city: makers.SmallCity, dispatcher: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests_app.actions.estimates.MINIMUM_CLOSINGS", 2)
    by = Actor.staff(dispatcher)
    first = [opened(city.pothole, at(3)) for _each in range(2)]
    followers = [opened(city.pothole, at(3)) for _each in range(2)]
    actions.take_in(
        request_id=first[0].pk,
        version=None,
        others={each.pk: None for each in followers},
        by=by,
        now=at(3, 12),
    )
    for each in first:
        closed(each, at(5), by)
    assert compute_estimates(now=NOW) > 0
    expected = expected_time(category_id=city.pothole.pk)
    assert expected.closings in {0, 2}, "too few to show, or the two first reports"
