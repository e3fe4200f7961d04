"""The overview: what it leads with, what it calls a change, and which promises break."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboards.reports.content import Params
from dashboards.reports.pages import BY_SLUG
from dashboards.reports.pages.overview import PAGE, build
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.facts import rebuild_facts, refresh_facts
from requests_app.models import RequestEvent, ServiceRequest
from tests import makers
from tests.dashboards.reports.scenes import NOW, at, closed, opened, reopened, scene, scope

pytestmark = pytest.mark.django_db


def _copies(request: ServiceRequest, moments: list[dt.datetime], **changed: object) -> None:
    """Further requests like one, at these moments, with its first event and nothing else."""
    first = request.events.order_by("pk").first()
    assert first is not None
    values = {field.attname: getattr(request, field.attname) for field in ServiceRequest._meta.fields}
    start = ServiceRequest.objects.count() * 1000
    made = ServiceRequest.objects.bulk_create(
        ServiceRequest(
            **values
            | {
                "id": None,
                "number": f"25-{start + n:08}",
                "token_hash": f"{start + n:064}",
                "created_at": moment,
            }
            | changed
        )
        for n, moment in enumerate(moments)
    )
    RequestEvent.objects.bulk_create(
        RequestEvent(
            request=each,
            kind=first.kind,
            from_status="",
            to_status=first.to_status,
            actor_kind=first.actor_kind,
            occurred_at=each.created_at,
        )
        for each in made
    )


def test_the_north_star_comes_first_and_says_how_many_answered(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    for index in range(12):
        request = closed(opened(city.pothole, at(3)), at(5), by)
        if index < 10:
            act = actions.confirm if index < 8 else actions.dispute
            words = {} if index < 8 else {"reason": "Still there."}
            act(request_id=request.pk, by=Actor.reporter(), now=at(6), **words)
    refresh_facts()
    first = build(scope(manager)).cards[0]
    assert first.label == "Residents say it was solved"
    assert first.value == "80\u00a0%"
    assert "10 of 12 answered (83\u00a0%)" in first.note


def test_a_flood_of_one_kind_is_the_first_finding_and_chance_is_none(
    city: makers.SmallCity, manager: StaffUser
) -> None:
    one, other = opened(city.pothole, at(3)), opened(city.praise, at(3))
    week = dt.timedelta(weeks=1)
    for year in (1, 2, 3):
        for n in range(4):
            monday = at(2) + n * week - round(year * 365.2425 / 7) * week
            _copies(one, [monday + dt.timedelta(hours=h) for h in range(5)])
            _copies(other, [monday + dt.timedelta(hours=h) for h in range(5 + n % 2)])
    _copies(other, [at(2) - 160 * week])
    for n in range(4):
        monday = at(2) + n * week
        _copies(one, [monday + dt.timedelta(hours=h) for h in range(25)])
        _copies(other, [monday + dt.timedelta(hours=h) for h in range(5)])
    rebuild_facts()
    content = build(scope(manager))
    assert content.notes[0].text.startswith("Pothole came in 5.")
    assert not any("Praise" in note.text for note in content.notes)
    assert content.notes[0].href.endswith(f"category={city.pothole.pk}")


def test_nothing_changed_is_said(city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser) -> None:
    scene(city, dispatcher)
    refresh_facts()
    alone = build(scope(manager))
    # Four of the scene are open past the promised date.
    assert [note.text for note in alone.notes] == [
        "No promise breaks this week; open requests past the date that was promised:"
    ]
    late = PAGE.drills["promises"].find(scope(manager), Params(result="late"))
    assert alone.notes[0].count == str(late.count())
    for request in late:
        closed(request, at(14, month=4), Actor.staff(dispatcher))
    refresh_facts()
    assert [note.text for note in build(scope(manager)).notes] == [
        "There is nothing before this period to hold it against."
    ]
    closed(opened(city.pothole, at(20, month=2)), at(21, month=2), Actor.staff(dispatcher))
    refresh_facts()
    assert [note.text for note in build(scope(manager)).notes] == ["Nothing changed beyond what is usual."]


def test_missed_promises_are_what_to_fix_first(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    for n in range(14):
        request = opened(city.pothole, at(3))
        closed(request, at(5 if n < 3 else 20), by)
    for _ in range(9):
        opened(city.missed_trash, at(3))
    refresh_facts()
    wanted = scope(manager)
    note = build(wanted).notes[0]
    assert note.text == "Pothole: 11 of 14 were not closed by their due date."
    assert note.count == "11"
    assert not [each for each in build(wanted).notes if "Missed trash" in each.text], "nine are too few"


def test_figures_are_the_same_as_on_their_pages(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    scene(city, dispatcher)
    for _ in range(12):
        reopened(closed(opened(city.pothole, at(3)), at(4), Actor.staff(dispatcher)), at(6), Actor.reporter())
    refresh_facts()
    wanted = scope(manager)
    same = {
        "backlog": ("Open now", "Net flow"),
        "timeliness": ("On time", "On time and solved", "Half are closed in", "Nine of ten are closed in"),
        "outcomes": ("Reopened within 30 days",),
    }
    mine = {card.label: card.value for card in build(wanted).cards}
    assert mine["Net flow"] != "0"
    for slug, labels in same.items():
        theirs = {card.label: card.value for card in BY_SLUG[slug].build(wanted).cards}
        assert {label: mine[label] for label in labels} == {label: theirs[label] for label in labels}


def test_promises_that_break_this_week_are_counted_and_listed(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    for day in (12, 13, 14):
        opened(city.pothole, at(day, month=4))
    opened(city.pothole, at(2, month=4))
    closed(opened(city.pothole, at(12, month=4)), at(13, month=4), Actor.staff(dispatcher))
    refresh_facts()
    wanted = scope(manager)
    text = build(wanted).notes[-1].text
    assert text == "3 promises break this week unless they are kept; 1 are past their date already."
    assert PAGE.drills["promises"].find(wanted, Params(result="soon")).count() == 3
    assert PAGE.drills["promises"].find(wanted, Params(result="late")).count() == 1


def test_a_period_of_many_years_is_held_against_nothing(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    scene(city, dispatcher)
    refresh_facts()
    content = build(scope(manager, start=dt.date(1995, 1, 1), end=NOW.date()))
    assert content.cards[0].is_thin
    assert content.figures[0].rows == 10
