"""Hiding parts of a photo: boxes drawn with the script, or typed by the numbers of a grid."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic311.lib import clock
from dashboards.queue.privacy.boxes import Typed, as_query, from_query, no_rows, rows_of
from dashboards.queue.privacy.common import back_to, drawn, reached, seen_version
from departments.models import StaffUser
from requests_app.actions import ActionRefused, Actor, StaleRequest, redact_photo
from requests_app.models import Photo, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.photos.errors import PhotoRejected, PhotoStorageError
from requests_app.photos.redaction import BOXES_MAX, redacted, with_grid
from requests_app.workflow import BY_NAME

logger = logging.getLogger("civic311.photos")
MORE = 3


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.non_atomic_requests
def photo(request: HttpRequest, number: str, public_id: str) -> HttpResponse:
    """``/queue/<number>/photo/<id>/``: look, draw, look again, redact. The picture is painted outside the transaction."""
    user, target = reached(request, number, "redact_photo")
    found = _photo(target, public_id)
    if request.method != "POST":
        return _page(request, target, found, no_rows(), user=user)
    seen = seen_version(request)
    if "more" in request.POST:
        return _page(request, target, found, rows_of(request.POST, more=MORE), user=user)
    typed = rows_of(request.POST)
    problems = typed.errors
    if not problems and not typed.boxes:
        problems = [_("Draw a box over what must not be seen, or write four numbers.")]
    if "preview" in request.POST and not problems:
        return _page(request, target, found, typed, user=user, looked=True)
    if not problems and not request.POST.get("reason", "").strip():
        problems = [_("Say why. Staff read it in the history.")]
    if problems:
        return _page(request, target, found, typed, user=user, problems=problems, status=400)
    if seen != target.version:
        return _page(request, target, found, typed, user=user, seen=seen)
    try:
        redact_photo(
            photo=found,
            version=seen,
            redacted=redacted(found.sha256, typed.boxes),
            boxes=len(typed.boxes),
            show=request.POST.get("show") == "on" and user.role in BY_NAME["publish_photo"].roles,
            reason=request.POST.get("reason", ""),
            by=Actor.staff(user),
            now=clock.now(),
        )
    except StaleRequest:
        _user, target = reached(request, number, "redact_photo")
        return _page(request, target, found, typed, user=user, seen=seen)
    except ActionRefused as refusal:
        return _page(request, target, found, typed, user=user, problems=[str(refusal)], status=400)
    except (PhotoStorageError, PhotoRejected, OSError):
        logger.exception("a photo could not be redacted")
        words = _("We could not store the picture just now. Nothing was changed. Try again in a minute.")
        return _page(request, target, found, typed, user=user, problems=[words], status=503)
    messages.success(request, _("The photo is redacted. Its old address is closed to the public."))
    return back_to(target, "#photos-heading")


@require_safe
def grid(request: HttpRequest, number: str, public_id: str) -> HttpResponse:
    """The photo under a numbered grid, with the boxes of the address drawn in."""
    _user, target = reached(request, number, "redact_photo")
    found = _photo(target, public_id)
    try:
        picture = with_grid(found.sha256, from_query(request.GET))
    except (OSError, PhotoStorageError) as error:
        raise Http404("no such photo") from error
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _photo(target: ServiceRequest, public_id: str) -> Photo:
    rows = Photo.objects.filter(request=target, public_id=public_id)
    found = rows.exclude(state=PhotoState.RESTRICTED).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    target: ServiceRequest,
    found: Photo,
    typed: Typed,
    *,
    user: StaffUser,
    problems: list[str] | None = None,
    looked: bool = False,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    is_shown = found.state == PhotoState.PUBLISHED
    context = {
        "photo": found,
        "rows": typed.rows,
        "query": as_query(typed.boxes),
        "problems": problems or [],
        "looked": looked,
        "most": BOXES_MAX,
        "reason": request.POST.get("reason", "")[:1_000],
        "offers_show": not is_shown and user.role in BY_NAME["publish_photo"].roles,
        "show": request.POST.get("show") == "on"
        if request.method == "POST"
        else found.state == PhotoState.WAITING,
    }
    return drawn(request, "photo", target, context, move="redact_photo", seen=seen, status=status)
