"""What must not be read or seen by everybody is hidden; the unredacted version stays for those allowed until disposal."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from civic311.lib.masking import mask_personal_data
from requests_app.actions.actors import Actor
from requests_app.actions.door import history_door
from requests_app.actions.errors import ActionRefused
from requests_app.actions.hiding import Phrases, Text
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import AbuseReport, Answer, HiddenWords, Photo, RequestEvent, ServiceRequest
from requests_app.models.hidden import HiddenIn
from requests_app.models.photo import PhotoState
from requests_app.photos import storage
from requests_app.photos.pipeline import ProcessedPhoto

REASON_MAX = 1_000
PLACE_MAX = 300
_NOTES = (HiddenIn.PUBLIC_NOTE, HiddenIn.REPORTER_NOTE, HiddenIn.INTERNAL_NOTE)
_COLUMNS = (HiddenIn.DESCRIPTION, HiddenIn.PLACE_NOTE, HiddenIn.ADDRESS)


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


def texts_of(request: ServiceRequest) -> list[Text]:
    """Every text of a request in which words can be hidden, as it stands; empty ones are left out."""
    found = [Text(place, 0, str(getattr(request, place))) for place in _COLUMNS]
    found += [
        Text(HiddenIn.ANSWER, pk, value, label)
        for pk, value, label in Answer.objects.filter(request=request)
        .order_by("position", "pk")
        .values_list("pk", "value", "label")
    ]
    for row in request.events.order_by("-pk").values("pk", *_NOTES):
        found += [Text(place, row["pk"], row[place]) for place in _NOTES]
    return [text for text in found if text.words]


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
    """Replace phrases wherever they stand: in the report's words and place, in answers, in the notes of the history.

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
        changes=_columns(request, phrases) | {"is_restricted": True},
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
    _hide_in_answers(request, phrases)
    _hide_in_notes([text for text in changed if text.place in _NOTES], phrases, now)
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


def _columns(request: ServiceRequest, phrases: Phrases) -> dict[str, str]:
    """The report's own texts without the phrases; the public copy of the description follows it."""
    columns = {place.value: phrases.hide(str(getattr(request, place))) for place in _COLUMNS}
    for name in ("address", "place_note"):
        columns[name] = columns[name][:PLACE_MAX]  # the mark can be longer than what it hides
    follows = request.public_description == mask_personal_data(request.description)
    public = (
        mask_personal_data(columns["description"]) if follows else phrases.hide(request.public_description)
    )
    return columns | {"public_description": public}


def _hide_in_answers(request: ServiceRequest, phrases: Phrases) -> None:
    for answer in Answer.objects.filter(request=request):
        value = phrases.hide(answer.value)
        if value != answer.value:
            answer.public_value = mask_personal_data(value) if answer.public_value else ""
            answer.value = value
            answer.save(update_fields=["value", "public_value"])


def _hide_in_notes(texts: list[Text], phrases: Phrases, now: dt.datetime) -> None:
    notes: dict[int, dict[str, str]] = {}
    for text in texts:
        notes.setdefault(text.row, {})[text.place.value] = phrases.hide(text.words)
    with history_door():
        for pk, columns in notes.items():
            RequestEvent.objects.filter(pk=pk).update(**columns, redacted_at=now)


def _delete_files(hashes: set[str]) -> None:
    """A picture another report shows as well keeps its files."""
    for sha256 in hashes:
        if not Photo.objects.filter(sha256=sha256).exists():
            storage.delete(sha256)
