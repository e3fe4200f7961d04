"""Words of residents under a request, and words about what should not be shown. Staff look at both first."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from civic311.lib.masking import mask_personal_data
from requests_app.actions.errors import ActionRefused
from requests_app.models import AbuseReport, Comment, Photo, ServiceRequest
from requests_app.models.comment import AbuseReason, CommentState
from requests_app.models.photo import PhotoState

COMMENT_MAX = 2_000
NAME_MAX = 80
ABUSE_TEXT_MAX = 1_000
WAITING_MAX = 50
"""Comments on one request that may wait for a look: more would bury the moderators, not inform them."""


@transaction.atomic
def write_comment(*, request_id: int, name: str, text: str, now: dt.datetime) -> Comment:
    """Keep a resident's comment until staff have looked. Raises `ActionRefused`, `ServiceRequest.DoesNotExist`."""
    request = ServiceRequest.objects.public().select_related("category").get(pk=request_id)
    name, text = " ".join(name.split()), text.strip()
    if not request.category.comments_allowed:
        raise ActionRefused(_("Comments are not open for reports of this kind."))
    if not text:
        raise ActionRefused(_("Write your comment."))
    if len(text) > COMMENT_MAX:
        raise ActionRefused(_("The comment is too long: 2,000 characters at most."))
    if len(name) > NAME_MAX:
        raise ActionRefused(_("The name is too long: 80 characters at most."))
    if request.comments.filter(state=CommentState.WAITING).count() >= WAITING_MAX:
        raise ActionRefused(_("Many comments wait for a look already. Please come back later."))
    return Comment.objects.create(
        request=request,
        name=mask_personal_data(name),
        text=text,
        public_text=mask_personal_data(text),
        created_at=now,
    )


@transaction.atomic
def report_abuse(
    *,
    request_id: int,
    reason: AbuseReason,
    text: str,
    now: dt.datetime,
    comment_id: int | None = None,
    photo_id: str = "",
) -> AbuseReport:
    """Somebody says that something shown under a request should not be. Nothing changes until staff decide.

    ``comment_id`` or the public ``photo_id`` narrows it to one of them. Raises `ActionRefused` when that is no longer
    shown, `ServiceRequest.DoesNotExist` for a request that is not shown online.
    """
    request = ServiceRequest.objects.public().get(pk=request_id)
    text = text.strip()
    if len(text) > ABUSE_TEXT_MAX:
        raise ActionRefused(_("The text is too long: 1,000 characters at most."))
    if reason == AbuseReason.OTHER and not text:
        raise ActionRefused(_("Say in a sentence what is wrong."))
    comment = photo = None
    if comment_id is not None:
        comment = request.comments.filter(pk=comment_id, state=CommentState.PUBLISHED).first()
    if photo_id:
        photo = Photo.objects.filter(request=request, public_id=photo_id, state=PhotoState.PUBLISHED).first()
    if (comment_id is not None and comment is None) or (photo_id and photo is None):
        raise ActionRefused(_("This is not shown any more. Thank you for looking."))
    return AbuseReport.objects.create(
        request=request, comment=comment, photo=photo, reason=reason, text=text, created_at=now
    )
