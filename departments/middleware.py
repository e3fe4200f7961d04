"""The language of a visit, and times in the city's zone."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from departments.languages import is_for_staff, offered_languages
from departments.models import City

ZONE_FREE_PREFIXES = ("/healthz", "/readyz", "/static/")


class LanguageMiddleware(LocaleMiddleware):
    """The visitor's choice, else what the browser asks for, among the languages of the city.

    Screens for staff are in English only and say so in ``lang``: half of a screen in another language helps nobody.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language for the request."""
        if is_for_staff(request.path_info):
            language = settings.LANGUAGE_CODE
        else:
            language = translation.get_language_from_request(request)
            offered = offered_languages()
            if language not in offered:
                language = offered[0]
        translation.activate(language)
        # read by Django's context processors and debug pages, as its own middleware sets it
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say that text depends on language and cookie; pictures are the same for everybody."""
        if response.headers.get("Content-Type", "").startswith("image/"):
            return response
        answer = super().process_response(request, response)
        patch_vary_headers(answer, ("Cookie",))
        return answer


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
