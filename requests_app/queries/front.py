"""What the front page and the form show beside single reports: what is offered, what is often reported, what was done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from civic311.lib import clock
from civic311.lib.cached import cached
from civic311.lib.statistics import MINIMUM_CLOSINGS
from departments.directory import categories
from departments.kinds import Kind
from departments.models import Category
from requests_app.models import ExpectedTime, ServiceRequest
from requests_app.queries.expected import whole_days
from requests_app.queries.performance import open_now, performance
from requests_app.queries.public import public_address
from requests_app.workflow import Outcome, Population, Status, successes_for

FIGURES_DAYS = 30
FEWEST_ANSWERS = 10
NO_WORK = (Outcome.DUPLICATE, Outcome.NOT_RECORDED, Outcome.SPAM, Outcome.WITHDRAWN)
SOLVED = reduce(
    or_, (Q(shown_category__kind=kind, shown_outcome__in=sorted(successes_for(kind))) for kind in Kind)
)
"""What counts as solved depends on the kind of the category, here as in the figures for managers."""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One line of a public list; ``solved`` says whether it ended well, by the kind of its category."""

    number: str
    category: str
    address: str
    outcome: str
    solved: bool
    closed_at: dt.datetime | None

    @property
    def outcome_label(self) -> str:
        """The outcome in words."""
        return str(Outcome(self.outcome).label)


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """Reports of residents open now, those closed since a date, and how many of these were solved; public categories alone.

    The rest is of the last whole quarter, as the published figures have it: ``answers`` residents said whether their
    report was solved, ``confirmed`` of them yes; ``due`` reports had their first due date in it, ``on_time`` were closed
    by then, solved, and not opened again within 30 days.
    """

    open_now: int
    closed: int
    solved: int
    answers: int
    confirmed: int
    due: int
    on_time: int

    @property
    def confirmed_of_ten(self) -> int | None:
        """How many of ten residents who answered said "solved"; None while too few answered."""
        return round(10 * self.confirmed / self.answers) if self.answers >= FEWEST_ANSWERS else None

    @property
    def on_time_percent(self) -> int | None:
        """Share closed and solved by the first due date; None while too few were due."""
        return round(100 * self.on_time / self.due) if self.due >= FEWEST_ANSWERS else None


@dataclass(frozen=True, slots=True)
class UsualTime:
    """Half of the reports of a category are done in so many days."""

    category: Category
    days: int


def recently_closed(limit: int) -> list[PublicRow]:
    """Public requests that were closed last, newest first, solved or not.

    What nobody worked on is left out: withdrawn, doubles, reports that follow another one, and what was imported
    without its end.
    """
    rows = (
        ServiceRequest.objects.public()
        .filter(closed_at__isnull=False, shown_status=Status.CLOSED, lead__isnull=True)
        .exclude(shown_outcome__in=NO_WORK)
        .order_by("-closed_at", "-id")
        .values("number", "shown_category_id", "address", "shown_outcome", "shown_closed_at")[:limit]
    )
    known = categories()
    return [
        PublicRow(
            number=row["number"],
            category=category.shown_name,
            address=public_address(row["address"], sensitive=category.place_is_sensitive),
            outcome=row["shown_outcome"],
            solved=row["shown_outcome"] in successes_for(Kind(category.kind)),
            closed_at=row["shown_closed_at"],
        )
        for row in rows
        for category in [known[row["shown_category_id"]]]
    ]


@cached(seconds=30)
def home_figures() -> HomeFigures:
    """The city's work in figures; the same for everybody, so half a minute old at most."""
    now = clock.now()
    since = now - dt.timedelta(days=FIGURES_DAYS)
    # Work is counted once for each problem: by the first report of it.
    closed = ServiceRequest.objects.filter(
        closed_at__gte=since,
        shown_status=Status.CLOSED,
        lead__isnull=True,
        population=Population.RESIDENT,
        shown_category__is_public=True,
    ).exclude(shown_outcome=Outcome.SPAM)
    counts = closed.aggregate(closed=Count("pk"), solved=Count("pk", filter=SOLVED))
    quarter = performance().last.counts
    return HomeFigures(
        open_now=open_now(),
        closed=counts["closed"],
        solved=counts["solved"],
        answers=quarter["answered"],
        confirmed=quarter["solved"],
        due=quarter["due"],
        on_time=quarter["due_solved"],
    )


@cached(seconds=300)
def usual_time() -> UsualTime | None:
    """How long the most often reported category with enough closings takes; None while it is too early to say."""
    often = often_reported()
    hours = dict(
        ExpectedTime.objects.filter(
            category__in=often, area=None, closings__gte=MINIMUM_CLOSINGS, median_hours__isnull=False
        ).values_list("category_id", "median_hours")
    )
    for category in often:
        days = whole_days(hours.get(category.pk))
        if days is not None:
            return UsualTime(category, days)
    return None


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
