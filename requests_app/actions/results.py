"""Photos that show what was done: sent by staff, shown beside those of the report."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from departments.kinds import Kind
from departments.roles import Role
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import Photo, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.workflow import EventKind, Outcome, successes_for

RESULTS_MOST = 6
"""The most photos of the result one request can have."""


@transaction.atomic
def add_result_photo(
    *,
    request_id: int,
    version: int | None,
    draft_key: str,
    by: Actor,
    now: dt.datetime,
    public_note: str = "",
) -> RequestEvent:
    """Photos stored as drafts under the key are shown as the result, or as how far the work is."""
    request = lock(request_id)
    permitted(request, "add_result_photo", by=by, version=version)
    photos = adopt_results(request, draft_key, by=by)
    if not photos:
        raise ActionRefused(_("Choose a photo."))
    return transition(
        request_id=request_id,
        version=version,
        move="add_result_photo",
        by=by,
        now=now,
        public_note=public_note.strip(),
        data={"photos": photos},
    )


def adopt_results(request: ServiceRequest, draft_key: str, *, by: Actor) -> list[str]:
    """Give the drafts under a key to a locked request as its result; their public ids. None is doubled."""
    if not draft_key:
        return []
    own = Photo.objects.filter(request=request, purpose=PhotoPurpose.RESULT)
    known = set(own.values_list("sha256", flat=True))
    drafts = list(
        Photo.objects.filter(draft_key=draft_key).exclude(sha256__in=known).order_by("position", "id")
    )
    if drafts and len(known) + len(drafts) > RESULTS_MOST:
        raise ActionRefused(
            _("A request can have %(most)s photos of the result at most.") % {"most": RESULTS_MOST}
        )
    for position, photo in enumerate(drafts, start=own.count() + 1):
        Photo.objects.filter(pk=photo.pk).update(
            request=request,
            draft_key="",
            purpose=PhotoPurpose.RESULT,
            state=PhotoState.PUBLISHED,
            position=position,
            uploaded_by=by.user,
        )
    return [photo.public_id for photo in drafts]


def asks_for_photo(request: ServiceRequest, outcome: Outcome) -> bool:
    """Whether the category wants to see this ending: work done, not what could not be found or reached."""
    category = request.category
    return category.closing_photo and outcome in successes_for(Kind(category.kind))


def check_result_photo(request: ServiceRequest, outcome: Outcome, *, by: Actor) -> None:
    """Raise `ActionRefused` when a crew closes without the photo the category asks for.

    One sent earlier counts, unless the request was reopened since.
    """
    if by.user is None or by.user.role != Role.CREW or not asks_for_photo(request, outcome):
        return
    photos = Photo.objects.filter(request=request, purpose=PhotoPurpose.RESULT)
    if request.reopened_count:
        reopened = request.events.filter(kind=EventKind.REOPENED).order_by("-id").first()
        if reopened is not None:
            photos = photos.filter(created_at__gte=reopened.occurred_at)
    if not photos.exists():
        raise ActionRefused(_("This category is closed with a photo of the result. Add one."))
