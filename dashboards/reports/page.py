"""A report as it is read: cards on top, then one figure after another, each led by what it found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import TOO_FEW
from dashboards.reports import figures
from dashboards.reports.charts import Cell, Figure, Table
from dashboards.reports.charts.figure import amount
from dashboards.reports.charts.markup import table_markup
from dashboards.reports.counts import backlog_figure, flow_figure, older_than_90_days, volume_figure
from dashboards.reports.figures import (
    NOTHING_DUE,
    Ages,
    BacklogNumbers,
    CategoryNumbers,
    DueNumbers,
    Flow,
    all_ages,
)
from dashboards.reports.names import Names, days, days_range, names, percent, percent_range
from dashboards.reports.people import WorkNumbers, work
from dashboards.reports.rows import QUALITY
from dashboards.reports.scope import Scope
from dashboards.reports.sql import PARTS, ask
from dashboards.reports.timeliness import due_figure, time_figure


@dataclass(frozen=True)
class Numbers:
    """Everything a report says, before it is put into words."""

    categories: list[CategoryNumbers]
    flow: Flow
    due: list[DueNumbers]
    backlog: list[BacklogNumbers]
    work: list[WorkNumbers]

    @property
    def ages(self) -> Ages:
        return all_ages(self.categories)

    @property
    def all_due(self) -> DueNumbers:
        return reduce(add, self.due, NOTHING_DUE)

    @property
    def open_now(self) -> int:
        return sum(row.total for row in self.backlog)


def numbers(scope: Scope) -> Numbers:
    """Compute a whole report, in one statement."""
    found = ask(scope, *PARTS)
    return Numbers(
        categories=figures.by_category(scope, found),
        flow=figures.flow(scope, found),
        due=figures.due_by_department(scope, found),
        backlog=figures.backlog(scope, found),
        work=work(scope, found),
    )


@dataclass(frozen=True)
class Card:
    """One number at the top, with the rows behind it and where it is explained."""

    label: str
    value: str
    href: str
    note: str
    anchor: str
    is_thin: bool = False


@dataclass(frozen=True)
class Doubt:
    """A count of rows that may mislead, with their address."""

    count: str
    what: str
    href: str


@dataclass(frozen=True)
class Page:
    """All that the template draws."""

    cards: list[Card]
    figures: list[Figure]
    work: WorkTable
    doubts: list[Doubt]


@dataclass(frozen=True)
class WorkTable:
    """Work by dispatcher, led by its finding."""

    finding: str
    table: Table
    in_hand: Cell
    csv_href: str

    @property
    def numbers(self) -> SafeString:
        """The table as it is shown."""
        return table_markup(self.table, self.finding)


def page(scope: Scope, found: Numbers) -> Page:
    """The report put into words."""
    called = names()
    ages = found.ages
    return Page(
        cards=_cards(scope, found, ages),
        figures=[
            volume_figure(scope, called, found.categories),
            flow_figure(scope, found.flow),
            due_figure(scope, called, found.due, found.all_due),
            time_figure(scope, called, found.categories, ages),
            backlog_figure(scope, called, found.backlog),
        ],
        work=_work(scope, called, found.work),
        doubts=_doubts(scope, found.categories),
    )


def _cards(scope: Scope, found: Numbers, ages: Ages) -> list[Card]:
    due, net = found.all_due, found.flow.net
    old = older_than_90_days(found.backlog)
    few = due.due < TOO_FEW
    too_few = _("too few")
    interval = _("95 %% interval: %(range)s")
    median, p90 = (ages.median, ages.p90) if ages.n >= TOO_FEW else (None, None)
    return [
        Card(
            _("Open now"),
            amount(found.open_now),
            scope.rows_href("open"),
            _("%(n)s older than 90 days") % {"n": amount(old)},
            "backlog",
        ),
        Card(
            _("Net flow"),
            f"{'+' if net > 0 else '−' if net < 0 else ''}{amount(abs(net))}",
            scope.rows_href("opened"),
            _("%(opened)s opened, %(closed)s closed")
            % {"opened": amount(found.flow.opened), "closed": amount(found.flow.closed)},
            "flow",
        ),
        Card(
            _("On time"),
            percent(due.share_on_time),
            scope.rows_href("due", result="on_time"),
            _of(due.on_time, due.due) if few else interval % {"range": percent_range(due.share_on_time)},
            "on-time",
            few,
        ),
        Card(
            _("On time and solved"),
            percent(due.share_solved),
            scope.rows_href("due", result="solved"),
            _of(due.solved, due.due) if few else interval % {"range": percent_range(due.share_solved)},
            "on-time",
            few,
        ),
        Card(
            _("Half are closed in"),
            days(median.value) if median else too_few,
            scope.rows_href("timed"),
            interval % {"range": days_range(median)} if median and median.value is not None else _("Median"),
            "time-to-close",
            median is None or median.value is None,
        ),
        Card(
            _("Nine of ten are closed in"),
            days(p90.value) if p90 else too_few,
            scope.rows_href("timed"),
            interval % {"range": days_range(p90)} if p90 and p90.value is not None else _("P90"),
            "time-to-close",
            p90 is None or p90.value is None,
        ),
    ]


def _of(part: int, whole: int) -> str:
    return _("%(part)s of %(whole)s requests") % {"part": amount(part), "whole": amount(whole)}


def _work(scope: Scope, called: Names, rows: list[WorkNumbers]) -> WorkTable:
    in_hand = sum(row.in_hand for row in rows)
    people = sum(1 for row in rows if row.in_hand)
    words = ngettext(
        "One dispatcher has %(n)s requests in hand.",
        "%(people)s dispatchers have %(n)s requests in hand.",
        people,
    )
    nothing = _("No dispatcher has a request in hand.")

    def cell(count: int, person: int, result: str) -> Cell:
        return Cell(amount(count), scope.rows_href("work", person=person, result=result) if count else "")

    headers = (
        _("Dispatcher"),
        _("In hand now"),
        _("Held for (median)"),
        _("Closed"),
        _("Worked on"),
        _("Most of the work in hand"),
    )
    table = tuple(
        (
            Cell(row.name),
            cell(row.in_hand, row.person, "in_hand"),
            Cell("–" if row.held_days is None else days(row.held_days)),
            cell(row.closed, row.person, "closed"),
            cell(row.acted, row.person, "acted"),
            Cell(
                f"{called.category(row.mix[0])} ({amount(row.mix[1])})",
                scope.rows_href("work", person=row.person, result="in_hand", category=row.mix[0]),
            )
            if row.mix
            else Cell("–"),
        )
        for row in rows
    )
    return WorkTable(
        finding=words % {"n": amount(in_hand), "people": amount(people)} if people else nothing,
        table=Table(headers, table),
        in_hand=Cell(amount(in_hand), scope.rows_href("work", result="in_hand")),
        csv_href=scope.csv_href("work"),
    )


def _doubts(scope: Scope, rows: list[CategoryNumbers]) -> list[Doubt]:
    found = []
    for name, (_condition, what) in QUALITY.items():
        count = sum(row.doubtful[name] for row in rows)
        if count:
            found.append(Doubt(amount(count), str(what), scope.rows_href("quality", result=name)))
    return found
