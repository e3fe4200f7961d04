"""What must not be read or seen by everybody is hidden; the unredacted version stays for those allowed until disposal."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.hiding import Phrases
from requests_app.actions.transition import lock, permitted, transition
from requests_app.actions.wording import columns_without, hide_in_rows, texts_of
from requests_app.models import AbuseReport, HiddenWords, Photo, RequestEvent
from requests_app.models.photo import PhotoState
from requests_app.photos import storage
from requests_app.photos.pipeline import ProcessedPhoto

REASON_MAX = 1_000


@transaction.atomic
def redact_photo(
    *,
    photo: Photo,
    version: int | None,
    redacted: ProcessedPhoto,
    boxes: int,
    show: bool,
    reason: str,
    by: Actor,
    now: dt.datetime,
) -> RequestEvent:
    """Put the redacted picture, whose files are stored already, in the place of the photo.

    It gets an address of its own; the old one leads only those allowed to the unredacted picture, from this moment on.
    ``show`` also shows a picture online that was not shown before, with the right to do so.
    """
    assert photo.request_id is not None
    request = lock(photo.request_id)
    permitted(request, "redact_photo", by=by, version=version)
    before = Photo.objects.select_for_update().get(pk=photo.pk)
    if before.state == PhotoState.RESTRICTED:
        raise ActionRefused(_("This photo was redacted already. Open the one that stands in its place."))
    if redacted.sha256 == before.sha256:
        raise ActionRefused(_("Nothing was hidden: draw a box over what must not be seen."))
    if show and before.state != PhotoState.PUBLISHED:
        permitted(request, "publish_photo", by=by, version=version)
    after = Photo.objects.create(
        request=request,
        purpose=before.purpose,
        state=PhotoState.PUBLISHED if show else before.state,
        sha256=redacted.sha256,
        width=redacted.width,
        height=redacted.height,
        position=before.position,
        redacts=before,
        uploaded_by=before.uploaded_by,
        created_at=before.created_at,
    )
    Photo.objects.filter(pk=before.pk).update(state=PhotoState.RESTRICTED)
    AbuseReport.objects.filter(photo=before).update(photo=after)
    return transition(
        request_id=request.pk,
        version=version,
        move="redact_photo",
        by=by,
        now=now,
        changes={"is_restricted": True},
        internal_note=reason_of(reason),
        data={"photo": before.public_id, "became": after.public_id, "boxes": boxes},
    )


@transaction.atomic
def redact_text(
    *,
    request_id: int,
    version: int | None,
    phrases: Phrases,
    reason: str,
    by: Actor,
    now: dt.datetime,
) -> RequestEvent:
    """Replace phrases wherever they stand: in the report's words and place, in answers, notes, questions, tasks, comments.

    The texts themselves are overwritten, so that no page, search or file knows the words any more; what stood there
    before the first hiding goes to a table for those allowed. Raises `ActionRefused` when the phrases stand nowhere.
    """
    request = lock(request_id)
    permitted(request, "redact_text", by=by, version=version)
    changed = [text for text in texts_of(request) if phrases.hide(text.words) != text.words]
    if not changed:
        raise ActionRefused(_("These words stand nowhere in this request. Check how they are written."))
    event = transition(
        request_id=request_id,
        version=version,
        move="redact_text",
        by=by,
        now=now,
        changes=columns_without(request, phrases) | {"is_restricted": True},
        internal_note=phrases.hide(reason_of(reason)),
        data={"texts": len(changed), "places": sorted({text.place.value for text in changed})},
    )
    HiddenWords.objects.bulk_create(
        (
            HiddenWords(request=request, event=event, place=text.place, row=text.row, text=text.words)
            for text in changed
        ),
        ignore_conflicts=True,  # what stood there before an earlier hiding is kept already
    )
    hide_in_rows(request, changed, phrases, now)
    return event


@transaction.atomic
def dispose(
    *, request_id: int, version: int | None, reason: str, by: Actor, now: dt.datetime
) -> RequestEvent:
    """Destroy every unredacted version of a request for good: rows now, the bytes on the disk with the commit."""
    request = lock(request_id)
    permitted(request, "dispose", by=by, version=version)
    reason = reason_of(reason)
    photos = Photo.objects.filter(request=request, state=PhotoState.RESTRICTED)
    words = HiddenWords.objects.filter(request=request)
    hashes = set(photos.values_list("sha256", flat=True))
    counted = {"photos": photos.count(), "texts": words.count()}
    if not any(counted.values()):
        raise ActionRefused(_("There is no unredacted version of this request."))
    event = transition(
        request_id=request_id,
        version=version,
        move="dispose",
        by=by,
        now=now,
        changes={"is_restricted": False},
        internal_note=reason,
        data=counted,
    )
    photos.delete()
    words.delete()
    transaction.on_commit(partial(_delete_files, hashes))
    return event


def reason_of(text: str) -> str:
    """The reason for the record. Raises `ActionRefused` when there is none, or too much of it."""
    text = text.strip()
    if not text:
        raise ActionRefused(_("Say why. Staff read it in the history."))
    if len(text) > REASON_MAX:
        raise ActionRefused(_("The reason is too long: 1,000 characters at most."))
    return text


def _delete_files(hashes: set[str]) -> None:
    """A picture another report shows as well keeps its files."""
    for sha256 in hashes:
        if not Photo.objects.filter(sha256=sha256).exists():
            storage.delete(sha256)
