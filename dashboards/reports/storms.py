"""Declared storms in a report: which there were, and the figures of the period with and without them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from civic311.lib.statistics import TOO_FEW
from dashboards.reports import figures
from dashboards.reports.charts import Cell, Table
from dashboards.reports.charts.figure import amount
from dashboards.reports.charts.markup import table_markup
from dashboards.reports.names import days, percent
from dashboards.reports.page import Numbers
from dashboards.reports.scope import Scope, StormDays
from dashboards.reports.sql import ask
from departments.storms import DeclaredStorm, storms_between


@dataclass(frozen=True)
class StormNote:
    """What stands above a report whose period a storm touches."""

    storms: tuple[str, ...]
    numbers: SafeString


def storm_note(scope: Scope, found: Numbers) -> StormNote | None:
    """The storms of the period, and its main figures both ways; None where there was no storm.

    ``found`` are the report's own figures: one of the three ways is known by them and not asked for again.
    """
    storms = storms_between(scope.begins, scope.ends)
    if not storms:
        return None
    rows = [
        _line(scope, found.categories, found.due)
        if choice == scope.storm_days
        else _asked(replace(scope, storm_days=choice))
        for choice in StormDays
    ]
    headers = (
        _("Requests that came in"),
        _("Opened"),
        _("On time"),
        _("On time and solved"),
        _("Half are closed in"),
        _("Nine of ten are closed in"),
    )
    table = Table(headers, tuple(rows))
    return StormNote(
        tuple(_named(storm, scope) for storm in storms),
        table_markup(table, _("The same figures with and without the declared storms")),
    )


def _named(storm: DeclaredStorm, scope: Scope) -> str:
    first, last = (date_format(at.astimezone(scope.zone), "M j, H:i") for at in (storm.begins, storm.ends))
    return f"{storm.name} ({first} – {last})"


def _asked(scope: Scope) -> tuple[Cell, ...]:
    found = ask(scope, "categories", "due")
    return _line(scope, figures.by_category(scope, found), figures.due_by_department(scope, found))


def _line(
    scope: Scope, categories: list[figures.CategoryNumbers], by_department: list[figures.DueNumbers]
) -> tuple[Cell, ...]:
    due = reduce(add, by_department, figures.NOTHING_DUE)
    ages = figures.all_ages(categories)
    few_due, few = due.due < TOO_FEW, ages.n < TOO_FEW
    too_few = _("too few")
    return (
        Cell(str(scope.storm_days.label)),
        Cell(amount(sum(row.opened for row in categories)), scope.rows_href("opened")),
        Cell(too_few if few_due else percent(due.share_on_time), scope.rows_href("due", result="on_time")),
        Cell(too_few if few_due else percent(due.share_solved), scope.rows_href("due", result="solved")),
        Cell(too_few if few else days(ages.median.value)),
        Cell(too_few if few else days(ages.p90.value)),
    )
