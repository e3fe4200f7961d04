"""Requests that went to the wrong department first: how many, of what kind, from whom to whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import TOO_FEW, wilson
from dashboards.reports.cells import count_cell, number_cell, share_cell, share_range_cell, text_cell
from dashboards.reports.charts import Bar, Figure, Flow, Table, flow_table
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Note
from dashboards.reports.frames import Frame
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, percent
from dashboards.reports.outcome_numbers import stands_out
from dashboards.reports.pages.departments.slug import SLUG
from dashboards.reports.scope import UNROUTED, Scope
from dashboards.reports.share_bars import share_bar, share_bars

MOST_BARS = 12
MOST_NOTES = 4


def sent_on(timely: Frame) -> int:
    """How many of these were sent to another department at least once."""
    return int((timely["reroutes"] > 0).sum())


def mean_hops(timely: Frame) -> float | None:
    """Times sent on, for each request that was sent on at all; None where none was."""
    moved = sent_on(timely)
    return float(timely["reroutes"].sum()) / moved if moved else None


def wrong_first(scope: Scope, called: Names, timely: Frame) -> list[Note]:
    """Categories sent on more often than the others, beyond chance; the most requests first."""
    groups = [(pk, group) for pk, group in timely.groups("category") if len(group) >= TOO_FEW]
    total, notes = sent_on(timely), []
    for pk, group in groups:
        moved = sent_on(group)
        if stands_out(moved, len(group), total, len(timely), len(groups)):
            words = _("%(category)s goes wrong %(share)s of the time: a routing rule may mend that.") % {
                "category": called.category(pk),
                "share": percent(wilson(moved, len(group))),
            }
            href = scope.rows_href("rerouted", result="opened", category=pk)
            notes.append((moved, Note(words, href, amount(moved))))
    return [note for _moved, note in sorted(notes, key=lambda pair: -pair[0])[:MOST_NOTES]]


def by_category(scope: Scope, called: Names, timely: Frame) -> Figure:
    """The share sent on, by category, the highest first."""
    n, moved = len(timely), sent_on(timely)
    groups = sorted(
        timely.groups("category"), key=lambda pair: (-sent_on(pair[1]) / len(pair[1]), -len(pair[1]), pair[0])
    )
    large = [(pk, group) for pk, group in groups if len(group) >= TOO_FEW and sent_on(group)]
    finding, drawing = _("No request was sent on to another department."), None
    if moved:
        words = ngettext(
            "One of %(n)s requests was sent on to another department.",
            "%(moved)s of %(n)s requests were sent on to another department, %(share)s %%.",
            moved,
        )
        finding = words % {"moved": amount(moved), "n": amount(n), "share": amount(moved * 100 / n)}
        if large:
            pk, group = large[0]
            finding += " " + _("Most often wrong: %(category)s, %(share)s of %(n)s.") % {
                "category": called.category(pk),
                "share": percent(wilson(sent_on(group), len(group))),
                "n": amount(len(group)),
            }
        table = tuple(
            (
                text_cell(called.category(pk)),
                count_cell(len(group), scope.rows_href("rerouted", result="counted", category=pk)),
                count_cell(sent_on(group), scope.rows_href("rerouted", result="opened", category=pk)),
                share_cell(wilson(sent_on(group), len(group))),
                share_range_cell(wilson(sent_on(group), len(group))),
                number_cell(mean_hops(group), 2),
            )
            for pk, group in groups
        )
        headers = (
            _("Category"),
            _("Opened"),
            _("Sent on"),
            _("Share sent on"),
            _("95 % interval"),
            _("Times sent on (mean)"),
        )
        drawing = replace(
            share_bars([_bar(scope, called, pk, group) for pk, group in large[:MOST_BARS]]),
            table=Table(headers, table),
        )
    return make_figure(
        scope,
        SLUG,
        "rerouted",
        finding=finding,
        description=_(
            "Share of requests sent on, by category, with the 95 % interval; the highest share first."
        ),
        definition=_(
            "Of requests opened in the period, the share a person sent to another department at least once after the"
            " first routing. Steps taken back do not count, nor do duplicates, withdrawn requests and reports that"
            " follow another one. Categories with fewer than %(few)s requests stand in the table only."
        )
        % {"few": amount(TOO_FEW)},
        rows=moved,
        rows_href=scope.rows_href("rerouted", result="opened"),
        drawing=drawing,
        empty=_("Every request stayed where it was routed first."),
    )


def _bar(scope: Scope, called: Names, pk: int, group: Frame) -> Bar:
    href = scope.rows_href("rerouted", result="opened", category=pk)
    return share_bar(called.category(pk), sent_on(group), len(group), href)


def flows(scope: Scope, called: Names, moves: Counter[tuple[int, int]]) -> Figure:
    """Who sends to whom: hand-offs in the period."""
    n = sum(moves.values())
    finding, drawing = _("No department sent a request to another one in this period."), None
    if n:
        (source, target), most = min(moves.items(), key=lambda pair: (-pair[1], pair[0]))
        words = ngettext(
            "One hand-off, from %(source)s to %(target)s.",
            "%(n)s hand-offs; most from %(source)s to %(target)s: %(most)s.",
            n,
        )
        finding = words % {
            "n": amount(n),
            "source": called.department(source),
            "target": called.department(target),
            "most": amount(most),
        }
        drawing = flow_table(
            [
                Flow(
                    source=called.department(source),
                    target=called.department(target),
                    count=count,
                    href=scope.rows_href("rerouted", source=source or UNROUTED, target=target),
                )
                for (source, target), count in moves.items()
            ],
            headers=(_("From"), _("To"), _("All")),
            source_hrefs={called.department(pk): scope.rows_href("rerouted", source=pk) for pk, _to in moves},
            target_hrefs={
                called.department(pk): scope.rows_href("rerouted", target=pk) for _from, pk in moves
            },
        )
    return make_figure(
        scope,
        SLUG,
        "flows",
        finding=finding,
        description=_("Hand-offs in the period: from the department in the line to the one in the column."),
        definition=_(
            "Each step “sent to another department” in the period, by its time in the history, without those taken back."
            " A request sent on twice counts twice. The filters hold for the request as it is now: a report of one"
            " department shows what ended up there."
        ),
        rows=n,
        rows_href=scope.rows_href("rerouted"),
        drawing=drawing,
        empty=_("Nothing was handed on here."),
    )
