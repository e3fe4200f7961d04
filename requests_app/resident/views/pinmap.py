"""The place on a picture, for people without script, and outlines for the map that has it."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from civic311.lib.ratelimit import limited
from departments.basemap import still, tiles
from departments.models import City
from departments.outlines import around
from requests_app.resident import finder

_AGE_S = 24 * 60 * 60


def _wanted(request: HttpRequest) -> tuple[float, float, int] | None:
    """The point and the zoom asked for, None for nonsense. One metre decides no picture: five digits are kept."""
    point = finder.point_from(request.GET)
    zoom = request.GET.get("zoom", str(still.ZOOM))
    if point is None or len(zoom) != 2 or not zoom.isascii() or not zoom.isdigit():
        return None
    return (round(point[0], 5), round(point[1], 5), int(zoom)) if int(zoom) in still.ZOOMS else None


def _etag(request: HttpRequest) -> str | None:
    wanted = _wanted(request)
    if wanted is None:
        return None
    city = City.current()
    latitude, longitude, zoom = wanted
    return quote_etag(f"{city.slug}-{tiles.edition(city)}-{zoom}-{latitude}-{longitude}")


@login_not_required
@transaction.non_atomic_requests
@require_safe
@limited("place-map", 1200, 3600, ("GET",))
@condition(etag_func=_etag)
def place_map(request: HttpRequest) -> HttpResponse:
    """``?lat=&lon=[&zoom=16…18]`` → a PNG of 640 × 320; 400 for no point, 404 where our map does not reach."""
    wanted = _wanted(request)
    if wanted is None:
        return _words(_("These coordinates are not a place we can show."), 400)
    city = City.current()
    latitude, longitude, zoom = wanted
    if not still.exists(city, latitude, longitude, zoom):
        return _words(
            _("We have no map of this place: it is outside %(city)s.") % {"city": city.shown_name}, 404
        )
    headers = {"Cache-Control": f"public, max-age={_AGE_S}"}
    data = still.picture(city, latitude, longitude, zoom, city.attribution)
    return HttpResponse(data, content_type="image/png", headers=headers)


def _words(message: str, status: int) -> HttpResponse:
    return HttpResponse(
        message,
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


@login_not_required
@transaction.non_atomic_requests
@require_safe
@limited("place-outlines", 1200, 3600, ("GET",))
def outlines(request: HttpRequest) -> HttpResponse:
    """``[?lat=&lon=]`` → GeoJSON: the city's limit, and the areas at the point. Asked for when a map is opened."""
    point = finder.point_from(request.GET) if "lat" in request.GET else None
    if "lat" in request.GET and point is None:
        return JsonResponse({"error": _("These coordinates are not a place we can show.")}, status=400)
    latitude, longitude = point or (None, None)
    answer = json.dumps(around(latitude, longitude), separators=(",", ":"))
    return HttpResponse(
        answer,
        content_type="application/geo+json",
        headers={"Cache-Control": f"public, max-age={_AGE_S}"},
    )
