"""Each department at a glance: what came, what was closed, what is open, on time, and how long it takes."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from civic311.lib.statistics import TOO_FEW, Curve, kaplan_meier, quantile, wilson
from dashboards.reports.cells import (
    count_cell,
    days_cell,
    days_range_cell,
    share_cell,
    share_range_cell,
    text_cell,
)
from dashboards.reports.charts import Figure, Table
from dashboards.reports.charts.figure import Cell, amount
from dashboards.reports.frames import DAY_S, Frame, seconds
from dashboards.reports.listing import Listing
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, percent
from dashboards.reports.pages.departments.slug import SLUG
from dashboards.reports.scope import UNROUTED, Scope


def standing(
    scope: Scope, called: Names, *, opened: Frame, due: Frame, open_now: Frame, closings: Frame
) -> Figure:
    """One line for each department that has or had something."""
    parts = {
        name: dict(rows.groups(column))
        for name, rows, column in (
            ("opened", opened, "department"),
            ("due", due, "department"),
            ("open", open_now, "department"),
            ("closed", closings, "fact__department"),
        )
    }
    keys = sorted(set().union(*parts.values()), key=lambda pk: (not pk, called.department(pk).casefold()))
    table = tuple(
        _line(scope, called, pk, {name: groups.get(pk) for name, groups in parts.items()}) for pk in keys
    )
    headers = (
        _("Department"),
        _("Opened"),
        _("Closed"),
        _("Open now"),
        _("Due"),
        _("On time"),
        _("95 % interval"),
        _("Half are closed in"),
        _("95 % interval"),
    )
    return make_figure(
        scope,
        SLUG,
        "standing",
        finding=_finding(called, due, open_now),
        description=_("Departments by name, with what came in, what was closed and what is left."),
        definition=_(
            "By the department that has a request now. Opened: every report of the period. Closed: closings in the"
            " period, without duplicates, withdrawn ones and reports that follow another one. On time: of requests first"
            " due in the period, closed at that instant. Half are closed in: from the report, open requests counted with"
            " the time they have waited (Kaplan–Meier)."
        ),
        rows=len(opened),
        rows_href=scope.rows_href("opened"),
        drawing=Listing(Table(headers, table)) if table else None,
        empty=_("No department has a request here. Choose a longer period."),
        lead=True,
    )


def _line(scope: Scope, called: Names, pk: int, parts: dict[str, Frame | None]) -> tuple[Cell, ...]:
    at = {"department": pk or UNROUTED}
    opened, due = parts["opened"], parts["due"]
    n_due = 0 if due is None else len(due)
    on_time = wilson(0 if due is None else int(due["due_closed"].sum()), n_due)
    timely = None if opened is None else opened.only(opened["is_timely"])
    days, between = days_cell(None, none=_("too few")), text_cell("")
    if timely is not None and len(timely) >= TOO_FEW:
        half = quantile(_curve(timely, seconds(scope.now)), 0.5)
        days = days_cell(half.value, scope.rows_href("timed", **at))
        between = days_range_cell(half)
    return (
        text_cell(called.department(pk)),
        count_cell(0 if opened is None else len(opened), scope.rows_href("opened", **at)),
        count_cell(_size(parts["closed"]), scope.rows_href("closings", **at)),
        count_cell(_size(parts["open"]), scope.rows_href("open", **at)),
        count_cell(n_due, scope.rows_href("due", **at)),
        share_cell(on_time, scope.rows_href("due", result="on_time", **at)),
        share_range_cell(on_time),
        days,
        between,
    )


def _size(rows: Frame | None) -> int:
    return 0 if rows is None else len(rows)


def _curve(timely: Frame, now: float) -> Curve:
    is_closed = ~np.isnan(timely["closed_at"])
    ends = np.where(is_closed, timely["closed_at"], now)
    return kaplan_meier(np.maximum(ends - timely["created_at"], 0) / DAY_S, is_closed)


def _finding(called: Names, due: Frame, open_now: Frame) -> str:
    total = len(open_now)
    if not total:
        return _("Nothing is open.")
    pk, group = max(open_now.groups("department"), key=lambda pair: len(pair[1]))
    most = _("%(department)s has most of what is open: %(n)s of %(total)s.") % {
        "department": called.department(pk),
        "n": amount(len(group)),
        "total": amount(total),
    }
    shares = [
        (pk, wilson(int(rows["due_closed"].sum()), len(rows)))
        for pk, rows in due.groups("department")
        if pk and len(rows) >= TOO_FEW
    ]
    known = [(pk, share) for pk, share in shares if share is not None]
    if len(known) < 2:
        return most
    pk, low = min(known, key=lambda pair: pair[1].value)
    return (
        most
        + " "
        + _("Least on time: %(department)s, %(share)s of %(n)s.")
        % {
            "department": called.department(pk),
            "share": percent(low),
            "n": amount(low.n),
        }
    )
