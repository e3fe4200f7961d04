"""Names in the steps residents read are said in their language."""

from __future__ import annotations

import pytest
from django.utils import translation

from departments.models import StaffUser
from requests_app.actions import Actor, reroute
from requests_app.queries.steps import steps
from requests_app.workflow import EventKind
from tests import makers

pytestmark = pytest.mark.django_db


def test_the_department_it_came_from_is_named_in_the_readers_language(
    city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    city.streets.translations = {"es": {"name": "Departamento de Calles"}}
    city.streets.save()
    made = makers.submitted(city.pothole).request
    reroute(
        request_id=made.pk,
        version=None,
        department=city.waste,
        reason="This is trash",
        by=Actor.staff(dispatcher),
        now=makers.NOW,
    )
    with translation.override("es"):
        (moved,) = (
            each
            for each in steps(made.pk, for_holder=False, is_held=False)
            if each.kind == EventKind.REROUTED
        )
    assert moved.data["department_from"] == "Departamento de Calles"
