"""What every page knows about the city."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from departments.models import City


def city(request: HttpRequest) -> dict[str, Any]:
    """``city`` (None before a pack is loaded), ``profile`` and ``site_url`` for every template."""
    try:
        current: City | None = City.current()
    except City.DoesNotExist:
        current = None
    return {"city": current, "profile": settings.PROFILE, "site_url": settings.SITE_URL}
