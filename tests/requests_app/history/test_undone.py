"""Mistakes of the invented history: taken back, in no figure, told to nobody."""

from __future__ import annotations

from typing import Any

import pytest

from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor
from requests_app.history.undone import write_undone
from requests_app.models import RequestEvent, ServiceRequest, UndoWindow
from tests import makers

pytestmark = pytest.mark.django_db


def test_mistakes_are_taken_back(city: makers.SmallCity, settings: Any) -> None:
    user = makers.staff(Role.DISPATCHER, city.streets)
    for _ in range(3):
        made = makers.submitted(city.pothole).request
        actions.assign(request_id=made.pk, version=1, to=user, by=Actor.staff(user), now=makers.NOW)
    until = makers.NOW.replace(hour=15)
    before = list(ServiceRequest.objects.order_by("pk").values_list("status", "assignee", "outcome"))
    assert write_undone(seed=1, until=until) == 0, "nothing waits here, nothing can be taken back"
    settings.UNDO_WINDOW_SECONDS = 60
    assert write_undone(seed=1, until=until) == 3
    rows = ServiceRequest.objects.order_by("pk")
    assert list(rows.values_list("status", "assignee", "outcome")) == before
    assert not UndoWindow.objects.pending().exists()
    assert RequestEvent.objects.standing().count() == 9
