"""Outcomes, reopening and what residents say: pure counts, and each count against its rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.reports.content import Params, UnknownFigure
from dashboards.reports.frames import DAY_S, Frame, frame, seconds
from dashboards.reports.outcome_numbers import (
    COUNTED,
    NEVER_ASKED,
    Confirmed,
    Reopening,
    confirmed,
    reopening,
    stands_out,
)
from dashboards.reports.pages.outcomes import PAGE as OUTCOMES
from dashboards.reports.pages.satisfaction import PAGE as SATISFACTION
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import rebuild_facts, refresh_facts
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome, Population
from tests import makers
from tests.dashboards.reports.scenes import NOW, Scene, at, closed, opened, reopened, scene, scope

NONE = float("nan")


def closings(**columns: list[Any]) -> Frame:
    arrays = {name: np.array(values) for name, values in columns.items()}
    return Frame(arrays, len(next(iter(arrays.values()))))


def drilled(name: str, result: str, user: StaffUser, /, **narrowed: Any) -> list[int]:
    """The requests behind a number, one for each line."""
    drills = {**OUTCOMES.drills, **SATISFACTION.drills}
    about = {
        key: narrowed.pop(key) for key in tuple(narrowed) if key in {"department", "category", "population"}
    }
    return sorted(
        drills[name]
        .find(scope(user, **about), Params(result=result, **narrowed))
        .values_list("pk", flat=True)
    )


def test_young_closings_are_in_neither_part_of_the_share() -> None:
    now = 100 * DAY_S
    found = reopening(
        closings(
            closed_at=[day * DAY_S for day in (10, 20, 30, 70, 70.1, 90)],
            reopened_at=[40 * DAY_S, 50.1 * DAY_S, NONE, NONE, NONE, 91 * DAY_S],
        ),
        now,
    )
    assert found == Reopening(closings=4, reopened=1, early=2)


def test_answers_are_shares_of_the_answered() -> None:
    said = confirmed(
        closings(
            outcome=[
                "fixed",
                "fixed",
                "not_found",
                "declined",
                "duplicate",
                "withdrawn",
                "not_recorded",
                "spam",
            ],
            answer=["yes", "no", "", "no", "", "", "", "no"],
        )
    )
    assert said == Confirmed(asked=5, answered=4, yes=1)
    assert (said.no, said.unanswered) == (3, 1)
    assert said.share is not None
    assert said.share.value == 0.25
    assert Confirmed().share is None
    assert Confirmed().response is None


@given(
    st.lists(
        st.tuples(st.sampled_from([each.value for each in Outcome]), st.sampled_from(["", "yes", "no"])),
        min_size=1,
    )
)
def test_answers_add_up(rows: list[tuple[str, str]]) -> None:
    said = confirmed(closings(outcome=[row[0] for row in rows], answer=[row[1] for row in rows]))
    assert 0 <= said.yes <= said.answered <= said.asked <= len(rows)
    silent = [row for row in rows if not row[1] and row[0] not in {each.value for each in NEVER_ASKED}]
    assert said.unanswered == len(silent)


def test_a_group_stands_out_beyond_chance_and_not_when_many_are_looked_at() -> None:
    assert stands_out(30, 60, 60, 600, 1)
    assert not stands_out(3, 60, 60, 600, 1)
    assert not stands_out(9, 9, 60, 600, 1)  # too few
    assert not stands_out(60, 600, 60, 600, 1)  # nobody else
    assert stands_out(11, 60, 60, 600, 1)
    assert not stands_out(11, 60, 60, 600, 40)


@pytest.fixture
def made(city: makers.SmallCity, dispatcher: StaffUser) -> Scene:
    found = scene(city, dispatcher)
    refresh_facts()
    return found


@pytest.mark.django_db
def test_each_closing_of_an_incident_counts_and_nothing_else(made: Scene, manager: StaffUser) -> None:
    twice = [made.reopened_before_due, made.fixed_again] * 2
    solved = [made.fixed, made.late, made.reopened_soon, made.reopened_much_later, *twice]
    unsolved = [made.not_found, made.impossible]
    assert drilled("closings", "", manager) == sorted(row.pk for row in [*solved, *unsolved])
    assert drilled("closings", "success", manager) == sorted(row.pk for row in solved)
    assert drilled("closings", "not_success", manager) == sorted(row.pk for row in unsolved)
    assert drilled("closings", "nothing", manager) == [made.not_found.pk]
    assert drilled("closings", "part-other", manager) == [made.impossible.pk]
    assert drilled("closings", "set_aside", manager) == [made.withdrawn.pk]
    assert drilled("closings", "", manager, population=Population.STAFF_FOUND) == [made.staff_found.pk]
    with pytest.raises(UnknownFigure):
        drilled("closings", "spam", manager)


@pytest.mark.django_db
def test_reopened_within_thirty_days_of_closings_old_enough(made: Scene, manager: StaffUser) -> None:
    now = scope(manager)
    found = reopening(frame(now.closings().filter(COUNTED), "closed_at", "reopened_at"), seconds(NOW))
    assert found == Reopening(closings=8, reopened=3, early=2)
    soon = [made.reopened_soon, made.reopened_before_due, made.fixed_again]
    assert drilled("reopened", "reopened", manager) == sorted(row.pk for row in soon)
    assert drilled("reopened", "reopened-fixed", manager) == sorted(row.pk for row in soon)
    assert drilled("reopened", "reopened-not_found", manager) == []
    assert len(drilled("reopened", "", manager)) == 8
    assert drilled("reopened", "early", manager) == sorted([made.late.pk, made.reopened_before_due.pk])


@pytest.mark.django_db
def test_a_closing_counts_for_the_department_that_closed(
    made: Scene, city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    actions.reroute(
        request_id=made.reopened_soon.pk,
        version=None,
        department=city.waste,
        reason="Theirs.",
        by=Actor.staff(dispatcher),
        now=at(21),
    )
    refresh_facts()
    assert made.reopened_soon.pk in drilled("reopened", "reopened", manager, source=city.streets.pk)
    assert drilled("reopened", "reopened", manager, source=city.waste.pk) == []
    assert drilled("reopened", "reopened", manager, department=city.waste.pk) == [made.reopened_soon.pk]


@pytest.mark.django_db
def test_undone_closings_never_happened(
    made: Scene, manager: StaffUser, dispatcher: StaffUser, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    before, by = drilled("closings", "", manager), Actor.staff(dispatcher)
    event = actions.close(
        request_id=made.never.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Done.",
        by=by,
        now=at(20),
    )
    actions.undo(event_id=event.pk, by=by, now=at(20) + dt.timedelta(minutes=1))
    refresh_facts()
    assert drilled("closings", "", manager) == before


@pytest.mark.django_db
def test_residents_say_whether_it_is_solved(
    made: Scene, manager: StaffUser, other_dispatcher: StaffUser
) -> None:
    reporter = Actor.reporter()
    actions.confirm(request_id=made.fixed.pk, by=reporter, now=at(6))
    actions.dispute(request_id=made.not_found.pk, reason="It is there.", by=reporter, now=at(6))
    reopened(made.late, at(19), reporter)
    actions.dispute(
        request_id=made.fixed_again.pk, reason="A neighbor says no.", by=Actor.resident(), now=at(7)
    )
    refresh_facts()
    assert drilled("answers", "yes", manager) == [made.fixed.pk]
    assert drilled("answers", "no", manager) == sorted([made.not_found.pk, made.late.pk])
    assert drilled("answers", "gap", manager) == [made.late.pk]
    assert drilled("answers", "no-not_found", manager) == [made.not_found.pk]
    asked = drilled("answers", "", manager)
    assert made.withdrawn.pk not in asked
    assert made.impossible.pk not in asked
    assert len(asked) == 9
    assert len(drilled("answers", "unanswered", manager)) == 6
    assert drilled("answers", "answered", manager, week=dt.date(2026, 3, 16)) == [made.late.pk]
    assert drilled("answers", "answered", other_dispatcher) == []
    said = confirmed(frame(scope(manager).closings(), "answer", "outcome"))
    assert said == Confirmed(asked=9, answered=3, yes=1)


@pytest.mark.django_db
def test_each_reporter_of_a_problem_has_a_say_but_it_is_closed_once(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    lead, follower = opened(city.pothole, at(3)), opened(city.pothole, at(4))
    actions.merge(request_id=follower.pk, version=None, lead_id=lead.pk, by=by, now=at(5))
    closed(lead, at(6), by)
    actions.confirm(request_id=follower.pk, by=Actor.reporter(), now=at(7))
    refresh_facts()
    assert drilled("closings", "", manager) == [lead.pk]
    assert drilled("reopened", "", manager) == [lead.pk]
    assert drilled("answers", "yes", manager) == [follower.pk]
    assert drilled("answers", "", manager) == sorted([lead.pk, follower.pk])


@pytest.mark.django_db
def test_an_aide_sees_the_own_district(made: Scene, city: makers.SmallCity) -> None:
    aide = makers.staff("council_aide", city.streets, area=city.district_1)
    ServiceRequest.objects.get(pk=made.fixed.pk).areas.set([city.district_1])
    ServiceRequest.objects.get(pk=made.late.pk).areas.set([city.district_2])
    rebuild_facts()
    seen = drilled("closings", "", aide)
    assert made.fixed.pk in seen
    assert made.late.pk not in seen
