"""On time, and on time and solved: by department and by category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import differ, wilson
from dashboards.reports.cells import count_cell, share_cell, share_range_cell, text_cell
from dashboards.reports.charts import Bar, Cell, Figure, Table, bars
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Note
from dashboards.reports.frames import Frame
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, percent, percent_range
from dashboards.reports.pages.timeliness.words import set_aside
from dashboards.reports.scope import Scope
from dashboards.reports.timeliness_numbers import DueNumbers, due_numbers

SLUG = "timeliness"
MOST_BARS = 12
MOST_NOTES = 3


@dataclass(frozen=True)
class DueRow:
    """A department or category: its id (0 for none), what it is called, and its numbers."""

    key: int
    label: str
    numbers: DueNumbers


def due_rows(rows: Frame, called: Names, by: str) -> list[DueRow]:
    """The numbers by ``department`` or ``category``, most due first."""
    name = called.department if by == "department" else called.category
    found = [DueRow(key, name(key), due_numbers(mine)) for key, mine in rows.groups(by)]
    return sorted(found, key=lambda row: (-row.numbers.due, row.label))


def due_figure(scope: Scope, rows: Sequence[DueRow], total: DueNumbers, by: str) -> Figure:
    """Closed by the first due date, by ``department`` or ``category``."""
    uid = "on-time" if by == "department" else "on-time-by-category"
    header = _("Department") if by == "department" else _("Category")
    drawing = None
    if not total.is_thin:
        shown = [_bar(scope, row, by) for row in rows if row.numbers.due][:MOST_BARS]
        drawing = bars(shown, headers=(header, _("On time")), limit=100)
        drawing = replace(
            drawing, table=Table(_headers(header), tuple(_line(scope, row, by) for row in rows))
        )
    return make_figure(
        scope,
        SLUG,
        uid,
        finding=_finding(rows, total, by),
        description=_description(rows, by),
        definition=_(
            "Of requests whose first due date fell in the period and has passed, the share that was closed at that "
            "instant. Open past due counts as late. Solved: closed with an outcome that is a success for its kind of "
            "request, and not reopened within 30 days (or not so far, where those are not over). The clock starts with the report and never restarts; a new date "
            "that was promised is counted apart and changes neither share."
        ),
        excluded=set_aside(total.set_aside),
        excluded_href=scope.rows_href("due", result="set_aside") if total.set_aside else "",
        rows=total.due,
        rows_href=scope.rows_href("due"),
        drawing=drawing,
        empty=_("Fewer than 10 due dates passed in this period."),
    )


def _bar(scope: Scope, row: DueRow, by: str) -> Bar:
    found = None if row.numbers.is_thin else row.numbers.share_on_time
    return Bar(
        label=row.label,
        value=found.value * 100 if found else 0,
        href=scope.rows_href("due", **{by: row.key}),
        text=percent(found),
        lower=found.lower * 100 if found else None,
        upper=found.upper * 100 if found else None,
    )


def _headers(header: str) -> tuple[str, ...]:
    return (
        header,
        _("Due"),
        _("On time"),
        _("Share"),
        _("95 % interval"),
        _("On time and solved"),
        _("Share"),
        _("95 % interval"),
        _("Closed late"),
        _("Open and late"),
        _("New date promised"),
    )


def _line(scope: Scope, row: DueRow, by: str) -> tuple[Cell, ...]:
    n = row.numbers

    def count(number: int, result: str = "") -> Cell:
        return count_cell(number, scope.rows_href("due", **{by: row.key}, result=result))

    return (
        text_cell(row.label),
        count(n.due),
        count(n.on_time, "on_time"),
        share_cell(n.share_on_time),
        share_range_cell(n.share_on_time),
        count(n.solved, "solved"),
        share_cell(n.share_solved),
        share_range_cell(n.share_solved),
        count(n.late_closed, "late_closed"),
        count(n.late_open, "late_open"),
        count(n.renewed, "renewed"),
    )


def _finding(rows: Sequence[DueRow], total: DueNumbers, by: str) -> str:
    if total.is_thin:
        return _("Too few due dates in this period to say how many were kept.")
    if by == "department" and 2 * total.unrecorded > total.on_time:
        words = _(
            "%(on_time)s were closed by their due date. Whether they were solved is not known: %(n)s have no outcome."
        )
        return words % {"on_time": percent(total.share_on_time), "n": amount(total.unrecorded)}
    if by == "department":
        words = _("%(on_time)s were closed by their due date, %(solved)s were solved by then.")
        return words % {"on_time": percent(total.share_on_time), "solved": percent(total.share_solved)}
    worst = max(rows, key=lambda row: row.numbers.late)
    if not worst.numbers.late:
        return _("Every due date of the period was kept.")
    words = _("Most late: %(category)s, %(late)s of %(all)s that missed their due date.")
    return words % {
        "category": worst.label,
        "late": amount(worst.numbers.late),
        "all": amount(total.late),
    }


def _description(rows: Sequence[DueRow], by: str) -> str:
    if by == "department":
        return _("Share closed by the due date, by department, with its 95 % interval.")
    more = sum(1 for row in rows if row.numbers.due) - MOST_BARS
    if more <= 0:
        return _("Share closed by the due date, by category, most due first, with its 95 % interval.")
    words = ngettext(
        "Share closed by the due date with its 95 %% interval, for the %(most)s categories with most due; one more is"
        " in the table.",
        "Share closed by the due date with its 95 %% interval, for the %(most)s categories with most due; %(more)s more"
        " are in the table.",
        more,
    )
    return words % {"most": MOST_BARS, "more": more}


def due_notes(scope: Scope, rows: Sequence[DueRow], total: DueNumbers) -> list[Note]:
    """What to look at: promises still open past due, and categories that are on time clearly less often than all."""
    notes = []
    if total.late_open:
        notes.append(
            Note(
                text=_("Due in this period, and still open past their first due date:"),
                href=scope.rows_href("due", result="late_open"),
                count=amount(total.late_open),
            )
        )
    slow = [
        (row, found, rest)
        for row in rows
        if not row.numbers.is_thin
        and (found := row.numbers.share_on_time) is not None
        and (rest := wilson(total.on_time - row.numbers.on_time, total.due - row.numbers.due)) is not None
        and found.value < rest.value
        and differ(found, rest)
    ]
    for row, found, rest in sorted(slow, key=lambda each: -each[0].numbers.late)[:MOST_NOTES]:
        words = _("%(category)s: %(share)s on time (%(range)s), against %(rest)s of the others. Late:")
        notes.append(
            Note(
                text=words
                % {
                    "category": row.label,
                    "share": percent(found),
                    "range": percent_range(found),
                    "rest": percent(rest),
                },
                href=scope.rows_href("due", category=row.key, result="late"),
                count=amount(row.numbers.late),
            )
        )
    return notes
