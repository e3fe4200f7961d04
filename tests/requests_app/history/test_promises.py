"""Dates in the invented history are written by the real actions, which refuse what could not have been."""

import datetime as dt

import pytest

from requests_app.history.promises import write_promises
from requests_app.models import ServiceRequest
from tests import makers

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_a_target_that_passes_on_the_way_stops_no_clock(city: makers.SmallCity) -> None:
    makers.staff("dispatcher", city.streets)
    until = makers.NOW
    for hours in (69, 60, 40, 20, 1, -48):
        made = makers.submitted(city.pothole).request
        ServiceRequest.objects.filter(pk=made.pk).update(
            created_at=until - 200 * HOUR, updated_at=until - 200 * HOUR, due_at=until - hours * HOUR
        )
    for seed in range(3):
        write_promises(seed=seed, until=until)
    paused = ServiceRequest.objects.filter(paused_at__isnull=False)
    assert [row.pk for row in paused] == [made.pk]
