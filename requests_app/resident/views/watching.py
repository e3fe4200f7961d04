"""Whether an open page has news: a mark of sixteen letters, asked for every minute."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from civic311.lib.client import client_address
from civic311.lib.ratelimit import take, too_many
from civic311.lib.tokens import TOKEN_LENGTH, token_hash
from requests_app.queries.steps import News, held_news, public_news
from requests_app.resident.views.looking import LOOKUPS_AN_HOUR


@login_not_required
@require_safe
@transaction.non_atomic_requests
def state(request: HttpRequest, number: str) -> HttpResponse:
    """The mark of a public page; 304 while it is the one the asker knows."""
    found = public_news(number)
    if found is None:
        raise Http404
    return _answer(request, found, "no-cache")


@login_not_required
@require_safe
@transaction.non_atomic_requests
def own_state(request: HttpRequest, token: str) -> HttpResponse:
    """The same for the page behind a tracking link; wrong links count against the visitor like everywhere."""
    found = held_news(token_hash(token)) if len(token) == TOKEN_LENGTH else None
    if found is not None:
        return _answer(request, found, "private, no-cache")
    if not take(f"track:{client_address(request)}", LOOKUPS_AN_HOUR, 3600):
        return too_many(request, retry_after_s=3600 // LOOKUPS_AN_HOUR)
    raise Http404


def _answer(request: HttpRequest, found: News, cache: str) -> HttpResponse:
    etag = f'"{found.mark}"'
    known = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    response: HttpResponse = (
        HttpResponse(status=304)
        if etag in known
        else JsonResponse({"state": found.mark, "open": found.is_open})
    )
    response["ETag"] = etag
    response["Cache-Control"] = cache
    return response
