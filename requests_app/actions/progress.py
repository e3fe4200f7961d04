"""Work goes on: acknowledge, start, hold, resume, hand over."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Partner
from requests_app.actions.actors import Actor
from requests_app.actions.clockwork import STOPS_THE_CLOCK, WaitKind, can_pause, stopped
from requests_app.actions.errors import ActionRefused
from requests_app.actions.planned import Plan
from requests_app.actions.transition import lock, transition
from requests_app.models import RequestEvent, ServiceRequest


@transaction.atomic
def acknowledge(*, request_id: int, version: int | None, by: Actor, now: dt.datetime) -> RequestEvent:
    """A person has taken note of a new request."""
    return transition(request_id=request_id, version=version, by=by, now=now, **Plan("acknowledge").words())


@transaction.atomic
def start(
    *, request_id: int, version: int | None, by: Actor, now: dt.datetime, public_note: str = ""
) -> RequestEvent:
    """Work begins."""
    return transition(
        request_id=request_id, version=version, by=by, now=now, **plan_start(public_note).words()
    )


def plan_start(public_note: str = "") -> Plan:
    """What `start` writes."""
    return Plan("start", public_note=public_note.strip())


@transaction.atomic
def hold(
    *,
    request_id: int,
    version: int | None,
    reason: str,
    waiting_for: str,
    review_on: dt.date,
    by: Actor,
    now: dt.datetime,
    public_note: str = "",
    kind: WaitKind = WaitKind.OTHER,
    pauses: bool = False,
) -> RequestEvent:
    """Work waits, with a reason, for whom, and a review date that brings it back. Raises `ActionRefused` without them.

    ``pauses`` lets the clock stand still until it goes on; only for a ``kind`` of wait that nobody in the city can end.
    """
    plan = plan_hold(
        lock(request_id),
        reason=reason,
        waiting_for=waiting_for,
        review_on=review_on,
        now=now,
        public_note=public_note,
        kind=kind,
        pauses=pauses,
    )
    return transition(request_id=request_id, version=version, by=by, now=now, **plan.words())


def plan_hold(
    request: ServiceRequest,
    *,
    reason: str,
    waiting_for: str,
    review_on: dt.date,
    now: dt.datetime,
    public_note: str = "",
    kind: WaitKind = WaitKind.OTHER,
    pauses: bool = False,
) -> Plan:
    """What `hold` writes."""
    reason = reason.strip()
    if not reason:
        raise ActionRefused(_("Say why the request waits."))
    if review_on <= now.date():
        raise ActionRefused(_("Choose a review date after today."))
    if pauses and kind not in STOPS_THE_CLOCK:
        raise ActionRefused(
            _("The clock stands still only while we wait for somebody outside the city, or for the weather.")
        )
    if pauses and not can_pause(request, now):
        raise ActionRefused(_("There is no target to stop the clock of, or it has passed."))
    columns, clock = stopped(request, until=review_on if pauses else None, now=now)
    return Plan(
        "hold",
        changes={"hold_reason": reason, "waiting_for": waiting_for.strip(), "review_on": review_on} | columns,
        public_note=public_note.strip(),
        data={
            "reason": reason,
            "waiting_for": waiting_for.strip(),
            "review_on": review_on.isoformat(),
            "kind": kind.value,
        }
        | clock,
    )


@transaction.atomic
def resume(*, request_id: int, version: int | None, by: Actor, now: dt.datetime) -> RequestEvent:
    """A waiting request, or one that was with a partner, is taken up again."""
    plan = plan_resume(lock(request_id), now=now)
    return transition(request_id=request_id, version=version, by=by, now=now, **plan.words())


def plan_resume(request: ServiceRequest, *, now: dt.datetime) -> Plan:
    """What `resume` writes."""
    return Plan("resume", changes={"partner": None})


@transaction.atomic
def hand_over(
    *,
    request_id: int,
    version: int | None,
    partner: Partner,
    by: Actor,
    now: dt.datetime,
    public_note: str = "",
) -> RequestEvent:
    """The request now lies with an owner outside the city, and we keep tracking it."""
    return transition(
        request_id=request_id,
        version=version,
        move="hand_over",
        by=by,
        now=now,
        changes={"partner": partner},
        public_note=public_note.strip(),
        data={"partner": partner.name},
    )
