"""Times are shown in the city's zone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from departments.models import City

ZONE_FREE_PREFIXES = ("/healthz", "/readyz", "/static/")


class CityMiddleware:
    """Activates the city's time zone for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ZONE_FREE_PREFIXES):
            return self.get_response(request)
        try:
            zone = City.current().zone
        except City.DoesNotExist:
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)
