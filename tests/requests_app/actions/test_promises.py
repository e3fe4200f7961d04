"""Before a date is missed staff are asked, residents hear it before, and the first date stays in the record."""

from __future__ import annotations

import datetime as dt

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from departments.models import EscalationRule, StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor
from requests_app.actions.clerk import escalate_due, keep_promises
from requests_app.actions.clockwork import WaitKind
from requests_app.models import Escalation, RequestEvent, ServiceRequest, StaffNotice
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
HOUR = dt.timedelta(hours=1)
DUE = NOW + 5 * 24 * HOUR


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    """A pothole due in five days."""
    return makers.submitted(city.pothole, email="rosa@example.org").request


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


def renewed(made: ServiceRequest, by: StaffUser, day: int, now: dt.datetime = NOW) -> RequestEvent:
    return actions.renew(
        request_id=made.pk,
        version=None,
        due_on=dt.date(2026, 3, day),
        reason="The truck is in repair.",
        by=Actor.staff(by),
        now=now,
    )


def test_a_new_date_keeps_the_first_one_and_says_why(made: ServiceRequest, dispatcher: StaffUser) -> None:
    event = renewed(made, dispatcher, 13)
    row = fresh(made)
    assert (row.first_due_at, row.told_late_at) == (DUE, None)
    # a Friday ends when the office closes, a Saturday at its end
    assert row.due_at == dt.datetime(2026, 3, 13, 17, tzinfo=makers.ZONE)
    assert (event.public_note, event.actor, event.data["due_before"]) == (
        "The truck is in repair.",
        dispatcher,
        DUE.astimezone(dt.UTC).isoformat(),
    )
    renewed(made, dispatcher, 14)
    assert fresh(made).due_at == dt.datetime(2026, 3, 14, 23, 59, tzinfo=makers.ZONE)


def test_what_cannot_be_promised(made: ServiceRequest, dispatcher: StaffUser) -> None:
    by = Actor.staff(dispatcher)
    day = dt.date(2026, 3, 13)
    for words, due_on, pattern in (
        ("", day, "Say why"),
        ("x" * 1_001, day, "too long"),
        ("Late", dt.date(2026, 3, 4), "after today"),
        ("Late", dt.date(2029, 3, 4), "two years"),
    ):
        with pytest.raises(ActionRefused, match=pattern):
            actions.renew(request_id=made.pk, version=None, due_on=due_on, reason=words, by=by, now=NOW)
    renewed(made, dispatcher, 13)
    with pytest.raises(ActionRefused, match="already"):
        renewed(made, dispatcher, 13)
    actions.hold(
        request_id=made.pk,
        version=None,
        reason="Permit",
        waiting_for="",
        review_on=day,
        kind=WaitKind.PERMIT,
        pauses=True,
        by=by,
        now=NOW,
    )
    with pytest.raises(ActionRefused, match="stands still"):
        renewed(made, dispatcher, 20)


def test_the_keeper_is_asked_once_for_each_date(
    made: ServiceRequest, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    assert keep_promises(DUE - 25 * HOUR) == 0
    assert keep_promises(DUE - 23 * HOUR) == 1
    assert keep_promises(DUE - 22 * HOUR) == 0
    notice = StaffNotice.objects.get(kind="promise")
    assert (notice.user, notice.request) == (dispatcher, made)
    renewed(made, dispatcher, 13, now=DUE - 20 * HOUR)
    due = fresh(made).due_at
    assert due is not None
    assert keep_promises(DUE - 2 * HOUR) == 0
    assert keep_promises(due - 10 * HOUR) == 1


def test_the_assignee_is_asked_before_the_dispatchers(
    made: ServiceRequest, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    crew = makers.staff("crew", city.streets)
    actions.assign(request_id=made.pk, version=None, to=crew, by=Actor.staff(dispatcher), now=NOW)
    keep_promises(DUE - 5 * HOUR)
    assert StaffNotice.objects.get(kind="promise").user == crew


def test_residents_hear_before_the_date_and_once(made: ServiceRequest, dispatcher: StaffUser) -> None:
    keep_promises(DUE - 5 * HOUR)
    assert fresh(made).told_late_at is None
    keep_promises(DUE - 3 * HOUR)
    keep_promises(DUE - 2 * HOUR)
    assert fresh(made).told_late_at == DUE - 3 * HOUR
    event = made.events.get(kind="request.at_risk")
    assert event.occurred_at < DUE
    assert ProcrastinateJob.objects.filter(
        task_name="requests_app.notifications.fan_out", args__event_id=event.pk
    ).exists()
    renewed(made, dispatcher, 13, now=DUE - HOUR)
    assert fresh(made).told_late_at is None


def test_nobody_is_warned_late_or_while_the_clock_stands(made: ServiceRequest, dispatcher: StaffUser) -> None:
    keep_promises(DUE + HOUR)
    assert not made.events.filter(kind="request.at_risk").exists()
    actions.hold(
        request_id=made.pk,
        version=None,
        reason="Permit",
        waiting_for="",
        review_on=dt.date(2026, 3, 6),
        kind=WaitKind.PERMIT,
        pauses=True,
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    due = fresh(made).due_at
    assert due is not None
    assert keep_promises(due - HOUR) == 0


def test_a_promise_of_hours_is_not_at_risk_from_its_first_minute(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    ServiceRequest.objects.filter(pk=made.pk).update(due_at=NOW + 3 * HOUR)
    keep_promises(NOW + HOUR)
    assert fresh(made).told_late_at is None
    keep_promises(NOW + 2 * HOUR)
    assert fresh(made).told_late_at is not None


def rule(hours: int, **fields: object) -> EscalationRule:
    return EscalationRule.objects.create(
        **{"name": f"At {hours}", "hours": hours, "to_role": "supervisor"} | fields
    )


def test_a_rule_acts_once_for_each_date(
    made: ServiceRequest, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    supervisor = makers.staff("supervisor", city.streets)
    makers.staff("supervisor", city.waste)
    late = rule(2)
    assert escalate_due(DUE + HOUR) == 0
    assert escalate_due(DUE + 3 * HOUR) == 1
    assert escalate_due(DUE + 4 * HOUR) == 0
    event = made.events.get(kind="request.escalated")
    assert event.data == {"rule": "At 2", "hours": 2, "to": [supervisor.name]}
    assert [notice.user for notice in StaffNotice.objects.filter(kind="escalation")] == [supervisor]
    renewed(made, dispatcher, 13, now=DUE + 5 * HOUR)
    due = fresh(made).due_at
    assert due is not None
    assert escalate_due(due + 3 * HOUR) == 1
    assert Escalation.objects.filter(rule=late, request=made).count() == 2


def test_a_rule_before_the_date_is_silent_after_it(made: ServiceRequest, city: makers.SmallCity) -> None:
    rule(-4)
    assert escalate_due(DUE + HOUR) == 0
    assert escalate_due(DUE - 3 * HOUR) == 1
    assert made.events.get(kind="request.escalated").data["to"] == []


@pytest.mark.parametrize(
    "fields",
    [{"priority_at_least": 4}, {"is_active": False}, {"department": "waste"}, {"category": "rats"}],
)
def test_a_rule_is_for_what_it_says(
    made: ServiceRequest, city: makers.SmallCity, fields: dict[str, object]
) -> None:
    rule(
        1, **{key: getattr(city, value) if isinstance(value, str) else value for key, value in fields.items()}
    )
    assert escalate_due(DUE + 3 * HOUR) == 0


def test_a_new_rule_does_not_empty_the_whole_backlog(made: ServiceRequest) -> None:
    rule(1)
    assert escalate_due(DUE + 8 * 24 * HOUR) == 0


def test_a_person_who_cannot_see_it_is_replaced_by_the_supervisors(
    made: ServiceRequest, city: makers.SmallCity, other_dispatcher: StaffUser
) -> None:
    supervisor = makers.staff("supervisor", city.streets)
    rule(1, to_role="", to_user=other_dispatcher)
    assert escalate_due(DUE + 3 * HOUR) == 1
    assert [notice.user for notice in StaffNotice.objects.filter(kind="escalation")] == [supervisor]
