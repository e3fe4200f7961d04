"""The pages of tasks, and the link of somebody without an account."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from civic311.lib.tokens import task_token
from departments.models import StaffUser
from requests_app.actions import Actor
from requests_app.actions.tasks import give_task, plan_closing
from requests_app.models import RequestEvent, ServiceRequest, Task
from requests_app.models.task import TaskState
from requests_app.notifications.sending import deliver
from requests_app.notifications.taskmail import send_task
from requests_app.workflow import ActorKind, EventKind, Outcome, Status
from tests import makers
from tests.forms import form_of
from tests.makers import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(
        city.pothole, email="ann@resident.example", name="Ann Canary", phone="410-555-0199"
    ).request


@pytest.fixture
def desk(client: Client, dispatcher: StaffUser) -> Client:
    client.force_login(dispatcher)
    return client


def by_mail(made: ServiceRequest, by: StaffUser) -> Task:
    give_task(
        request_id=made.pk,
        version=None,
        text="Is the pipe yours?",
        email="pipe@staff.example",
        is_question=True,
        by=Actor.staff(by),
        now=NOW,
    )
    return Task.objects.get()


def link(task: Task) -> str:
    return f"/colleagues/{task.pk}/{task_token(task.pk, task.token_version)}/"


def test_give_and_finish_between_two_departments(
    desk: Client, city: makers.SmallCity, made: ServiceRequest
) -> None:
    page = desk.get(f"/queue/{made.number}/tasks/")
    form = form_of(page, with_field="due_on").fill(
        text="Cut the water, please", department=str(city.waste.pk), due_on="2026-03-06"
    )
    assert form.send(desk).status_code == 303
    assert b"Cut the water" in desk.get(f"/queue/{made.number}/").content
    helper = Client()
    helper.force_login(makers.staff("dispatcher", city.waste))
    assert b"Cut the water" in helper.get("/queue/tasks/").content
    page = helper.get(f"/queue/{made.number}/tasks/")
    assert page.status_code == 200
    sent = form_of(page, with_field="result").fill(result="Cut at ten.").send(helper)
    assert (sent.status_code, sent.url) == (303, "/queue/tasks/")
    assert helper.get(f"/queue/{made.number}/").status_code == 404
    assert b"Cut at ten." in desk.get(f"/queue/{made.number}/tasks/").content


def test_a_stale_screen_keeps_what_was_typed(
    desk: Client, city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    form = form_of(desk.get(f"/queue/{made.number}/tasks/"), with_field="due_on")
    form.fill(text="Cut the water", department=str(city.waste.pk))
    by_mail(made, dispatcher)
    answer = form.send(desk)
    assert answer.status_code == 409
    assert b"Cut the water" in answer.content
    assert b"changed while you had it open" in answer.content
    assert Task.objects.count() == 1
    assert form_of(answer, with_field="due_on").send(desk).status_code == 303


@pytest.mark.parametrize(
    "typed",
    [
        {"text": ""},
        {"text": "x" * 100_000},
        {"text": "a\x00b"},
        {"department": "999999"},
        {"assignee": "1"},
        {"email": "spy@elsewhere.example", "department": ""},
        {"due_on": "2020-01-01"},
        {"due_on": "never"},
        {"is_question": "maybe"},
    ],
)
def test_bad_input_is_told(
    desk: Client, city: makers.SmallCity, made: ServiceRequest, typed: dict[str, str]
) -> None:
    words = {
        "version": made.version,
        "text": "Cut the water",
        "is_question": "work",
        "department": city.waste.pk,
    }
    answer = desk.post(f"/queue/{made.number}/tasks/give/", words | typed)
    assert answer.status_code == 400
    assert not Task.objects.exists()
    assert desk.post(f"/queue/{made.number}/tasks/give/", {"text": "x"}).status_code == 400


def test_somebody_elses_task_is_not_finished_or_cancelled(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    task = by_mail(made, dispatcher)
    crew = Client()
    crew.force_login(makers.staff("crew", city.streets))
    words = {"version": ServiceRequest.objects.get().version, "result": "Mine", "reason": "x"}
    assert crew.post(f"/queue/{made.number}/tasks/{task.pk}/done/", words).status_code == 403
    assert crew.post(f"/queue/{made.number}/tasks/{task.pk}/cancel/", words).status_code == 403
    assert crew.post(f"/queue/{made.number}/tasks/{task.pk + 1}/done/", words).status_code == 404


def test_the_link_shows_the_facts_and_never_the_reporter(made: ServiceRequest, dispatcher: StaffUser) -> None:
    task = by_mail(made, dispatcher)
    page = Client().get(link(task))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    words = page.content.decode()
    assert "Is the pipe yours?" in words
    assert "A deep hole by the bus stop" in words
    for canary in ("ann@resident.example", "Ann Canary", "410-555-0199"):
        assert canary not in words
    assert Task.objects.get().state == TaskState.OPEN


def test_the_link_answers_once(made: ServiceRequest, dispatcher: StaffUser) -> None:
    task = by_mail(made, dispatcher)
    colleague = Client()
    assert colleague.post(link(task), {"result": ""}).status_code == 400
    form = form_of(colleague.get(link(task)), with_field="result").fill(result="It is ours.")
    answer = colleague.post(link(task), form.values)
    assert answer.status_code == 200
    assert b"Thank you" in answer.content
    event = RequestEvent.objects.get(kind=EventKind.TASK_DONE)
    assert (event.actor_kind, event.actor_label) == (ActorKind.COLLEAGUE, "pipe@staff.example")
    assert colleague.get(link(task)).status_code == 404
    assert colleague.post(link(task), {"result": "Again"}).status_code == 404


def test_wrong_old_and_cancelled_links_do_not_exist(made: ServiceRequest, dispatcher: StaffUser) -> None:
    task = by_mail(made, dispatcher)
    colleague = Client()
    assert colleague.get(f"/colleagues/{task.pk}/{'x' * 22}/").status_code == 404
    assert colleague.get(f"/colleagues/{task.pk}/ü/").status_code == 404
    assert colleague.get(f"/colleagues/{task.pk + 1}/{task_token(task.pk + 1, 1)}/").status_code == 404
    with time_machine.travel(NOW + dt.timedelta(days=31), tick=False):
        assert colleague.get(link(task)).status_code == 404
    assert colleague.get(link(task)).status_code == 200


def test_the_mail_holds_the_link_and_goes_out_once(made: ServiceRequest, dispatcher: StaffUser) -> None:
    task = by_mail(made, dispatcher)
    first, second = send_task(task.pk, NOW), send_task(task.pk, NOW)
    assert first == second
    deliver(first[0], NOW)
    deliver(first[0], NOW)
    (message,) = mail.outbox
    assert message.to == ["pipe@staff.example"]
    assert link(task) in message.body
    assert "Is the pipe yours?" in message.body
    assert "Canary" not in message.body
    assert send_task(task.pk, NOW) == []


def test_a_task_that_ended_sends_no_mail(desk: Client, made: ServiceRequest, dispatcher: StaffUser) -> None:
    task = by_mail(made, dispatcher)
    delivery = send_task(task.pk, NOW)
    form_of(desk.get(f"/queue/{made.number}/tasks/"), with_field="reason").send(desk)
    assert Task.objects.get().state == TaskState.CANCELLED
    deliver(delivery[0], NOW)
    assert not mail.outbox
    assert send_task(task.pk, NOW) == []


def test_planned_closing_from_the_page(desk: Client, made: ServiceRequest, dispatcher: StaffUser) -> None:
    task = by_mail(made, dispatcher)
    page = desk.get(f"/queue/{made.number}/tasks/")
    form = form_of(page, with_field="public_answer").fill(
        outcome=Outcome.FIXED, public_answer="The pipe is mended."
    )
    assert form.send(desk).status_code == 303
    assert b"when all tasks are done" in desk.get(f"/queue/{made.number}/").content
    form_of(Client().get(link(task)), with_field="result")
    Client().post(link(task), {"result": "Mended."})
    assert ServiceRequest.objects.get().status == Status.CLOSED


def test_closing_with_open_tasks_asks_first(
    desk: Client, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    by_mail(made, dispatcher)
    form = form_of(desk.get(f"/queue/{made.number}/"), with_field="public_answer")
    form.fill(outcome=Outcome.FIXED, public_answer="Filled.")
    refused = form.send(desk)
    assert refused.status_code == 400
    assert b"still open" in refused.content
    form = form_of(refused, with_field="public_answer")
    assert form.fill(cancel_tasks="on").send(desk).status_code == 303
    assert ServiceRequest.objects.get().status == Status.CLOSED


def test_as_many_questions_for_three_as_for_fifteen(
    desk: Client,
    city: makers.SmallCity,
    made: ServiceRequest,
    dispatcher: StaffUser,
    django_assert_max_num_queries: Any,
) -> None:
    def fill(count: int) -> None:
        for _ in range(count):
            give_task(
                request_id=made.pk,
                version=None,
                text="Cut the water",
                department=city.waste,
                by=Actor.staff(dispatcher),
                now=NOW,
            )

    fill(3)
    plan_closing(
        request_id=made.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Done",
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    for path in (f"/queue/{made.number}/tasks/", "/queue/tasks/"):
        desk.get(path)
        with django_assert_max_num_queries(14) as few:
            desk.get(path)
        fill(6)
        with django_assert_max_num_queries(len(few)):
            desk.get(path)
