"""Shown online or not, and the reporter's objection to it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import StaffUser
from departments.roles import Role
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.telling import tell
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.models.attention import StaffNoticeKind
from requests_app.workflow import Outcome

PUBLISHED_MAX = 300
WORDS_MAX = 2_000


@transaction.atomic
def publish(
    *, request_id: int, version: int | None, by: Actor, now: dt.datetime, words: str = ""
) -> RequestEvent:
    """Show the request online; an objection of the reporter is answered by it, with ``words`` if there are any."""
    objected = lock(request_id).appealed_at is not None
    return transition(
        request_id=request_id,
        version=version,
        move="publish",
        by=by,
        now=now,
        changes={"is_public": True, "withheld_reason": "", "appealed_at": None},
        reporter_note=_short(words),
        data={"objection": "heeded"} if objected else {},
    )


@transaction.atomic
def unpublish(
    *,
    request_id: int,
    version: int | None,
    reason: str,
    by: Actor,
    now: dt.datetime,
    tell_reporter: bool = False,
    published_reason: str = "",
) -> RequestEvent:
    """Take the request and its photos offline at once, with a reason for the record, or for the reporter to read.

    Everybody reads ``published_reason`` under the number of the report, in place of what stood there.
    """
    if not reason.strip():
        raise ActionRefused(_("Say why it is taken offline."))
    published = " ".join(published_reason.split())
    if len(published) > PUBLISHED_MAX:
        raise ActionRefused(_("The published reason is too long: 300 characters at most."))
    return transition(
        request_id=request_id,
        version=version,
        move="unpublish",
        by=by,
        now=now,
        changes={"is_public": False, "withheld_reason": published},
        internal_note="" if tell_reporter else reason.strip(),
        reporter_note=reason.strip() if tell_reporter else "",
    )


@transaction.atomic
def appeal(
    *, request_id: int, words: str, by: Actor, now: dt.datetime, version: int | None = None
) -> RequestEvent:
    """The reporter objects to the hiding: before the eyes of staff, once until it is answered; supervisors are told."""
    request = lock(request_id)
    permitted(request, "appeal", by=by, version=version)
    words = _short(words)
    if not words:
        raise ActionRefused(_("Say in a sentence why it should be shown."))
    if request.appealed_at is not None:
        raise ActionRefused(_("You asked us already. The answer comes here."))
    if not may_appeal(request):
        raise ActionRefused(_("Nothing was hidden that could be shown online."))
    event = transition(
        request_id=request_id,
        version=version,
        move="appeal",
        by=by,
        now=now,
        changes={"appealed_at": now},
        reporter_note=words,
    )
    tell(_supervisors(request), StaffNoticeKind.APPEAL, request=request, event=event, now=now)
    return event


def may_appeal(request: ServiceRequest) -> bool:
    """Whether staff hid what the category would show. Spam is reopened by staff alone."""
    return not request.is_public and request.category.is_public and request.outcome != Outcome.SPAM


@transaction.atomic
def uphold(*, request_id: int, version: int | None, words: str, by: Actor, now: dt.datetime) -> RequestEvent:
    """It stays hidden; the reporter reads why. Raises `ActionRefused` where nobody objected."""
    request = lock(request_id)
    permitted(request, "unpublish", by=by, version=version)
    words = _short(words)
    if request.appealed_at is None:
        raise ActionRefused(_("No objection waits for an answer."))
    if not words:
        raise ActionRefused(_("Tell the reporter why it stays hidden."))
    return transition(
        request_id=request_id,
        version=version,
        move="unpublish",
        by=by,
        now=now,
        changes={"appealed_at": None},
        reporter_note=words,
        data={"objection": "upheld"},
    )


def _short(words: str) -> str:
    words = words.strip()
    if len(words) > WORDS_MAX:
        raise ActionRefused(_("The words are too long: 2,000 characters at most."))
    return words


def _supervisors(request: ServiceRequest) -> list[StaffUser]:
    """Those of the department, else whoever runs the site."""
    staff = StaffUser.objects.filter(is_active=True)
    own = list(staff.filter(role=Role.SUPERVISOR, memberships__department=request.department_id))
    return own or list(staff.filter(role=Role.ADMINISTRATOR))
