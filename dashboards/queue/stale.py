"""A screen that was overtaken: what changed, beside what was typed, and a button to send it again."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queue.history import entry
from dashboards.queue.moves import Move, allowed_names
from dashboards.queue.screen import desk, load, make_form
from departments.models import StaffUser
from requests_app.queries import staff

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
        "now": now,
        "move": move,
        "changes": [entry(event) for event in reversed(missed)],
        "form": form,
        "typed": typed,
        "still_possible": move.name in allowed_names(target, user.role),
    }
    return render(request, "dashboards/queue/stale.html", context, status=409)
