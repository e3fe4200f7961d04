"""The outermost door: what is refused before any view, and the headers every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import UnreadablePostError
from django.utils.cache import patch_cache_control

from civic311 import views

ALLOWED_METHODS = ("GET", "HEAD", "POST")
PERMISSIONS_POLICY = "geolocation=(self)"
HEALTH_VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": views.healthz,
    "/readyz": views.readyz,
}


class GuardMiddleware:
    """Stand before sessions, database and views.

    - Any method but GET, HEAD and POST is 405: function views would answer it otherwise, TRACE included.
    - A body over ``MAX_BODY_BYTES`` is 413 before a byte of it is read.
    - NUL or bytes that are not UTF-8, in path, query or cookies, are 400: PostgreSQL's text holds neither.
    - A database that is away, overloaded or out of time is 503 with ``Retry-After``.
    - Health checks are answered here: probes know neither the host's name nor have a session.
    - Every answer gets the headers below; what a signed-in person sees is never stored by a browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._refusal(request) or self._answer(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if _is_signed_in(request) and not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True, private=True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn what is not our defect into the answer it deserves; None leaves the rest to the 500 page."""
        if isinstance(exception, (OperationalError, InterfaceError)):
            return views.unavailable(request, exception)
        if isinstance(exception, RequestDataTooBig):
            return views.too_large(request)
        if isinstance(exception, UnreadablePostError):
            return views.bad_request(request)
        if isinstance(exception, (DataError, ValueError)) and "NUL" in str(exception):
            return views.bad_request(request)
        return None

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.method not in ALLOWED_METHODS:
            return HttpResponseNotAllowed(
                ALLOWED_METHODS, b"Method not allowed.\n", content_type="text/plain"
            )
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return views.bad_request(request)
        if length > settings.MAX_BODY_BYTES:
            return views.too_large(request)
        if not _is_storable_text(request):
            return views.bad_request(request)
        return None

    def _answer(self, request: HttpRequest) -> HttpResponse:
        health = HEALTH_VIEWS.get(request.path_info)
        return health(request) if health else self.get_response(request)


def _is_storable_text(request: HttpRequest) -> bool:
    if "\x00" in request.path_info:
        return False
    query = request.META.get("QUERY_STRING", "")
    if query:
        try:
            if "\x00" in unquote_to_bytes(query.encode("latin-1")).decode("utf-8"):
                return False
        except UnicodeError:
            return False
    return not any("\x00" in value for value in request.COOKIES.values())


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether the answer was made for a signed-in person, without a query for those who were not asked."""
    session = getattr(request, "session", None)
    try:
        return session is not None and session.accessed and SESSION_KEY in session
    except (OperationalError, InterfaceError):
        return False
