"""What the reporter says and does: it is solved, it is not, look again, this is how it really is."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from civic311.lib.masking import mask_personal_data
from departments.kinds import Kind
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.mirroring import left, lock_lead_of
from requests_app.actions.notes import NOTE_MAX
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import Photo, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.workflow import ActorKind, EventKind, Outcome, Status, outcomes_for

UNANSWERABLE = frozenset({Outcome.WITHDRAWN, Outcome.SPAM, Outcome.DUPLICATE})
"""Nobody is asked whether these are solved: nothing was done under this number."""
PHOTOS_OF_REPORTER = 9
"""The most photos a reporter can send for one report, the first ones included."""


@transaction.atomic
def confirm(*, request_id: int, by: Actor, now: dt.datetime, version: int | None = None) -> RequestEvent:
    """The reporter says it is solved; once for each closing. A late "no" of the reporter's own is taken back by it."""
    request = _permitted(request_id, "confirm", by, version)
    if request.outcome in UNANSWERABLE:
        raise ActionRefused(_("There is nothing to confirm: no work was done under this number."))
    since = _answers_since_closing(request)
    if EventKind.CONFIRMED in {kind for kind, _who in since}:
        raise ActionRefused(_("You told us already that it is solved. Thank you."))
    others_object = (EventKind.DISPUTED, ActorKind.RESIDENT) in since
    return transition(
        request_id=request_id,
        version=version,
        move="confirm",
        by=by,
        now=now,
        changes={} if others_object else {"disputed_at": None},
        data={"outcome": request.outcome},
    )


@transaction.atomic
def dispute(
    *,
    request_id: int,
    reason: str,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
    voice: str = "",
) -> RequestEvent:
    """Somebody says a closed report is not solved: flagged for staff, and nobody is told.

    The reporter may say it once for each closing; whether another resident may is the caller's to know, who marks each
    by a ``voice``. Said about a report that follows another one, it flags that one too: staff work there.
    """
    lead = lock_lead_of(request_id)
    request = _permitted(request_id, "dispute", by, version)
    reason = _words(reason)
    if not reason:
        raise ActionRefused(_("Say in a sentence what is not right."))
    is_reporter = by.kind == ActorKind.REPORTER
    if is_reporter and (EventKind.DISPUTED, ActorKind.REPORTER) in _answers_since_closing(request):
        raise ActionRefused(_("You told us already that it is not solved. The department sees it."))
    event = transition(
        request_id=request_id,
        version=version,
        move="dispute",
        by=by,
        now=now,
        changes={"disputed_at": request.disputed_at or now},
        reporter_note=reason if is_reporter else "",
        internal_note="" if is_reporter else reason,
        data={"outcome": request.outcome} | ({"voice": voice} if voice else {}),
    )
    if lead is not None and lead.status == Status.CLOSED:
        transition(
            request_id=lead.pk,
            version=None,
            move="dispute",
            by=Actor.resident(),
            now=now,
            changes={"disputed_at": lead.disputed_at or now},
            data={"outcome": lead.outcome, "follower": request.number},
        )
    return event


@transaction.atomic
def resolve_own(
    *, request_id: int, words: str = "", by: Actor, now: dt.datetime, version: int | None = None
) -> RequestEvent:
    """The reporter, or neighbors with them, took care of it: closed with thanks, where the category shows how."""
    lead = lock_lead_of(request_id)
    request = _permitted(request_id, "resolve_own", by, version)
    if not can_resolve(request):
        raise ActionRefused(_("Only the department can close this report. You can withdraw it."))
    event = transition(
        request_id=request_id,
        version=version,
        move="resolve_own",
        by=by,
        now=now,
        changes={"outcome": Outcome.RESOLVED_BY_OTHERS} | ({"lead": None} if lead else {}),
        reporter_note=_words(words),
        data={"outcome": Outcome.RESOLVED_BY_OTHERS.value},
    )
    if lead is not None:
        left(lead, request.number, by=by, now=now)
    return event


@transaction.atomic
def ask_review(
    *, request_id: int, words: str = "", by: Actor, now: dt.datetime, version: int | None = None
) -> RequestEvent:
    """A report past its target goes before a supervisor; once every `REVIEW_EVERY_DAYS` days."""
    request = _permitted(request_id, "ask_review", by, version)
    if request.due_at is None or request.due_at >= now:
        raise ActionRefused(_("You can ask for a review when the target has passed."))
    last = request.events.filter(kind=EventKind.REVIEW_ASKED).order_by("-id").first()
    if last is not None and last.occurred_at + dt.timedelta(days=settings.REVIEW_EVERY_DAYS) > now:
        raise ActionRefused(
            _("You asked for a review already. You can ask again %(days)s days after that.")
            % {"days": settings.REVIEW_EVERY_DAYS}
        )
    return transition(
        request_id=request_id,
        version=version,
        move="ask_review",
        by=by,
        now=now,
        changes={"review_asked_at": now},
        reporter_note=_words(words),
    )


@transaction.atomic
def edit(
    *,
    request_id: int,
    description: str,
    place_note: str,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> RequestEvent:
    """Correct the words of a new report for a while; what stood there before stays in the record for staff."""
    request = _permitted(request_id, "edit", by, version)
    description, place_note = description.strip(), place_note.strip()
    if not description:
        raise ActionRefused(_("Describe what is wrong."))
    if request.created_at + dt.timedelta(minutes=settings.EDIT_WINDOW_MINUTES) < now:
        raise ActionRefused(
            _("The time to change this report is over. You can still add a photo or withdraw it.")
        )
    if (description, place_note) == (request.description, request.place_note):
        raise ActionRefused(_("Nothing was changed."))
    before = [words for words in (request.description, request.place_note) if words]
    return transition(
        request_id=request_id,
        version=version,
        move="edit",
        by=by,
        now=now,
        changes={
            "description": description,
            "public_description": mask_personal_data(description),
            "place_note": place_note,
        },
        internal_note="\n\n".join(before),
    )


@transaction.atomic
def add_photo(
    *, request_id: int, draft_key: str, by: Actor, now: dt.datetime, version: int | None = None
) -> RequestEvent:
    """Photos stored as drafts under the key become the report's. Those of an anonymous report wait for a look by staff."""
    request = _permitted(request_id, "add_photo", by, version)
    if request.shown_status == Status.CLOSED and by.kind == ActorKind.REPORTER:
        raise ActionRefused(_("This report is closed. Say that it is not solved, and add the photo there."))
    photos = adopt_photos(request, draft_key)
    if not photos:
        raise ActionRefused(_("Choose a photo."))
    return transition(
        request_id=request_id,
        version=version,
        move="add_photo",
        by=by,
        now=now,
        data={"photos": photos},
    )


def adopt_photos(request: ServiceRequest, draft_key: str) -> list[str]:
    """Give the drafts under a key to a locked request; their public ids. A picture it has already is not doubled.

    Raises `ActionRefused` when they would be more than one report may have.
    """
    if not draft_key:
        return []
    own = Photo.objects.filter(request=request, purpose=PhotoPurpose.REPORT)
    known = set(own.values_list("sha256", flat=True))
    drafts = list(
        Photo.objects.filter(draft_key=draft_key).exclude(sha256__in=known).order_by("position", "id")
    )
    shown = own.exclude(state=PhotoState.RESTRICTED).count()
    if drafts and shown + len(drafts) > PHOTOS_OF_REPORTER:
        raise ActionRefused(_("A report can have %(most)s photos at most.") % {"most": PHOTOS_OF_REPORTER})
    state = PhotoState.WAITING if request.is_anonymous else PhotoState.PUBLISHED
    for position, photo in enumerate(drafts, start=shown + 1):
        Photo.objects.filter(pk=photo.pk).update(
            request=request, draft_key="", state=state, position=position
        )
    return [photo.public_id for photo in drafts]


def can_resolve(request: ServiceRequest) -> bool:
    """Whether the reporter may close it as taken care of: the category shows how, and its kind knows the outcome."""
    category = request.category
    return bool(category.self_help) and Outcome.RESOLVED_BY_OTHERS in outcomes_for(Kind(category.kind))


def _permitted(request_id: int, move: str, by: Actor, version: int | None) -> ServiceRequest:
    """The locked request, after the checks every move has: what is refused to a stranger is not explained to them."""
    request = lock(request_id)
    permitted(request, move, by=by, version=version)
    return request


def _answers_since_closing(request: ServiceRequest) -> set[tuple[str, str]]:
    """What was said since the last closing, as (kind of event, kind of person)."""
    said: set[tuple[str, str]] = set()
    steps = (
        request.events.standing()
        .order_by("-id")
        .values_list("kind", "actor_kind", "from_status", "to_status")
    )
    for kind, who, source, target in steps:
        if target == Status.CLOSED and source != Status.CLOSED:
            break
        said.add((kind, who))
    return said


def _words(text: str) -> str:
    text = text.strip()
    if len(text) > NOTE_MAX:
        raise ActionRefused(_("The note is too long: 10,000 characters at most."))
    return text
