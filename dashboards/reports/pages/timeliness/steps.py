"""Time to route, to acknowledge and to the first action; and both clocks, with the pauses and without."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.reports.cells import count_cell, days_cell, number_cell, part_cell, text_cell
from dashboards.reports.charts import Cell, Figure, StripRow, Table, strip
from dashboards.reports.charts.figure import amount
from dashboards.reports.frames import DAY_S, Frame
from dashboards.reports.pages.timeliness.base import Opened, time_cells, time_headers
from dashboards.reports.pages.timeliness.words import length
from dashboards.reports.timeliness_numbers import Ages, waits

MOST_PAUSED = 12


@dataclass(frozen=True)
class Milestone:
    """A first step of a request: the column of its time, what it is called, and the lists of who had it or not yet."""

    column: str
    label: Promise
    done: str
    missing: str


STEPS = (
    Milestone("routed_at", gettext_lazy("Given to a department"), "routed", "not_routed"),
    Milestone(
        "acknowledged_at", gettext_lazy("Acknowledged by a person"), "acknowledged", "not_acknowledged"
    ),
    Milestone("acted_at", gettext_lazy("First action"), "acted", "not_acted"),
)


def steps_figure(opened: Opened) -> Figure:
    """How long until a request is routed, acknowledged, and worked on."""
    drawing, finding = None, ""
    if not opened.total.is_thin:
        found = [(step, waits(opened.rows, step.column, opened.now)) for step in STEPS]
        drawing = strip(
            [
                StripRow(
                    label=str(step.label), median=each.median, p90=each.p90, href=_href(opened, step.done)
                )
                for step, each in found
            ],
            headers=(_("Step"), _("Half in"), _("Nine of ten in")),
            unit=_("days"),
            early=_("too early to say"),
        )
        headers = (*time_headers(_("Step")), _("Reached"), _("Not yet"))
        drawing = replace(
            drawing, table=Table(headers, tuple(_step_line(opened, step, each) for step, each in found))
        )
        finding = _steps_finding(found[1][1])
    return opened.figure(
        uid="first-steps",
        finding=finding,
        description=_("Days from the report until half and nine of ten requests reached each step."),
        definition=_(
            "Requests opened in the period, from the report to the first such step (Kaplan–Meier; what has not reached"
            " it counts with the time it has waited, or until it was closed without it). Routing by a rule counts as"
            " given to a department, never as acknowledged: that takes a person of the staff. First action: work was"
            " started, handed to a partner or a crew, a question was asked, or it was closed."
        ),
        drawing=drawing,
    )


def _href(opened: Opened, result: str) -> str:
    return opened.scope.rows_href("steps", result=result)


def _step_line(opened: Opened, step: Milestone, found: Ages) -> tuple[Cell, ...]:
    reached = found.curve.closings
    return (
        text_cell(str(step.label)),
        count_cell(found.n, opened.scope.rows_href("timed")),
        *time_cells(found),
        count_cell(reached, _href(opened, step.done)),
        count_cell(found.n - reached, _href(opened, step.missing)),
    )


def _steps_finding(found: Ages) -> str:
    waiting = found.n - found.curve.closings
    if found.median.value is None:
        return _("A person has acknowledged fewer than half of these requests so far.")
    if found.p90.value is None:
        return _("A person acknowledges half within %(median)s; %(n)s are not acknowledged yet.") % {
            "median": length(found.median.value),
            "n": amount(waiting),
        }
    return _("A person acknowledges half within %(median)s, nine of ten within %(p90)s.") % {
        "median": length(found.median.value),
        "p90": length(found.p90.value),
    }


def clocks_figure(opened: Opened) -> Figure:
    """Both clocks: time to close with the pauses, and without."""
    rows = opened.rows
    paused = rows["is_timely"] & (rows["paused_s"] > 0)
    n, drawing, finding = int(paused.sum()), None, ""
    if not opened.total.is_thin:
        working = waits(rows, "closed_at", opened.now, paused=False)
        drawing = strip(
            [
                StripRow(label=_("With the pauses"), median=opened.total.median, p90=opened.total.p90),
                StripRow(label=_("Without the pauses"), median=working.median, p90=working.p90),
            ],
            headers=(_("Clock"), _("Half closed in"), _("Nine of ten closed in")),
            unit=_("days"),
            early=_("too early to say"),
        )
        lines = [_clock_line(opened, _("All categories"), 0, rows, working)]
        groups = [(key, mine) for key, mine in rows.groups("category") if _paused(mine)]
        groups.sort(key=lambda pair: (-_paused(pair[1]), pair[0]))
        for key, mine in groups:
            away = waits(mine, "closed_at", opened.now, paused=False)
            lines.append(_clock_line(opened, opened.called.category(key), key, mine, away))
        headers = (
            _("Category"),
            _("Requests"),
            _("Paused"),
            _("Share"),
            _("Days paused"),
            _("Median with the pauses"),
            _("Median without"),
            _("P90 with the pauses"),
            _("P90 without"),
        )
        drawing = replace(drawing, table=Table(headers, tuple(lines)))
        finding = _clocks_finding(n, opened.total.n, float(rows["paused_s"][paused].sum()))
    return opened.figure(
        uid="clocks",
        finding=finding,
        description=_("Days until half and nine of ten are closed, on both clocks."),
        definition=_(
            "Requests opened in the period. A clock stands still only with a reason, and both are shown: the one that"
            " residents live by, and the one without pauses that are over. A pause that still runs is not taken off yet."
        ),
        drawing=drawing,
    )


def _paused(rows: Frame) -> int:
    return int((rows["is_timely"] & (rows["paused_s"] > 0)).sum())


def _clock_line(opened: Opened, label: str, category: int, rows: Frame, working: Ages) -> tuple[Cell, ...]:
    there = {"category": category or None}
    n, seconds = _paused(rows), float(np.where(rows["is_timely"], rows["paused_s"], 0).sum())
    whole = opened.total if not category else waits(rows, "closed_at", opened.now)
    return (
        text_cell(label),
        count_cell(whole.n, opened.scope.rows_href("timed", **there)),
        count_cell(n, opened.scope.rows_href("steps", **there, result="paused")),
        part_cell(n, whole.n) if not whole.is_thin else Cell(_("too few")),
        number_cell(seconds / DAY_S),
        *[
            Cell(_("too few")) if whole.is_thin else days_cell(value)
            for value in (
                whole.median.value,
                working.median.value,
                whole.p90.value,
                working.p90.value,
            )
        ],
    )


def _clocks_finding(n: int, total: int, seconds: float) -> str:
    if not n:
        return _("No clock was stopped: both clocks agree.")
    words = ngettext(
        "%(n)s of %(total)s requests was paused, for %(days)s days.",
        "%(n)s of %(total)s requests were paused, %(days)s days each on average.",
        n,
    )
    return words % {"n": amount(n), "total": amount(total), "days": amount(seconds / DAY_S / n, 1)}
