"""The numbers of each figure as a table of raw values, for CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from civic311.lib.csvout import Column
from civic311.lib.statistics import TOO_FEW, Quantile, Share
from dashboards.reports import figures
from dashboards.reports.names import BAND_NAMES, names
from dashboards.reports.people import work
from dashboards.reports.scope import Scope


@dataclass(frozen=True)
class Sheet:
    """Columns and rows of one CSV file."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]


def _columns(text: Sequence[str], number: Sequence[str]) -> list[Column]:
    return [*(Column(name) for name in text), *(Column(name, "number") for name in number)]


def _volume(scope: Scope) -> Sheet:
    called = names()
    rows = [(called.category(row.category), row.opened) for row in figures.by_category(scope)]
    return Sheet(_columns([_("Category")], [_("Opened")]), rows)


def _flow(scope: Scope) -> Sheet:
    columns = [Column(_("Week of"), "datetime"), Column(_("Opened"), "number"), Column(_("Closed"), "number")]
    return Sheet(columns, [(week.monday, week.opened, week.closed) for week in figures.flow(scope).weeks])


def _share(share: Share | None) -> tuple[float | None, float | None, float | None]:
    if share is None or share.n < TOO_FEW:
        return None, None, None
    return round(share.value, 4), round(share.lower, 4), round(share.upper, 4)


def _due(scope: Scope) -> Sheet:
    called = names()
    columns = _columns(
        [_("Department")],
        [
            _("Due"),
            _("On time"),
            _("On time, share"),
            _("On time, lower"),
            _("On time, upper"),
            _("On time and solved"),
            _("Solved, share"),
            _("Solved, lower"),
            _("Solved, upper"),
            _("Closed late"),
            _("Open and late"),
            _("New date promised"),
            _("Left out"),
        ],
    )
    rows = [
        (
            called.department(row.department),
            row.due,
            row.on_time,
            *_share(row.share_on_time),
            row.solved,
            *_share(row.share_solved),
            row.late_closed,
            row.late_open,
            row.renewed,
            row.set_aside,
        )
        for row in figures.due_by_department(scope)
    ]
    return Sheet(columns, rows)


def _quantile(found: Quantile) -> tuple[float | None, ...]:
    return tuple(None if part is None else round(part, 3) for part in (found.value, found.lower, found.upper))


def _times(scope: Scope) -> Sheet:
    called = names()
    found = figures.by_category(scope)
    everything = figures.all_ages(found)
    named = [(_("All categories"), everything), *((called.category(row.category), row.ages) for row in found)]
    rows = [
        (
            name,
            ages.n,
            len(ages.still_open),
            *(_quantile(ages.median) if ages.n >= TOO_FEW else (None, None, None)),
            *(_quantile(ages.p90) if ages.n >= TOO_FEW else (None, None, None)),
        )
        for name, ages in named
    ]
    columns = _columns(
        [_("Category")],
        [
            _("Requests"),
            _("Still open"),
            _("Median, days"),
            _("Median, lower"),
            _("Median, upper"),
            _("P90, days"),
            _("P90, lower"),
            _("P90, upper"),
        ],
    )
    return Sheet(columns, rows)


def _backlog(scope: Scope) -> Sheet:
    called = names()
    rows = [(called.department(row.department), *row.counts) for row in figures.backlog(scope)]
    return Sheet(_columns([_("Department")], [str(name) for name in BAND_NAMES]), rows)


def _work(scope: Scope) -> Sheet:
    called = names()
    columns = [
        Column(_("Dispatcher")),
        Column(_("In hand"), "number"),
        Column(_("Held, median days"), "number"),
        Column(_("Most of it")),
        Column(_("Requests of it"), "number"),
        Column(_("Closed in the period"), "number"),
        Column(_("Worked on in the period"), "number"),
    ]
    rows = [
        (
            row.name,
            row.in_hand,
            None if row.held_days is None else round(row.held_days, 2),
            called.category(row.mix[0]) if row.mix else "",
            row.mix[1] if row.mix else None,
            row.closed,
            row.acted,
        )
        for row in work(scope)
    ]
    return Sheet(columns, rows)


SHEETS: dict[str, Callable[[Scope], Sheet]] = {
    "volume": _volume,
    "flow": _flow,
    "on-time": _due,
    "time-to-close": _times,
    "backlog": _backlog,
    "work": _work,
}
"""The figures that can be taken away as CSV, by the name in their address."""
