"""The main figures, led by the north star: residents who say it was solved."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from civic311.lib.statistics import TOO_FEW, Quantile, Share, wilson
from dashboards.reports.backlog_numbers import reopenings
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Card
from dashboards.reports.frames import Frame
from dashboards.reports.names import days, days_range, percent, percent_range
from dashboards.reports.pages.backlog_flow import signed
from dashboards.reports.pages.overview.promises import share_late_words
from dashboards.reports.pages.overview.trends import Trends, drawn, share
from dashboards.reports.scope import Scope
from dashboards.reports.summary import Summary
from dashboards.reports.tally import Tally
from requests_app.models.fact import Doubt

UNRECORDED = list(Doubt).index(Doubt.NOT_RECORDED)
"""The place of this doubt among the counts of a tally."""


def cards(scope: Scope, found: Summary, waiting: Frame, months: Trends) -> list[Card]:
    """Eight numbers with their interval, trend and definition."""
    total = found.total
    reopened = None if found.is_summed else reopenings(scope).count()
    return [
        _confirmed(scope, total, months),
        *_flow(scope, total, reopened, waiting, months),
        *_times(scope, total, months),
    ]


def _confirmed(scope: Scope, total: Tally, months: Trends) -> Card:
    response = wilson(total["answered"], total["asked"])
    note = _("%(answered)s of %(asked)s answered") % {
        "answered": amount(total["answered"]),
        "asked": amount(total["asked"]),
    }
    if response is not None and total["asked"] >= TOO_FEW:
        note += f" ({percent(response)})"
    card = _share_card(
        scope,
        _("Residents say it was solved"),
        total.confirmed,
        scope.rows_href("answers", result="yes"),
        "satisfaction",
        note,
        drawn(months, share("solved", "answered")),
    )
    return replace(card, is_lead=True)


def _share_card(
    scope: Scope, label: str, found: Share | None, href: str, page: str, note: str, spark: str
) -> Card:
    interval = percent_range(found)
    words = f"{interval} · {note}" if interval and note else interval or note
    return Card(
        label=label,
        value=percent(found),
        href=href,
        note=words,
        anchor=scope.page_href(page),
        is_thin=found is None or found.n < TOO_FEW,
        spark=spark,
    )


def _flow(scope: Scope, total: Tally, reopened: int | None, waiting: Frame, months: Trends) -> list[Card]:
    return [
        Card(
            label=_("Open now"),
            value=amount(len(waiting)),
            href=scope.rows_href("open"),
            note=share_late_words(scope, waiting),
            anchor=scope.page_href("backlog"),
        ),
        _net_card(scope, total, reopened, months),
    ]


def _net_card(scope: Scope, total: Tally, reopened: int | None, months: Trends) -> Card:
    """Net flow as the page of the backlog has it; without the reopenings, where those are too many to look up, it is called otherwise."""
    net = total["opened"] - total["closings"] + (reopened or 0)
    note = _("%(opened)s opened, %(closed)s closed")
    if reopened is not None:
        note = _("%(opened)s opened, %(closed)s closed, %(reopened)s reopened")
    return Card(
        label=_("Opened less closed") if reopened is None else _("Net flow"),
        value=signed(net),
        href=scope.rows_href("opened"),
        note=note
        % {
            "opened": amount(total["opened"]),
            "closed": amount(total["closings"]),
            "reopened": amount(reopened or 0),
        },
        anchor=scope.page_href("backlog"),
        spark=drawn(months, lambda month: float(month["opened"] - month["closings"])),
    )


def _times(scope: Scope, total: Tally, months: Trends) -> list[Card]:
    due = _("of %(n)s due") % {"n": amount(total["due"])}
    solved = due
    if 2 * total.doubts[UNRECORDED] > total["opened"]:
        solved += " · " + _("most have no outcome")
    reopened = wilson(total["reopened"], total["counted"])
    return [
        _share_card(
            scope,
            _("On time"),
            total.on_time,
            scope.rows_href("due", result="on_time"),
            "timeliness",
            due,
            drawn(months, share("due_closed", "due")),
        ),
        _share_card(
            scope,
            _("On time and solved"),
            total.on_time_and_solved,
            scope.rows_href("due", result="solved"),
            "timeliness",
            solved,
            drawn(months, share("due_solved", "due")),
        ),
        _time_card(scope, total, _("Half are closed in"), total.median),
        _time_card(scope, total, _("Nine of ten are closed in"), total.p90),
        _share_card(
            scope,
            _("Reopened within 30 days"),
            reopened,
            scope.rows_href("reopened", result="reopened"),
            "outcomes",
            _("of %(n)s closed at least 30 days ago") % {"n": amount(total["counted"])},
            drawn(months, share("reopened", "counted")),
        ),
    ]


def _time_card(scope: Scope, total: Tally, label: str, found: Quantile) -> Card:
    thin = total["timely"] < TOO_FEW
    interval = _("95 %% interval: %(range)s")
    return Card(
        label=label,
        value=_("too few") if thin else days(found.value),
        href=scope.rows_href("timed"),
        note=interval % {"range": days_range(found)} if found.value is not None else "",
        anchor=scope.page_href("timeliness"),
        is_thin=thin or found.value is None,
    )
