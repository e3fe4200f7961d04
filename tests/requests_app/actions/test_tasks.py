"""Tasks: for a department, a person, a mail address; told, done, cancelled; and the closing that waits for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from departments.models import Department, StaffUser
from requests_app.actions import ActionRefused, Actor, close, withdraw
from requests_app.actions.incidents import merge
from requests_app.actions.tasks import cancel_task, drop_plan, finish_task, give_task, plan_closing
from requests_app.actions.undoing import undo
from requests_app.models import ClosingPlan, RequestEvent, ServiceRequest, StaffNotice, Task
from requests_app.models.attention import StaffNoticeKind
from requests_app.models.task import TaskState
from requests_app.workflow import EventKind, Outcome, Status
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="ann@example.org").request


@pytest.fixture
def helper(city: makers.SmallCity) -> StaffUser:
    return makers.staff("dispatcher", city.waste)


def given(made: ServiceRequest, by: StaffUser, **changes: Any) -> Task:
    words: dict[str, Any] = {"text": "Is the pipe yours?"}
    words |= changes
    give_task(request_id=made.pk, version=None, by=Actor.staff(by), now=NOW, **words)
    return Task.objects.order_by("-pk")[0]


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


def test_a_department_with_a_task_sees_the_request_as_long_as_it_is_open(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, helper: StaffUser
) -> None:
    assert not ServiceRequest.objects.visible_to(helper).exists()
    task = given(made, dispatcher, department=city.waste)
    assert ServiceRequest.objects.visible_to(helper).get() == made
    assert not ServiceRequest.objects.listed_for(helper).exists()
    notice = StaffNotice.objects.get(user=helper)
    assert notice.kind == StaffNoticeKind.TASK
    finish_task(task_id=task.pk, result="It is ours.", by=Actor.staff(helper), now=LATER)
    assert not ServiceRequest.objects.visible_to(helper).exists()
    assert StaffNotice.objects.get(user=dispatcher).kind == StaffNoticeKind.TASK_DONE


def test_residents_hear_nothing_of_tasks(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    task = given(made, dispatcher, department=city.waste)
    cancel_task(task_id=task.pk, by=Actor.staff(dispatcher), now=LATER)
    for event in RequestEvent.objects.filter(kind__in=[EventKind.TASK_GIVEN, EventKind.TASK_CANCELLED]):
        assert not event.public_note
        assert not event.reporter_note


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": " "}, "Say what"),
        ({"text": "x" * 2_001}, "too long"),
        ({}, "one of them"),
        ({"email": "ann@streets.example", "department": "waste"}, "one of them"),
        ({"email": "nonsense"}, "does not look like"),
        ({"email": "spy@elsewhere.example"}, "addresses of the City only"),
        ({"due_on": (NOW - dt.timedelta(days=1)).date(), "department": "waste"}, "not past"),
    ],
)
def test_impossible_tasks_are_refused(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, changes: dict[str, Any], words: str
) -> None:
    if "department" in changes:
        changes = changes | {"department": city.waste}
    with pytest.raises(ActionRefused, match=words):
        given(made, dispatcher, **changes)
    assert not Task.objects.exists()
    assert fresh(made).version == made.version


def test_a_retired_department_and_a_colleague_who_left_get_nothing(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, helper: StaffUser
) -> None:
    helper.is_active = False
    helper.save()
    with pytest.raises(ActionRefused, match="no longer works"):
        given(made, dispatcher, assignee=helper)
    Department.objects.filter(pk=city.waste.pk).update(is_active=False)
    city.waste.refresh_from_db()
    with pytest.raises(ActionRefused, match="retired"):
        given(made, dispatcher, department=city.waste)


def test_a_mail_address_of_the_city_gets_a_job(made: ServiceRequest, dispatcher: StaffUser) -> None:
    task = given(made, dispatcher, email="Pipe.Shop@staff.example")
    assert task.email == "pipe.shop@staff.example"
    job = ProcrastinateJob.objects.get(task_name="requests_app.notifications.send_task")
    assert job.args == {"task_id": task.pk}


def test_the_database_counts_open_tasks(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    tasks = [given(made, dispatcher, department=city.waste) for _ in range(3)]
    assert fresh(made).open_tasks == 3
    finish_task(task_id=tasks[0].pk, result="Done", by=Actor.staff(dispatcher), now=LATER)
    cancel_task(task_id=tasks[1].pk, by=Actor.staff(dispatcher), now=LATER)
    assert fresh(made).open_tasks == 1
    tasks[2].delete()
    assert fresh(made).open_tasks == 0


def test_what_has_ended_does_not_end_again(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    task = given(made, dispatcher, department=city.waste)
    finish_task(task_id=task.pk, result="Done", by=Actor.staff(dispatcher), now=LATER)
    for again in (
        lambda: finish_task(task_id=task.pk, result="Done", by=Actor.staff(dispatcher), now=LATER),
        lambda: cancel_task(task_id=task.pk, by=Actor.staff(dispatcher), now=LATER),
    ):
        with pytest.raises(ActionRefused, match="ended already"):
            again()


def test_closing_waits_for_tasks_or_cancels_them(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    task = given(made, dispatcher, department=city.waste)
    words: dict[str, Any] = {"outcome": Outcome.FIXED, "public_answer": "Filled.", "version": None}
    by = Actor.staff(dispatcher)
    with pytest.raises(ActionRefused, match="still open"):
        close(request_id=made.pk, by=by, now=LATER, **words)
    close(request_id=made.pk, by=by, now=LATER, cancel_tasks=True, **words)
    task.refresh_from_db()
    assert (task.state, task.token_version, fresh(made).open_tasks) == (TaskState.CANCELLED, 2, 0)


def test_an_undone_closing_gives_the_tasks_back_with_their_links(
    made: ServiceRequest, dispatcher: StaffUser, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    task = given(made, dispatcher, email="pipe@staff.example")
    by = Actor.staff(dispatcher)
    words: dict[str, Any] = {"outcome": Outcome.FIXED, "public_answer": "Filled.", "version": None}
    event = close(request_id=made.pk, by=by, now=LATER, cancel_tasks=True, **words)
    undo(event_id=event.pk, by=by, now=LATER + dt.timedelta(seconds=30))
    task.refresh_from_db()
    assert (task.state, task.token_version, fresh(made).open_tasks) == (TaskState.OPEN, 1, 1)


def test_a_withdrawn_report_needs_no_tasks(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    task = given(made, dispatcher, department=city.waste)
    withdraw(request_id=made.pk, by=Actor.reporter(), now=LATER)
    task.refresh_from_db()
    assert task.state == TaskState.CANCELLED


def planned(made: ServiceRequest, by: StaffUser, outcome: Outcome = Outcome.FIXED) -> RequestEvent:
    return plan_closing(
        request_id=made.pk,
        version=None,
        outcome=outcome,
        public_answer="The pipe is mended.",
        by=Actor.staff(by),
        now=NOW,
    )


def test_it_closes_when_the_last_task_is_done(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    first, last = (given(made, dispatcher, department=city.waste) for _ in range(2))
    planned(made, dispatcher)
    finish_task(task_id=first.pk, result="Done", by=Actor.staff(dispatcher), now=LATER)
    assert fresh(made).status != Status.CLOSED
    finish_task(task_id=last.pk, result="Done", by=Actor.colleague("pipe@staff.example"), now=LATER)
    after = fresh(made)
    assert (after.status, after.outcome, after.shown_status) == (
        Status.CLOSED,
        Outcome.FIXED,
        Status.CLOSED,
    )
    assert made.events.order_by("-pk")[0].public_note == "The pipe is mended."
    assert not ClosingPlan.objects.exists()


def test_a_plan_that_no_longer_fits_tells_who_planned(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    task = given(made, dispatcher, department=city.waste)
    planned(made, dispatcher)
    ServiceRequest.objects.filter(pk=made.pk).update(category=city.rats)
    finish_task(task_id=task.pk, result="Done", by=Actor.colleague("pipe@staff.example"), now=LATER)
    assert fresh(made).status != Status.CLOSED
    assert StaffNotice.objects.filter(user=dispatcher, text__contains="could not be closed").exists()


def test_plans_need_an_open_task_and_a_fitting_outcome(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    with pytest.raises(ActionRefused, match="no open task"):
        planned(made, dispatcher)
    given(made, dispatcher, department=city.waste)
    with pytest.raises(ActionRefused, match="cannot be planned"):
        planned(made, dispatcher, Outcome.DUPLICATE)
    planned(made, dispatcher)
    drop_plan(request_id=made.pk, version=None, by=Actor.staff(dispatcher), now=LATER)
    with pytest.raises(ActionRefused, match="No closing is planned"):
        drop_plan(request_id=made.pk, version=None, by=Actor.staff(dispatcher), now=LATER)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("task_is_for_somebody", {"department": None}),
        ("task_ended_has_time", {"state": TaskState.DONE}),
        ("task_ended_has_time", {"ended_at": NOW}),
    ],
)
def test_the_database_refuses(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, rule: str, changes: dict[str, Any]
) -> None:
    row = {
        "request": made,
        "department": city.waste,
        "text": "x",
        "given_by": dispatcher,
        "created_at": NOW,
    }
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Task.objects.create(**(row | changes))


def test_a_report_that_follows_ends_with_its_lead_and_its_tasks_too(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    follower = makers.submitted(city.pothole).request
    task = given(follower, dispatcher, department=city.waste)
    merge(request_id=follower.pk, version=None, lead_id=made.pk, by=by, now=NOW)
    close(request_id=made.pk, version=None, outcome=Outcome.FIXED, public_answer="Filled.", by=by, now=LATER)
    task.refresh_from_db()
    assert (fresh(follower).status, task.state) == (Status.CLOSED, TaskState.CANCELLED)
