"""A new date, a question to the reporter, and the answer written down for a caller: one page for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from dashboards.queue.dates import forms
from dashboards.queue.history import entry
from dashboards.queue.screen import load
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, StaleRequest
from requests_app.models import ServiceRequest
from requests_app.queries import staff
from requests_app.queries.asked import waiting_question
from requests_app.queries.opened import request_history
from requests_app.queries.pauses import clocks
from requests_app.workflow import BY_NAME, EventKind

SHOWN = 20


@dataclass(frozen=True)
class Step:
    """A move with a page of its own."""

    name: str
    title: Promise
    button: Promise
    done: Promise
    form: type[forms.StepForm]
    perform: Callable[..., object]


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "renew",
            _("Promise a new date"),
            _("Promise this date"),
            _("The new date is promised. The reporter and all who follow are told."),
            forms.RenewForm,
            actions.renew,
        ),
        Step(
            "ask",
            _("Ask the reporter"),
            _("Send the question"),
            _("The question is sent. The answer brings the request back to the queue."),
            forms.AskForm,
            actions.ask,
        ),
        Step(
            "answer",
            _("Write down the reporter's answer"),
            _("Save the answer"),
            _("The answer is saved, and the request is open again."),
            forms.AnswerForm,
            actions.answer,
        ),
    )
}


@require_http_methods(["GET", "HEAD", "POST"])
def step_page(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """``/queue/<number>/renew/``, ``…/ask/``, ``…/answer/``: the form, and the one action behind it."""
    user, now = cast(StaffUser, request.user), clock.now()
    target = load(user, number)
    step = STEPS[name]
    if user.role not in BY_NAME[name].roles:
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, step, target, step.form(name=name, version=target.version), now=now)
    form = step.form(request.POST, name=name, version=target.version)
    is_valid = form.is_valid()
    seen = form.cleaned_data.get("version")
    if seen is None:
        raise BadRequest("version")
    if seen != target.version:
        return _stale(request, step, target, seen, now)
    if is_valid:
        words = {key: value for key, value in form.cleaned_data.items() if key != "version"}
        try:
            step.perform(request_id=target.pk, version=seen, by=Actor.staff(user), now=now, **words)
        except StaleRequest:
            return _stale(request, step, load(user, number), seen, now)
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(step.done))
            return HttpResponseRedirect(reverse("queue:detail", args=[number]), status=303)
    return _page(request, step, target, form, now=now, status=400)


def _stale(
    request: HttpRequest, step: Step, target: ServiceRequest, seen: int, now: dt.datetime
) -> HttpResponse:
    """409: what changed meanwhile, beside what was typed, ready to be sent again."""
    again = request.POST.copy()
    again["version"] = str(target.version)
    form = step.form(again, name=step.name, version=target.version)
    form.is_valid()
    missed = staff.events_since(target, seen)[-SHOWN:]
    changes = [entry(event) for event in reversed(missed)]
    return _page(request, step, target, form, now=now, status=409, stale=True, changes=changes)


def _page(
    request: HttpRequest,
    step: Step,
    target: ServiceRequest,
    form: forms.StepForm,
    *,
    now: dt.datetime,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    history = request_history(target)
    context: dict[str, Any] = {
        "step": step,
        "target": target,
        "form": form,
        "now": now,
        "stale": False,
        "changes": [],
        "clocks": clocks(history, created_at=target.created_at, closed_at=target.closed_at, now=now),
        "question": waiting_question(
            target.pk, history, status=target.status, closed_at=target.closed_at, now=now
        ),
        "renewals": [entry(event) for event in history if event.kind == EventKind.RENEWED],
        "can_write": target.has_reporter and not target.is_anonymous,  # type: ignore[attr-defined]
    }
    return render(request, "dashboards/queue/dates/page.html", context | more, status=status)
