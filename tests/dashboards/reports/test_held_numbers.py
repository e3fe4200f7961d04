"""Who held a request and for how long, against histories made by hand and by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.reports.content import Params, UnknownFigure
from dashboards.reports.frames import DAY_S
from dashboards.reports.held_numbers import UNKNOWN, Held, Holder, Turn, held, held_in
from dashboards.reports.pages.departments import PAGE
from departments.models import Partner, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import refresh_facts
from requests_app.workflow import Status
from tests import makers
from tests.dashboards.reports.scenes import at, closed, opened, reopened, scope

STREETS, WASTE, STATE = Holder(False, 1), Holder(False, 2), Holder(True, 7)
NOBODY = Holder(False, 0)


def story(*steps: tuple[float, int, Status] | tuple[float, int, Status, int], request: int = 5) -> list[Turn]:
    """Turns of one request, each as day, department, status after it, and the partner it names."""
    return [Turn(request, step[0] * DAY_S, step[1], step[2].value, *step[3:]) for step in steps]


def days(found: dict[Holder, Held]) -> dict[Holder, float]:
    return {holder: round(each.days, 6) for holder, each in found.items()}


NEW, OPEN, WORK, HOLD, AWAY, CLOSED = (
    Status.NEW,
    Status.OPEN,
    Status.IN_PROGRESS,
    Status.ON_HOLD,
    Status.WITH_PARTNER,
    Status.CLOSED,
)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(0, 0, NEW), (0, 1, NEW), (10, 1, CLOSED)], {STREETS: 10}),
        ([(0, 1, NEW), (4, 2, OPEN), (10, 2, CLOSED)], {STREETS: 4, WASTE: 6}),
        ([(0, 1, NEW), (1, 2, OPEN), (3, 1, OPEN), (8, 2, OPEN), (9, 2, CLOSED)], {STREETS: 6, WASTE: 3}),
        ([(0, 1, NEW), (2, 1, AWAY, 7), (5, 1, OPEN), (6, 1, CLOSED)], {STREETS: 3, STATE: 3}),
        ([(0, 1, NEW), (2, 1, AWAY, 7), (3, 1, AWAY), (5, 1, CLOSED)], {STREETS: 2, STATE: 3}),
        ([(0, 1, NEW), (2, 1, AWAY), (3, 1, CLOSED)], {STREETS: 2, Holder(True, UNKNOWN): 1}),
        ([(0, 1, NEW), (1, 1, AWAY, 7), (2, 1, OPEN), (3, 1, AWAY), (5, 1, CLOSED)],
         {STREETS: 2, STATE: 1, Holder(True, UNKNOWN): 2}),
        ([(0, 1, NEW), (3, 1, CLOSED), (10, 1, OPEN), (12, 1, CLOSED)], {STREETS: 5}),
        ([(0, 1, NEW), (3, 1, CLOSED), (10, 1, OPEN), (15, 2, OPEN)], {STREETS: 3}),
        ([(0, 0, NEW), (2, 1, OPEN), (3, 1, CLOSED)], {NOBODY: 2, STREETS: 1}),
        ([(0, 1, NEW), (4, 1, OPEN)], {}),
        ([(5, 1, NEW), (3, 1, CLOSED)], {}),  # closed before it was opened, as a source may say
        ([], {}),
    ],
)  # fmt: skip
def test_a_stretch_belongs_to_who_had_it(steps: list[Any], expected: dict[Holder, float]) -> None:
    assert days(held(story(*steps))) == expected


def test_days_on_hold_stay_with_the_department_and_are_told_apart() -> None:
    found = held(story((0, 1, NEW), (2, 1, HOLD), (5, 2, HOLD), (6, 2, WORK), (9, 2, CLOSED)))
    assert days(found) == {STREETS: 5, WASTE: 4}
    assert {holder: each.days_on_hold for holder, each in found.items()} == {STREETS: 3, WASTE: 1}


def test_a_history_without_a_department_counts_for_who_has_it() -> None:
    steps = story((0, 0, NEW), (4, 0, CLOSED))
    assert days(held(steps)) == {NOBODY: 4}
    assert days(held(steps, {5: STATE})) == {STATE: 4}


def test_requests_are_kept_apart_and_have_a_median() -> None:
    found = held(
        [
            *story((0, 1, NEW), (2, 1, CLOSED), request=1),
            *story((0, 1, NEW), (4, 2, OPEN), (5, 2, CLOSED), request=2),
            *story((0, 1, NEW), (9, 1, CLOSED), request=3),
        ]
    )
    assert found[STREETS].median_days == 4
    assert set(found[WASTE].seconds) == {2}


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 3), st.sampled_from(list(Status)), st.integers(0, 2)),
        max_size=12,
    )
)
def test_all_days_until_the_last_closing_are_held_by_somebody_but_those_closed(steps: list[Any]) -> None:
    day, turns = 0, []
    for after, department, status, partner in steps:
        day += after
        turns.append(Turn(1, day * DAY_S, department, status.value, partner))
    last = max((at for at, turn in enumerate(turns) if turn.status == Status.CLOSED), default=0)
    expected = sum(turns[at + 1].at - turns[at].at for at in range(last) if turns[at].status != Status.CLOSED)
    total = sum(sum(each.seconds.values()) for each in held(turns).values())
    assert total == pytest.approx(expected)


@pytest.mark.django_db
def test_real_histories_with_undo_hold_partner_and_reopening(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    state = Partner.objects.create(slug="state", name="State Highways")
    by, hour = Actor.staff(dispatcher), dt.timedelta(hours=1)
    request = opened(city.pothole, at(9))

    def reroute(to: Any, now: dt.datetime) -> Any:
        return actions.reroute(
            request_id=request.pk, version=None, department=to, reason="Theirs.", by=by, now=now
        )

    wrong = reroute(city.waste, at(10))
    actions.undo(event_id=wrong.pk, by=by, now=at(10) + hour / 60)
    actions.hold(
        request_id=request.pk,
        version=None,
        reason="Parts.",
        waiting_for="Parts",
        review_on=at(20).date(),
        by=by,
        now=at(11),
    )
    actions.hand_over(request_id=request.pk, version=None, partner=state, by=by, now=at(13))
    actions.resume(request_id=request.pk, version=None, by=by, now=at(16))
    reroute(city.waste, at(17))
    waste = Actor.staff(makers.staff("dispatcher", city.waste))
    closed(request, at(18), waste)
    reopened(request, at(20), waste)
    closed(request, at(22), waste)
    reopened(request, at(27), waste)
    closed(opened(city.pothole, at(3)), at(1, month=4), by)  # closed after the period
    refresh_facts()
    found = held_in(scope(manager))
    assert days(found) == {
        Holder(False, city.streets.pk): 5,
        Holder(True, state.pk): 3,
        Holder(False, city.waste.pk): 3,
    }
    assert found[Holder(False, city.streets.pk)].days_on_hold == 2

    def drilled(**params: Any) -> list[int]:
        return list(PAGE.drills["held"].find(scope(manager), Params(**params)).values_list("pk", flat=True))

    assert drilled() == [request.pk]
    assert drilled(source=city.waste.pk) == [request.pk]
    assert drilled(source=city.waste.pk, result="on_hold") == []
    assert drilled(source=0) == []
    assert drilled(result=f"partner-{state.pk}") == drilled(result="partners") == [request.pk]
    with pytest.raises(UnknownFigure):
        drilled(result="partner-x")
