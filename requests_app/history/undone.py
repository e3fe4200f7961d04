"""Changes of the invented history that were taken back a moment later, as happens every day at a desk."""

from __future__ import annotations

import datetime as dt
import random

from django.conf import settings
from django.db.models import Q

from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import ActionRefused, Actor
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import EventKind, Status, outcomes_for

PAIRS = 12
AFTER = dt.timedelta(seconds=25)
DISPATCH = (Role.DISPATCHER, Role.SUPERVISOR)


def write_undone(*, seed: int, until: dt.datetime) -> int:
    """Close or hand back some open requests by mistake, and take that back; how many. None where nothing waits."""
    if AFTER.total_seconds() >= settings.UNDO_WINDOW_SECONDS:
        return 0
    rng = random.Random(seed)  # noqa: S311 (invented data)
    at = until - AFTER * 2
    found = ServiceRequest.objects.filter(
        updated_at__lt=at, lead__isnull=True, merged_count=0, assignee__isnull=False
    )
    rows = list(found.exclude(status=Status.CLOSED).select_related("category").order_by("-created_at")[:200])
    for target in rng.sample(rows, min(PAIRS, len(rows))):
        by = _somebody(target)
        if by is None:
            continue
        try:
            event = _mistake(target, Actor.staff(by), at, closes=rng.random() < 0.5)
            actions.undo(event_id=event.pk, by=Actor.staff(by), now=at + AFTER)
        except ActionRefused:  # a rule of the city forbids this one
            continue
    return RequestEvent.objects.filter(kind=EventKind.UNDONE).count()


def _somebody(target: ServiceRequest) -> StaffUser | None:
    people = StaffUser.objects.filter(
        Q(memberships__department=target.department_id) | Q(sees_all_departments=True), role__in=DISPATCH
    )
    return people.order_by("pk").first()


def _mistake(target: ServiceRequest, by: Actor, at: dt.datetime, *, closes: bool) -> RequestEvent:
    if closes:
        outcome = outcomes_for(target.kind)[0]
        return actions.close(
            request_id=target.pk, version=None, outcome=outcome, public_answer="Done.", by=by, now=at
        )
    return actions.assign(request_id=target.pk, version=None, to=None, by=by, now=at)
