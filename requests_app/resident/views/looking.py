"""Pages anybody may read: home, a public report, the look-up, and how it all works."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from civic311.lib.client import client_address
from civic311.lib.ratelimit import take
from departments.notices import current_notices
from requests_app.queries import front, public
from requests_app.resident.joining import shared_context
from requests_app.resident.showing import page_context

LOOKUPS_AN_HOUR = 30
_NUMBER = re.compile(r"(\d{2})[\s–—-]*(\d{1,9})")
_TOKEN = re.compile(r"(?:/r/)?([A-Za-z0-9_-]{22})/?")


@login_not_required
@transaction.non_atomic_requests
def home(request: HttpRequest) -> HttpResponse:
    """What needs fixing, what is often reported, what was closed lately and how it ended."""
    context = {
        "often": front.often_reported(),
        "recent": front.recently_closed(6),
        "figures": front.home_figures(),
        "usual": front.usual_time(),
        "figure_days": front.FIGURES_DAYS,
        "notices": current_notices(),
    }
    return render(request, "resident/home.html", context)


@login_not_required
@transaction.non_atomic_requests
def public_page(request: HttpRequest, number: str) -> HttpResponse:
    """A report by its number: 404 for one that does not exist and for one that is not shown, with the same words."""
    found = public.public_request(number)
    if found is None:
        raise Http404
    context = page_context(found, token="") | shared_context(request, found)
    return render(request, "resident/request.html", context)


@login_not_required
@transaction.non_atomic_requests
def lookup(request: HttpRequest) -> HttpResponse:
    """From a number to its public page; never says whether another report exists."""
    typed = request.GET.get("number", "").strip()[:200]
    if not typed:
        return render(request, "resident/lookup.html", {"typed": ""})
    if not take(f"track:{client_address(request)}", LOOKUPS_AN_HOUR, 3600):
        response = render(request, "resident/lookup.html", {"typed": typed, "too_many": True}, status=429)
        response["Retry-After"] = "120"
        return response
    link = _TOKEN.search(typed)
    if link and not _NUMBER.fullmatch(typed):
        return HttpResponseRedirect(reverse("resident:track", kwargs={"token": link[1]}), status=303)
    number = as_number(typed)
    if number and public.is_public_number(number):
        return HttpResponseRedirect(reverse("resident:request", kwargs={"number": number}), status=303)
    return render(request, "resident/lookup.html", {"typed": typed, "number": number, "not_shown": True})


def as_number(typed: str) -> str:
    """The number as we write it: "26 4217" becomes "26-004217"; empty when it is none."""
    match = _NUMBER.fullmatch(typed.strip().lstrip("#"))
    return f"{match[1]}-{int(match[2]):06d}" if match else ""


@login_not_required
@transaction.non_atomic_requests
def help_page(request: HttpRequest) -> HttpResponse:
    """How reporting works."""
    return render(request, "resident/help.html")


@login_not_required
@transaction.non_atomic_requests
def privacy(request: HttpRequest) -> HttpResponse:
    """What is shown, what is kept, for how long."""
    return render(request, "resident/privacy.html")


@login_not_required
@transaction.non_atomic_requests
def accessibility(request: HttpRequest) -> HttpResponse:
    """How the site can be used, and whom to tell when it cannot."""
    return render(request, "resident/accessibility.html")
