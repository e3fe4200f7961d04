"""Erase what was given with one report, from its own page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from requests_app.actions import ActionRefused, Actor
from requests_app.actions.erasure import erase
from requests_app.queries.public import held_request


@login_not_required
@limited("erase", 20, 3600)
def erase_own(request: HttpRequest, token: str) -> HttpResponse:
    """A question that says what goes and what stays, then a POST. The link that led here is dead afterwards."""
    found = held_request(token)
    if found is None:
        raise Http404
    back = reverse("resident:track", kwargs={"token": token})
    if request.method != "POST":
        context = {"item": found, "action": request.path, "back": back}
        response = render(request, "resident/my/erase_one.html", context)
        response["Cache-Control"] = "private, no-store"
        return response
    try:
        erase(request_id=found.id, by=Actor.reporter(), now=clock.now())
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back, status=303)
    messages.success(
        request,
        _("Your personal data is erased from report %(number)s. Its old links no longer work.")
        % {"number": found.number},
    )
    return HttpResponseRedirect(reverse("resident:track"), status=303)
