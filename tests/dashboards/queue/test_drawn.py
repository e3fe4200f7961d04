"""A form kept in memory is the form that would be drawn anew, for every request, role and language."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import translation

from dashboards.queue import drawn
from dashboards.queue.moves import MOVES, Move
from dashboards.queue.screen import desk
from departments.models import Partner, ReplyTemplate, StaffUser
from departments.roles import Role
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
FORMS = [move for move in MOVES.values() if not move.is_quick]


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)
    monkeypatch.setattr(drawn, "_kept", {})


def variants(city: makers.SmallCity) -> list[ServiceRequest]:
    """Requests that differ in all a form may look different for, one thing at a time."""
    row = makers.submitted(city.pothole).request
    rows = [row, makers.submitted(city.pothole).request]
    colleague = makers.staff(Role.CREW, city.streets, name="Ada Crew")
    partner = Partner.objects.create(slug="state", name="State <Highways>")
    changes: list[dict[str, object]] = [
        {"assignee": colleague},
        {"department": None},
        {"partner": partner},
        {"priority": 3},
        {"due_at": NOW - dt.timedelta(days=1)},
        {"due_at": None},
        {"open_tasks": 1},
        {"language": "es"},
        {"category": city.rats},
    ]
    for change in changes:
        other = ServiceRequest.objects.get(pk=row.pk)
        for name, value in change.items():
            setattr(other, name, value)
        rows.append(other)
    return rows


@pytest.mark.parametrize("move", FORMS, ids=lambda move: move.name)
def test_a_kept_form_is_the_form_drawn_anew(
    city: makers.SmallCity, dispatcher: StaffUser, move: Move
) -> None:
    for name, language, outcome in (
        ("Thanks", "en", ""),
        ("Gracias", "es", ""),
        ("Done", "en", Outcome.FIXED),
    ):
        ReplyTemplate.objects.create(
            slug=name.lower(), name=name, text="Words.", language=language, outcome=outcome
        )
    rows = variants(city)
    for language in ("en", "es"):
        with translation.override(language):
            for at in [
                desk(row, dispatcher, NOW + dt.timedelta(days=days)) for row in rows for days in (0, 1)
            ]:
                for _time in ("drawn", "kept"):
                    action = drawn.blank(move, at)
                    anew = drawn.begun(move, move.form(None, desk=at, move=move.name))
                    assert (action.fields, action.hidden) == (anew.fields, anew.hidden)
    assert drawn._kept


def test_a_form_that_was_sent_is_not_kept(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole).request
    client.force_login(dispatcher)
    sent = {"version": made.version, "reason": "Rain <b>", "waiting_for": "", "review_on": ""}
    answer = client.post(f"/queue/{made.number}/do/hold/", sent)
    assert answer.status_code == 400
    assert "Rain &lt;b&gt;" in answer.content.decode()
    assert "Rain" not in client.get(f"/queue/{made.number}/").content.decode()
    assert not any("Rain" in fields for fields in drawn._kept.values())


def test_the_memory_has_an_end(
    city: makers.SmallCity, dispatcher: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn, "MOST", 3)
    made = makers.submitted(city.pothole).request
    for days in range(6):
        drawn.blank(MOVES["hold"], desk(made, dispatcher, NOW + dt.timedelta(days=days)))
    assert len(drawn._kept) <= 3
