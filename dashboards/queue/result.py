"""``/queue/<number>/result/``: photos of the result, shown beside those of the report."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from civic311.lib import clock
from dashboards.queue.history import entry
from dashboards.queue.screen import load
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, StaleRequest
from requests_app.models import ServiceRequest
from requests_app.queries import staff
from requests_app.resident.uploads import receive
from requests_app.workflow import BY_NAME

WORDS_MAX = 2_000


class ResultForm(forms.Form):
    """The version of the screen, and words to the photos. The files are drawn anew by the view."""

    version = forms.IntegerField()
    words = forms.CharField(required=False, max_length=WORDS_MAX)


@require_POST
@transaction.non_atomic_requests
def result(request: HttpRequest, number: str) -> HttpResponse:
    """Show photos as the result. 404 out of sight, 403 for other roles, 409 when the screen was overtaken."""
    user, now = cast(StaffUser, request.user), clock.now()
    target = load(user, number)
    if user.role not in BY_NAME["add_result_photo"].roles:
        raise PermissionDenied
    form = ResultForm(request.POST)
    if not form.is_valid():
        if "version" in form.errors:
            raise BadRequest("version")
        return _not_shown(request, target, [_("The words are too long: 2,000 characters at most.")], 400)
    received = receive(request, "photos", now=now)
    if received.refusals:
        return _not_shown(request, target, list(received.refusals), 400)
    try:
        actions.add_result_photo(
            request_id=target.pk,
            version=form.cleaned_data["version"],
            draft_key=received.draft_key,
            public_note=form.cleaned_data["words"],
            by=Actor.staff(user),
            now=now,
        )
    except StaleRequest as refusal:
        missed = staff.events_since(target, form.cleaned_data["version"])
        lines = [f"{entry(event).who}: {entry(event).what}" for event in reversed(missed)]
        return _not_shown(request, target, [str(refusal), *lines], 409)
    except ActionRefused as refusal:
        return _not_shown(request, target, [str(refusal)], 409)
    messages.success(request, _("The photo is shown."))
    response = HttpResponseRedirect(reverse("queue:detail", args=[number]))
    response.status_code = 303
    return response


def _not_shown(request: HttpRequest, target: ServiceRequest, lines: list[str], status: int) -> HttpResponse:
    """Why nothing was shown, and the form again on the present version, with the words typed."""
    context = {
        "target": target,
        "lines": lines,
        "words": request.POST.get("words", "")[:WORDS_MAX],
        "url": reverse("queue:result", args=[target.number]),
    }
    return render(request, "dashboards/queue/result.html", context, status=status)
