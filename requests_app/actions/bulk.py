"""One change of many requests: the same rules and the same events as one by one, in a handful of statements.

`foresee` says what would change, what would not and why, and writes nothing; `change_many` does it. What cannot change
is left out with its reason; the others are written together, and can be taken back together (`BulkChange`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.actions.actors import Actor
from requests_app.actions.bulk_moves import Assign, Change, Facts, gather
from requests_app.actions.errors import ActionRefused, StaleRequest
from requests_app.actions.mirroring import LED, FollowsAnother, closes_alone, mirror_many
from requests_app.actions.planned import Plan
from requests_app.actions.recording import Prepared, prepare, write_many
from requests_app.actions.telling import tell
from requests_app.actions.transition import permitted
from requests_app.models import BulkChange, RequestEvent, ServiceRequest
from requests_app.models.attention import StaffNoticeKind
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.workflow import BY_NAME, ActorKind, Status

MOST = 500
"""How many requests one change may reach: more is a mistake, or work for the console."""

Chosen = Mapping[int, int | None]
"""Requests by id, with the version the person's screen showed (None: whatever it is now)."""


@dataclass(frozen=True)
class Will:
    """A request that changes: as it is before, and what the move writes."""

    request: ServiceRequest
    plan: Plan
    target: Status


@dataclass(frozen=True)
class Wont:
    """A request that stays as it is, and why, in words for people."""

    request: ServiceRequest
    why: str


@dataclass(frozen=True)
class Outlook:
    """What a change would do. ``gone`` counts those that no longer exist."""

    will: list[Will] = field(default_factory=list)
    wont: list[Wont] = field(default_factory=list)
    gone: int = 0

    @property
    def refused(self) -> int:
        return len(self.wont) + self.gone


@dataclass(frozen=True)
class Done:
    """What a change did; ``bulk`` is None when nothing could change."""

    bulk: BulkChange | None
    outlook: Outlook
    events: list[RequestEvent]


def foresee(*, chosen: Chosen, change: Change, by: Actor, now: dt.datetime) -> Outlook:
    """What `change_many` would do now. Nothing is locked or written."""
    _not_too_many(chosen)
    return _outlook(_rows().filter(pk__in=chosen), chosen, change, by=by, now=now)


@transaction.atomic
def change_many(*, chosen: Chosen, change: Change, by: Actor, now: dt.datetime) -> Done:
    """Change all that can be changed, in one transaction, as one `BulkChange`.

    Rows are locked in the order of all changes, reports that follow none first, then by id: two changes at once wait for
    each other and never for ever.
    Raises `ActionRefused` for more than `MOST` requests.
    """
    _not_too_many(chosen)
    in_order = F("lead_id").asc(nulls_first=True)
    locked = _rows().select_for_update(of=("self",)).order_by(in_order, "pk").filter(pk__in=chosen)
    outlook = _outlook(locked, chosen, change, by=by, now=now)
    if not outlook.will:
        return Done(None, outlook, [])
    bulk = None
    if by.user is not None:
        bulk = BulkChange.objects.create(
            user=by.user,
            move=change.move,
            changed=len(outlook.will),
            refused=outlook.refused,
            created_at=now,
        )
    events = write_many([_prepared(will, by=by, now=now, bulk=bulk) for will in outlook.will])
    moved = zip((will.request for will in outlook.will), events, strict=True)
    mirror_many([(request, event) for request, event in moved if request.merged_count], by=by, now=now)
    if isinstance(change, Assign) and change.to is not None:
        words = ngettext(
            "%(count)d request was given to you.", "%(count)d requests were given to you.", len(events)
        )
        tell(
            [change.to],
            StaffNoticeKind.ASSIGNED,
            request=None,
            text=words % {"count": len(events)},
            now=now,
            but=by.user,
        )
    return Done(bulk, outlook, events)


def _not_too_many(chosen: Chosen) -> None:
    if len(chosen) > MOST:
        raise ActionRefused(
            _("At most %(most)d requests can be changed at once. Narrow the list.") % {"most": MOST}
        )


def _rows() -> ServiceRequestQuerySet:
    return ServiceRequest.objects.select_related("category", "department", "assignee", "partner", "lead")


def _outlook(
    rows: ServiceRequestQuerySet, chosen: Chosen, change: Change, *, by: Actor, now: dt.datetime
) -> Outlook:
    requests = list(rows)
    facts = gather(change, requests, by=by, now=now)
    overtaken = _overtaken(requests, chosen)
    outlook = Outlook(gone=len(chosen) - len(requests))
    for request in requests:
        try:
            if request.pk in overtaken:
                raise overtaken[request.pk]
            outlook.will.append(_will(request, change, facts, by=by))
        except ActionRefused as refusal:
            outlook.wont.append(Wont(request, str(refusal)))
    return outlook


def _will(request: ServiceRequest, change: Change, facts: Facts, *, by: Actor) -> Will:
    if request.lead is not None and change.move in LED:
        raise FollowsAnother(request, BY_NAME[change.move], request.lead.number)
    step = permitted(request, change.move, by=by, version=None)
    plan = change.plan(request, facts)
    if closes_alone(request, step, plan.changes):
        raise ActionRefused(_("Other reports follow this one. Close it on its own page."))
    return Will(request, plan, step.result(Status(request.status), by_staff=by.kind == ActorKind.STAFF))


def _overtaken(requests: list[ServiceRequest], chosen: Chosen) -> dict[int, StaleRequest]:
    """Requests somebody changed since the screen was drawn, with who did it last; one statement for all."""
    stale = {request.pk: request for request in requests if chosen[request.pk] not in {None, request.version}}
    if not stale:
        return {}
    last = RequestEvent.objects.filter(request__in=stale).order_by("request", "-id").distinct("request")
    by_request = {event.request_id: event for event in last}
    return {
        pk: StaleRequest(request, event.actor_label, event.occurred_at)
        if (event := by_request.get(pk))
        else StaleRequest(request, "", request.updated_at)
        for pk, request in stale.items()
    }


def _prepared(will: Will, *, by: Actor, now: dt.datetime, bulk: BulkChange | None) -> Prepared:
    words = will.plan.words()
    step = BY_NAME[words.pop("move")]
    return prepare(will.request, step, will.target, by=by, now=now, bulk=bulk, **words)
