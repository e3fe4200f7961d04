"""What closings came to: solved or not, reopened or not, and what the resident said. Pure counts over frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import F, Q, QuerySet

from civic311.lib.statistics import TOO_FEW, Share, differ, wilson
from dashboards.reports.content import Params
from dashboards.reports.frames import Frame
from dashboards.reports.scope import Scope, week_start
from requests_app.actions.fact_sql import NEVER_ASKED
from requests_app.models import ClosingFact
from requests_app.models.fact import SETTLED
from requests_app.workflow import Outcome

WEEK = dt.timedelta(weeks=1)
SETTLED_S = SETTLED.total_seconds()
SET_ASIDE = (Outcome.DUPLICATE, Outcome.WITHDRAWN)
"""Closings that say nothing of the work: only volume counts them."""
NOTHING_DONE = (Outcome.NOT_FOUND, Outcome.DECLINED, Outcome.NO_ACCESS)
"""Endings that look like work done in a total of closings, and left the problem where it was."""

INCIDENT = Q(fact__lead_id__isnull=True)
COUNTED = INCIDENT & ~Q(outcome__in=SET_ASIDE)
"""Closings of incidents, without duplicates and withdrawn ones."""
ANSWERED = ~Q(answer=ClosingFact.Said.NOTHING)
ASKED = ~Q(outcome__in=NEVER_ASKED) | ANSWERED
"""Closings whose reporter could be asked; an answer nobody asked for counts all the same."""
REOPENED_SOON = Q(reopened_at__lte=F("closed_at") + SETTLED)


def settled(scope: Scope) -> Q:
    """Closings old enough to know whether they were reopened within `SETTLED`."""
    return Q(closed_at__lte=scope.now - SETTLED)


@dataclass(frozen=True)
class Confirmed:
    """What reporters said of closings: how many could be asked, how many answered, and how many of them "solved"."""

    asked: int = 0
    answered: int = 0
    yes: int = 0

    @property
    def no(self) -> int:
        """How many said that it is not solved."""
        return self.answered - self.yes

    @property
    def unanswered(self) -> int:
        """How many could be asked and said nothing."""
        return self.asked - self.answered

    @property
    def share(self) -> Share | None:
        """Confirmed by the resident: of those that were answered, the share solved."""
        return wilson(self.yes, self.answered)

    @property
    def response(self) -> Share | None:
        """Of those that could be asked, the share answered."""
        return wilson(self.answered, self.asked)


def confirmed(closings: Frame) -> Confirmed:
    """Count the answers of closings, followers included: each reporter has a say.

    ``closings`` has the columns ``answer`` and ``outcome`` of `ClosingFact`; no other selection is needed.
    """
    answered = closings["answer"] != ClosingFact.Said.NOTHING
    asked = answered | ~np.isin(closings["outcome"], [each.value for each in NEVER_ASKED])
    yes = closings["answer"] == ClosingFact.Said.SOLVED
    return Confirmed(int(asked.sum()), int(answered.sum()), int(yes.sum()))


@dataclass(frozen=True)
class Reopening:
    """Closings old enough to tell, those of them reopened within 30 days, and those it is too early for."""

    closings: int = 0
    reopened: int = 0
    early: int = 0

    @property
    def share(self) -> Share | None:
        """The share reopened within 30 days, of those old enough to tell."""
        return wilson(self.reopened, self.closings)

    def stands_out(self, among: Reopening, tries: int) -> bool:
        """Whether more of these were reopened than of the others ``among`` which they are; see `stands_out`."""
        return stands_out(self.reopened, self.closings, among.reopened, among.closings, tries)


def reopening(closings: Frame, now: float) -> Reopening:
    """Count reopenings. ``closings`` has ``closed_at`` and ``reopened_at``; ``now`` in the same seconds.

    A young closing that was reopened already is left out like all young ones: counting it alone would make the share
    too high.
    """
    old = closings["closed_at"] <= now - SETTLED_S
    soon = closings["reopened_at"] <= closings["closed_at"] + SETTLED_S
    return Reopening(int(old.sum()), int((old & soon).sum()), int((~old).sum()))


def stands_out(part: int, n: int, parts: int, total: int, tries: int) -> bool:
    """Whether ``part`` of ``n`` is more than the rest of ``parts`` of ``total``, beyond chance.

    Of ``tries`` groups looked at, one would look high by accident; the intervals are wider for it (Bonferroni).
    """
    if min(n, total - n) < TOO_FEW:
        return False
    confidence = 1 - 0.05 / max(tries, 1)
    mine, rest = wilson(part, n, confidence), wilson(parts - part, total - n, confidence)
    return mine is not None and rest is not None and mine.value > rest.value and differ(mine, rest)


def among(outcomes: Any, wanted: Collection[Outcome]) -> int:
    """How many of a column of outcomes are one of those wanted."""
    return int(np.isin(outcomes, [each.value for each in wanted]).sum())


def by_outcome(states: dict[str, Q], outcomes: Iterable[Outcome] = Outcome) -> dict[str, Q]:
    """Each state of a list alone, and with each outcome as "state-outcome"."""
    pairs = {
        f"{name}-{outcome.value}": condition & Q(outcome=outcome)
        for name, condition in states.items()
        for outcome in outcomes
    }
    return states | pairs


def narrowed(scope: Scope, params: Params, found: QuerySet[ClosingFact]) -> QuerySet[ClosingFact]:
    """Closings of the week and of the department that closed (``source``), if they are asked for."""
    if params.week is not None:
        found = found.filter(
            closed_at__gte=week_start(scope, params.week), closed_at__lt=week_start(scope, params.week + WEEK)
        )
    if params.source is not None:
        found = found.filter(Q(department_id=params.source) if params.source else Q(department__isnull=True))
    return found
