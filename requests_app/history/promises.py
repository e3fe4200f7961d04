"""Dates and questions in the invented history: clocks that stand still, new dates, answers that are waited for.

Written by the real actions in the last days of the history, so that the screens show what staff would have done.
"""

import datetime as dt
import random

from django.db.models import QuerySet

from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import ActionRefused, Actor
from requests_app.actions.clerk import escalate_due
from requests_app.actions.clockwork import WaitKind
from requests_app.models import Reporter, ServiceRequest
from requests_app.workflow import Population, Status

HOUR = dt.timedelta(hours=1)
PAUSED, RENEWED, ASKED, ANSWERED = 10, 9, 7, 2
_WAITS = (
    (WaitKind.PARTNER, "The State has to release the lane first.", "the State"),
    (WaitKind.PARTNER, "The utility marks its lines before we dig.", "the gas utility"),
    (WaitKind.OWNER, "The owner was given time to put it right.", "the property owner"),
    (WaitKind.WEATHER, "Asphalt needs a dry and warm day.", "dry weather"),
    (WaitKind.PERMIT, "The tree permit has not come yet.", "the permit office"),
)
_REASONS = (
    "The truck that does this is in repair until next week.",
    "Two crews help with the storm damage on the west side.",
    "The part was ordered and comes on Thursday.",
    "The street is closed for a water main; we can work there after that.",
)
_QUESTIONS = (
    ("Is it in the street or in the alley behind the house?", "It is in the alley, by the second garage."),
    ("Which of the two lights is out, the one at the corner or the next?", "The one at the corner."),
    ("Is the can still on the sidewalk?", "Yes, it is still there."),
    ("Can our crew reach it without opening your gate?", "Yes, from the side."),
)


def write_promises(*, seed: int, until: dt.datetime) -> None:
    """Stop some clocks, promise some dates anew, ask some reporters, and let the rules of escalation act."""
    rng = random.Random(f"promises {seed}")  # noqa: S311 (a history, not a secret)
    people = _dispatchers()
    _pause(rng, people, until)
    _renew(rng, people, until)
    _ask(rng, people, until)
    escalate_due(until)


def _dispatchers() -> dict[int, StaffUser]:
    """One dispatcher for each department."""
    rows = StaffUser.objects.filter(role=Role.DISPATCHER, is_active=True).order_by("pk")
    found: dict[int, StaffUser] = {}
    for person in rows.prefetch_related("memberships"):
        for membership in person.memberships.all():
            found.setdefault(membership.department_id, person)
    return found


def _open(at: dt.datetime) -> QuerySet[ServiceRequest]:
    """Open requests of departments that nothing happened to after an instant."""
    rows = ServiceRequest.objects.open().filter(
        updated_at__lt=at, department__isnull=False, lead__isnull=True
    )
    return rows.exclude(status=Status.WITH_PARTNER).order_by("-created_at", "-pk")


def _pause(rng: random.Random, people: dict[int, StaffUser], until: dt.datetime) -> None:
    at = until - 70 * HOUR
    # a clock stops before its target only, whatever hour the dice give
    rows = _open(at).filter(due_at__gt=until, status__in=[Status.NEW, Status.OPEN, Status.IN_PROGRESS])
    for request in rows[:PAUSED]:
        by = people.get(request.department_id or 0)
        kind, reason, whom = rng.choice(_WAITS)
        if by is not None:
            actions.hold(
                request_id=request.pk,
                version=None,
                reason=reason,
                waiting_for=whom,
                review_on=(until + rng.randrange(2, 12) * 24 * HOUR).date(),
                kind=kind,
                pauses=True,
                by=Actor.staff(by),
                now=at + rng.randrange(0, 60) * HOUR,
            )


def _renew(rng: random.Random, people: dict[int, StaffUser], until: dt.datetime) -> None:
    at = until - 30 * HOUR
    near = _open(at).filter(due_at__gt=at, due_at__lt=until + 240 * HOUR, paused_at__isnull=True)
    for request in near.order_by("due_at", "pk")[:RENEWED]:
        by = people.get(request.department_id or 0)
        if by is None:
            continue
        try:
            actions.renew(
                request_id=request.pk,
                version=None,
                due_on=(until + rng.randrange(4, 20) * 24 * HOUR).date(),
                reason=rng.choice(_REASONS),
                by=Actor.staff(by),
                now=at + rng.randrange(0, 25) * HOUR,
            )
        except ActionRefused:
            continue


def _ask(rng: random.Random, people: dict[int, StaffUser], until: dt.datetime) -> None:
    at = until - 50 * HOUR
    reachable = Reporter.objects.exclude(email="").values("request")
    rows = _open(at).filter(
        pk__in=reachable, population=Population.RESIDENT, status__in=[Status.NEW, Status.OPEN]
    )
    for place, request in enumerate(rows[:ASKED]):
        by = people.get(request.department_id or 0)
        question, answer = rng.choice(_QUESTIONS)
        if by is None:
            continue
        asked = at + rng.randrange(0, 20) * HOUR
        actions.ask(request_id=request.pk, version=None, text=question, by=Actor.staff(by), now=asked)
        if place < ANSWERED:
            actions.answer(request_id=request.pk, text=answer, by=Actor.reporter(), now=asked + 9 * HOUR)
