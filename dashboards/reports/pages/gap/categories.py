"""How long each category waits for its first report: bars and a table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from django.utils.translation import gettext as _

from civic311.lib.statistics import TOO_FEW, Floats, Rate
from dashboards.reports.area_numbers import confidence_for
from dashboards.reports.cells import count_cell, text_cell
from dashboards.reports.charts import Bar, Drawing, Figure, Table, bars
from dashboards.reports.charts.figure import Cell, amount, span
from dashboards.reports.frames import Frame
from dashboards.reports.gap_numbers import Reporting, of_rows
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, names
from dashboards.reports.names import days as days_words
from dashboards.reports.pages.areas.words import listed
from dashboards.reports.pages.gap.words import definition, delay_cell
from dashboards.reports.scope import Scope

SLUG = "gap"
MOST_BARS = 12


def by_category(scope: Scope, incidents: Frame, days: Floats, everywhere: Reporting) -> Figure:
    """The delay of each category with its interval, the longest first."""
    called, found = names(), []
    order = np.argsort(incidents["category"], kind="stable")
    keys, starts = np.unique(incidents["category"][order], return_index=True)
    confidence = confidence_for(len(keys))
    for key, rows in zip(keys.tolist(), np.split(order, starts[1:]) if len(keys) else [], strict=True):
        found.append((key, of_rows(incidents, days, rows, confidence)))
    found.sort(key=lambda pair: (-(pair[1].delay_days or 0), -pair[1].incidents, pair[0]))
    slow = [(key, each, each.delay_days) for key, each in found if each.delay_days is not None]
    chart = [
        Bar(
            label=called.category(key),
            value=delay,
            href=scope.rows_href("incidents", category=key),
            text=days_words(delay),
        )
        for key, _each, delay in slow[:MOST_BARS]
    ]
    drawing: Drawing | None = None
    if chart:
        headers = (
            _("Category"),
            _("Days until a first report"),
            _("Interval in days"),
            _("Further reports"),
            _("Reported again"),
            _("Incidents"),
        )
        rows_of_table = tuple(_category_row(scope, called.category(key), key, each) for key, each in found)
        drawing = replace(bars(chart, headers=headers[:2]), table=Table(headers, rows_of_table))
    return make_figure(
        scope,
        SLUG,
        "categories",
        finding=_finding(called, found, everywhere),
        description=_("Estimated days until somebody reports a problem, by category; at most %(most)s bars.")
        % {"most": MOST_BARS},
        definition=definition()
        + " "
        + _(
            "The intervals of all categories hold together with 95 %%, for the number of further reports (Garwood). Categories with fewer than %(few)s incidents show"
            " no figure."
        )
        % {"few": TOO_FEW},
        rows=len(incidents),
        rows_href=scope.rows_href("incidents"),
        drawing=drawing,
        empty=_("No kind of problem was reported again often enough to tell. Choose a longer period."),
    )


def _category_row(scope: Scope, label: str, key: int, each: Reporting) -> tuple[Cell, ...]:
    return (
        text_cell(label),
        delay_cell(each.delay_days, is_known=each.rate is not None),
        _interval_cell(each.rate),
        count_cell(each.reports),
        count_cell(each.again, scope.rows_href("incidents", category=key, result="again")),
        count_cell(each.incidents, scope.rows_href("incidents", category=key)),
    )


def _interval_cell(rate: Rate | None) -> Cell:
    """The interval of a delay; open above where no second report was seen."""
    if rate is None:
        return text_cell("")
    if rate.delay_upper is None:
        return Cell(_("%(low)s or more") % {"low": amount(rate.delay_lower, 1)})
    return Cell(span(rate.delay_lower, rate.delay_upper, 1))


def _finding(called: Names, found: list[tuple[int, Reporting]], everywhere: Reporting) -> str:
    usual = everywhere.delay_days
    if usual is None:
        return _("Too few problems were reported again to estimate a delay.")
    slow = [
        _("%(category)s (%(delay)s)")
        % {"category": called.category(key), "delay": days_words(each.delay_days)}
        if each.delay_days is not None
        else _("%(category)s (not reported again once)") % {"category": called.category(key)}
        for key, each in found
        if each.rate is not None and each.rate.delay_lower > usual
    ]
    if slow:
        return _(
            "These wait longer for a first report than all kinds together (%(usual)s): %(categories)s."
        ) % {
            "usual": days_words(usual),
            "categories": listed(slow),
        }
    return _("No category waits longer for a first report than all together (%(usual)s) beyond chance.") % {
        "usual": days_words(usual)
    }
