"""Which categories fit some words."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from civic311.lib.ratelimit import limited
from requests_app.resident.search import best_categories
from requests_app.resident.storming import offered_now

SUGGESTIONS = 3
TEXT_MAX = 4_000


@login_not_required
@require_safe
@transaction.non_atomic_requests
@limited("category-suggest", 1200, 3600, ("GET",))
def suggest(request: HttpRequest) -> JsonResponse:
    """``?q=`` → at most three categories, best first, named in the language of the page; none when nothing fits.

    Anything may be sent: what is too long is cut, and characters that mean nothing find nothing.
    """
    text = request.GET.get("q", "")[:TEXT_MAX]
    offered = offered_now(everything=request.GET.get("all") == "on")
    found = [
        {
            "slug": category.slug,
            "name": category.shown_name,
            "group": category.group.shown_name,
            "department": category.department.shown_name if category.department else "",
        }
        for category in best_categories(text, offered, SUGGESTIONS)
    ]
    # The names are in the language of a cookie: a shared cache must not mix them up.
    return JsonResponse({"categories": found}, headers={"Cache-Control": "private, max-age=60"})
