"""The demonstration's crews have something to do."""

from __future__ import annotations

import pytest

from dashboards.crew.demo import fill_hands
from requests_app.models import ServiceRequest
from requests_app.workflow import Status
from tests import makers

pytestmark = pytest.mark.django_db


def test_each_crew_gets_a_round_once(city: makers.SmallCity) -> None:
    crews = [makers.staff("crew", city.streets, name=name) for name in ("Carl Crew", "Cora Crew")]
    giver = makers.staff("supervisor", city.streets)
    for step in range(12):
        makers.submitted(city.pothole, longitude=-76.65 + step / 1_000)
    fill_hands(crews[:1], giver, makers.NOW)
    mine = ServiceRequest.objects.filter(assignee=crews[0])
    assert mine.filter(status=Status.IN_PROGRESS).count() == 1
    assert mine.filter(status=Status.ON_HOLD).count() == 1
    count = mine.count()
    assert count == 7
    fill_hands(crews[:1], giver, makers.NOW)
    assert mine.count() == count
    fill_hands([], giver, makers.NOW)
