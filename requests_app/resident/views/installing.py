"""The site as an app on the phone: its manifest, its service worker, and the page shown without a network."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from departments.models import City

THEME = "#162e51"


@login_not_required
@transaction.non_atomic_requests
def manifest(request: HttpRequest) -> JsonResponse:
    """``/manifest.webmanifest``: name, colors and pictures for the home screen."""
    city = City.current()
    icons = [
        {"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": static("img/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
        {"src": static("img/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    answer = {
        "name": f"{city.shown_name} 311",
        "short_name": "311",
        "description": _("Report a problem to the City and follow it."),
        "lang": get_language() or "en",
        "id": "/",
        "start_url": reverse("resident:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": THEME,
        "icons": icons,
        "shortcuts": [{"name": _("Report a problem"), "url": reverse("resident:report")}],
    }
    return JsonResponse(
        answer, content_type="application/manifest+json", headers={"Cache-Control": "public, max-age=3600"}
    )


@login_not_required
@transaction.non_atomic_requests
def service_worker(request: HttpRequest) -> HttpResponse:
    """``/sw.js``: at the root, so that it may stand in for every page; asked for anew on every visit."""
    return HttpResponse(
        _worker(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@login_not_required
@transaction.non_atomic_requests
def offline(request: HttpRequest) -> HttpResponse:
    """What a visitor without a network sees; also the smallest page to ask whether there is one."""
    response = render(request, "resident/offline.html")
    response["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=1)
def _worker() -> str:
    """The script under a first line that names the styles in force: a new release is a new worker."""
    source = (settings.BASE_DIR / "static" / "js" / "sw.js").read_text()
    names = (
        "css/civic311.css",
        "css/resident.css",
        "js/civic311.js",
        "css/staff.css",
        "css/crew.css",
        "js/crew.js",
        "js/crew_place.js",
    )
    return f"/* {' '.join(static(name) for name in names)} */\n{source}"
