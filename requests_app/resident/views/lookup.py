"""From a number, a tracking link, or a number and its PIN to a report's page."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from civic311.lib.client import client_address
from civic311.lib.ratelimit import take
from requests_app.queries import public
from requests_app.queries.withheld import withheld_reason
from requests_app.resident.pins import PinTriesSpent, as_number, request_by_pin
from requests_app.resident.views.looking import LOOKUPS_AN_HOUR

_TOKEN = re.compile(r"(?:/r/)?([A-Za-z0-9_-]{22})/?")


@login_not_required
@transaction.non_atomic_requests
def lookup(request: HttpRequest) -> HttpResponse:
    """Never says whether another report exists. A PIN comes by POST only, so that it stands in no address or log."""
    asked = request.POST if request.method == "POST" else request.GET
    typed = asked.get("number", "").strip()[:200]
    pin = request.POST.get("pin", "").strip()[:20]
    if not typed:
        return render(request, "resident/lookup.html", {"typed": ""})
    if not take(f"track:{client_address(request)}", LOOKUPS_AN_HOUR, 3600):
        return _refused(request, typed)
    if pin:
        return _by_pin(request, typed, pin)
    link = _TOKEN.search(typed)
    number = as_number(typed)
    if link and not number:
        return HttpResponseRedirect(reverse("resident:track", kwargs={"token": link[1]}), status=303)
    if number and (public.is_public_number(number) or withheld_reason(number)):
        return HttpResponseRedirect(reverse("resident:request", kwargs={"number": number}), status=303)
    return render(request, "resident/lookup.html", {"typed": typed, "not_shown": True})


def _by_pin(request: HttpRequest, typed: str, pin: str) -> HttpResponse:
    try:
        opened = request_by_pin(request, typed, pin)
    except PinTriesSpent:
        return _refused(request, typed)
    if opened is not None:
        return HttpResponseRedirect(reverse("resident:track", kwargs={"token": opened.token}), status=303)
    return render(request, "resident/lookup.html", {"typed": typed, "wrong_pin": True})


def _refused(request: HttpRequest, typed: str) -> HttpResponse:
    response = render(request, "resident/lookup.html", {"typed": typed, "too_many": True}, status=429)
    response["Retry-After"] = "120"
    return response
