"""Forms that are not sent yet: their photos are rows tied to the form's secret key."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from civic311.lib.compiled import SOME_TEXT, Compiled
from requests_app.models import Photo, SubmissionKey
from requests_app.photos.pipeline import ProcessedPhoto


def kept_photos(scope: str, key: str, tokens: Iterable[str] = ()) -> list[Photo]:
    """The drafts of a form; with ``tokens`` also those of them that its request has taken over since (a retry)."""
    named = list(tokens)
    if not named and not _any().fetch({SOME_TEXT: key}):
        return []  # most forms have no photo: asking whether there is one is a fraction of reading them
    return list(_of_form(scope, key, named).order_by("position", "id"))


@lru_cache(maxsize=1)
def _any() -> Compiled:
    return Compiled(Photo.objects.filter(draft_key=SOME_TEXT).values_list("pk")[:1])


def keep(scope: str, key: str, photos: Iterable[ProcessedPhoto], *, now: dt.datetime) -> None:
    """Tie stored photos to the form. The same picture sent again, also by a parallel retry, stays one row."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 311))", [key])
        known = list(_of_form(scope, key, None))
        hashes = {photo.sha256 for photo in known}
        position = max((photo.position for photo in known), default=0)
        for photo in photos:
            if photo.sha256 in hashes:
                continue
            hashes.add(photo.sha256)
            position += 1
            Photo.objects.create(
                draft_key=key,
                sha256=photo.sha256,
                width=photo.width,
                height=photo.height,
                position=position,
                created_at=now,
            )


def remove(key: str, tokens: Iterable[str]) -> None:
    """Take photos off the form; only its own drafts can be named."""
    named = list(tokens)
    if named:
        Photo.objects.filter(draft_key=key, public_id__in=named).delete()


def move_to(scope: str, key: str, new_key: str, tokens: Iterable[str], *, now: dt.datetime) -> None:
    """Give a form's photos to its successor; those the first request has taken over are referred to twice from now on."""
    with transaction.atomic():
        taken = [photo for photo in kept_photos(scope, key, tokens) if photo.request_id is not None]
        Photo.objects.filter(draft_key=key).update(draft_key=new_key)
        Photo.objects.bulk_create(
            Photo(
                draft_key=new_key,
                sha256=photo.sha256,
                width=photo.width,
                height=photo.height,
                position=photo.position,
                created_at=now,
            )
            for photo in taken
        )


def is_spent(scope: str, key: str) -> bool:
    """Whether this form became a request before."""
    return SubmissionKey.objects.filter(scope=scope, key=key).exists()


def _of_form(scope: str, key: str, tokens: Iterable[str] | None) -> QuerySet[Photo]:
    """Drafts of the key and, of its request's photos, those named by ``tokens`` (all for None)."""
    drafts = Q(draft_key=key)
    names = None if tokens is None else list(tokens)
    if names == []:
        return Photo.objects.filter(drafts)
    made = SubmissionKey.objects.filter(scope=scope, key=key).values("request")
    taken = Q(request__in=made, purpose="report") & ~Q(state="restricted")
    return Photo.objects.filter(drafts | (taken if names is None else taken & Q(public_id__in=names)))
