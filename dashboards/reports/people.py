"""Work by dispatcher: what each has in hand and did. Sorted by name; this is no league table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any, cast

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, DateTimeField, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Extract

from dashboards.reports.figures import DAY_S, minus
from dashboards.reports.rows import CLOSING, DISPATCHERS, Params, rows
from dashboards.reports.scope import Scope
from requests_app.models import RequestEvent
from requests_app.workflow import EventKind


@dataclass(frozen=True)
class WorkNumbers:
    """A dispatcher's work: in hand now and for how many days (median), and done in the period.

    ``mix`` is the category most of the work in hand is of, with its count.
    """

    person: int
    name: str
    in_hand: int
    held_days: float | None
    mix: tuple[int, int] | None
    closed: int
    acted: int


def work(scope: Scope) -> list[WorkNumbers]:
    """Work of dispatchers and supervisors, by name. Two statements."""
    done = {
        row["actor"]: row
        for row in scope.events()
        .filter(actor__role__in=DISPATCHERS)
        .order_by()
        .values("actor", "actor__name")
        .annotate(
            closed=Count("request", distinct=True, filter=CLOSING),
            acted=Count("request", distinct=True),
        )
    }
    names = {person: row["actor__name"] for person, row in done.items()}
    held: dict[int, list[int]] = {}
    mixes: dict[int, tuple[int, int]] = {}
    for row in _in_hand(scope):
        person = row["assignee"]
        names[person] = row["assignee__name"]
        held.setdefault(person, []).extend(row["held"])
        size = len(row["held"])
        if person not in mixes or size > mixes[person][1]:
            mixes[person] = (row["category"], size)
    return [
        WorkNumbers(
            person=person,
            name=name,
            in_hand=len(held.get(person, ())),
            held_days=median(held[person]) / DAY_S if person in held else None,
            mix=mixes.get(person),
            closed=done[person]["closed"] if person in done else 0,
            acted=done[person]["acted"] if person in done else 0,
        )
        for person, name in sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    ]


def _in_hand(scope: Scope) -> Iterable[dict[str, Any]]:
    assigned = (
        RequestEvent.objects.filter(request=OuterRef("pk"), kind=EventKind.ASSIGNED)
        .order_by("-pk")
        .values("occurred_at")[:1]
    )
    since = Coalesce(Subquery(assigned), "created_at")
    held = Cast(
        Extract(minus(Value(scope.now, output_field=DateTimeField()), since), "epoch"), IntegerField()
    )
    found: Iterable[dict[str, Any]] = cast(
        Any,
        rows("work", scope, Params(result="in_hand"))
        .order_by()
        .values("assignee", "assignee__name", "category")
        .annotate(held=ArrayAgg(held))
        .order_by("assignee", "category"),
    )
    return found
