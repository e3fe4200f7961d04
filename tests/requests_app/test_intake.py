"""A report comes in."""

import datetime as dt

import pytest

from requests_app.models import ServiceRequest
from requests_app.workflow import EventKind, Status
from tests import makers

pytestmark = pytest.mark.django_db


def test_submit_routes_and_promises(city: makers.SmallCity) -> None:
    result = makers.submitted(city.pothole)
    request = ServiceRequest.objects.get(pk=result.request.pk)
    assert request.number.startswith("26-")
    assert request.status == Status.NEW
    assert request.department == city.streets
    assert [area.slug for area in request.areas.all()] == ["1"]
    assert request.due_at is not None
    assert request.due_at.astimezone(makers.ZONE) == makers.NOW + dt.timedelta(days=5), "same wall-clock time"
    assert list(request.events.order_by("id").values_list("kind", flat=True)) == [
        EventKind.SUBMITTED,
        EventKind.ROUTED,
    ]
