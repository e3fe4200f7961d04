"""Photos sent from the reporter's own page: drawn anew, stored as drafts, then handed to an action."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.photos import pipeline
from requests_app.photos.errors import PhotoRejected, PhotoStorageError, Rejection
from requests_app.resident import drafts
from requests_app.resident.page import SCOPE


@dataclass(frozen=True)
class Received:
    """What became of the files: the key their drafts are under (empty without any), and what was refused, in words."""

    draft_key: str
    refusals: tuple[str, ...]


def receive(request: HttpRequest, name: str, *, now: dt.datetime) -> Received:
    """Draw the photos of a field anew and keep them as drafts. Runs outside of any transaction."""
    processed: list[pipeline.ProcessedPhoto] = []
    refusals: list[str] = []
    for position, upload in enumerate(request.FILES.getlist(name), start=1):
        try:
            if position > settings.PHOTO_MAX_FILES:
                raise PhotoRejected(Rejection.TOO_MANY, position, max_files=settings.PHOTO_MAX_FILES)
            processed.append(pipeline.process(upload, position=position))
        except PhotoRejected as rejected:
            refusals.append(str(rejected))
        except PhotoStorageError:
            refusals.append(
                _("We could not store a photo just now. Nothing was sent. Try again in a minute.")
            )
            break
    if refusals or not processed:
        return Received("", tuple(refusals))
    key = str(uuid.uuid4())
    drafts.keep(SCOPE, key, processed, now=now)
    return Received(key, ())
