"""Hand-offs between departments: what went wrong first, from whom to whom, and who may read of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboards.reports.charts import Figure
from dashboards.reports.content import Content, Params, UnknownFigure
from dashboards.reports.pages.departments import PAGE
from departments.models import Department, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import rebuild_facts, refresh_facts
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import Outcome, Population
from tests import makers
from tests.dashboards.reports.scenes import at, closed, opened, scope

pytestmark = pytest.mark.django_db


def figure(content: Content, uid: str) -> Figure:
    return next(each for each in content.figures if each.uid == uid)


def table(content: Content, uid: str) -> dict[str, list[str]]:
    """The lines of a figure's table by their headings."""
    drawing = figure(content, uid).drawing
    assert drawing is not None
    return {row[0].text: [cell.text for cell in row[1:]] for row in drawing.table.rows}


def drilled(user: StaffUser, /, **params: Any) -> list[int]:
    find = PAGE.drills["rerouted"].find
    category = params.pop("category", None)
    return sorted(find(scope(user, category=category), Params(**params)).values_list("pk", flat=True))


def rerouted(request: ServiceRequest, to: Department, moment: dt.datetime, by: Actor) -> RequestEvent:
    return actions.reroute(
        request_id=request.pk, version=None, department=to, reason="Theirs.", by=by, now=moment
    )


class Handed:
    """Ten potholes kept, and each trap of the hand-offs."""

    def __init__(self, city: makers.SmallCity, by: Actor) -> None:
        self.kept = [opened(city.pothole, at(3)) for _index in range(10)]
        self.once, self.twice, self.undone, self.staff, self.early, self.later, self.duplicate = (
            opened(city.pothole, at(3)) for _index in range(7)
        )
        self.follower = opened(city.pothole, at(4))
        self.praise = opened(city.praise, at(5))
        both = Actor.staff(makers.staff("dispatcher", city.streets, city.waste))
        rerouted(self.once, city.waste, at(6), by)
        rerouted(self.twice, city.waste, at(6), by)
        rerouted(self.twice, city.streets, at(7), both)
        taken_back = rerouted(self.undone, city.waste, at(6), by)
        actions.undo(event_id=taken_back.pk, by=by, now=at(6) + dt.timedelta(minutes=1))
        rerouted(self.staff, city.waste, at(6), by)
        rerouted(self.follower, city.waste, at(6), by)
        actions.merge(request_id=self.follower.pk, version=None, lead_id=self.once.pk, by=both, now=at(7))
        rerouted(self.early, city.waste, at(1, month=4), by)
        rerouted(self.duplicate, city.waste, at(6), by)
        closed(self.duplicate, at(7), both, Outcome.DUPLICATE)
        rerouted(self.praise, city.waste, at(6), by)
        rows = ServiceRequest.objects
        rows.filter(pk=self.staff.pk).update(population=Population.STAFF_FOUND)
        rows.filter(pk=self.later.pk).update(created_at=at(1, month=4))
        rebuild_facts()


@pytest.fixture
def handed(city: makers.SmallCity, dispatcher: StaffUser, settings: Any) -> Handed:
    settings.UNDO_WINDOW_SECONDS = 300
    return Handed(city, Actor.staff(dispatcher))


def test_sent_on_counts_requests_opened_in_the_period(
    handed: Handed, city: makers.SmallCity, manager: StaffUser
) -> None:
    content = PAGE.build(scope(manager))
    potholes = table(content, "rerouted")["Pothole"]
    assert potholes[:2] == ["14", "3"]  # ten kept, once, twice, undone, early; sent on: once, twice, early
    assert potholes[4] == "1.33"
    assert drilled(manager, result="opened", category=city.pothole.pk) == sorted(
        [handed.once.pk, handed.twice.pk, handed.early.pk]
    )
    assert len(drilled(manager, result="counted", category=city.pothole.pk)) == 14
    assert handed.praise.pk in drilled(manager, result="opened")
    with pytest.raises(UnknownFigure):
        drilled(manager, result="x")


def test_flows_count_each_hand_off_of_the_period(
    handed: Handed, city: makers.SmallCity, manager: StaffUser
) -> None:
    streets, waste = city.streets.pk, city.waste.pk
    there = sorted([handed.once.pk, handed.twice.pk, handed.duplicate.pk, handed.praise.pk])
    assert drilled(manager, source=streets, target=waste) == there
    assert drilled(manager, source=waste, target=streets) == [handed.twice.pk]
    assert drilled(manager) == sorted([*there, handed.twice.pk])
    assert drilled(manager, source=0) == []
    flows = table(PAGE.build(scope(manager)), "flows")
    assert flows["Streets"] == ["4", "", "4"]
    assert flows["Waste"] == ["", "1", "1"]


def test_a_hand_off_of_what_nobody_had_comes_from_nobody(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    request = opened(city.pothole, at(3))
    ServiceRequest.objects.filter(pk=request.pk).update(department=None)
    rerouted(request, city.streets, at(4), Actor.staff(dispatcher))
    refresh_facts()
    assert drilled(manager, source=0, target=city.streets.pk) == [request.pk]
    assert "Not routed yet" in table(PAGE.build(scope(manager)), "flows")


def test_a_dispatcher_reads_of_the_own_department_alone(
    handed: Handed, city: makers.SmallCity, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    assert drilled(dispatcher) == [handed.twice.pk] * 2
    assert handed.twice.pk not in drilled(other_dispatcher)
    content = PAGE.build(scope(dispatcher))
    assert list(table(content, "standing")) == ["Streets"]
    assert figure(content, "rerouted").rows == 1
    assert list(table(PAGE.build(scope(other_dispatcher)), "standing")) == ["Waste"]


def test_each_department_has_its_line(handed: Handed, city: makers.SmallCity, manager: StaffUser) -> None:
    lines = table(PAGE.build(scope(manager)), "standing")
    assert list(lines) == ["Streets", "Waste"]
    # opened, closed (no duplicate), open now (no follower), due (those of April too), on time
    assert lines["Streets"][:4] == ["12", "0", "13", "13"]
    assert lines["Streets"][4] == "0\u00a0%"
    assert lines["Waste"][:4] == ["5", "0", "3", "2"]
    assert lines["Waste"][4] == "too few"


def test_what_goes_wrong_most_is_the_finding(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    for index in range(24):
        request = opened(city.pothole if index % 2 else city.praise, at(3))
        if index % 2:
            rerouted(request, city.waste, at(4), by)
    refresh_facts()
    content = PAGE.build(scope(manager))
    [note] = content.notes
    assert note.text.startswith("Pothole goes wrong 100")
    assert note.count == "12"
