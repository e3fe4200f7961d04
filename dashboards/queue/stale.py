"""A screen that was overtaken: what changed, beside what was typed, and a button to send it again."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dashboards.queue.history import entry
from dashboards.queue.moves import Move, allowed_names
from dashboards.queue.screen import desk, load, make_form
from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.queries import staff
from requests_app.workflow import Status

SHOWN = 20


def stale_page(
    request: HttpRequest, number: str, *, move: Move, seen: int, user: StaffUser, now: dt.datetime
) -> HttpResponse:
    """409: nothing was written. ``seen`` is the version the person's screen was drawn with.

    The typed text comes back in a form on the present version, or to copy when the move is no longer possible.
    """
    target = load(user, number)
    missed = staff.events_since(target, seen)[-SHOWN:]
    data = request.POST.copy()
    data["version"] = str(target.version)
    form = make_form(move, desk(target, user, now), data)
    typed = [
        (field.label, field.value())
        for field in form.visible_fields()
        if field.value() and field.widget_type not in {"select", "radioselect"}
    ]
    context = {
        "target": target,
        "then_and_now": _then_and_now(target, seen),
        "now": now,
        "move": move,
        "changes": [entry(event) for event in reversed(missed)],
        "form": form,
        "typed": typed,
        "still_possible": move.name in allowed_names(target, user.role),
    }
    return render(request, "dashboards/queue/stale.html", context, status=409)


def _then_and_now(target: ServiceRequest, seen: int) -> list[tuple[str, str, str]]:
    """Heading, what the overtaken screen showed, what is true now; empty when nobody can say any more."""
    then = staff.event_at(target, seen)
    if then is None:
        return []
    nobody, triage = _("Nobody"), _("Triage")
    return [
        (_("Status"), str(Status(then.to_status).label), str(target.get_status_display())),
        (
            _("Department"),
            then.department.name if then.department else triage,
            target.department.name if target.department else triage,
        ),
        (
            _("Assignee"),
            then.assignee.name if then.assignee else nobody,
            target.assignee.name if target.assignee else nobody,
        ),
    ]
