"""Answers for the address field and the map: places that fit some words, and what lies at a point."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from civic311.lib.ratelimit import limited
from departments import places
from departments.geo import areas_at, inside_city
from departments.models import Category
from departments.ownership import Ownership, owner_of
from requests_app.resident import finder

SUGGESTIONS = 8
_CACHE = "public, max-age=300"


@login_not_required
@transaction.non_atomic_requests
@limited("place-suggest", 1200, 3600, ("GET",))
def suggest(request: HttpRequest) -> JsonResponse:
    """``?q=`` → a list of label, lat, lon."""
    words = request.GET.get("q", "").strip()[:120]
    found = places.search(words, limit=SUGGESTIONS) if len(words) >= 3 else []
    answer = [{"label": match.label, "lat": match.latitude, "lon": match.longitude} for match in found]
    return JsonResponse(answer, safe=False, headers={"Cache-Control": _CACHE})


@login_not_required
@transaction.non_atomic_requests
@limited("place-reverse", 1200, 3600, ("GET",))
def reverse_point(request: HttpRequest) -> JsonResponse:
    """``?lat=&lon=[&category=]`` → the nearest address, areas, and whose the place is; 400 for no point.

    ``inside`` is false outside the city; ``owner`` is in the language of the page, so the answer varies by it.
    """
    point = finder.point_from(request.GET)
    if point is None:
        message = _("These coordinates are not a place we can show. Set the pin again, or type the address.")
        return JsonResponse({"error": message}, status=400)
    latitude, longitude = point
    hits = areas_at(latitude, longitude)
    category = Category.objects.offered_online().filter(slug=request.GET.get("category", "")[:80]).first()
    owner = owner_of(
        category=category,
        latitude=latitude,
        longitude=longitude,
        areas={hit.id: hit.name for hit in hits},
        text="",
    )
    answer = {
        "address": finder.near(latitude, longitude),
        "inside": inside_city(latitude, longitude),
        "areas": [hit.name for hit in hits],
        "owner": _owner(owner),
    }
    return JsonResponse(answer, headers={"Cache-Control": _CACHE, "Vary": "Accept-Language, Cookie"})


def _owner(owner: Ownership) -> dict[str, Any]:
    """What the page says of the owner; ids and hand-over stay here."""
    return {
        "kind": owner.kind,
        "name": owner.name,
        "sentence": owner.sentence,
        "advice": owner.advice,
        "phone": owner.phone,
        "website": owner.website,
    }
