"""What happens to the first report of a problem happens to the reports that follow it.

A report that follows keeps its number, its page and its messages; its status, outcome, department and dates are those of
the first one, the lead. Rows are locked lead first, then those that follow by id: two changes at once wait for each
other instead of locking each other out.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.recording import Prepared, prepare, waiting_window, write, write_many
from requests_app.models import RequestEvent, ServiceRequest, UndoWindow
from requests_app.workflow import BY_NAME, ActorKind, EventKind, Outcome, Status, Transition

LED = frozenset(
    {
        "assign",
        "acknowledge",
        "start",
        "hold",
        "resume",
        "hand_over",
        "close",
        "reopen",
        "recategorize",
        "reroute",
        "join",
        "renew",
        "ask",
        "give_task",
        "plan_closing",
        "send_back",
    }
)
"""Moves of staff a report that follows does not have: the first report makes them for all."""

MIRRORED_AS: dict[EventKind, EventKind] = {
    EventKind.ACKNOWLEDGED: EventKind.ACKNOWLEDGED,
    EventKind.ASSIGNED: EventKind.ASSIGNED,
    EventKind.RECATEGORIZED: EventKind.REROUTED,
    EventKind.REROUTED: EventKind.REROUTED,
    EventKind.STARTED: EventKind.STARTED,
    EventKind.HELD: EventKind.HELD,
    EventKind.RESUMED: EventKind.RESUMED,
    EventKind.HANDED_OVER: EventKind.HANDED_OVER,
    EventKind.NOTED: EventKind.NOTED,
    EventKind.CLOSED: EventKind.CLOSED,
    EventKind.REOPENED: EventKind.REOPENED,
    EventKind.RENEWED: EventKind.RENEWED,
    EventKind.AT_RISK: EventKind.AT_RISK,
    EventKind.ASKED: EventKind.HELD,
    EventKind.ANSWERED: EventKind.RESUMED,
    EventKind.RETURNED: EventKind.RETURNED,
    EventKind.TASK_DONE: EventKind.NOTED,
}
"""What of the first report those that follow go through, and what their readers call it."""
_PRIVATE_WORDS = frozenset({EventKind.ASKED, EventKind.ANSWERED})
"""Between the city and one reporter: the others read that it waits, not what was asked."""
_TOLD = frozenset(
    {
        "outcome",
        "case_number",
        "comply_by",
        "try_again_on",
        "partner_id",
        "partner_reference",
        "partner",
        "reason",
        "waiting_for",
        "review_on",
        "department_from",
        "department_to",
        "days_closed",
        "due_at",
        "due_before",
        "clock",
    }
)
"""Facts of an event that residents read with it. Names of colleagues and whatever else is there stay with the lead."""
_ALIKE = (
    "outcome",
    "closed_at",
    "department",
    "partner",
    "assignee",
    "hold_reason",
    "waiting_for",
    "review_on",
    "paused_at",
    "told_late_at",
)


class FollowsAnother(ActionRefused):
    """The report follows another one, which makes this step for it."""

    def __init__(self, request: ServiceRequest, step: Transition, lead: str) -> None:
        self.request = request
        super().__init__(
            _(
                "%(number)s follows %(lead)s. “%(move)s” is done there for all reports of this problem,"
                " or part this one first."
            )
            % {"number": request.number, "lead": lead, "move": step.label}
        )


def refuse_follower(request: ServiceRequest, step: Transition, by: Actor) -> None:
    """Raise `FollowsAnother` for a step of staff that belongs to the first report."""
    if request.lead_id is not None and by.kind == ActorKind.STAFF and step.name in LED:
        number = ServiceRequest.objects.values_list("number", flat=True).get(pk=request.lead_id)
        raise FollowsAnother(request, step, number)


def lock_lead_of(request_id: int) -> ServiceRequest | None:
    """Lock the report this one follows, before this one itself is locked; None when it follows none."""
    lead_id = ServiceRequest.objects.values_list("lead_id", flat=True).get(pk=request_id)
    if lead_id is None:
        return None
    return ServiceRequest.objects.select_for_update(of=("self",)).get(pk=lead_id)


def lock_followers(lead: ServiceRequest) -> list[ServiceRequest]:
    """The reports that follow a locked lead, locked in the order of their ids."""
    return lock_rows(Q(lead=lead))


def lock_rows(wanted: Q) -> list[ServiceRequest]:
    """These requests, locked in the order of their ids."""
    return list(
        ServiceRequest.objects.select_for_update(of=("self",))
        .select_related("category", "department", "assignee", "partner")
        .filter(wanted)
        .order_by("pk")
    )


def alike(lead: ServiceRequest) -> dict[str, Any]:
    """The columns of the lead a report that follows has too."""
    return {name: getattr(lead, name) for name in _ALIKE}


def mirror(lead: ServiceRequest, event: RequestEvent, *, by: Actor, now: dt.datetime) -> list[RequestEvent]:
    """Let the reports that follow a locked lead go through its event: their columns, one event each, its public words.

    Where the lead's event can still be undone, theirs wait and are undone with it.
    """
    kind = EventKind(event.kind)
    if not lead.merged_count or kind not in MIRRORED_AS or lead.status == Status.NEW:
        return []
    words = "" if kind in _PRIVATE_WORDS else event.public_note
    window = waiting_window(event) if lead.held_until else None
    prepared = [
        _mirrored(each, lead, event, words=words, window=window, by=by, now=now)
        for each in lock_followers(lead)
    ]
    return write_many([ready for ready in prepared if ready is not None])


def mirror_many(
    moved: list[tuple[ServiceRequest, RequestEvent]], *, by: Actor, now: dt.datetime
) -> list[RequestEvent]:
    """`mirror` for each lead among requests that were changed together."""
    return [made for lead, event in moved for made in mirror(lead, event, by=by, now=now)]


def _mirrored(
    follower: ServiceRequest,
    lead: ServiceRequest,
    event: RequestEvent,
    *,
    words: str,
    window: UndoWindow | None,
    by: Actor,
    now: dt.datetime,
) -> Prepared | None:
    changes = alike(lead)
    if event.kind == EventKind.RENEWED or Status.ON_HOLD in {event.from_status, event.to_status}:
        changes["due_at"] = lead.due_at or follower.due_at
    differs = follower.status != lead.status or any(
        getattr(follower, name) != value for name, value in changes.items()
    )
    if not differs and not words:
        return None
    kind = MIRRORED_AS[EventKind(event.kind)]
    told = {name: value for name, value in event.data.items() if name in _TOLD}
    if kind == EventKind.HELD:
        told |= {"reason": lead.hold_reason, "waiting_for": lead.waiting_for}
    return prepare(
        follower,
        BY_NAME["mirror"],
        Status(lead.status),
        by=as_system(by),
        now=now,
        changes=changes,
        public_note=words,
        data={**told, "of": event.pk, "as": kind.value, "lead": lead.number},
        follows=window,
    )


def as_system(by: Actor) -> Actor:
    """The rule that carries on what somebody did; staff read who that was."""
    return Actor.system(by.label if by.kind == ActorKind.STAFF else "")


def closes_alone(request: ServiceRequest, step: Transition, changes: dict[str, Any]) -> bool:
    """Whether a step ends a lead without ending the problem: its reporter's own end, spam, a double of something else."""
    if not request.merged_count:
        return False
    alone = {Outcome.SPAM, Outcome.DUPLICATE}
    return step.name in {"withdraw", "resolve_own"} or (
        step.name == "close" and changes.get("outcome") in alone
    )


def pass_on(lead: ServiceRequest, *, by: Actor, now: dt.datetime) -> ServiceRequest:
    """Make the earliest report that follows a locked lead the new lead of the others; it goes on as the old one stood."""
    heir, *others = lock_followers(lead)
    put_first(heir, others, old=lead, by=by, now=now)
    lead.merged_count = 0
    return heir


def put_first(
    heir: ServiceRequest, others: list[ServiceRequest], *, old: ServiceRequest, by: Actor, now: dt.datetime
) -> RequestEvent:
    """Let a locked report that follows lead the ``others``. The counts are kept by the database, row by row."""
    event = write(
        heir,
        BY_NAME["join"],
        Status(heir.status),
        by=as_system(by),
        now=now,
        changes={"lead": None},
        data={"leads": True, "before": old.number, "numbers": [each.number for each in others]},
    )
    write_many([follow_now(each, heir, by=by, now=now) for each in others])
    heir.merged_count = len(others)
    return event


def follow_now(request: ServiceRequest, lead: ServiceRequest, *, by: Actor, now: dt.datetime) -> Prepared:
    """A report changes the one it follows, and nothing else: residents hear nothing of it."""
    return prepare(
        request,
        BY_NAME["mirror"],
        Status(request.status),
        by=as_system(by),
        now=now,
        changes={"lead": lead},
        data={"as": EventKind.JOINED.value, "lead": lead.number, "swapped": True},
    )


def left(lead: ServiceRequest, number: str, *, by: Actor, now: dt.datetime) -> RequestEvent:
    """Write into the history of a locked lead that a report no longer follows it."""
    return write(
        lead,
        BY_NAME["join"],
        Status(lead.status),
        by=as_system(by),
        now=now,
        changes={},
        data={"left": [number]},
    )
