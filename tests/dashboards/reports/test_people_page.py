"""Work by person: in hand, overdue, new, held and done, beside the team and the mix of cases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from dashboards.reports.content import Content, Params, UnknownFigure
from dashboards.reports.frames import DAY_S, Frame
from dashboards.reports.pages.people import PAGE
from dashboards.reports.people_numbers import Person, loads
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import refresh_facts
from tests import makers
from tests.dashboards.reports.scenes import at, closed, opened, scope

NONE = float("nan")


def in_hand(*rows: tuple[int, int, float, float]) -> Frame:
    """Rows as person, category, day due and day given."""
    person, category, due, since = (np.array(column) for column in zip(*rows, strict=True))
    return Frame(
        {"person": person, "category": category, "due_at": due * DAY_S, "since": since * DAY_S}, len(rows)
    )


def test_load_stands_beside_the_team_with_those_who_have_nothing() -> None:
    ann, bob, cy, dee = (
        Person(pk, name, "dispatcher", frozenset(of))
        for pk, name, of in ((1, "bob", {1}), (2, "Ann", {1}), (3, "Cy", {1, 2}), (4, "Dee", {2}))
    )
    rows = in_hand(
        *[(1, 8, 20.0, 10.0)] * 4,
        (1, 9, NONE, 29.5),
        (1, 8, 40.0, 23.0),
        (4, 9, 31.0, 22.9),
        (4, 9, 29.0, 30.0),
    )
    first, last = loads([ann, bob, cy, dee], rows, {3: (0, 0)}, 30 * DAY_S)
    assert (first.person.name, last.person.name) == ("bob", "Dee")
    assert (first.in_hand, first.overdue, first.recent, first.held_days) == (6, 4, 2, 20)
    assert first.mix == {8: 5, 9: 1}
    assert (first.team, first.is_heavy) == (0, True)  # 6, 0 and 0 in the first department
    assert (last.in_hand, last.overdue, last.recent, last.team, last.is_heavy) == (2, 1, 1, 1, False)


def test_somebody_who_did_something_has_a_line_without_work_in_hand() -> None:
    person = Person(1, "Ann", "crew", frozenset())
    empty = Frame({name: np.array([]) for name in ("person", "category", "due_at", "since")}, 0)
    [load] = loads([person, Person(2, "Bob", "crew", frozenset())], empty, {1: (3, 2)}, 0.0)
    assert (load.in_hand, load.held_days, load.acted, load.closed, load.team) == (0, None, 3, 2, 0)


def lines(content: Content, uid: str) -> dict[str, list[str]]:
    drawing = next(each for each in content.figures if each.uid == uid).drawing
    return (
        {}
        if drawing is None
        else {row[0].text: [cell.text for cell in row[1:]] for row in drawing.table.rows}
    )


def drilled(user: StaffUser, result: str, /, **narrowed: Any) -> int:
    about = {key: narrowed.pop(key) for key in ("category", "now") if key in narrowed}
    return PAGE.drills["work"].find(scope(user, **about), Params(result=result, **narrowed)).count()


@pytest.mark.django_db
def test_work_is_by_name_with_days_held_and_case_mix(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    zoe = makers.staff("dispatcher", city.streets, name="Zoe Last")
    crew = makers.staff("crew", city.streets, name="Cora Crew")
    StaffUser.objects.filter(pk=dispatcher.pk).update(name="Abe First")
    by = Actor.staff(dispatcher)
    for to, day in ((zoe, 10), (zoe, 14), (crew, 14), (dispatcher, 15)):
        request = opened(city.pothole, at(3))
        actions.assign(request_id=request.pk, version=None, to=to, by=by, now=at(day))
    praise = opened(city.praise, at(3))
    actions.assign(request_id=praise.pk, version=None, to=zoe, by=by, now=at(12))
    taken_back = actions.assign(request_id=request.pk, version=None, to=zoe, by=by, now=at(16))
    actions.undo(event_id=taken_back.pk, by=by, now=at(16) + dt.timedelta(minutes=1))
    closed(opened(city.pothole, at(3)), at(6), Actor.staff(zoe))
    refresh_facts()
    now = at(20)
    content = PAGE.build(scope(manager, now=now))
    office = lines(content, "dispatchers")
    assert list(office) == ["Abe First", "Zoe Last"]
    # in hand, team, overdue, new, held, most of it, kinds, closed, worked on
    assert office["Abe First"][:9] == ["1", "2", "1", "1", "5.0 days", "Pothole (1)", "1", "0", "5"]
    assert office["Zoe Last"][:9] == ["3", "2", "2", "1", "8.0 days", "Pothole (2)", "2", "1", "1"]
    assert lines(content, "crews")["Cora Crew"][:5] == ["1", "1", "1", "1", "6.0 days"]
    for person, counts in ((dispatcher, (1, 1, 1, 0, 5)), (zoe, (3, 2, 1, 1, 1)), (crew, (1, 1, 1, 0, 0))):
        for result, count in zip(("in_hand", "overdue", "recent", "closed", "acted"), counts, strict=True):
            assert drilled(manager, result, now=now, person=person.pk) == count, (person.name, result)
    assert drilled(manager, "in_hand", now=now, person=zoe.pk, category=city.pothole.pk) == 2
    assert drilled(manager, "in_hand-office", now=now) == 4
    assert drilled(manager, "in_hand-crews", now=now) == 1
    for wrong in ("", "in_hand-nobody", "x"):
        with pytest.raises(UnknownFigure):
            drilled(manager, wrong)


@pytest.mark.django_db
def test_only_work_within_the_readers_rights_has_a_name(
    city: makers.SmallCity, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    request = opened(city.pothole, at(3))
    actions.assign(request_id=request.pk, version=None, to=dispatcher, by=Actor.staff(dispatcher), now=at(4))
    refresh_facts()
    assert list(lines(PAGE.build(scope(dispatcher)), "dispatchers")) == [dispatcher.name]
    assert lines(PAGE.build(scope(other_dispatcher)), "dispatchers") == {}
    assert drilled(other_dispatcher, "in_hand", person=dispatcher.pk) == 0
    aide = makers.staff("council_aide", area=city.district_2)
    assert lines(PAGE.build(scope(aide)), "dispatchers") == {}


@pytest.mark.django_db
def test_only_those_who_give_work_are_led_to_a_queue(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    request = opened(city.pothole, at(3))
    actions.assign(request_id=request.pk, version=None, to=dispatcher, by=Actor.staff(dispatcher), now=at(4))
    refresh_facts()
    assert lines(PAGE.build(scope(manager)), "dispatchers")[dispatcher.name][-1] == "Open"
    assert len(lines(PAGE.build(scope(dispatcher)), "dispatchers")[dispatcher.name]) == 9


@pytest.mark.django_db
def test_what_is_in_nobodys_hands_is_counted_and_listed(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    given, left, done = (opened(city.pothole, at(3)) for _each in range(3))
    by = Actor.staff(dispatcher)
    actions.assign(request_id=given.pk, version=None, to=dispatcher, by=by, now=at(4))
    closed(done, at(5), by)
    refresh_facts()
    card = PAGE.build(scope(manager)).cards[-1]
    assert (card.label, card.value) == ("In nobody’s hands", "1")
    assert PAGE.drills["work"].find(scope(manager), Params(result="nobody")).get() == left
