"""How requests come in and how soon they are closed, by channel; problems reported again; callers who call again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Q

from civic311.lib.statistics import TOO_FEW, Quantile, Share, kaplan_meier, quantile, wilson
from dashboards.desk.roles import READS_FIGURES
from dashboards.reports.frames import DAY_S, Frame, frame, seconds
from dashboards.reports.scope import NARROWING, Scope, StormDays
from requests_app.models import Call
from requests_app.models.call import CallOutcome
from requests_app.queries.calls import SETTLED, CallFigures, call_figures
from requests_app.workflow import Channel, Population

TOO_EARLY = Quantile(None, None, None)


@dataclass(frozen=True)
class ChannelNumbers:
    """Requests of one channel. ``timed`` of them count for times; those are nothing over fewer than `TOO_FEW`."""

    channel: Channel
    opened: int
    timed: int
    median: Quantile
    p90: Quantile


@dataclass(frozen=True)
class RepeatNumbers:
    """Problems of a category, how many of them were reported again, and the further reports."""

    category: int
    problems: int
    again: int
    further: int

    @property
    def share(self) -> Share | None:
        return wilson(self.again, self.problems)


@dataclass(frozen=True)
class Intake:
    """What came in, by channel (most first), and what was reported again, by category (most first)."""

    channels: Sequence[ChannelNumbers]
    repeats: Sequence[RepeatNumbers]

    @property
    def opened(self) -> int:
        return sum(row.opened for row in self.channels)


def intake(scope: Scope) -> Intake:
    """Read the requests of the period, in one statement. Raises `TooManyRows`."""
    rows = frame(
        scope.opened(), "created_at", "closed_at", "category", "channel", "is_timely", "lead_id", "repeats"
    )
    channels = [_channel(scope, Channel(name), each) for name, each in rows.groups("channel")]
    problems = rows.only(rows["lead_id"] == 0)
    repeats = [
        RepeatNumbers(
            category=category,
            problems=len(each),
            again=int((each["repeats"] > 0).sum()),
            further=int(each["repeats"].sum()),
        )
        for category, each in problems.groups("category")
    ]
    return Intake(
        sorted(channels, key=lambda row: (-row.opened, row.channel)),
        sorted(repeats, key=lambda row: (-row.again, -row.problems, row.category)),
    )


def _channel(scope: Scope, channel: Channel, rows: Frame) -> ChannelNumbers:
    timed = rows.only(rows["is_timely"])
    median = p90 = TOO_EARLY
    if len(timed) >= TOO_FEW:
        closed = ~np.isnan(timed["closed_at"])
        until = np.where(closed, timed["closed_at"], seconds(scope.now))
        curve = kaplan_meier(np.maximum(until - timed["created_at"], 0) / DAY_S, closed)
        median, p90 = quantile(curve, 0.5), quantile(curve, 0.9)
    return ChannelNumbers(channel, len(rows), len(timed), median, p90)


@dataclass(frozen=True)
class CallNumbers:
    """The calls of the period, and of callers whose number is known: how many, and how many called more than once."""

    figures: CallFigures
    callers: int
    again: int

    @property
    def first_contact(self) -> Share | None:
        """Calls settled on the phone without a further one within the days of `AGAIN_WITHIN_DAYS`."""
        return wilson(self.figures.resolved, self.figures.known)

    @property
    def information_only(self) -> Share | None:
        """Calls that needed nothing but an answer."""
        return wilson(dict(self.figures.outcomes).get(CallOutcome.INFORMATION, 0), self.figures.total)

    @property
    def called_again(self) -> Share | None:
        """Callers with more than one call in the period."""
        return wilson(self.again, self.callers)


def reads_calls(scope: Scope) -> bool:
    """Whether calls are counted for this reader at all."""
    return scope.user.role in READS_FIGURES


def is_for_all_calls(scope: Scope) -> bool:
    """Whether no filter is set by which calls are not counted."""
    narrowed = any(getattr(scope, name) is not None for name in NARROWING)
    return not narrowed and scope.storm_days == StormDays.ALL and scope.population == Population.RESIDENT


def calls(scope: Scope) -> CallNumbers | None:
    """The calls of the period in two statements; None for readers and filters they are not counted for."""
    if not (reads_calls(scope) and is_for_all_calls(scope)):
        return None
    known = Call.objects.filter(ended_at__gte=scope.begins, ended_at__lt=scope.ends).exclude(phone_key="")
    callers = known.order_by().values("phone_key").annotate(n=Count("pk"))
    counts = callers.aggregate(all=Count("phone_key"), again=Count("phone_key", filter=Q(n__gt=1)))
    figures = call_figures(start=scope.begins, end=scope.ends, zone=str(scope.zone))
    return CallNumbers(figures, counts["all"], counts["again"])


def is_settled(outcome: CallOutcome) -> bool:
    """Whether a call that ended so was settled on the phone."""
    return outcome.value in SETTLED
