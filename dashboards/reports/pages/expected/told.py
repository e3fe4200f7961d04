"""What residents are told now about the time their request takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import MINIMUM_CLOSINGS, Quantile
from dashboards.reports.cells import NOTHING, count_cell, text_cell
from dashboards.reports.charts import Cell, Figure, StripRow, Table, strip
from dashboards.reports.charts.figure import amount
from dashboards.reports.expected_numbers import given
from dashboards.reports.frames import Frame
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names
from dashboards.reports.pages.expected.base import SLUG
from dashboards.reports.scope import Scope
from requests_app.models import ExpectedTime
from requests_app.queries.expected import DAY_H, whole_days

MOST_STRIPS = 12


@dataclass(frozen=True)
class Told:
    """An expected time of a category, or of a department's other categories; hours, None for too early to say."""

    category: int
    label: str
    median_hours: float | None
    p90_hours: float | None
    closings: int
    areas: int


def told_now(scope: Scope, called: Names, opened: Frame) -> list[Told]:
    """The times in force for the categories and departments of ``opened``, most closings first: two statements.

    These are requests the reader may see: another department's times are not theirs to read.

    A report narrowed to a category or department has only what belongs to it.
    """
    categories, departments = (set(opened[name].tolist()) for name in ("category", "department"))
    rows = ExpectedTime.objects.filter(area__isnull=True)
    areas = dict(
        ExpectedTime.objects.filter(area__isnull=False)
        .values_list("category")
        .annotate(Count("pk"))
        .values_list("category", "pk__count")
    )
    found = []
    for category, department, median, p90, closings in rows.values_list(
        "category", "department", "median_hours", "p90_hours", "closings"
    ):
        if category:
            if category in categories:
                label = called.category(category)
                found.append(Told(category, label, median, p90, closings, areas.get(category, 0)))
        elif scope.category is None and department in departments:
            label = _("Other requests of %(department)s") % {"department": called.department(department)}
            found.append(Told(0, label, median, p90, closings, 0))
    return sorted(found, key=lambda row: (not row.category, -row.closings, row.label))


def told_figure(scope: Scope, called: Names, opened: Frame) -> Figure:
    """The times told now, with the closings behind each."""
    mine = opened.only(given(opened))
    counts = {key: len(rows) for key, rows in mine.groups("category")}
    rows = told_now(scope, called, opened)
    drawing = None
    if rows:
        shown = [row for row in rows if row.category][:MOST_STRIPS] or rows[:MOST_STRIPS]
        drawing = strip(
            [
                StripRow(label=row.label, median=_days(row.median_hours), p90=_days(row.p90_hours))
                for row in shown
            ],
            headers=(_("Category"), _("Half are done in"), _("Nine of ten are done in")),
            unit=_("days"),
            early=_("too early to say"),
        )
        headers = (
            _("Category"),
            _("Told for half (days)"),
            _("Told for nine of ten (days)"),
            _("Closings behind it"),
            _("Areas with a time of their own"),
            _("Told in this period"),
        )
        table = tuple(_line(scope, row, counts.get(row.category, 0)) for row in rows)
        drawing = replace(drawing, table=Table(headers, table))
    return make_figure(
        scope,
        SLUG,
        "told-now",
        finding=_finding(rows),
        description=_("Days until half and nine of ten are done, for the categories with most closings."),
        definition=_(
            "Computed every night from the requests of residents at risk in the last twelve weeks (Kaplan–Meier, older"
            " ones from the beginning of the twelve weeks on). A time needs at least %(least)s closings: that of the"
            " category in the area, else of the category, else of the department. Residents are told whole days, rounded up."
        )
        % {"least": MINIMUM_CLOSINGS},
        rows=len(mine),
        rows_href=scope.rows_href("expected", result="given"),
        drawing=drawing,
        empty=_("No category or department here has enough closings in the last twelve weeks."),
    )


def _days(hours: float | None) -> Quantile:
    return Quantile(None if hours is None else hours / DAY_H, None, None)


def _line(scope: Scope, row: Told, told: int) -> tuple[Cell, ...]:
    there = scope.rows_href("expected", category=row.category, result="given")
    return (
        text_cell(row.label),
        _whole(row.median_hours),
        _whole(row.p90_hours),
        count_cell(row.closings),
        count_cell(row.areas) if row.category else Cell(NOTHING),
        count_cell(told, there) if row.category else Cell(NOTHING),
    )


def _whole(hours: float | None) -> Cell:
    days = whole_days(hours)
    return Cell(_("too early to say")) if days is None else count_cell(days)


def _finding(rows: list[Told]) -> str:
    if not rows:
        return _("Residents are not told a time yet.")
    categories = [row for row in rows if row.category]
    early = sum(row.p90_hours is None for row in categories)
    if not early:
        return ngettext(
            "Residents are told a time for %(n)s category here.",
            "Residents are told a time for %(n)s categories here.",
            len(categories),
        ) % {"n": amount(len(categories))}
    return ngettext(
        "Residents are told a time for %(n)s category here; for %(early)s it is too early to say when nine of ten are"
        " done.",
        "Residents are told a time for %(n)s categories here; for %(early)s it is too early to say when nine of ten are"
        " done.",
        len(categories),
    ) % {"n": amount(len(categories)), "early": amount(early)}
