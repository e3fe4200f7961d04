"""Health checks and error pages."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template import TemplateDoesNotExist, loader
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from civic311.lib.ratelimit import limited
from civic311.lib.redirects import safe_next
from departments.languages import offered_languages

logger = logging.getLogger("civic311")

RETRY_AFTER_S = 10
# The job worker reports every 10 seconds; three missed reports and some patience.
HEARTBEAT_LIMIT_S = 60


@login_not_required
@transaction.non_atomic_requests
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all; touches neither database nor disk."""
    return JsonResponse({"status": "ok"})


@login_not_required
@transaction.non_atomic_requests
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether a visitor can be served: database, job worker and photo storage; 503 when one is not well."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database_answers,
        "jobs": _job_worker_is_alive,
        "storage": _storage_is_writable,
    }
    results: dict[str, dict[str, object]] = {}
    for name, check in checks.items():
        started = time.perf_counter()
        try:
            well = check()
        except Exception:  # a health check reports whatever is wrong, and goes on
            logger.warning("readiness: %s failed", name, exc_info=True)
            well = False
        results[name] = {"ok": well, "ms": round((time.perf_counter() - started) * 1000, 1)}
    ready = all(result["ok"] for result in results.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": results},
        status=200 if ready else 503,
        headers={} if ready else {"Retry-After": str(RETRY_AFTER_S)},
    )


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _job_worker_is_alive() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) > 0 FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [HEARTBEAT_LIMIT_S],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _storage_is_writable() -> bool:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"civic311")
    return True


@login_not_required
@transaction.non_atomic_requests
@limited("language", 60, 3600)
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the visitor's language in a cookie for a year and go back to the page; 400 for one the city has not."""
    language = request.POST.get("language", "")
    if language not in offered_languages():
        return bad_request(request)
    response = HttpResponseRedirect(safe_next(request, "/"), status=303)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, and 413 where Django calls a body that is too large a suspicious one."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return _error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its proof of origin; ``reason`` is for the log only."""
    logger.warning("form refused: %s", reason)
    return _error_page(request, 403, {"csrf": True})


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for "no such" and "not yours"."""
    return _error_page(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    """413 for a body over the limit."""
    limit_mb = settings.MAX_BODY_BYTES // 1_000_000
    return _error_page(request, 413, {"limit_mb": limit_mb})


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the reason is the database: raised outside a view, in middleware for instance."""
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)):
        return unavailable(request, error)
    return _error_page(None, 500)


def unavailable(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    """503 with ``Retry-After``; rendered without anything that could ask the database again."""
    logger.error("503: %s: %s", type(error).__name__, str(error).split("\n", 1)[0])
    response = _error_page(None, 503, {"retry_after_s": RETRY_AFTER_S})
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _error_page(
    request: HttpRequest | None, status: int, context: dict[str, object] | None = None
) -> HttpResponse:
    """Render ``errors/<status>.html``; an error while doing so must not hide the first one.

    With a request the page knows the city and the visitor; without one, or when that fails, it stands alone.
    """
    names = [f"errors/{status}.html"]
    for attempt in (request, None) if request is not None else (None,):
        try:
            html = loader.render_to_string(names, {"status": status, **(context or {})}, attempt)
            return HttpResponse(html, status=status, headers={"Cache-Control": "no-store"})
        except TemplateDoesNotExist:
            break
        except Exception:
            logger.warning("error page %s could not be rendered", status, exc_info=True)
    return HttpResponse(
        f"<!doctype html><html lang=en><title>Error {status}</title><h1>Error {status}</h1>"
        "<p>Something is not working. Please try again, or call 311.</p></html>",
        status=status,
        headers={"Cache-Control": "no-store"},
    )
