"""Two problems in one report become two reports, each with its own number; both say where the other part went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from civic311.lib.masking import mask_personal_data
from departments.models import Category
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.intake import Contact, Submission, create
from requests_app.actions.notes import NOTE_MAX
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import Photo, Reporter, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoState


class Goes(StrEnum):
    """What becomes of a photo."""

    STAYS = "stays"
    MOVES = "moves"
    BOTH = "both"


@transaction.atomic
def split(
    *,
    request_id: int,
    version: int | None,
    category: Category,
    description: str,
    remaining: str,
    photos: Mapping[str, Goes] | None = None,
    by: Actor,
    now: dt.datetime,
) -> RequestEvent:
    """Make a second report of a part of this one: ``description`` is what it says, ``remaining`` what stays here.

    Place, channel, language and reporter are copied, and the clock: the target counts from the day the city was told.
    Whoever reported gets the new number and its link like any other. A report hidden from the public stays so in both
    parts. ``photos`` names those that do not stay, by their public id. The event's data names the new report (``into``).
    """
    request = lock(request_id)
    permitted(request, "split", by=by, version=version)
    description, remaining = _words(description), _words(remaining)
    if not description or not remaining:
        raise ActionRefused(_("Both reports need words: what stays here, and what the new one says."))
    if not category.is_active:
        raise ActionRefused(_("This category is retired."))
    made = _second(request, category, description, by=by, now=now)
    moved = _share_photos(request, made, photos or {}, now)
    return transition(
        request_id=request_id,
        version=version,
        move="split",
        by=by,
        now=now,
        changes={"description": remaining, "public_description": mask_personal_data(remaining)},
        internal_note=request.description if request.description != remaining else "",
        data={"into": made.number, "category": category.name, "photos_gone": moved},
    )


def _second(
    request: ServiceRequest, category: Category, description: str, *, by: Actor, now: dt.datetime
) -> ServiceRequest:
    reporter = Reporter.objects.filter(request=request).first()
    contact = Contact(reporter.name, reporter.email, reporter.phone) if reporter else Contact()
    made = create(
        Submission(
            category=category,
            description=description,
            address=request.address,
            place_note=request.place_note,
            latitude=request.latitude,
            longitude=request.longitude,
            channel=request.channel,
            population=request.population,
            language=request.language,
            is_anonymous=request.is_anonymous,
            contact=contact,
            split_from=request.number,
            told_at=request.created_at,
        ),
        [],
        by=by,
        now=now,
    )
    if reporter is not None:
        Reporter.objects.filter(request=made).update(
            wants_updates=reporter.wants_updates, unsubscribed_at=reporter.unsubscribed_at
        )
    if not request.is_public and request.category.is_public:
        made.is_public, made.withheld_reason = False, request.withheld_reason
        made.save(update_fields=["is_public", "withheld_reason"])
    return made


def _share_photos(
    request: ServiceRequest, made: ServiceRequest, wanted: Mapping[str, Goes], now: dt.datetime
) -> list[str]:
    """Give the second report its photos; the public ids of those that are gone here.

    An unredacted version goes where the photo goes that stands for it, and is never doubled.
    """
    chosen = {public_id: goes for public_id, goes in wanted.items() if goes != Goes.STAYS}
    found = list(Photo.objects.filter(request=request, public_id__in=chosen))
    if len(found) != len(chosen) or any(photo.state == PhotoState.RESTRICTED for photo in found):
        raise ActionRefused(_("A photo is no longer here. Look again, then send it again."))
    gone = []
    for photo in found:
        if chosen[photo.public_id] == Goes.BOTH:
            Photo.objects.create(
                request=made,
                purpose=photo.purpose,
                state=photo.state,
                sha256=photo.sha256,
                width=photo.width,
                height=photo.height,
                position=photo.position,
                uploaded_by=photo.uploaded_by,
                created_at=now,
            )
            continue
        gone.append(photo.public_id)
        moving: Photo | None = photo
        while moving is not None:
            Photo.objects.filter(pk=moving.pk).update(request=made)
            moving = moving.redacts
    _restricted_follows(request, made)
    return gone


def _restricted_follows(request: ServiceRequest, made: ServiceRequest) -> None:
    """The new report says that it has an unredacted version, when one came with a photo."""
    if Photo.objects.filter(request=made, state=PhotoState.RESTRICTED).exists():
        ServiceRequest.objects.filter(pk=made.pk).update(is_restricted=True)


def _words(text: str) -> str:
    text = text.strip()
    if len(text) > NOTE_MAX:
        raise ActionRefused(_("The text is too long: 10,000 characters at most."))
    return text
