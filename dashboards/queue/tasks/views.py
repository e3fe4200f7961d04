"""The tasks of a request, the tasks of a person, and the page behind a signed link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from dashboards.queue.history import entry
from dashboards.queue.screen import load
from dashboards.queue.tasks import forms
from departments.kinds import Kind
from departments.models import Department, StaffUser
from requests_app.actions import ActionRefused, Actor, StaleRequest
from requests_app.actions.tasks import cancel_task, drop_plan, finish_task, give_task, plan_closing
from requests_app.models import ServiceRequest, Task
from requests_app.models.task import TaskState
from requests_app.queries import staff
from requests_app.queries.tasks import given_tasks, linked_task, may_finish, my_tasks, plan_of, tasks_of
from requests_app.workflow import BY_NAME, Outcome, Status

SHOWN = 20


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """``/queue/tasks/``: what this person has to do for others, and what others do for this person."""
    user = cast(StaffUser, request.user)
    context = {
        "mine": my_tasks(user),
        "given": given_tasks(user),
        "today": clock.now().date(),
    }
    return render(request, "dashboards/queue/tasks/mine.html", context)


@require_safe
def of_request(request: HttpRequest, number: str) -> HttpResponse:
    """``/queue/<number>/tasks/``: who does what for this request."""
    user = cast(StaffUser, request.user)
    return _page(request, load(user, number), user)


@require_POST
def give(request: HttpRequest, number: str) -> HttpResponse:
    """Give a task."""
    user, target = _entered(request, number, "give_task")

    def perform(data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
        department = Department.objects.filter(pk=data["department"]).first() if data["department"] else None
        assignee = StaffUser.objects.filter(pk=data["assignee"]).first() if data["assignee"] else None
        return give_task(
            request_id=target.pk,
            version=data["version"],
            text=data["text"],
            is_question=data["is_question"],
            department=department,
            assignee=assignee,
            email=data["email"],
            due_on=data["due_on"],
            by=by,
            now=now,
        )

    form = forms.GiveForm(request.POST, prefix_id="give", version=target.version, user=user)
    return _do(request, target, user, form, "give", perform, _("The task is given."))


@require_POST
def finish(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say what came of a task."""
    user, target = _entered(request, number, "finish_task")
    task = _task(target, pk)
    if not may_finish(task, user):
        raise PermissionDenied

    def perform(data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
        return finish_task(task_id=pk, result=data["result"], version=data["version"], by=by, now=now)

    form = forms.FinishForm(request.POST, prefix_id=f"finish_{pk}", version=target.version)
    return _do(request, target, user, form, f"finish_{pk}", perform, _("The task is done."))


@require_POST
def cancel(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a task back."""
    user, target = _entered(request, number, "cancel_task")
    task = _task(target, pk)
    if task.given_by_id != user.pk and user.role not in BY_NAME["plan_closing"].roles:
        raise PermissionDenied

    def perform(data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
        return cancel_task(task_id=pk, reason=data["reason"], version=data["version"], by=by, now=now)

    form = forms.CancelForm(request.POST, prefix_id=f"cancel_{pk}", version=target.version)
    return _do(request, target, user, form, f"cancel_{pk}", perform, _("The task is cancelled."))


@require_POST
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Write beforehand how the request closes when all tasks are done."""
    user, target = _entered(request, number, "plan_closing")

    def perform(data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
        return plan_closing(
            request_id=target.pk,
            version=data["version"],
            outcome=Outcome(data["outcome"]),
            public_answer=data["public_answer"],
            by=by,
            now=now,
        )

    form = forms.PlanForm(
        request.POST, prefix_id="plan", version=target.version, kind=Kind(target.category.kind)
    )
    return _do(request, target, user, form, "plan", perform, _("It closes when all tasks are done."))


@require_POST
def unplan(request: HttpRequest, number: str) -> HttpResponse:
    """Take the planned closing back."""
    user, target = _entered(request, number, "plan_closing")

    def perform(data: dict[str, Any], by: Actor, now: dt.datetime) -> object:
        return drop_plan(request_id=target.pk, version=data["version"], by=by, now=now)

    form = forms.VersionForm(request.POST, prefix_id="unplan", version=target.version)
    return _do(request, target, user, form, "unplan", perform, _("It does not close by itself any more."))


def _entered(request: HttpRequest, number: str, move: str) -> tuple[StaffUser, ServiceRequest]:
    user = cast(StaffUser, request.user)
    target = load(user, number)
    if user.role not in BY_NAME[move].roles:
        raise PermissionDenied
    return user, target


def _task(target: ServiceRequest, pk: int) -> Task:
    task = Task.objects.filter(request=target, pk=pk).first()
    if task is None:
        raise Http404
    return task


def _do(
    request: HttpRequest,
    target: ServiceRequest,
    user: StaffUser,
    form: forms.VersionForm,
    name: str,
    perform: Callable[[dict[str, Any], Actor, dt.datetime], object],
    done: str,
) -> HttpResponse:
    """One action, and back to the tasks; 409 with what was typed when the screen was overtaken."""
    is_valid = form.is_valid()
    seen = form.cleaned_data.get("version")
    if seen is None:
        raise BadRequest("version")
    if seen != target.version:
        return _stale(request, target, user, form, name, seen)
    if is_valid:
        try:
            perform(form.cleaned_data, Actor.staff(user), clock.now())
        except StaleRequest:
            return _stale(request, load(user, target.number), user, form, name, seen)
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            still = ServiceRequest.objects.visible_to(user).filter(pk=target.pk).exists()
            url = reverse("queue:tasks", args=[target.number]) if still else reverse("queue:my_tasks")
            return HttpResponseRedirect(url, status=303)
    return _page(request, target, user, bound=(name, form), status=400)


def _stale(
    request: HttpRequest,
    target: ServiceRequest,
    user: StaffUser,
    form: forms.VersionForm,
    name: str,
    seen: int,
) -> HttpResponse:
    again = request.POST.copy()
    again["version"] = str(target.version)
    form.data = again
    missed = staff.events_since(target, seen)[-SHOWN:]
    changes = [entry(event) for event in reversed(missed)]
    return _page(request, target, user, bound=(name, form), status=409, changes=changes)


def _page(
    request: HttpRequest,
    target: ServiceRequest,
    user: StaffUser,
    *,
    bound: tuple[str, forms.VersionForm] | None = None,
    status: int = 200,
    changes: list[Any] | None = None,
) -> HttpResponse:
    bound_name, bound_form = bound or ("", None)

    def form(name: str, make: Callable[[], forms.VersionForm]) -> forms.VersionForm:
        return bound_form if bound_form is not None and name == bound_name else make()

    version = target.version
    kind = Kind(target.category.kind)
    is_open = target.status != Status.CLOSED
    rows = tasks_of(target.pk)
    lines = [
        {
            "task": task,
            "finish": form(
                f"finish_{task.pk}",
                lambda pk=task.pk: forms.FinishForm(prefix_id=f"finish_{pk}", version=version),  # type: ignore[misc]
            )
            if task.state == TaskState.OPEN and may_finish(task, user)
            else None,
            "cancel": form(
                f"cancel_{task.pk}",
                lambda pk=task.pk: forms.CancelForm(prefix_id=f"cancel_{pk}", version=version),  # type: ignore[misc]
            )
            if task.state == TaskState.OPEN
            and (task.given_by_id == user.pk or user.role in BY_NAME["plan_closing"].roles)
            else None,
            "is_bound": bound_name in {f"finish_{task.pk}", f"cancel_{task.pk}"},
        }
        for task in rows
    ]
    may_plan = is_open and user.role in BY_NAME["plan_closing"].roles and target.open_tasks
    context = {
        "target": target,
        "lines": lines,
        "bound_name": bound_name,
        "error_form": bound_form,
        "changes": changes or [],
        "stale": status == 409,
        "give": form("give", lambda: forms.GiveForm(prefix_id="give", version=version, user=user))
        if is_open and user.role in BY_NAME["give_task"].roles
        else None,
        "plan": plan_of(target.pk),
        "plan_form": form("plan", lambda: forms.PlanForm(prefix_id="plan", version=version, kind=kind))
        if may_plan
        else None,
        "unplan": forms.VersionForm(prefix_id="unplan", version=version) if may_plan else None,
        "today": clock.now().date(),
    }
    return render(request, "dashboards/queue/tasks/page.html", context, status=status)


@login_not_required
@limited("task-link", 60, 3600)
@require_http_methods(["GET", "HEAD", "POST"])
def colleague(request: HttpRequest, task_id: int, token: str) -> HttpResponse:
    """``/colleagues/<task>/<token>/``: a task for somebody without an account. Opening it changes nothing; 404 once it ended."""
    found = linked_task(task_id, token, now=clock.now())
    if found is None:
        raise Http404
    form = forms.ColleagueForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                finish_task(
                    task_id=task_id,
                    result=form.cleaned_data["result"],
                    by=Actor.colleague(found.task.email),
                    now=clock.now(),
                )
            except ActionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                response = render(request, "dashboards/colleagues/thanks.html", {"found": found})
                response["Cache-Control"] = "no-store"
                return response
    response = render(
        request, "dashboards/colleagues/task.html", {"found": found, "form": form}, status=status
    )
    response["Cache-Control"] = "no-store"
    return response
