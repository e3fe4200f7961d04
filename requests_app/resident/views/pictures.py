"""Photos, each behind the question whether this visitor may see it."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from civic311.lib import clock
from civic311.lib.tokens import TOKEN_LENGTH, token_hash
from departments.models import StaffUser
from requests_app.actions.looking import record_look
from requests_app.models import Photo, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.photos.serving import photo_response
from requests_app.queries.restricted import may_see_unredacted
from requests_app.queries.undoing import photos_waiting
from requests_app.workflow import Outcome

NOT_FOR_HOLDERS = (PhotoState.HIDDEN, PhotoState.RESTRICTED)
SIZES = {"small": 240, "medium": 800, "large": 2048}


@login_not_required
@transaction.non_atomic_requests
def photo(request: HttpRequest, public_id: str, size: str) -> HttpResponseBase:
    """A shown photo of a public report for anybody; every other one for staff who may see the report.

    The unredacted version of a photo is for those of them alone whose role may look at it; the look is written down.
    """
    row = (
        Photo.objects.filter(public_id=public_id, request__isnull=False)
        .values(
            "sha256",
            "state",
            "request_id",
            "request__is_public",
            "request__shown_outcome",
            "request__held_until",
        )
        .first()
    )
    if row is None:
        raise Http404
    is_restricted = row["state"] == PhotoState.RESTRICTED
    is_public = (
        row["state"] == PhotoState.PUBLISHED
        and row["request__is_public"]
        and row["request__shown_outcome"] != Outcome.SPAM
        and not _waits(public_id, row["request_id"], row["request__held_until"])
    )
    if not is_public and not _staff_may_see(request, row["request_id"], unredacted=is_restricted):
        raise Http404
    if is_restricted:
        assert isinstance(request.user, StaffUser)
        record_look(request_id=row["request_id"], by=request.user, now=clock.now())
    return photo_response(request, row["sha256"], _pixels(size), is_public)


@login_not_required
@transaction.non_atomic_requests
def own_photo(request: HttpRequest, token: str, public_id: str, size: str) -> HttpResponseBase:
    """A photo of the own report, also one that waits for a look by staff."""
    if len(token) != TOKEN_LENGTH:
        raise Http404
    rows = Photo.objects.filter(public_id=public_id, request__token_hash=token_hash(token))
    found = (
        rows.exclude(state__in=NOT_FOR_HOLDERS)
        .values_list("sha256", "request_id", "request__held_until")
        .first()
    )
    if found is None or _waits(public_id, found[1], found[2]):
        raise Http404
    return photo_response(request, found[0], _pixels(size), False)


@login_not_required
@transaction.non_atomic_requests
def draft_photo(request: HttpRequest, key: str, public_id: str, size: str) -> HttpResponseBase:
    """A photo of a form that is not sent yet: the form's key opens it."""
    sha256 = (
        Photo.objects.filter(public_id=public_id, draft_key=str(key)).values_list("sha256", flat=True).first()
    )
    if sha256 is None:
        raise Http404
    return photo_response(request, sha256, _pixels(size), False)


def _waits(public_id: str, request_id: int | None, held_until: dt.datetime | None) -> bool:
    """Whether the photo came with a step staff can still undo: nobody outside sees it yet."""
    return held_until is not None and request_id is not None and public_id in photos_waiting(request_id)


def _pixels(size: str) -> int:
    if size not in SIZES:
        raise Http404
    return SIZES[size]


def _staff_may_see(request: HttpRequest, request_id: int, *, unredacted: bool) -> bool:
    user = request.user
    return (
        isinstance(user, StaffUser)
        and (may_see_unredacted(user) or not unredacted)
        and ServiceRequest.objects.visible_to(user).filter(pk=request_id).exists()
    )
