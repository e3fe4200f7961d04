"""A person's data leaves; number, times, category and outcome stay, so that the city's figures stay true."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from civic311.lib.contacts import email_key, voter_of_mailbox
from civic311.lib.tokens import token_hash, tracking_token
from departments.places import block_of
from requests_app.actions.actors import Actor
from requests_app.actions.transition import lock, transition
from requests_app.actions.wording import forget_words
from requests_app.models import Answer, HiddenWords, Photo, Reporter, RequestEvent, Resident, Support
from requests_app.models.photo import PhotoPurpose, PhotoState

FORGET_TASK = "requests_app.notifications.forget"
BLOCK_DECIMALS = 3
"""A home is rounded to about 100 metres, as the public page of a sensitive category shows it."""


@transaction.atomic
def erase(*, request_id: int, by: Actor, now: dt.datetime, version: int | None = None) -> RequestEvent:
    """Take what a person gave out of one report, for good.

    Contact details, words, answers, notes and the person's photos go; the place is cut to its block where it was a
    home. The old links stop working, messages end, and a job hashes whom earlier ones went to. Photos that show the
    result, and what neighbours wrote themselves, stay.
    """
    request = lock(request_id)
    changes: dict[str, object] = {
        "description": "",
        "public_description": "",
        "place_note": "",
        "is_restricted": _keeps_result(request_id),
        "token_version": request.token_version + 1,
        "token_hash": token_hash(tracking_token(request_id, request.token_version + 1)),
    }
    if request.category.place_is_sensitive or not request.is_public:
        changes["address"] = block_of(request.address)
        if request.latitude is not None and request.longitude is not None:
            changes["latitude"] = round(request.latitude, BLOCK_DECIMALS)
            changes["longitude"] = round(request.longitude, BLOCK_DECIMALS)
    event = transition(request_id=request_id, version=version, move="erase", by=by, now=now, changes=changes)
    _forget_reporter(request_id)
    Photo.objects.filter(request=request_id, purpose=PhotoPurpose.REPORT).delete()
    HiddenWords.objects.filter(request=request_id).delete()
    Answer.objects.filter(request=request_id).update(value="", public_value="")
    forget_words(request_id, now)
    jobs.configure_task(name=FORGET_TASK, queue="events").defer(request_id=request_id)
    return event


@transaction.atomic
def erase_resident(*, resident_id: int, now: dt.datetime) -> int:
    """Everything known under a verified address: each of its reports, alerts, follows, the address; how many reports.

    Votes stay counted without their voter. Messages to the resident go with the row.
    """
    resident = Resident.objects.select_for_update().get(pk=resident_id)
    mine = Reporter.objects.filed_with(resident.email).order_by("request_id")
    requests = list(mine.values_list("request_id", flat=True))
    for request_id in requests:
        erase(request_id=request_id, by=Actor.reporter(), now=now)
    for support in Support.objects.filter(voter=voter_of_mailbox(resident.email)):
        support.voter = f"erased-{support.pk}"
        support.save(update_fields=["voter"])
    resident.delete()
    return len(requests)


def _forget_reporter(request_id: int) -> None:
    """The contact details, and the address where this report is all it is known from: follows go with it.

    Who ever signed in or confirmed something has a page to decide that on.
    """
    reporter = Reporter.objects.filter(request=request_id).first()
    if reporter is None:
        return
    reporter.delete()
    if reporter.email and not Reporter.objects.filed_with(reporter.email).exists():
        Resident.objects.filter(email_key=email_key(reporter.email), verified_at__isnull=True).delete()


def _keeps_result(request_id: int) -> bool:
    """Whether an unredacted photo of the result stays behind."""
    results = Photo.objects.filter(request=request_id, purpose=PhotoPurpose.RESULT)
    return results.filter(state=PhotoState.RESTRICTED).exists()
