"""Doubtful rows: each counted once in its list, those without times apart, corrections that stand."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import LazySettings

from dashboards.reports.content import Params
from dashboards.reports.pages.quality import PAGE, quality_notes
from dashboards.reports.quality_words import WORDS, told
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import refresh_facts
from requests_app.models import ServiceRequest
from requests_app.models.fact import UNTIMELY_DOUBTS, Doubt
from requests_app.workflow import Channel
from tests import makers
from tests.dashboards.reports.crowds import crowd, facts_are
from tests.dashboards.reports.scenes import at, closed, opened, scene, scope

pytestmark = pytest.mark.django_db


def table(user: StaffUser, figure: int) -> dict[str, list[str]]:
    """The texts of a figure's table by their first cell."""
    drawing = PAGE.build(scope(user)).figures[figure].drawing
    assert drawing is not None
    return {row[0].text: [cell.text for cell in row] for row in drawing.table.rows}


def count(user: StaffUser, drill: str, result: str, **filters: object) -> int:
    return PAGE.drills[drill].find(scope(user, **filters), Params(result=result)).count()


def test_each_doubt_is_counted_and_listed(city: makers.SmallCity, manager: StaffUser) -> None:
    ids = crowd(city.pothole, 40)
    for place, doubt in enumerate(Doubt):
        facts_are([ids[place]], doubts=doubt)
    facts_are(ids[20:30], doubts=Doubt.FALLBACK | Doubt.MIDNIGHT)
    rows = table(manager, 0)
    for doubt in Doubt:
        expected = 11 if doubt in {Doubt.FALLBACK, Doubt.MIDNIGHT} else 1
        row = rows[str(WORDS[doubt].title)]
        assert row[1] == str(expected)
        assert count(manager, "quality", doubt.name.lower()) == expected
        assert row[3] == ("left out" if doubt & UNTIMELY_DOUBTS else "counted")
    assert count(manager, "quality", "any") == len(Doubt) + 10
    assert count(manager, "quality", "untimely") == 15
    assert PAGE.build(scope(manager)).cards[1].value == "15"


def test_scene_has_one_impossible_row(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    made = scene(city, dispatcher)
    refresh_facts()
    notes = quality_notes(scope(manager))
    assert [note.count for note in notes] == ["1", "1", "1"]
    assert {note.text for note in notes} == {
        "1 request was closed before it was opened.",
        "1 request is at a stand-in point.",
        "1 request was closed without an outcome.",
    }
    found = PAGE.drills["quality"].find(scope(manager), Params(result="impossible")).get()
    assert found.pk == made.impossible.pk
    assert not quality_notes(scope(manager, category=city.rats.pk))


def test_sources_are_apart(city: makers.SmallCity, manager: StaffUser) -> None:
    ids = crowd(city.pothole, 30)
    ServiceRequest.objects.filter(pk__in=ids[:12]).update(is_imported=True)
    facts_are(ids[:3], doubts=Doubt.FALLBACK)
    facts_are(ids[12:13], doubts=Doubt.NO_PLACE)
    facts_are(ids[:12], channel=Channel.PHONE)
    rows = table(manager, 2)
    assert rows["Imported from another system"][1:3] == ["3", "12"]
    assert rows["Reported here"][1:3] == ["1", "18"]
    assert rows["Phone"][1:3] == ["3", "12"]
    assert count(manager, "origin", "imported_doubtful") == 3
    assert count(manager, "origin", "made_here") == 18


def test_corrections_that_stand(
    city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser, settings: LazySettings
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    by = Actor.staff(dispatcher)
    first, second, third = (opened(city.pothole, at(day)) for day in (3, 4, 5))
    actions.recategorize(request_id=first.pk, version=None, category=city.rats, by=by, now=at(6))
    undone = actions.reroute(
        request_id=second.pk, version=None, department=city.waste, reason="Theirs", by=by, now=at(6)
    )
    actions.undo(event_id=undone.pk, by=by, now=at(6) + dt.timedelta(minutes=1))
    closed(third, at(7), by)
    refresh_facts()
    assert count(manager, "corrected", "recategorized") == 1
    assert count(manager, "corrected", "rerouted") == 0
    assert count(manager, "corrected", "undone") == 1
    rows = table(manager, -1)
    assert rows["Category changed"][1] == "1"
    assert rows["A step was taken back"][1] == "1"
    assert rows["Split in two"][1] == "0"


def test_waiting_changes_are_said(city: makers.SmallCity, manager: StaffUser) -> None:
    opened(city.pothole, at(3))
    assert PAGE.build(scope(manager)).cards[3].value == "1"
    refresh_facts()
    assert PAGE.build(scope(manager)).cards[3].value == "0"


def test_other_departments_rows_are_not_counted(city: makers.SmallCity, other_dispatcher: StaffUser) -> None:
    ids = crowd(city.pothole, 12)
    facts_are(ids, doubts=Doubt.FALLBACK)
    assert not quality_notes(scope(other_dispatcher))
    assert count(other_dispatcher, "quality", "any") == 0


@pytest.mark.parametrize("doubt", Doubt)
def test_each_doubt_is_told_of_one_and_of_many(doubt: Doubt) -> None:
    assert "1 request " in told(doubt, 1) or "1 duplicate " in told(doubt, 1)
    assert told(doubt, 29_821).startswith("29,821 ")
