"""Small things beside the request page: a template's text, names to mention, watching, related requests."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from dashboards.queue.contact import may_reveal, record_reveal, revealed_reporter
from dashboards.queue.replies import filled, find, open_words
from dashboards.queue.screen import load
from departments.models import StaffUser
from requests_app.actions.staffnews import unwatch, watch
from requests_app.queries.related import PLACE_RADIUS_M, of_place, of_reporter
from requests_app.queries.staff import who_sees
from requests_app.workflow import BY_NAME

NAMES_SHOWN = 8


@require_safe
def reply(request: HttpRequest, number: str) -> JsonResponse:
    """The text of a template about this request: what the script puts into the answer."""
    user = cast(StaffUser, request.user)
    target = load(user, number)
    closing = request.GET.get("for") == "close"
    if user.role not in BY_NAME["close" if closing else "note"].roles:
        raise PermissionDenied
    template = find(target, request.GET.get("template", ""), closing=closing)
    if template is None:
        raise Http404
    today = timezone.localdate(clock.now())
    found = filled(template, target, today=today, case_number=request.GET.get("case_number", "")[:60])
    return JsonResponse({"text": found.text, "open": open_words(found.open), "outcome": found.outcome})


@require_safe
def names(request: HttpRequest, number: str) -> JsonResponse:
    """Colleagues who see this request and whose name has a word that begins like ``q``: to complete a mention."""
    user = cast(StaffUser, request.user)
    target = load(user, number)
    if user.role not in BY_NAME["note"].roles:
        raise PermissionDenied
    wanted = request.GET.get("q", "").strip().casefold()[:60]
    found = [
        name
        for name in who_sees(target.department_id)
        if wanted and any(name.casefold()[at:].startswith(wanted) for at in _word_starts(name))
    ]
    return JsonResponse({"names": found[:NAMES_SHOWN]})


def _word_starts(name: str) -> list[int]:
    return [0, *(at + 1 for at, letter in enumerate(name) if letter == " ")]


@require_POST
def watching(request: HttpRequest, number: str) -> HttpResponse:
    """Watch a request, or watch it no more (``watch=0``). Nothing of the request changes."""
    user = cast(StaffUser, request.user)
    target = load(user, number)
    if request.POST.get("watch") == "0":
        unwatch(request_id=target.pk, by=user)
        messages.success(request, _("You no longer watch %(number)s.") % {"number": target.number})
    else:
        watch(request_id=target.pk, by=user, now=clock.now())
        messages.success(
            request, _("You watch %(number)s: its news comes into your inbox.") % {"number": target.number}
        )
    return HttpResponseRedirect(reverse("queue:detail", args=[target.number]), status=303)


@require_safe
def related(request: HttpRequest, number: str) -> HttpResponse:
    """``/queue/<number>/related/``: what else was reported here, and by the same person once the contact is open."""
    user, now = cast(StaffUser, request.user), clock.now()
    target = load(user, number)
    reporter = None
    if target.has_reporter:  # type: ignore[attr-defined]
        reporter = revealed_reporter(target, user=user, session=request.session, now=now)
    context = {
        "target": target,
        "now": now,
        "radius_m": PLACE_RADIUS_M,
        "nearby": of_place(target, user),
        "may_reveal": may_reveal(user),
        "reporter": reporter,
        "theirs": of_reporter(target, reporter, user) if reporter else [],
    }
    return render(request, "dashboards/queue/related.html", context)


@require_POST
def related_reporter(request: HttpRequest, number: str) -> HttpResponse:
    """Record who looks at this reporter's requests, then show them: the same record as for contact details."""
    user = cast(StaffUser, request.user)
    target = load(user, number)
    if not may_reveal(user):
        raise PermissionDenied
    record_reveal(target, user=user, session=request.session, now=clock.now())
    return HttpResponseRedirect(reverse("queue:related", args=[number]) + "#reporter", status=303)
