"""What figures need to know of a request, worked out from its history step by step: the oracle of the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from departments.kinds import Kind
from departments.models import City
from requests_app.models import ClosingFact, RequestEvent, RequestFact, ServiceRequest, Support
from requests_app.models.fact import Doubt
from requests_app.workflow import ActorKind, EventKind, Outcome, Status, successes_for

NOT_CARE = {
    EventKind.SUBMITTED,
    EventKind.ROUTED,
    EventKind.BUMPED,
    EventKind.UNDONE,
    EventKind.MIRRORED,
    EventKind.ANSWERED,
}
"""Steps that are no work on a request, though staff may make them."""
WORK = {
    EventKind.STARTED,
    EventKind.HANDED_OVER,
    EventKind.ASKED,
    EventKind.TASK_GIVEN,
    EventKind.CLOSED,
}
TWO_WEEKS, THIRTY_DAYS = dt.timedelta(days=14), dt.timedelta(days=30)
NEVER_TIMED = Doubt.IMPOSSIBLE | Doubt.AT_ONCE | Doubt.MIDNIGHT | Doubt.PLACEHOLDER | Doubt.DUPLICATE


@dataclass
class Story:
    """What a walk through the standing steps of one request finds."""

    routed_at: dt.datetime | None = None
    acknowledged_at: dt.datetime | None = None
    acted_at: dt.datetime | None = None
    reopenings: int = 0
    reroutes: int = 0
    renewals: int = 0
    median_days: int | None = None
    p90_days: int | None = None
    paused_s: float = 0
    paused_since: dt.datetime | None = None
    closings: list[dict[str, Any]] = field(default_factory=list)


def standing(request: ServiceRequest) -> list[RequestEvent]:
    """The steps nobody took back, in their order, and without the taking back."""
    steps = list(request.events.order_by("pk"))
    taken_back = {step.undoes_id for step in steps if step.undoes_id}
    return [step for step in steps if step.undoes_id is None and step.pk not in taken_back]


def tell(request: ServiceRequest, steps: Iterable[RequestEvent]) -> Story:
    story = Story()
    for step in steps:
        at, kind = step.occurred_at, EventKind(step.kind)
        if kind == EventKind.SUBMITTED:
            expected = step.data.get("expected") or {}
            story.median_days, story.p90_days = expected.get("median_days"), expected.get("p90_days")
        given = step.department_id is not None or request.partner_id is not None
        if kind in {EventKind.ROUTED, EventKind.REROUTED} and given and story.routed_at is None:
            story.routed_at = at
        cared = step.actor_kind == ActorKind.STAFF and kind not in NOT_CARE
        if (cared or kind in {EventKind.ACKNOWLEDGED, EventKind.STARTED}) and story.acknowledged_at is None:
            story.acknowledged_at = at
        if kind in WORK and step.actor_kind != ActorKind.REPORTER and story.acted_at is None:
            story.acted_at = at
        story.reroutes += kind == EventKind.REROUTED
        story.renewals += kind == EventKind.RENEWED
        _pause(story, step, kind)
        _close_or_reopen(story, request, step, kind)
    return story


def _pause(story: Story, step: RequestEvent, kind: EventKind) -> None:
    """The clock stands still from a hold that pauses until the next hold or the first step that leaves the hold."""
    holds = kind in {EventKind.HELD, EventKind.ASKED}
    if story.paused_since is not None and (holds or step.to_status != Status.ON_HOLD):
        story.paused_s += (step.occurred_at - story.paused_since).total_seconds()
        story.paused_since = None
    if holds and step.data.get("pauses"):
        story.paused_since = step.occurred_at


def _close_or_reopen(story: Story, request: ServiceRequest, step: RequestEvent, kind: EventKind) -> None:
    was_closed, is_closed = step.from_status == Status.CLOSED, step.to_status == Status.CLOSED
    if is_closed and not was_closed and step.from_status:
        outcome = step.data.get("outcome") or request.outcome or Outcome.NOT_RECORDED
        story.closings.append(
            {
                "event_id": step.pk,
                "closed_at": step.occurred_at,
                "department_id": step.department_id or request.department_id,
                "actor_id": step.actor_id,
                "outcome": str(outcome),
                "is_success": outcome in successes_for(Kind(request.category.kind)),
                "reopened_at": None,
                "answer": "",
            }
        )
    if was_closed and not is_closed and kind in {EventKind.REOPENED, EventKind.MIRRORED}:
        story.reopenings += 1
        for closing in story.closings:
            closing["reopened_at"] = closing["reopened_at"] or step.occurred_at
    if story.closings and step.actor_kind == ActorKind.REPORTER:
        if kind == EventKind.CONFIRMED:
            story.closings[-1]["answer"] = "yes"
        if kind in {EventKind.DISPUTED, EventKind.REOPENED}:
            story.closings[-1]["answer"] = "no"


def at_due(request: ServiceRequest, steps: Iterable[RequestEvent], story: Story) -> tuple[bool, bool]:
    """Whether it was closed at its first due date, and solved."""
    status = ""
    for step in steps:
        if request.first_due_at is not None and step.occurred_at <= request.first_due_at:
            status = step.to_status
    if status != Status.CLOSED:
        return False, False
    assert request.first_due_at is not None
    closing = [each for each in story.closings if each["closed_at"] <= request.first_due_at][-1]
    again = closing["reopened_at"]
    held = again is None or again - closing["closed_at"] > THIRTY_DAYS
    return True, closing["is_success"] and held


def doubts(request: ServiceRequest, zone: ZoneInfo) -> int:
    found = 0
    row = getattr(request, "imported_row", None)
    problems = set(row.problems) if row else set()
    times = [each.astimezone(zone).time() for each in (request.created_at, request.closed_at) if each]
    if request.times_are_impossible:
        found |= Doubt.IMPOSSIBLE
    if request.closed_at == request.created_at:
        found |= Doubt.AT_ONCE
    if request.is_imported and (dt.time.min in times or problems & {"opened_date_only", "closed_date_only"}):
        found |= Doubt.MIDNIGHT
    if problems & {"closed_at_placeholder", "closed_at_unreadable"}:
        found |= Doubt.PLACEHOLDER
    if request.first_due_at and request.first_due_at < request.created_at:
        found |= Doubt.DUE_BEFORE
    if request.place_is_fallback:
        found |= Doubt.FALLBACK
    if request.latitude is None and not request.address:
        found |= Doubt.NO_PLACE
    if request.outcome == Outcome.DUPLICATE or "duplicate_in_source" in problems:
        found |= Doubt.DUPLICATE
    if request.outcome == Outcome.NOT_RECORDED:
        found |= Doubt.NOT_RECORDED
    late = request.closed_at and request.first_due_at and request.closed_at > request.first_due_at
    if late and "on_time_flag_missing" in problems:
        found |= Doubt.UNFLAGGED
    return found


def repeats(request: ServiceRequest) -> int:
    """Others with the same problem in its first two weeks."""
    others = ServiceRequest.objects.filter(lead=request).exclude(outcome=Outcome.SPAM)
    moments = [*others.values_list("created_at", flat=True)]
    after = [at for at in moments if at >= request.created_at]
    after += Support.objects.filter(request=request).values_list("created_at", flat=True)
    return sum(at <= request.created_at + TWO_WEEKS for at in after)


def plain_fact(request: ServiceRequest, zone: ZoneInfo) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The columns of a request's fact, and of its closings."""
    steps = standing(request)
    story = tell(request, steps)
    closed, solved = at_due(request, steps, story)
    found = doubts(request, zone)
    aside = request.outcome in {Outcome.DUPLICATE, Outcome.WITHDRAWN} or found & NEVER_TIMED
    copied: tuple[str, ...] = (
        "created_at",
        "category_id",
        "department_id",
        "partner_id",
        "population",
        "channel",
        "lead_id",
    )
    copied += ("status", "outcome", "closed_at", "first_due_at", "due_at")
    told: tuple[str, ...] = ("routed_at", "acknowledged_at", "acted_at", "reopenings", "reroutes", "renewals")
    told += ("median_days", "p90_days")
    fact = {name: getattr(request, name) for name in copied} | {name: getattr(story, name) for name in told}
    fact |= {
        "request_id": request.pk,
        "areas": sorted(request.areas.values_list("pk", flat=True)),
        "is_timely": request.lead_id is None and not aside,
        "due_closed": closed,
        "due_solved": solved,
        "repeats": repeats(request),
        "paused_s": round(story.paused_s),
        "doubts": found,
    }
    closings = [each for each in story.closings if each["outcome"] != Outcome.SPAM]
    return fact, closings


def assert_facts_are_right() -> int:
    """Hold every stored fact against its history; how many requests that were."""
    zone = City.current().zone
    facts = {row["request_id"]: row for row in RequestFact.objects.values()}
    stored: dict[int, list[dict[str, Any]]] = {}
    for row in ClosingFact.objects.order_by("event_id").values():
        closing: dict[str, Any] = {**row}
        stored.setdefault(closing.pop("fact_id"), []).append(closing)
    for request in ServiceRequest.objects.select_related("category", "imported_row"):
        if request.outcome == Outcome.SPAM:
            assert request.pk not in facts, request
            assert request.pk not in stored, request
            continue
        fact, closings = plain_fact(request, zone)
        assert facts.pop(request.pk) == fact, request
        wanted = [each | {"category_id": request.category_id} for each in closings]
        assert stored.pop(request.pk, []) == wanted, request
    assert not facts
    assert not stored
    return ServiceRequest.objects.count()
