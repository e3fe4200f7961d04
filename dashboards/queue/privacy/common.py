"""What these pages share: reaching the request with the right role, the version of the screen, what was missed."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from civic311.lib import clock
from dashboards.queue.history import entry
from dashboards.queue.screen import load
from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.queries.staff import events_since
from requests_app.workflow import BY_NAME, Status

LARGEST_VERSION = 2**31 - 1
CHANGES_SHOWN = 10


def reached(request: HttpRequest, number: str, move: str) -> tuple[StaffUser, ServiceRequest]:
    """Who asks and about what: 404 outside the person's sight, 403 where the role does not include the move."""
    user = cast(StaffUser, request.user)
    target = load(user, number)
    if user.role not in BY_NAME[move].roles:
        raise PermissionDenied
    return user, target


def seen_version(request: HttpRequest) -> int:
    """The version the screen was drawn with. A form without it is none of ours: 400."""
    text = request.POST.get("version", "")
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST_VERSION)):
        raise BadRequest("version")
    return int(text)


def drawn(
    request: HttpRequest,
    template: str,
    target: ServiceRequest,
    context: dict[str, Any],
    *,
    move: str,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """One of these pages. With the ``seen`` version of an overtaken screen it says what happened since, and keeps
    everything that was typed in a form on the present version: 409."""
    overtaken = seen is not None and seen != target.version
    missed = events_since(target, seen)[-CHANGES_SHOWN:] if overtaken and seen is not None else []
    shared = {
        "target": target,
        "now": clock.now(),
        "overtaken": overtaken,
        "changes": [entry(event) for event in reversed(missed)],
        "is_possible": Status(target.status) in BY_NAME[move].sources,
    }
    return render(
        request,
        f"dashboards/queue/privacy/{template}.html",
        {**shared, **context},
        status=409 if overtaken else status,
    )


def back_to(target: ServiceRequest, anchor: str = "") -> HttpResponse:
    """303 to the request."""
    return see_other(reverse("queue:detail", args=[target.number]) + anchor)


def see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)
