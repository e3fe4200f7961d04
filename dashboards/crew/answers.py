"""What a step answers: a page for people, JSON for the phone's outbox. The outbox asks for it by its Accept header."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse


def wants_json(request: HttpRequest) -> bool:
    """Whether the outbox asks."""
    return request.headers.get("Accept", "") == "application/json"


def saved(request: HttpRequest, words: str, url: str) -> HttpResponse:
    """Done: said, and on to ``url``."""
    messages.success(request, words)
    if wants_json(request):
        return JsonResponse({"state": "saved", "message": words, "url": url})
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def refused(request: HttpRequest, words: str, *, status: int, url: str = "") -> HttpResponse | None:
    """Nothing was saved, and why; None when a page must say it."""
    if not wants_json(request):
        return None
    return JsonResponse({"state": "refused", "message": words, "url": url}, status=status)
