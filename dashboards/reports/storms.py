"""Declared storms in a report: which there were, and its main figures with and without them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from civic311.lib.statistics import TOO_FEW, Quantile, kaplan_meier, quantile, wilson
from dashboards.reports.cells import count_cell, days_cell, share_cell, text_cell
from dashboards.reports.charts import Cell, Figure, Mark, Table
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Note
from dashboards.reports.frames import DAY_S, TooManyRows, frame, seconds
from dashboards.reports.listing import Listing
from dashboards.reports.making import make_figure
from dashboards.reports.scope import FIRST_STORM, Scope, StormDays, week_start
from departments.storms import DeclaredStorm, storms_between

UID = "storms"


def storm_marks(scope: Scope) -> list[Mark]:
    """The storms of the period as marks of a line, each with the way to what came in meanwhile."""
    href = replace(scope, storm_days=StormDays.ONLY).rows_href("opened")
    return [
        Mark(
            start=storm.begins.astimezone(scope.zone).date(),
            end=storm.ends.astimezone(scope.zone).date(),
            label=storm.name,
            href=href,
        )
        for storm in storms_between(scope.begins, scope.ends)
    ]


def storm_of_week(scope: Scope, monday: dt.date) -> str:
    """The names of the storms that touch a week; empty for none."""
    storms = storms_between(week_start(scope, monday), week_start(scope, monday + dt.timedelta(weeks=1)))
    return ", ".join(storm.name for storm in storms)


@dataclass(frozen=True)
class StormNumbers:
    """The main figures of one way to count. The times are None where there are too many requests to read."""

    opened: int
    due: int
    on_time: int
    solved: int
    timed: int
    median: Quantile | None
    p90: Quantile | None


def storm_numbers(scope: Scope) -> dict[StormDays, StormNumbers]:
    """The figures with, without and only for what came in during a declared storm, in two statements, or three
    where there are too many requests to read.

    What came in counts by the time of the report; due dates and times follow their requests.
    """
    whole = replace(scope, storm_days=StormDays.ALL)
    storms = storms_between(FIRST_STORM, scope.now)
    stormy = Q(pk__in=())
    for storm in storms:
        stormy |= Q(created_at__gte=storm.begins, created_at__lt=storm.ends)
    ages = _ages(whole, storms)
    opened = (
        {"all": ages.opened, "only": ages.opened_in_storms}
        if ages
        else whole.opened().aggregate(all=Count("pk"), only=Count("pk", filter=stormy))
    )
    conditions = {"due": Q(), "on_time": Q(due_closed=True), "solved": Q(due_solved=True)}
    asked = {name: Count("pk", filter=each) for name, each in conditions.items() if each}
    asked |= {f"{name}_only": Count("pk", filter=each & stormy) for name, each in conditions.items()}
    due = whole.due().filter(is_timely=True).aggregate(due=Count("pk"), **asked)

    def numbers(choice: StormDays) -> StormNumbers:
        def pick(everything: int, only: int) -> int:
            return {StormDays.ALL: everything, StormDays.ONLY: only}.get(choice, everything - only)

        mine = ages.of(choice) if ages else None
        return StormNumbers(
            opened=pick(opened["all"], opened["only"]),
            due=pick(due["due"], due["due_only"]),
            on_time=pick(due["on_time"], due["on_time_only"]),
            solved=pick(due["solved"], due["solved_only"]),
            timed=mine[0] if mine else 0,
            median=mine[1] if mine else None,
            p90=mine[2] if mine else None,
        )

    return {choice: numbers(choice) for choice in StormDays}


@dataclass(frozen=True)
class _Ages:
    days: NDArray[np.float64]
    is_closed: NDArray[np.bool_]
    is_stormy: NDArray[np.bool_]
    opened: int
    opened_in_storms: int
    """What came in, those without a time among them."""

    def of(self, choice: StormDays) -> tuple[int, Quantile, Quantile]:
        """How many requests, and by when half and nine of ten were closed, open ones censored at now."""
        mine = {
            StormDays.ALL: np.ones(len(self.days), dtype=np.bool_),
            StormDays.ONLY: self.is_stormy,
            StormDays.WITHOUT: ~self.is_stormy,
        }[choice]
        curve = kaplan_meier(self.days[mine], self.is_closed[mine])
        return int(mine.sum()), quantile(curve, 0.5), quantile(curve, 0.9)


def _ages(whole: Scope, storms: Sequence[DeclaredStorm]) -> _Ages | None:
    try:
        rows = frame(whole.opened(), "created_at", "closed_at", "is_timely")
    except TooManyRows:
        return None
    stormy = np.zeros(len(rows), dtype=np.bool_)
    for storm in storms:
        stormy |= (rows["created_at"] >= seconds(storm.begins)) & (rows["created_at"] < seconds(storm.ends))
    timed = rows.only(rows["is_timely"])
    closed = ~np.isnan(timed["closed_at"])
    until = np.where(closed, timed["closed_at"], seconds(whole.now))
    days = np.maximum(until - timed["created_at"], 0) / DAY_S
    return _Ages(days, closed, stormy[rows["is_timely"]], len(rows), int(stormy.sum()))


def storm_note(scope: Scope) -> Note | None:
    """That a storm was declared in the period, with what came in meanwhile; None where there was none. No statement."""
    storms = storms_between(scope.begins, scope.ends)
    if not storms:
        return None
    words = ngettext(
        "A storm was declared in this period: %(storms)s. The figures with and without it are below.",
        "Storms were declared in this period: %(storms)s. The figures with and without them are below.",
        len(storms),
    ) % {"storms": "; ".join(_named(storm, scope) for storm in storms)}
    return Note(text=words, href=replace(scope, storm_days=StormDays.ONLY).rows_href("opened"))


def _named(storm: DeclaredStorm, scope: Scope) -> str:
    first, last = (date_format(at.astimezone(scope.zone), "M j, H:i") for at in (storm.begins, storm.ends))
    return f"{storm.name} ({first} – {last})"


def storm_figure(scope: Scope, page: str) -> Figure | None:
    """The main figures with and without the storms of the period, for the page with this slug; None without a storm."""
    if not storms_between(scope.begins, scope.ends):
        return None
    found = storm_numbers(scope)
    headers = (
        _("Requests that came in"),
        _("Opened"),
        _("On time"),
        _("On time and solved"),
        _("Half are closed in"),
        _("Nine of ten are closed in"),
    )
    rows = tuple(_line(replace(scope, storm_days=choice), numbers) for choice, numbers in found.items())
    everything = found[StormDays.ALL]
    return make_figure(
        scope,
        page,
        UID,
        finding=_finding(found),
        description=_("The same figures with and without the declared storms."),
        definition=_(
            "A request belongs to a storm if it came in between its declared start and end. On time: of requests first "
            "due in the period, those closed at that instant. Times run from the report to the closing; open requests "
            "count with the time they wait. A storm is never declared for the past."
        ),
        rows=everything.opened,
        rows_href=replace(scope, storm_days=StormDays.ALL).rows_href("opened"),
        drawing=Listing(Table(headers, rows)),
        empty="",
    )


def _finding(found: dict[StormDays, StormNumbers]) -> str:
    everything, without = found[StormDays.ALL], found[StormDays.WITHOUT]
    words = _("%(n)s of %(total)s requests came in during a declared storm.") % {
        "n": amount(found[StormDays.ONLY].opened),
        "total": amount(everything.opened),
    }
    times = [_time(each, each.median).text for each in (everything, without)]
    if min(everything.timed, without.timed) < TOO_FEW or times[0] == times[1]:
        return words
    both = _("Half are closed in %(all)s; without the storm in %(without)s.") % {
        "all": times[0],
        "without": times[1],
    }
    return f"{words} {both}"


def _time(numbers: StormNumbers, found: Quantile | None) -> Cell:
    if found is None:
        return days_cell(None, none=_("too many to read"))
    return days_cell(found.value) if numbers.timed >= TOO_FEW else days_cell(None, none=_("too few"))


def _line(scope: Scope, numbers: StormNumbers) -> tuple[Cell, ...]:
    return (
        text_cell(str(scope.storm_days.label)),
        count_cell(numbers.opened, scope.rows_href("opened")),
        share_cell(wilson(numbers.on_time, numbers.due), scope.rows_href("due", result="on_time")),
        share_cell(wilson(numbers.solved, numbers.due), scope.rows_href("due", result="solved")),
        _time(numbers, numbers.median),
        _time(numbers, numbers.p90),
    )
