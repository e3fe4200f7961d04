"""Pages anybody may read: home, a public report, and what is kept of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from departments.notices import current_notices
from requests_app.queries import front, public
from requests_app.queries.withheld import withheld_reason
from requests_app.resident.joining import shared_context
from requests_app.resident.showing import page_context
from requests_app.resident.storming import is_light, often_now

LOOKUPS_AN_HOUR = 30
OFTEN_MOST = 8


@login_not_required
@transaction.non_atomic_requests
def home(request: HttpRequest) -> HttpResponse:
    """What needs fixing, what is often reported, what was closed lately and how it ended."""
    context = {
        "often": often_now(OFTEN_MOST),
        "notices": current_notices(),
        "is_light": is_light(),
    }
    if not context["is_light"]:
        context |= {
            "recent": front.recently_closed(6),
            "figures": front.home_figures(),
            "usual": front.usual_time(),
            "figure_days": front.FIGURES_DAYS,
        }
    return render(request, "resident/home.html", context)


@login_not_required
@transaction.non_atomic_requests
def public_page(request: HttpRequest, number: str) -> HttpResponse:
    """A report by its number: 404 for one that does not exist and for one that is not shown, with the same words.

    Where staff published why a report is hidden, its 404 says that, and nothing else of it.
    """
    found = public.public_request(number)
    if found is None:
        return _withheld(request, number)
    context = page_context(found, token="") | shared_context(request, found)
    return render(request, "resident/request.html", context)


def _withheld(request: HttpRequest, number: str) -> HttpResponse:
    reason = withheld_reason(number)
    if not reason:
        raise Http404
    response = render(request, "resident/withheld.html", {"number": number, "reason": reason}, status=404)
    response["Cache-Control"] = "private, no-store"
    return response


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
