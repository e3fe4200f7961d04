"""Answers for the address field and the map: places that fit some words, and what lies at a point."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, JsonResponse

from civic311.lib.ratelimit import limited
from departments import places
from departments.geo import areas_at, inside_city
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
    """``?lat=&lon=`` → the nearest address, whether it lies in the city, and the areas around it; 400 for no point."""
    try:
        latitude, longitude = float(request.GET.get("lat", "")), float(request.GET.get("lon", ""))
    except ValueError:
        return JsonResponse({"error": "lat and lon are numbers"}, status=400)
    if not finder.is_point(latitude, longitude):
        return JsonResponse({"error": "not a point"}, status=400)
    answer = {
        "address": finder.near(latitude, longitude),
        "inside": inside_city(latitude, longitude),
        "areas": [hit.name for hit in areas_at(latitude, longitude)],
    }
    return JsonResponse(answer, headers={"Cache-Control": _CACHE})
