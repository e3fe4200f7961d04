"""Staff decide about what residents wrote and what residents say is wrong. A removal has a reason that is published."""

import datetime as dt
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import StaffUser
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.pictures import hide_photo, publish_photo
from requests_app.actions.visibility import unpublish
from requests_app.models import AbuseReport, Comment, Photo, RequestEvent
from requests_app.models.comment import CommentState
from requests_app.models.photo import PhotoState
from requests_app.workflow import EventKind

REASON_MAX = 300


class AlreadyDecided(ActionRefused):
    """Somebody decided first; nothing was changed."""

    def __init__(self, who: str, when: dt.datetime) -> None:
        self.who = who
        self.when = when
        super().__init__(_("%(who)s decided this before you. Nothing was changed.") % {"who": who})


class NotAModerator(ActionRefused):
    """The person's role does not include looking at what residents wrote."""

    def __init__(self) -> None:
        super().__init__(_("Your role does not include this."))


class Remedy(StrEnum):
    """What is done about an abuse report."""

    KEEP = "keep"
    REMOVE_COMMENT = "comment"
    HIDE_PHOTO = "photo"
    TAKE_OFFLINE = "offline"


@transaction.atomic
def publish_comment(*, comment_id: int, by: StaffUser, now: dt.datetime) -> Comment:
    """A comment that waits is shown. Raises `AlreadyDecided`, `NotAModerator`."""
    comment = _lock_comment(comment_id, by)
    if comment.state != CommentState.WAITING:
        raise _decided(comment)
    return _decide_comment(comment, CommentState.PUBLISHED, "", by, now)


@transaction.atomic
def remove_comment(*, comment_id: int, reason: str, by: StaffUser, now: dt.datetime) -> Comment:
    """A comment is not shown, or no longer; the reason stands in its place. Raises `AlreadyDecided`, `NotAModerator`."""
    comment = _lock_comment(comment_id, by)
    if comment.state == CommentState.REMOVED:
        raise _decided(comment)
    return _decide_comment(comment, CommentState.REMOVED, _reason(reason), by, now)


@transaction.atomic
def decide_abuse(
    *, report_id: int, remedy: Remedy, words: str, by: StaffUser, now: dt.datetime
) -> AbuseReport:
    """Answer an abuse report by keeping what it names, or by the remedy; both leave words in the record.

    The words of a removed comment are published in its place, those about a request
    stand under its number in its place, and go to its reporter. A photo and a request go the way of the queue's own
    buttons, with their event in the history and the rights of those. What is gone already is not taken away twice.
    Raises `AlreadyDecided`, `ActionRefused`.
    """
    if not by.may_moderate:
        raise NotAModerator
    report = AbuseReport.objects.select_for_update().get(pk=report_id)
    if report.decided_at is not None:
        assert report.decided_by is not None
        raise AlreadyDecided(report.decided_by.name, report.decided_at)
    words = _reason(words)
    actor = Actor.staff(by)
    if remedy == Remedy.REMOVE_COMMENT:
        if report.comment is None:
            raise ActionRefused(_("This report is not about a comment."))
        if _lock_comment(report.comment.pk, by).state != CommentState.REMOVED:
            remove_comment(comment_id=report.comment.pk, reason=words, by=by, now=now)
    elif remedy == Remedy.HIDE_PHOTO:
        if report.photo is None:
            raise ActionRefused(_("This report is not about a photo."))
        if report.photo.state != PhotoState.HIDDEN:
            hide_photo(photo=report.photo, version=None, by=actor, now=now)
    elif remedy == Remedy.TAKE_OFFLINE and report.request.is_public:
        unpublish(
            request_id=report.request_id,
            version=None,
            reason=words,
            published_reason=words,
            by=actor,
            now=now,
            tell_reporter=True,
        )
    report.decided_at, report.decided_by, report.decision = now, by, words
    report.save(update_fields=["decided_at", "decided_by", "decision"])
    return report


@transaction.atomic
def decide_photo(*, photo_id: int, show: bool, by: StaffUser, now: dt.datetime) -> RequestEvent:
    """A photo that waits is shown or hidden, the way of the queue's own buttons. Raises `AlreadyDecided`, `NotAllowed`."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if photo.state != PhotoState.WAITING:
        raise _decided_photo(photo)
    action = publish_photo if show else hide_photo
    return action(photo=photo, version=None, by=Actor.staff(by), now=now)


def _decided_photo(photo: Photo) -> AlreadyDecided:
    last = (
        RequestEvent.objects.filter(
            request=photo.request_id,
            kind__in=[EventKind.PHOTO_PUBLISHED, EventKind.PHOTO_HIDDEN],
            data__photo=photo.public_id,
        )
        .order_by("-id")
        .first()
    )
    return AlreadyDecided(
        last.actor_label if last else _("Somebody"), last.occurred_at if last else photo.created_at
    )


def _lock_comment(comment_id: int, by: StaffUser) -> Comment:
    if not by.may_moderate:
        raise NotAModerator
    return Comment.objects.select_for_update().get(pk=comment_id)


def _decide_comment(
    comment: Comment, state: CommentState, reason: str, by: StaffUser, now: dt.datetime
) -> Comment:
    comment.state, comment.removal_reason, comment.decided_by, comment.decided_at = state, reason, by, now
    comment.save(update_fields=["state", "removal_reason", "decided_by", "decided_at"])
    return comment


def _decided(comment: Comment) -> AlreadyDecided:
    assert comment.decided_by is not None
    assert comment.decided_at is not None
    return AlreadyDecided(comment.decided_by.name, comment.decided_at)


def _reason(words: str) -> str:
    words = " ".join(words.split())
    if not words:
        raise ActionRefused(_("Give the reason. It is published or kept with the decision."))
    if len(words) > REASON_MAX:
        raise ActionRefused(_("The reason is too long: 300 characters at most."))
    return words
