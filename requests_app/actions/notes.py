"""Words without a change of status."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from departments.roles import Role
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.mentions import mentioned, tell_mentioned
from requests_app.actions.planned import Plan
from requests_app.actions.transition import transition
from requests_app.models import RequestEvent
from requests_app.workflow import ActorKind, Audience

NOTE_MAX = 10_000
_SUPERVISES = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.MANAGER})


@transaction.atomic
def add_note(
    *, request_id: int, version: int | None, text: str, audience: Audience, by: Actor, now: dt.datetime
) -> RequestEvent:
    """Add a note for one of the three audiences; colleagues a note for staff names with an @ are told.

    Raises `ActionRefused` when it is empty, over 10,000 characters, or names somebody there is not.
    """
    plan = plan_note(text=text, audience=audience, by=by)
    named = mentioned(plan.internal_note, request_id=request_id) if by.kind == ActorKind.STAFF else []
    event = transition(request_id=request_id, version=version, by=by, now=now, **plan.words())
    tell_mentioned(named, event, now)
    return event


def plan_note(*, text: str, audience: Audience, by: Actor) -> Plan:
    """What `add_note` writes."""
    text = text.strip()
    if not text:
        raise ActionRefused(_("The note is empty."))
    if len(text) > NOTE_MAX:
        raise ActionRefused(_("The note is too long: 10,000 characters at most."))
    return Plan(
        "note",
        changes=_answered(audience, by),
        data={"audience": audience.value},
        internal_note=text if audience == Audience.STAFF else "",
        reporter_note=text if audience == Audience.REPORTER else "",
        public_note=text if audience == Audience.EVERYONE else "",
    )


def _answered(audience: Audience, by: Actor) -> dict[str, None]:
    """Words of staff to residents answer a "not solved"; those of a supervisor answer an asked review as well."""
    if audience == Audience.STAFF or by.kind != ActorKind.STAFF:
        return {}
    assert by.user is not None
    supervises = by.user.role in _SUPERVISES
    return {"disputed_at": None, "review_asked_at": None} if supervises else {"disputed_at": None}
