"""What can be done to many requests at once. Each change plans a request with the rule of the single action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from departments.kinds import Priority
from departments.models import Category, StaffUser
from requests_app.actions.actors import Actor
from requests_app.actions.closing import not_to_many, plan_close
from requests_app.actions.notes import plan_note
from requests_app.actions.planned import Plan
from requests_app.actions.priority import plan_prioritize
from requests_app.actions.progress import plan_hold, plan_resume, plan_start
from requests_app.actions.triage import can_work_for, plan_assign, plan_recategorize
from requests_app.models import ServiceRequest
from requests_app.workflow import Audience, Outcome


@dataclass(frozen=True)
class Facts:
    """What the rules ask of each request, read for all of them in one statement each."""

    by: Actor
    now: dt.datetime
    fits: Mapping[int | None, bool] = field(default_factory=dict)
    """Whether the colleague to be given the requests works for this department."""
    kept_away: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    areas: Mapping[int, Mapping[int, str]] = field(default_factory=dict)


class Change(Protocol):
    """A move with the same words for every request."""

    @property
    def move(self) -> str: ...

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan: ...


@dataclass(frozen=True)
class Assign:
    to: StaffUser | None
    move: str = "assign"

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan:
        return plan_assign(
            request,
            to=self.to,
            fits=self.to is None or facts.fits[request.department_id],
            kept_away=facts.kept_away.get(request.pk, {}),
        )


@dataclass(frozen=True)
class Acknowledge:
    move: str = "acknowledge"

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan:
        return Plan("acknowledge")


@dataclass(frozen=True)
class Start:
    public_note: str = ""
    move: str = "start"

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan:
        return plan_start(self.public_note)


@dataclass(frozen=True)
class Hold:
    reason: str
    waiting_for: str
    review_on: dt.date
    move: str = "hold"

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan:
        return plan_hold(
            request,
            reason=self.reason,
            waiting_for=self.waiting_for,
            review_on=self.review_on,
            now=facts.now,
        )


@dataclass(frozen=True)
class Resume:
    move: str = "resume"

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan:
        return plan_resume(request, now=facts.now)


@dataclass(frozen=True)
class Close:
    outcome: Outcome
    public_answer: str
    internal_note: str = ""
    move: str = "close"

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan:
        return plan_close(
            request,
            outcome=self.outcome,
            public_answer=self.public_answer,
            internal_note=self.internal_note,
        )


@dataclass(frozen=True)
class Prioritize:
    priority: Priority
    move: str = "prioritize"

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan:
        return plan_prioritize(request, priority=self.priority)


@dataclass(frozen=True)
class Recategorize:
    category: Category
    move: str = "recategorize"

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan:
        return plan_recategorize(request, category=self.category, areas=facts.areas.get(request.pk, {}))


@dataclass(frozen=True)
class Note:
    text: str
    audience: Audience
    move: str = "note"

    def plan(self, request: ServiceRequest, facts: Facts) -> Plan:
        return plan_note(text=self.text, audience=self.audience, by=facts.by)


def gather(change: Change, requests: list[ServiceRequest], *, by: Actor, now: dt.datetime) -> Facts:
    """Read what this change asks of these requests."""
    if isinstance(change, Assign) and change.to is not None:
        fits = can_work_for(change.to, {request.department_id for request in requests})
        return Facts(by, now, fits=fits, kept_away=not_to_many(requests))
    if isinstance(change, Recategorize):
        return Facts(by, now, areas=_areas(requests))
    return Facts(by, now)


def _areas(requests: list[ServiceRequest]) -> dict[int, dict[int, str]]:
    links = ServiceRequest.areas.through.objects.filter(servicerequest__in=[row.pk for row in requests])
    result: dict[int, dict[int, str]] = {}
    for request, area, name in links.values_list("servicerequest_id", "area_id", "area__name"):
        result.setdefault(request, {})[area] = name
    return result
