"""How long departments and partners held what was closed."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.reports.cells import count_cell, days_cell, number_cell, part_cell, text_cell
from dashboards.reports.charts import Bar, Figure, Table, bars
from dashboards.reports.charts.figure import Cell, amount
from dashboards.reports.held_numbers import UNKNOWN, Held, Holder, partner_names
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names
from dashboards.reports.pages.departments.slug import SLUG
from dashboards.reports.scope import UNROUTED, Scope

MOST_BARS = 14


def holder_name(called: Names, holder: Holder) -> str:
    """A department's name, or a partner's with the word for it."""
    if not holder.is_partner:
        return called.department(holder.pk)
    if holder.pk == UNKNOWN:
        return _("Partner, not named")
    return _("%(name)s (partner)") % {"name": partner_names().get(holder.pk, f"#{holder.pk}")}


def held_figure(scope: Scope, called: Names, found: dict[Holder, Held]) -> Figure:
    """Days held, by department and partner."""
    order = sorted(found, key=lambda holder: (-found[holder].days, holder))
    requests = {request for each in found.values() for request in each.seconds}
    total = sum(each.days for each in found.values())
    finding, drawing = _("Nothing was held: no request was closed in this period."), None
    if order:
        finding = _held_words(called, found, order[0], requests=len(requests), total=total)
        picture = bars(
            [
                Bar(
                    label=holder_name(called, holder),
                    value=found[holder].days,
                    text=_("%(days)s days") % {"days": amount(found[holder].days)},
                    href=_href(scope, holder),
                )
                for holder in order[:MOST_BARS]
            ],
            headers=("", ""),
        )
        headers = (
            _("Department or partner"),
            _("Requests held"),
            _("Days in all"),
            _("Share of all days"),
            _("Half were held for at most"),
            _("Requests on hold"),
            _("Days on hold"),
        )
        table = tuple(_line(scope, called, holder, found[holder], total) for holder in order)
        drawing = replace(picture, table=Table(headers, table))
    return make_figure(
        scope,
        SLUG,
        "held",
        finding=finding,
        description=_("Days departments and partners held requests that were closed in the period."),
        definition=_(
            "From the history of each request closed in the period, from the report to its last closing there: whoever"
            " had it in between held it, and not only the last one. Days with a partner are the partner's; days between a"
            " closing and a reopening are nobody's; days on hold stay with the department and are shown beside. Steps"
            " taken back are left out, and so are duplicates, withdrawn requests and reports that follow another one."
        ),
        rows=len(requests),
        rows_href=scope.rows_href("held"),
        drawing=drawing,
        empty=_("Nothing was closed here. Choose a longer period or another department."),
    )


def _held_words(
    called: Names, found: dict[Holder, Held], most: Holder, *, requests: int, total: float
) -> str:
    words = ngettext(
        "One closed request was held for %(days)s days, %(share)s %% of them by %(most)s.",
        "%(n)s closed requests were held for %(days)s days in all, %(share)s %% of them by %(most)s.",
        requests,
    )
    finding = words % {
        "n": amount(requests),
        "days": amount(total),
        "share": amount(found[most].days * 100 / total),
        "most": holder_name(called, most),
    }
    outside = sum(each.days for holder, each in found.items() if holder.is_partner) * 100 / total
    waiting = sum(each.days_on_hold for each in found.values()) * 100 / total
    if outside >= 1:
        finding += " " + _("Partners had %(share)s %%.") % {"share": amount(outside)}
    if waiting >= 1:
        finding += " " + _("%(share)s %% were spent on hold.") % {"share": amount(waiting)}
    return finding


def _href(scope: Scope, holder: Holder, what: str = "") -> str:
    if holder.is_partner:
        return scope.rows_href("held", result=f"partner-{holder.pk}")
    return scope.rows_href("held", result=what, source=holder.pk or UNROUTED)


def _line(scope: Scope, called: Names, holder: Holder, each: Held, total: float) -> tuple[Cell, ...]:
    return (
        text_cell(holder_name(called, holder)),
        count_cell(len(each.seconds), _href(scope, holder)),
        number_cell(each.days, 1),
        part_cell(each.days, total),
        days_cell(each.median_days),
        count_cell(len(each.on_hold), _href(scope, holder, "on_hold")),
        number_cell(each.days_on_hold, 1),
    )
