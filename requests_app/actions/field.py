"""The crew's work: take a job up, send it back, report what is found on the way."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department
from departments.roles import Role
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.intake import Submission, submit
from requests_app.actions.transition import lock, permitted, transition
from requests_app.actions.triage import can_work_on
from requests_app.models import RequestEvent, ServiceRequest

REASON_MAX = 1_000
FINDERS = frozenset({Role.CREW, Role.SUPERVISOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Found:
    """What became of something found on the way; ``is_mine`` unless it lies with another department."""

    request: ServiceRequest
    is_mine: bool
    created: bool


@transaction.atomic
def begin(*, request_id: int, version: int | None, by: Actor, now: dt.datetime) -> RequestEvent:
    """Start work on a job of one's own, or take one nobody has: whoever starts it has it from then on.

    Raises `ActionRefused` when a colleague has it, or it follows another report.
    """
    request = lock(request_id)
    permitted(request, "start", by=by, version=version)
    assert by.user is not None
    if request.assignee is not None and request.assignee != by.user:
        raise ActionRefused(
            _("%(name)s has this job. Nothing was changed.") % {"name": request.assignee.name}
        )
    refuse_follower(request)
    taken = request.assignee is None
    return transition(
        request_id=request_id,
        version=version,
        move="start",
        by=by,
        now=now,
        changes={"assignee": by.user},
        data={"taken": True} if taken else {},
    )


@transaction.atomic
def send_back(
    *,
    request_id: int,
    version: int | None,
    reason: str,
    by: Actor,
    now: dt.datetime,
    suggested: Department | None = None,
) -> RequestEvent:
    """Not for us: back to the dispatchers with a reason, to nobody's hands. ``suggested`` is whose it may be.

    The request stays with its department until a dispatcher sends it elsewhere; the target stays.
    """
    request = lock(request_id)
    permitted(request, "send_back", by=by, version=version)
    reason = reason.strip()
    if not reason:
        raise ActionRefused(_("Say why it goes back."))
    if len(reason) > REASON_MAX:
        raise ActionRefused(_("The reason is too long: 1,000 characters at most."))
    refuse_follower(request)
    changes: dict[str, object] = {"assignee": None}
    if request.partner_id is not None:
        changes["partner"] = None
    return transition(
        request_id=request_id,
        version=version,
        move="send_back",
        by=by,
        now=now,
        changes=changes,
        internal_note=reason,
        data={
            "from": request.assignee.name if request.assignee else "",
            "suggested": suggested.name if suggested else "",
        },
    )


@transaction.atomic
def report_found(*, submission: Submission, key: str, by: Actor, now: dt.datetime) -> Found:
    """Report what staff found themselves, and take it. It is routed like any report; another department's is only theirs.

    Raises as `submit` does, and `ActionRefused` for a retired category.
    """
    assert by.user is not None
    if by.user.role not in FINDERS:
        raise ActionRefused(_("Your role does not include this."))
    if not submission.category.is_active:
        raise ActionRefused(_("This category is retired. Choose another one."))
    made = submit(submission=submission, scope=key_scope(by), key=key, by=by, now=now)
    request = made.request
    if not made.created:
        return Found(request, request.assignee_id == by.user.pk, created=False)
    is_mine = request.department_id is not None and can_work_on(by.user, request.department_id)
    if is_mine:
        transition(
            request_id=request.pk,
            version=None,
            move="acknowledge",
            by=by,
            now=now,
            changes={"assignee": by.user},
            data={"taken": True},
        )
        request.refresh_from_db()
    return Found(request, is_mine, created=True)


def key_scope(by: Actor) -> str:
    """Whose keys they are: one person's phone cannot spend another's."""
    assert by.user is not None
    return f"crew:{by.user.pk}"


def refuse_follower(request: ServiceRequest) -> None:
    """Raise `ActionRefused` for a report that follows another: the work is done under the first one's number."""
    if request.lead_id is not None:
        assert request.lead is not None
        raise ActionRefused(
            _("This was joined with %(number)s. Do the work there; this one follows.")
            % {"number": request.lead.number}
        )
