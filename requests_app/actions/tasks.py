"""Parts of the work others do: given, done, cancelled; and a closing planned for when all are done."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from departments.kinds import Kind
from departments.models import City, Department, StaffUser
from departments.roles import Role
from requests_app.actions.actors import Actor
from requests_app.actions.closing import close
from requests_app.actions.errors import ActionRefused
from requests_app.actions.responsible import of_roles
from requests_app.actions.telling import tell
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import ClosingPlan, RequestEvent, Task
from requests_app.models.attention import StaffNoticeKind
from requests_app.models.task import TaskState
from requests_app.workflow import Outcome, Status, outcomes_for

TEXT_MAX = 2_000
TASKS_MOST = 20
SEND_TASK = "requests_app.notifications.send_task"


@transaction.atomic
def give_task(
    *,
    request_id: int,
    version: int | None,
    text: str,
    by: Actor,
    now: dt.datetime,
    department: Department | None = None,
    assignee: StaffUser | None = None,
    email: str = "",
    is_question: bool = False,
    due_on: dt.date | None = None,
) -> RequestEvent:
    """Give a colleague, a department, or somebody of ours without an account something to do or to answer.

    Exactly one of them. A mail address must be in a domain the City writes from: the link in the mail opens the report's
    facts. Raises `ActionRefused`.
    """
    request = lock(request_id)
    permitted(request, "give_task", by=by, version=version)
    assert by.user is not None
    text, email = text.strip(), email.strip().lower()
    if not text:
        raise ActionRefused(_("Say what is to be done or answered."))
    if len(text) > TEXT_MAX:
        raise ActionRefused(_("The text is too long: 2,000 characters at most."))
    if [department is not None, assignee is not None, bool(email)].count(True) != 1:
        raise ActionRefused(_("Choose a department, or a person, or give a mail address: one of them."))
    if assignee is not None and not assignee.is_active:
        raise ActionRefused(_("%(name)s no longer works here.") % {"name": assignee.name})
    if department is not None and not department.is_active:
        raise ActionRefused(_("This department is retired."))
    if email:
        _check_email(email)
    if due_on is not None and due_on < timezone.localdate(now, City.current().zone):
        raise ActionRefused(_("Choose a day that is not past."))
    if request.open_tasks >= TASKS_MOST:
        raise ActionRefused(_("This request has 20 open tasks already."))
    task = Task.objects.create(
        request=request,
        department=department,
        assignee=assignee,
        email=email,
        text=text,
        is_question=is_question,
        due_on=due_on,
        given_by=by.user,
        created_at=now,
    )
    event = transition(
        request_id=request_id,
        version=version,
        move="give_task",
        by=by,
        now=now,
        internal_note=text,
        data={"task": task.pk, "to": receiver(task), "is_question": is_question}
        | ({"due_on": due_on.isoformat()} if due_on else {}),
    )
    if email:
        jobs.configure_task(name=SEND_TASK, queue="events").defer(task_id=task.pk)
    else:
        people = [assignee] if assignee else of_roles(task.department_id, Role.DISPATCHER, Role.SUPERVISOR)
        tell(people, StaffNoticeKind.TASK, request=request, event=event, text=text, now=now, but=by.user)
    return event


@transaction.atomic
def finish_task(
    *, task_id: int, result: str, by: Actor, now: dt.datetime, version: int | None = None
) -> RequestEvent:
    """Say what came of a task. Who gave it is told; the last one closes the request where a closing was planned.

    Raises `ActionRefused` when it ended already or nothing is said, `Task.DoesNotExist`.
    """
    task = _open_task(task_id)
    result = result.strip()
    if not result:
        raise ActionRefused(
            _("Write the answer.") if task.is_question else _("Say in a sentence what was done.")
        )
    if len(result) > TEXT_MAX:
        raise ActionRefused(_("The text is too long: 2,000 characters at most."))
    event = transition(
        request_id=task.request_id,
        version=version,
        move="finish_task",
        by=by,
        now=now,
        internal_note=result,
        data={"task": task.pk, "to": receiver(task), "is_question": task.is_question},
    )
    _end(task, TaskState.DONE, by=by, now=now, result=result)
    tell(
        [task.given_by],
        StaffNoticeKind.TASK_DONE,
        request=event.request,
        event=event,
        text=result,
        now=now,
        but=by.user,
    )
    _close_as_planned(task.request_id, now)
    return event


@transaction.atomic
def cancel_task(
    *, task_id: int, by: Actor, now: dt.datetime, reason: str = "", version: int | None = None
) -> RequestEvent:
    """Take a task back; its link stops working. Raises `ActionRefused` when it ended already, `Task.DoesNotExist`."""
    task = _open_task(task_id)
    event = transition(
        request_id=task.request_id,
        version=version,
        move="cancel_task",
        by=by,
        now=now,
        internal_note=reason.strip()[:TEXT_MAX],
        data={"task": task.pk, "to": receiver(task), "text": task.text[:200]},
    )
    _end(task, TaskState.CANCELLED, by=by, now=now)
    return event


@transaction.atomic
def plan_closing(
    *,
    request_id: int,
    version: int | None,
    outcome: Outcome,
    public_answer: str,
    by: Actor,
    now: dt.datetime,
) -> RequestEvent:
    """Write beforehand how the request closes when its last task is done; a second plan replaces the first.

    Raises `ActionRefused` without open tasks, without an answer, and for outcomes that need a look at that time.
    """
    request = lock(request_id)
    permitted(request, "plan_closing", by=by, version=version)
    assert by.user is not None
    if not request.open_tasks:
        raise ActionRefused(_("There is no open task to wait for. Close the request itself."))
    if outcome not in plannable(Kind(request.category.kind)):
        raise ActionRefused(_("This outcome cannot be planned."))
    answer = public_answer.strip()
    if not answer:
        raise ActionRefused(_("Write the answer residents will read."))
    ClosingPlan.objects.update_or_create(
        request=request,
        defaults={
            "outcome": outcome,
            "public_answer": answer,
            "planned_by": by.user,
            "created_at": now,
        },
    )
    return transition(
        request_id=request_id,
        version=version,
        move="plan_closing",
        by=by,
        now=now,
        internal_note=answer,
        data={"outcome": outcome.value},
    )


@transaction.atomic
def drop_plan(*, request_id: int, version: int | None, by: Actor, now: dt.datetime) -> RequestEvent:
    """Take a planned closing back. Raises `ActionRefused` when there is none."""
    request = lock(request_id)
    permitted(request, "plan_closing", by=by, version=version)
    dropped, _rows = ClosingPlan.objects.filter(request=request).delete()
    if not dropped:
        raise ActionRefused(_("No closing is planned."))
    return transition(
        request_id=request_id,
        version=version,
        move="plan_closing",
        by=by,
        now=now,
        data={"outcome": ""},
    )


def plannable(kind: Kind) -> tuple[Outcome, ...]:
    """Outcomes that can be said before the work is done: nothing that names another report or hides this one."""
    never = {Outcome.DUPLICATE, Outcome.SPAM, Outcome.NO_ACCESS, Outcome.NOT_FOUND, Outcome.NOT_OURS}
    return tuple(outcome for outcome in outcomes_for(kind) if outcome not in never)


def receiver(task: Task) -> str:
    """Whom a task is for, in words."""
    if task.assignee is not None:
        return task.assignee.name
    return task.department.name if task.department is not None else task.email


def allowed_domains() -> frozenset[str]:
    """Mail domains of the City: those of its departments and of its staff."""
    addresses = [
        *Department.objects.exclude(email="").values_list("email", flat=True),
        *StaffUser.objects.filter(is_active=True).values_list("email", flat=True),
    ]
    return frozenset(address.rpartition("@")[2].lower() for address in addresses)


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise ActionRefused(
            _("This does not look like an e-mail address. An example: name@example.org")
        ) from None
    if email.rpartition("@")[2] not in allowed_domains():
        raise ActionRefused(_("Tasks go to mail addresses of the City only."))


def _open_task(task_id: int) -> Task:
    """The task, its request locked first: the same order everywhere."""
    request_id = Task.objects.values_list("request_id", flat=True).get(pk=task_id)
    lock(request_id)
    task = (
        Task.objects.select_for_update(of=("self",))
        .select_related("department", "assignee", "given_by")
        .get(pk=task_id)
    )
    if task.state != TaskState.OPEN:
        raise ActionRefused(
            _("This task has ended already: %(state)s.") % {"state": task.get_state_display()}
        )
    return task


def _end(task: Task, state: TaskState, *, by: Actor, now: dt.datetime, result: str = "") -> None:
    task.state, task.ended_at, task.ended_by, task.result = state, now, by.label[:254], result
    task.token_version += 1
    task.save(update_fields=["state", "ended_at", "ended_by", "result", "token_version"])


def _close_as_planned(request_id: int, now: dt.datetime) -> None:
    """Close with the planned words when nothing is open any more. What has closed meanwhile stays as it is."""
    plan = ClosingPlan.objects.filter(request=request_id).select_related("planned_by").first()
    request = lock(request_id)
    if plan is None or request.open_tasks or request.status == Status.CLOSED:
        return
    by = Actor.system(plan.planned_by.name)
    try:
        with transaction.atomic():
            close(
                request_id=request_id,
                version=None,
                outcome=Outcome(plan.outcome),
                public_answer=plan.public_answer,
                by=by,
                now=now,
            )
    except ActionRefused as refusal:
        # The category, or what it asks for, changed since the plan: a person has to look.
        tell(
            [plan.planned_by],
            StaffNoticeKind.TASK_DONE,
            request=request,
            text=_("All tasks are done, but it could not be closed: %(why)s") % {"why": refusal},
            now=now,
        )
    plan.delete()
