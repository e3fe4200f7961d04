"""The calls at the desk on the page of channels: how they ended, when they came, who had to call again."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import TOO_FEW, Share
from dashboards.reports.cells import count_cell, part_cell, text_cell
from dashboards.reports.channels_numbers import CallNumbers, Intake, is_settled
from dashboards.reports.charts import Bar, Bin, Drawing, Figure, Table, bars, histogram
from dashboards.reports.charts.figure import amount
from dashboards.reports.charts.heat import HOURS, hour_words
from dashboards.reports.content import Card
from dashboards.reports.making import make_figure
from dashboards.reports.names import percent, percent_range
from dashboards.reports.scope import Scope
from requests_app.queries.calls import AGAIN_WITHIN_DAYS
from requests_app.workflow import Channel

SLUG = "channels"


def _desk_href(scope: Scope) -> str:
    return f"{reverse('desk:calls')}?start={scope.start}&end={scope.end}"


def call_cards(scope: Scope, found: CallNumbers) -> list[Card]:
    """The calls at a glance; each leads to the page of calls."""
    href, total = _desk_href(scope), found.figures.total

    def card(label: str, share: Share | None, note: str) -> Card:
        is_thin = share is None or share.n < TOO_FEW
        interval = percent_range(share)
        words = f"{note} ({interval})" if interval else note
        return Card(label, percent(share), href, words, "#calls", is_thin)

    return [
        Card(_("Calls"), amount(total), href, _("ended in the period"), "#calls", not total),
        card(
            _("Settled with the first call"),
            found.first_contact,
            _("of %(n)s calls with a known number") % {"n": amount(found.figures.known)},
        ),
        card(
            _("Information only"),
            found.information_only,
            _("of %(n)s calls") % {"n": amount(total)},
        ),
        card(
            _("Called more than once"),
            found.called_again,
            _("of %(n)s callers with a known number") % {"n": amount(found.callers)},
        ),
    ]


def outcomes_figure(scope: Scope, found: Intake, called_in: CallNumbers) -> Figure:
    """How calls ended, and how many were settled with the first one."""
    total = called_in.figures.total
    shown = [Bar(label=str(outcome.label), value=n) for outcome, n in called_in.figures.outcomes]
    drawing = None
    if total:
        headers = (_("How the call ended"), _("Calls"), _("Share"), _("Settled on the phone"))
        rows = tuple(
            (
                text_cell(str(outcome.label)),
                count_cell(n),
                part_cell(n, total),
                text_cell(_("Yes") if is_settled(outcome) else _("No")),
            )
            for outcome, n in called_in.figures.outcomes
        )
        drawing = replace(bars(shown, headers=headers[:2]), table=Table(headers, rows))
    words = ngettext("One call.", "%(n)s calls.", total) % {"n": amount(total)}
    first, information = called_in.first_contact, called_in.information_only
    if first is not None and first.n >= TOO_FEW:
        words += " " + _("%(share)s were settled with the first call.") % {"share": percent(first)}
    if information is not None and information.n >= TOO_FEW:
        words += " " + _("%(share)s needed information only.") % {"share": percent(information)}
    definition = _(
        "Calls that ended in the period, by how they ended. Settled with the first call: of calls with a known number "
        "that were not cut off, those settled on the phone with no further call from this number within %(days)s days. "
        "Known by a hash of the number; the link shows what was taken down by phone."
    ) % {"days": AGAIN_WITHIN_DAYS}
    return _calls_figure(scope, found, "calls", words if total else _nobody(), drawing, definition)


def hours_figure(scope: Scope, found: Intake, called_in: CallNumbers) -> Figure:
    """Calls by hour of the day."""
    counts = dict(called_in.figures.hours)
    drawing, finding = None, _nobody()
    if called_in.figures.total:
        bins = [Bin(label=str(hour), count=n) for hour, n in called_in.figures.hours]
        headers = (_("Hour"), _("Calls"))
        rows = tuple((text_cell(hour_words(hour)), count_cell(n)) for hour, n in called_in.figures.hours)
        drawing = replace(histogram(bins, headers=headers), table=Table(headers, rows))
        busiest = max(counts, key=lambda hour: (counts[hour], -hour))
        finding = _("Most calls end between %(from)s and %(to)s: %(n)s of %(total)s.") % {
            "from": hour_words(busiest),
            "to": hour_words((busiest + 1) % HOURS),
            "n": amount(counts[busiest]),
            "total": amount(called_in.figures.total),
        }
    definition = _(
        "Calls by the hour in which they ended, from 0 to 23 on the clocks of the city, all days together."
    )
    return _calls_figure(scope, found, "call-hours", finding, drawing, definition)


def _nobody() -> str:
    return _("Nobody called in this period.")


def _calls_figure(
    scope: Scope, found: Intake, uid: str, finding: str, drawing: Drawing | None, definition: str
) -> Figure:
    """A figure of calls; its rows are the requests taken down by phone, calls have a page of their own."""
    by_phone = sum(row.opened for row in found.channels if row.channel == Channel.PHONE)
    return make_figure(
        scope,
        SLUG,
        uid,
        finding=finding,
        description=_("Calls at the desk."),
        definition=definition,
        rows=by_phone,
        rows_href=scope.rows_href("opened", channel=Channel.PHONE.value),
        drawing=drawing,
        empty=_("Choose a longer period."),
        excluded=_("Calls by hour, topic and operator"),
        excluded_href=_desk_href(scope),
    )
