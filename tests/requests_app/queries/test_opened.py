"""The compiled statements give what the ORM gives, and nothing to those who may not see it."""

from __future__ import annotations

import datetime as dt

import pytest

from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import RequestEvent, ServiceRequest, Watcher
from requests_app.queries.opened import opened_request, request_history
from requests_app.queries.staff import request_details
from tests import makers

pytestmark = pytest.mark.django_db


def readers(city: makers.SmallCity) -> list[StaffUser]:
    return [
        makers.staff(Role.DISPATCHER, city.streets),
        makers.staff(Role.DISPATCHER, city.waste),
        makers.staff(Role.CREW),
        makers.staff(Role.SUPERVISOR, city.waste),
        makers.staff(Role.ADMINISTRATOR),
        makers.staff(Role.DISPATCHER, sees_all_departments=True),
        makers.staff(Role.COUNCIL_AIDE, area=city.district_1),
        makers.staff(Role.COUNCIL_AIDE, area=city.district_2),
        makers.staff(Role.COUNCIL_AIDE),
    ]


def columns(row: ServiceRequest | StaffUser | RequestEvent | None) -> dict[str, object] | None:
    return row and {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_request_is_opened_as_the_orm_reads_it(city: makers.SmallCity) -> None:
    people = readers(city)
    made = makers.submitted(city.pothole, email="resident@example.org").request
    other = makers.submitted(city.pothole).request
    actions.assign(request_id=made.pk, version=None, to=people[0], by=Actor.staff(people[0]), now=makers.NOW)
    Watcher.objects.create(request=made, user=people[0], created_at=makers.NOW)
    seen = 0
    for user in people:
        for number in (made.number, other.number, "99-999999"):
            expected = request_details(user).filter(number=number).first()
            found = opened_request(user, number)
            assert (found is None) == (expected is None)
            if found is None or expected is None:
                continue
            seen += 1
            assert columns(found) == columns(expected)
            assert columns(found.assignee) == columns(expected.assignee)
            for name in ("has_reporter", "is_watched"):
                assert getattr(found, name) is getattr(expected, name)
    assert 4 <= seen < len(people) * 2


def test_the_history_is_read_as_the_orm_reads_it(city: makers.SmallCity) -> None:
    user = makers.staff(Role.DISPATCHER, city.streets)
    made = makers.submitted(city.pothole).request
    actions.hold(
        request_id=made.pk,
        version=None,
        reason="Rain",
        waiting_for="Dry weather",
        review_on=(makers.NOW + dt.timedelta(days=3)).date(),
        by=Actor.staff(user),
        now=makers.NOW,
    )
    expected = list(made.events.order_by("-id"))
    assert len(expected) >= 2
    assert [columns(event) for event in request_history(made)] == [columns(event) for event in expected]
    assert all(event.request is made for event in request_history(made))
