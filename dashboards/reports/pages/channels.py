"""How requests come in, how soon each channel's are closed, what is reported again, and the calls at the desk."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civic311.lib.statistics import TOO_FEW
from dashboards.reports.cells import (
    count_cell,
    days_cell,
    days_range_cell,
    part_cell,
    share_cell,
    share_range_cell,
    text_cell,
)
from dashboards.reports.channels_numbers import (
    Intake,
    calls,
    intake,
    is_for_all_calls,
    reads_calls,
)
from dashboards.reports.charts import Bar, Figure, StripRow, Table, bars, strip
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Content, Note, ReportPage
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names, days, names
from dashboards.reports.pages.channels_calls import SLUG, call_cards, hours_figure, outcomes_figure
from dashboards.reports.scope import Scope
from requests_app.workflow import Channel

MOST_BARS = 12


def build(scope: Scope) -> Content:
    """The page: one statement for what came in, two for the calls."""
    called, found, called_in = names(), intake(scope), calls(scope)
    figures = [_volume(scope, found), _times(scope, found), _repeats(scope, called, found)]
    cards, notes = [], []
    if called_in is not None:
        cards = call_cards(scope, called_in)
        figures += [outcomes_figure(scope, found, called_in), hours_figure(scope, found, called_in)]
    elif reads_calls(scope) and not is_for_all_calls(scope):
        notes = [
            Note(
                _(
                    "Calls are not counted by these filters. Clear them to see calls and first-contact resolution."
                )
            )
        ]
    return Content(cards=cards, notes=notes, notes_title=_("About the calls"), figures=figures)


def _volume(scope: Scope, found: Intake) -> Figure:
    shown = [
        Bar(
            label=str(row.channel.label),
            value=row.opened,
            href=scope.rows_href("opened", channel=row.channel.value),
        )
        for row in found.channels
    ]
    finding, drawing = _("No request was opened in this period."), None
    if shown:
        finding = _("%(share)s\u00a0%% of requests come by one channel: %(channel)s, %(n)s of %(total)s.") % {
            "channel": shown[0].label,
            "n": amount(found.channels[0].opened),
            "total": amount(found.opened),
            "share": amount(found.channels[0].opened * 100 / found.opened),
        }
        headers = (_("Channel"), _("Opened"), _("Share"))
        rows = tuple(
            (text_cell(bar.label), count_cell(row.opened, bar.href), part_cell(row.opened, found.opened))
            for bar, row in zip(shown, found.channels, strict=True)
        )
        drawing = replace(bars(shown, headers=headers[:2]), table=Table(headers, rows))
    return make_figure(
        scope,
        SLUG,
        "channels",
        finding=finding,
        description=_("Requests opened, by the channel they came in by."),
        definition=_(
            "Every request opened in the period, duplicates and withdrawn ones included, by the channel of its intake. "
            "A second call about an open request is no request of its own. Spam is left out."
        ),
        rows=found.opened,
        rows_href=scope.rows_href("opened"),
        drawing=drawing,
        empty=_("Nothing to draw. Choose a longer period or another department."),
    )


def _times(scope: Scope, found: Intake) -> Figure:
    timed = sum(row.timed for row in found.channels)
    known = [row for row in found.channels if row.timed >= TOO_FEW]

    def href(channel: Channel) -> str:
        return scope.rows_href("opened", channel=channel.value, result="timed")

    drawing = None
    if known:
        shown = [
            StripRow(label=str(row.channel.label), median=row.median, p90=row.p90, href=href(row.channel))
            for row in known
        ]
        headers = (_("Channel"), _("Half are closed in"), _("Nine of ten are closed in"))
        rows = tuple(
            (
                text_cell(str(row.channel.label)),
                count_cell(row.timed, href(row.channel)),
                *(
                    (days_cell(row.median.value), days_range_cell(row.median), days_cell(row.p90.value))
                    if row.timed >= TOO_FEW
                    else (
                        days_cell(None, none=_("too few")),
                        text_cell(""),
                        days_cell(None, none=_("too few")),
                    )
                ),
            )
            for row in found.channels
        )
        table = Table((headers[0], _("Requests"), headers[1], _("95 % interval"), headers[2]), rows)
        drawing = replace(
            strip(shown, headers=headers, unit=_("days"), early=_("too early to say")), table=table
        )
    return make_figure(
        scope,
        SLUG,
        "times",
        finding=_times_finding(found),
        description=_("The time by which half and nine of ten are closed, by channel."),
        definition=_(
            "Days from the report to its last closing, by Kaplan–Meier: open requests count with the time they wait. First "
            "reports of a problem only, without duplicates, withdrawn ones and impossible times. Channels bring other "
            "kinds of problems, so a difference need not be the channel's. Fewer than 10 requests: too few."
        ),
        rows=timed,
        rows_href=scope.rows_href("opened", result="timed"),
        drawing=drawing,
        empty=_("No channel has ten such requests. Choose a longer period."),
    )


def _times_finding(found: Intake) -> str:
    known = [row for row in found.channels if row.median.value is not None]
    if not known:
        return _("Too early or too few to say how long each channel waits.")
    first = known[0]
    words = _("%(channel)s: half are closed in %(days)s.") % {
        "channel": first.channel.label,
        "days": days(first.median.value),
    }
    if len(known) == 1:
        return words
    second = _("%(channel)s: in %(days)s.") % {
        "channel": known[1].channel.label,
        "days": days(known[1].median.value),
    }
    return f"{words} {second}"


def _repeats(scope: Scope, called: Names, found: Intake) -> Figure:
    again = sum(row.again for row in found.repeats)
    further = sum(row.further for row in found.repeats)
    problems = sum(row.problems for row in found.repeats)

    def href(category: int) -> str:
        return scope.rows_href("opened", category=category, result="again")

    shown = [
        Bar(label=called.category(row.category), value=row.again, href=href(row.category))
        for row in found.repeats
        if row.again
    ]
    finding, drawing = _("No problem was reported again in its first two weeks."), None
    if again:
        finding = ngettext(
            "One of %(problems)s problems was reported again in its first two weeks; %(further)s further reports in all.",
            "%(n)s of %(problems)s problems were reported again in their first two weeks; %(further)s further reports in "
            "all.",
            again,
        ) % {"n": amount(again), "problems": amount(problems), "further": amount(further)}
        headers = (_("Category"), _("Reported again"), _("Of all"), _("95 % interval"), _("Further reports"))
        rows = tuple(
            (
                text_cell(called.category(row.category)),
                count_cell(row.again, href(row.category)),
                share_cell(row.share, href(row.category)),
                share_range_cell(row.share),
                count_cell(row.further),
            )
            for row in found.repeats
        )
        drawing = replace(bars(shown[:MOST_BARS], headers=headers[:2]), table=Table(headers, rows))
    return make_figure(
        scope,
        SLUG,
        "repeats",
        finding=finding,
        description=_("Problems somebody reported again, by category; at most twelve are drawn."),
        definition=_(
            "First reports opened in the period with at least one further report in the 14 days after: another report "
            "joined to it, a call of somebody else, or a neighbor who has it too. Many further reports mean people do not see "
            "that it is known."
        ),
        rows=again,
        rows_href=scope.rows_href("opened", result="again"),
        drawing=drawing,
        empty=_("Nothing to draw."),
    )


PAGE = ReportPage(
    slug=SLUG,
    title=gettext_lazy("Channels and calls"),
    lead=gettext_lazy("How people reach the city, and whether one contact is enough."),
    build=build,
)
