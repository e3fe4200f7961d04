"""Who held a request, and for how long: stretches between the steps of its history. Pure, but for the reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import median
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KT

from civic311.lib.cached import cached
from dashboards.reports.frames import DAY_S, MOST_ROWS, Epoch, TooManyRows
from dashboards.reports.outcome_numbers import COUNTED
from dashboards.reports.scope import Scope
from departments.models import Partner
from requests_app.models import RequestEvent
from requests_app.models.request import IsOneOf
from requests_app.workflow import EventKind, Status

MOVES = (
    EventKind.SUBMITTED,
    EventKind.ROUTED,
    EventKind.REROUTED,
    EventKind.RECATEGORIZED,
    EventKind.PLACE_CORRECTED,
    EventKind.MERGED,
    EventKind.PARTED,
    EventKind.MIRRORED,
)
"""Steps that can give a request to another department without a change of status."""
TELLING = (Status.CLOSED, Status.ON_HOLD, Status.WITH_PARTNER)
"""A step into or out of one of these changes who holds a request, or how; between the others nothing does."""
UNKNOWN = 0
"""A partner the history does not name."""


class Turn(NamedTuple):
    """A standing step: its request, instant in seconds, and how the request stands after it (0: none)."""

    request: int
    at: float
    department: int
    status: str
    partner: int = UNKNOWN
    """Named by a step that hands over."""


class Holder(NamedTuple):
    """A department (0: not routed yet), or a partner (`UNKNOWN`: not named)."""

    is_partner: bool
    pk: int


@dataclass
class Held:
    """How long one holder had requests: seconds by request, and of these on hold."""

    seconds: dict[int, float] = field(default_factory=dict)
    on_hold: dict[int, float] = field(default_factory=dict)

    @property
    def days(self) -> float:
        """Days in all."""
        return sum(self.seconds.values()) / DAY_S

    @property
    def days_on_hold(self) -> float:
        """Days of these on hold."""
        return sum(self.on_hold.values()) / DAY_S

    @property
    def median_days(self) -> float:
        """Half of the requests were held no longer than this."""
        return median(self.seconds.values()) / DAY_S

    def add(self, request: int, seconds: float, *, on_hold: bool) -> None:
        """One more stretch of a request."""
        self.seconds[request] = self.seconds.get(request, 0.0) + seconds
        if on_hold:
            self.on_hold[request] = self.on_hold.get(request, 0.0) + seconds


def held(turns: Iterable[Turn], first: Mapping[int, Holder] | None = None) -> dict[Holder, Held]:
    """Days each holder had each request until its last closing in ``turns``.

    ``turns`` come by request, each request's in the order they happened, without what was undone. While a request is
    with a partner, the partner holds it; while it is closed, nobody does, so the time between a closing and a reopening
    is nobody's. ``first`` says who holds a request before the history names a department. A stretch of no time, as
    between the report and its routing, counts for nobody.
    """
    first = first or {}
    closed, away, on_hold = Status.CLOSED.value, Status.WITH_PARTNER.value, Status.ON_HOLD.value
    found: defaultdict[Holder, Held] = defaultdict(Held)
    for request, steps in groupby(turns, key=attrgetter("request")):
        mine = list(steps)
        while mine and mine[-1].status != closed:
            mine.pop()
        partner = UNKNOWN
        for turn, after in pairwise(mine):
            partner = turn.partner or (partner if turn.status == away else UNKNOWN)
            seconds = after.at - turn.at
            if turn.status == closed or seconds <= 0:
                continue
            holder = Holder(False, turn.department)
            if turn.status == away:
                holder = Holder(True, partner)
            elif not turn.department:
                holder = first.get(request, holder)
            found[holder].add(request, seconds, on_hold=turn.status == on_hold)
    return dict(found)


def standing_steps() -> QuerySet[RequestEvent]:
    """Steps that hold. The undone ones are few, and looked up once along their own index, whatever the history's length."""
    undoings = RequestEvent.objects.filter(undoes__isnull=False)
    return RequestEvent.objects.filter(undoes__isnull=True).exclude(pk__in=undoings.values("undoes"))


def held_in(scope: Scope) -> dict[Holder, Held]:
    """Who held the requests closed in the period, from their first report on. Two statements.

    Raises `TooManyRows`.
    """
    partners = partner_names()
    ids = {name: pk for pk, name in partners.items()}
    closed = scope.closings().filter(COUNTED).order_by().values("fact")
    steps = (
        standing_steps()
        .filter(
            Q(kind__in=MOVES)
            | Q(~Q(from_status=F("to_status")), Q(from_status__in=TELLING) | Q(to_status__in=TELLING))
        )
        .filter(IsOneOf("request_id", closed), occurred_at__lt=scope.ends)
        .order_by("request_id", "pk")
        .values_list(
            "request_id",
            Epoch(F("occurred_at")),
            "department_id",
            "to_status",
            KT("data__partner"),
        )
    )
    rows = list(steps[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        raise TooManyRows
    turns = [
        Turn(request, at, department or 0, status, ids.get(partner, UNKNOWN) if partner else UNKNOWN)
        for request, at, department, status, partner in rows
    ]
    return held(turns, _first_holders(scope, turns))


def _first_holders(scope: Scope, turns: list[Turn]) -> dict[int, Holder]:
    """Who holds requests whose history never names a department: partners by rule, and imported ones."""
    named = {turn.request for turn in turns if turn.department}
    without = {turn.request for turn in turns} - named
    if not without:
        return {}
    rows = scope.facts().filter(pk__in=without).values_list("pk", "department_id", "partner_id")
    return {
        pk: Holder(True, partner) if partner and not department else Holder(False, department or 0)
        for pk, department, partner in rows
    }


@cached(seconds=10)
def partner_names() -> dict[int, str]:
    """The names of all partners by id; may be ten seconds old."""
    return dict(Partner.objects.values_list("pk", "name"))
