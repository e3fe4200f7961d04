"""What the front page and the form show beside single reports: what is offered, what is often reported, what was done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from civic311.lib import clock
from civic311.lib.cached import cached
from departments.kinds import Kind
from departments.models import Category
from requests_app.models import ServiceRequest
from requests_app.queries.public import public_address
from requests_app.workflow import Outcome, successes_for

FIGURES_DAYS = 30
SOLVED = reduce(or_, (Q(category__kind=kind, outcome__in=sorted(successes_for(kind))) for kind in Kind))
"""What counts as solved depends on the kind of the category, here as in the figures for managers."""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One line of a public list."""

    number: str
    category: str
    address: str
    outcome: str
    closed_at: dt.datetime | None

    @property
    def outcome_label(self) -> str:
        """The outcome in words."""
        return str(Outcome(self.outcome).label)


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """Reports open now, reports closed since a date, and how many of those were solved."""

    open_now: int
    closed: int
    solved: int


def recently_done(limit: int) -> list[PublicRow]:
    """Public requests that were solved last, newest first."""
    rows = (
        ServiceRequest.objects.public()
        .filter(SOLVED, closed_at__isnull=False)
        .order_by("-closed_at", "-id")
        .values(
            "number", "category__name", "category__place_is_sensitive", "address", "outcome", "closed_at"
        )[:limit]
    )
    return [
        PublicRow(
            number=row["number"],
            category=row["category__name"],
            address=public_address(row["address"], sensitive=row["category__place_is_sensitive"]),
            outcome=row["outcome"],
            closed_at=row["closed_at"],
        )
        for row in rows
    ]


@cached(seconds=30)
def home_figures() -> HomeFigures:
    """Open reports, and those closed and solved lately; the same for everybody, so half a minute old at most."""
    since = clock.now() - dt.timedelta(days=FIGURES_DAYS)
    closed = ServiceRequest.objects.filter(closed_at__gte=since).exclude(outcome=Outcome.SPAM)
    counts = closed.aggregate(closed=Count("pk"), solved=Count("pk", filter=SOLVED))
    return HomeFigures(ServiceRequest.objects.open().count(), counts["closed"], counts["solved"])


@cached(seconds=300)
def often_reported() -> tuple[Category, ...]:
    """What residents report most in the newest quarter, of what the form offers; the catalogue's first when all is new."""
    newest = ServiceRequest.objects.order_by("-created_at", "-id").values_list("category_id", flat=True)[
        :3000
    ]
    counts: dict[int, int] = {}
    for category_id in newest:
        counts[category_id] = counts.get(category_id, 0) + 1
    offered = offered_categories()
    return tuple(sorted(offered, key=lambda category: -counts.get(category.pk, 0))[:8])


@cached(seconds=10)
def offered_categories() -> tuple[Category, ...]:
    """What the public form offers, in the order of its groups."""
    return tuple(Category.objects.offered_online())
