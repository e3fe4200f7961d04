"""Work by person: what each has in hand and did, and the load of the team. By name, never by rank."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from civic311.lib.cached import cached
from dashboards.reports.frames import DAY_S, Frame
from dashboards.reports.held_numbers import standing_steps
from dashboards.reports.scope import Scope
from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import RequestEvent
from requests_app.workflow import EventKind, Status

OFFICE = (Role.DISPATCHER.value, Role.SUPERVISOR.value)
CREWS = (Role.CREW.value,)
RECENT = dt.timedelta(days=7)
HEAVY = 2.0
"""Somebody with this many times the median of the team has much in hand."""
HEAVY_LEAST = 5
"""Less than this is not much, whatever the others have."""
CLOSING = Q(
    kind__in=(EventKind.CLOSED, EventKind.WITHDRAWN, EventKind.MIRRORED), to_status=Status.CLOSED
) & ~Q(from_status=Status.CLOSED)


class Person(NamedTuple):
    """Somebody who can be given work, with the departments they work for."""

    pk: int
    name: str
    role: str
    departments: frozenset[int]


@dataclass(frozen=True)
class Load:
    """One person's work: in hand now, overdue, given within a week, days held (median); done in the period.

    ``mix`` counts the work in hand by category. ``team`` is the median in hand of those who share a department,
    the person and everybody with nothing included.
    """

    person: Person
    in_hand: int
    overdue: int
    recent: int
    held_days: float | None
    mix: Counter[int]
    acted: int
    closed: int
    team: float

    @property
    def is_heavy(self) -> bool:
        """Whether this is much beside what the team has."""
        return self.in_hand >= HEAVY_LEAST and self.in_hand >= HEAVY * max(self.team, 1.0)


def held_since() -> Combinable:
    """The instant a fact's request was last given to somebody; the report where the history does not say."""
    last = (
        standing_steps()
        .filter(request=OuterRef("pk"), kind=EventKind.ASSIGNED)
        .order_by("-pk")
        .values("occurred_at")[:1]
    )
    return Coalesce(Subquery(last), F("created_at"))


def steps_of(scope: Scope) -> QuerySet[RequestEvent]:
    """Standing steps of people in the period, of requests that pass the filters."""
    return standing_steps().filter(
        actor__isnull=False,
        occurred_at__gte=scope.begins,
        occurred_at__lt=scope.ends,
        request__in=scope.facts().order_by().values("pk"),
    )


def done(scope: Scope, people: Iterable[Person]) -> dict[int, tuple[int, int]]:
    """Requests each person worked on, and closed, in the period. One statement."""
    steps = steps_of(scope).filter(actor__in=[person.pk for person in people]).order_by()
    counted = steps.values_list("actor").annotate(
        acted=Count("request", distinct=True), closed=Count("request", distinct=True, filter=CLOSING)
    )
    return {actor: (acted, closed) for actor, acted, closed in counted if actor is not None}


def loads(
    people: Iterable[Person], in_hand: Frame, done_by: Mapping[int, tuple[int, int]], now: float
) -> list[Load]:
    """The load of everybody with work in hand or done, by name.

    ``in_hand`` has a row for each request in somebody's hands: ``person``, ``category``, ``due_at`` and ``since``, the
    last assignment, instants in seconds; ``now`` likewise. ``done_by`` is as `done` gives it.
    """
    everybody = list(people)
    hands = {int(key): rows for key, rows in in_hand.groups("person")}
    sizes = {person.pk: len(hands[person.pk]) if person.pk in hands else 0 for person in everybody}
    colleagues: dict[int | None, set[int]] = defaultdict(set)
    for person in everybody:
        for department in person.departments or {None}:
            colleagues[department].add(person.pk)
    found = []
    for person in sorted(everybody, key=lambda each: (each.name.casefold(), each.pk)):
        rows, (acted, closed) = hands.get(person.pk), done_by.get(person.pk, (0, 0))
        if rows is None and not acted:
            continue
        team = set().union(*[colleagues[each] for each in person.departments or {None}])
        found.append(
            Load(
                person=person,
                in_hand=sizes[person.pk],
                overdue=0 if rows is None else int((rows["due_at"] < now).sum()),
                recent=0 if rows is None else int((rows["since"] >= now - RECENT.total_seconds()).sum()),
                held_days=None if rows is None else median((now - rows["since"]).tolist()) / DAY_S,
                mix=Counter() if rows is None else Counter(rows["category"].tolist()),
                acted=acted,
                closed=closed,
                team=median(sizes[pk] for pk in team),
            )
        )
    return found


def workers(roles: Iterable[str]) -> list[Person]:
    """Everybody who works in one of these roles; people who have left stay while they have work."""
    wanted = set(roles)
    return [person for person in _directory() if person.role in wanted]


@cached(seconds=10)
def _directory() -> tuple[Person, ...]:
    """Dispatchers, supervisors and crews; may be ten seconds old. What they work on is asked anew each time."""
    people = StaffUser.objects.filter(role__in=(*OFFICE, *CREWS))
    rows = people.annotate(of=ArrayAgg("memberships__department", default=Value([])))
    return tuple(
        Person(pk, name, role, frozenset(filter(None, of)))
        for pk, name, role, of in rows.order_by("pk").values_list("pk", "name", "role", "of")
    )
