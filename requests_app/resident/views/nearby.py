"""The ten nearest open reports of a kind around a point, to look before reporting."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.directory import categories
from requests_app.queries.nearby import nearby_open
from requests_app.resident.finder import point_from

SHOWN = 10


@login_not_required
@transaction.non_atomic_requests
def nearby(request: HttpRequest) -> HttpResponse:
    """``/nearby/?category=pothole&lat=39.29&lon=-76.61``: 404 for an unknown kind, 400 for a point that is none."""
    slug = request.GET.get("category", "")
    category = next((row for row in categories().values() if row.slug == slug and row.is_active), None)
    if category is None:
        raise Http404
    point = point_from(request.GET)
    if point is None:
        raise BadRequest(_("This is not a point."))
    latitude, longitude = point
    context = {
        "category": category,
        "nearby": nearby_open(category_id=category.pk, latitude=latitude, longitude=longitude, limit=SHOWN),
        "report_url": f"{reverse('resident:report')}?{urlencode({'category': slug})}",
    }
    return render(request, "resident/nearby.html", context)
