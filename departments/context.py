"""What every page knows about the city."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from departments.languages import is_for_staff, other_languages
from departments.models import City
from departments.storms import current_storm


def city(request: HttpRequest) -> dict[str, Any]:
    """For every template: ``city`` (None before a pack is loaded), ``profile``, ``site_url``, ``languages``, ``storm``.

    ``languages`` are those a visitor may change to, none on screens for staff.
    """
    try:
        current: City | None = City.current()
    except City.DoesNotExist:
        current = None
    return {
        "city": current,
        "profile": settings.PROFILE,
        "site_url": settings.SITE_URL,
        "storm": SimpleLazyObject(current_storm),
        "languages": SimpleLazyObject(
            lambda: [] if is_for_staff(request.path_info) else other_languages(get_language() or "")
        ),
    }
