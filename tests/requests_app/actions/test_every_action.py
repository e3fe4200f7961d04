"""Every action against every status and every role: what the workflow says is what happens, one event each."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from departments.models import StaffUser
from departments.roles import Role
from requests_app.actions import ActionRefused, Actor, MoveNotPossible, NotAllowed, StaleRequest
from requests_app.models import ServiceRequest
from requests_app.workflow import BY_NAME, OPEN_STATUSES, Status
from tests import makers
from tests.requests_app.actions.cast import LATER, calls, made_in

pytestmark = pytest.mark.django_db
BY_STAFF = [name for name, move in BY_NAME.items() if move.roles]
BY_REPORTER_ALONE = [name for name, move in BY_NAME.items() if not move.roles and move.by_reporter]


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("name", BY_STAFF)
def test_status_decides(city: makers.SmallCity, administrator: StaffUser, name: str, status: Status) -> None:
    by = Actor.staff(administrator)
    made = made_in(status, city, by)
    before = (made.version, made.events.count())
    call = calls(city, made)[name]
    move = BY_NAME[name]
    if status not in move.sources:
        with pytest.raises(MoveNotPossible):
            call(by, made.version)
        assert (fresh(made).version, made.events.count()) == before
        return
    event = call(by, made.version)
    after = fresh(made)
    if move.targets:
        assert after.status in move.targets
    else:
        assert after.status == move.result(status, by_staff=True)
    assert (after.version, made.events.count()) == (before[0] + 1, before[1] + 1)
    assert (event.kind, event.from_status, event.to_status) == (move.event, status, after.status)
    assert (event.actor, event.actor_label, event.occurred_at) == (administrator, administrator.name, LATER)
    assert (event.department_id, event.assignee_id) == (after.department_id, after.assignee_id)
    assert after.updated_at == LATER
    assert after.acknowledged_at is not None or not move.acknowledges


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", BY_STAFF)
def test_role_decides(city: makers.SmallCity, administrator: StaffUser, name: str, role: Role) -> None:
    move = BY_NAME[name]
    status = Status.CLOSED if move.sources == {Status.CLOSED} else Status.NEW
    if status not in move.sources:
        status = Status.ON_HOLD
    made = made_in(status, city, Actor.staff(administrator))
    user = makers.staff(role, city.streets)
    call = calls(city, made)[name]
    if role in move.roles:
        assert call(Actor.staff(user), made.version).actor == user
    else:
        with pytest.raises(NotAllowed):
            call(Actor.staff(user), made.version)
        assert fresh(made).version == made.version


@pytest.mark.parametrize("name", BY_STAFF)
def test_old_screen_is_refused(
    city: makers.SmallCity, administrator: StaffUser, dispatcher: StaffUser, name: str
) -> None:
    status = Status.CLOSED if BY_NAME[name].sources == {Status.CLOSED} else Status.ON_HOLD
    made = made_in(status, city, Actor.staff(administrator))
    calls(city, made)["note"](Actor.staff(dispatcher), made.version)
    with pytest.raises(StaleRequest) as refusal:
        calls(city, made)[name](Actor.staff(administrator), made.version)
    assert refusal.value.changed_by == dispatcher.name
    assert refusal.value.changed_at == LATER
    assert fresh(made).version == made.version + 1


@pytest.mark.parametrize("name", [name for name, move in BY_NAME.items() if not move.by_reporter])
def test_the_reporter_cannot(city: makers.SmallCity, administrator: StaffUser, name: str) -> None:
    move = BY_NAME[name]
    status = Status.ON_HOLD if Status.ON_HOLD in move.sources else Status.NEW
    made = made_in(status, city, Actor.staff(administrator))
    with pytest.raises(NotAllowed):
        calls(city, made)[name](Actor.reporter(), None)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("name", BY_REPORTER_ALONE)
def test_status_decides_for_the_reporter(
    city: makers.SmallCity, administrator: StaffUser, name: str, status: Status
) -> None:
    made = made_in(status, city, Actor.staff(administrator))
    before = (made.version, made.events.count())
    call = calls(city, made)[name]
    move = BY_NAME[name]
    if status not in move.sources or (name, status) == ("add_photo", Status.CLOSED):
        with pytest.raises(ActionRefused):
            call(Actor.reporter(), None)
        assert (fresh(made).version, made.events.count()) == before
        return
    event = call(Actor.reporter(), None)
    after = fresh(made)
    assert after.status == move.result(status, by_staff=False)
    assert (after.version, made.events.count()) == (before[0] + 1, before[1] + 1)
    assert (event.kind, event.from_status, event.to_status) == (move.event, status, after.status)
    assert (event.actor, event.actor_kind) == (None, "reporter")
    assert event.public_note == ""


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", BY_REPORTER_ALONE)
def test_staff_cannot_speak_for_the_reporter(
    city: makers.SmallCity, administrator: StaffUser, name: str, role: Role
) -> None:
    status = Status.CLOSED if BY_NAME[name].sources == {Status.CLOSED} else Status.NEW
    made = made_in(status, city, Actor.staff(administrator))
    with pytest.raises(NotAllowed):
        calls(city, made)[name](Actor.staff(makers.staff(role, city.streets)), None)


@pytest.mark.parametrize("name", [name for name, move in BY_NAME.items() if not move.by_resident])
def test_strangers_cannot(city: makers.SmallCity, administrator: StaffUser, name: str) -> None:
    status = Status.CLOSED if BY_NAME[name].sources == {Status.CLOSED} else Status.NEW
    if status not in BY_NAME[name].sources:
        status = Status.ON_HOLD
    made = made_in(status, city, Actor.staff(administrator))
    with pytest.raises(NotAllowed):
        calls(city, made)[name](Actor.resident(), None)


@pytest.mark.parametrize("status", sorted(OPEN_STATUSES))
def test_the_reporter_may_withdraw(city: makers.SmallCity, administrator: StaffUser, status: Status) -> None:
    made = made_in(status, city, Actor.staff(administrator))
    event = calls(city, made)["withdraw"](Actor.reporter(), None)
    after = fresh(made)
    assert (after.status, after.outcome, after.closed_at) == (Status.CLOSED, "withdrawn", LATER)
    assert event.actor is None


def test_each_event_leaves_one_job_that_carries_its_id(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    event = calls(city, made)["start"](Actor.staff(dispatcher), 1)
    jobs = ProcrastinateJob.objects.filter(args__event_id=event.pk)
    assert [(job.task_name, job.args) for job in jobs] == [
        ("requests_app.notifications.fan_out", {"event_id": event.pk})
    ]
