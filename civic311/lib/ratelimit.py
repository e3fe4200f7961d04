"""Rate limits in PostgreSQL, exact under parallel requests.

One statement takes a token or is refused. It runs in autocommit before the view's transaction opens, so that a
rollback does not give the token back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from civic311.lib.client import client_address

View = TypeVar("View", bound=Callable[..., HttpResponse])

_TAKE = """
INSERT INTO rate_limit AS r (key, tokens, refilled_at) VALUES (%(key)s, %(burst)s - 1, clock_timestamp())
ON CONFLICT (key) DO UPDATE
   SET tokens = least(%(burst)s, r.tokens + %(per_s)s
                * greatest(0, extract(epoch FROM clock_timestamp() - r.refilled_at))) - 1,
       refilled_at = clock_timestamp()
 WHERE least(%(burst)s, r.tokens + %(per_s)s
       * greatest(0, extract(epoch FROM clock_timestamp() - r.refilled_at))) >= 1
RETURNING tokens
"""


@dataclass(frozen=True)
class Limit:
    """``burst`` requests at once, refilled evenly over ``per_seconds``."""

    name: str
    burst: int
    per_seconds: int
    methods: frozenset[str]


def limited(
    name: str, burst: int, per_seconds: int, methods: tuple[str, ...] = ("POST",)
) -> Callable[[View], View]:
    """Mark a view: each visitor address gets ``burst`` requests per ``per_seconds`` with these methods."""

    def mark(view: View) -> View:
        view.rate_limit = Limit(name, burst, per_seconds, frozenset(methods))  # type: ignore[attr-defined]
        return view

    return mark


def take(key: str, burst: int, per_seconds: int) -> bool:
    """Take a token from a bucket; False when it is empty. One statement, committed at once outside transactions."""
    burst *= settings.RATE_LIMIT_FACTOR
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": key, "burst": burst, "per_s": burst / per_seconds})
        return cursor.fetchone() is not None


def too_many(request: HttpRequest, *, retry_after_s: int) -> HttpResponse:
    """429 in the look of the site."""
    body = render_to_string("errors/429.html", {}, request=request)
    return HttpResponse(body, status=429, headers={"Retry-After": str(retry_after_s)})


class RateLimitMiddleware:
    """Refuses with 429 before the view's transaction begins."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        limit: Limit | None = getattr(view, "rate_limit", None)
        if limit is None or request.method not in limit.methods:
            return None
        if take(f"{limit.name}:{client_address(request)}", limit.burst, limit.per_seconds):
            return None
        return too_many(request, retry_after_s=limit.per_seconds // limit.burst + 1)
