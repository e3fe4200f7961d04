"""The figures of the backlog page about what is open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.queue.choices import catalogue
from dashboards.reports.backlog_numbers import (
    BAND_OF_BIN,
    BIN_NAMES,
    DAY_S,
    MOST_WAITS,
    OLD_BANDS,
    Backlog,
    Wait,
)
from dashboards.reports.cells import count_cell, day_cell, number_cell, part_cell, text_cell
from dashboards.reports.charts import Bar, Bin, Cell, Figure, Part, Picture, Table, bars, histogram, stack
from dashboards.reports.charts.figure import amount
from dashboards.reports.listing import Listing
from dashboards.reports.making import make_figure
from dashboards.reports.names import BAND_NAMES, Names
from dashboards.reports.scope import UNROUTED, Scope
from requests_app.workflow import Status

SLUG = "backlog"
MOST_BARS = 12
OLDEST = 10


def _made(
    scope: Scope,
    uid: str,
    found: Backlog,
    drawing: Picture | None,
    *,
    finding: str,
    description: str,
    definition: str,
) -> Figure:
    """A figure over everything that is open."""
    return make_figure(
        scope,
        SLUG,
        uid,
        finding=finding if found.total else _("Nothing is open."),
        description=description,
        definition=definition,
        rows=found.total,
        rows_href=scope.rows_href("open"),
        drawing=drawing if found.total else None,
        empty=_("There is no open request here."),
    )


def ages_figure(scope: Scope, found: Backlog) -> Figure:
    """How old open requests are."""
    bins = [
        Bin(
            label=str(name),
            count=n,
            href=scope.rows_href("open", result=f"age{number}") if n else "",
            is_marked=BAND_OF_BIN[number] >= OLD_BANDS,
        )
        for number, (name, n) in enumerate(zip(BIN_NAMES, found.bins(), strict=True))
    ]
    words = ngettext(
        "One request is open, %(old)s for more than 90 days.",
        "%(n)s requests are open, %(old)s of them for more than 90 days.",
        found.total,
    ) % {"n": amount(found.total), "old": amount(found.old)}
    return _made(
        scope,
        "ages",
        found,
        histogram(bins, headers=(_("Open for up to"), _("Requests")), marked=_("More than 90 days")),
        finding=words,
        description=_("Open requests by age; each bar ends at the age below it."),
        definition=_(
            "Every request open at this moment, whenever it was opened; the period above does not matter here. Reports "
            "of one problem count once, with the first. Age runs from the report, in days of 24 hours; pauses count."
        ),
    )


def departments_figure(scope: Scope, called: Names, found: Backlog) -> Figure:
    """What is open, by department and age."""
    rows = found.bands_by(lambda cell: cell.department)
    parts = [_part(scope, called.department(key), counts, department=key or UNROUTED) for key, counts in rows]
    first, counts = (parts[0].label, rows[0][1]) if rows else ("", ())
    words = _("%(name)s has most of them open: %(n)s, %(old)s for more than 90 days.")
    return _made(
        scope,
        "departments",
        found,
        _stacked(parts, _("Department")),
        finding=words % {"name": first, "n": amount(sum(counts)), "old": amount(sum(counts[OLD_BANDS:]))},
        description=_("Open requests by department and age."),
        definition=_(
            "The same requests by the department that has them now. What a department was sent from others counts with "
            "it, with the time it spent there."
        ),
    )


def categories_figure(scope: Scope, called: Names, found: Backlog) -> Figure:
    """What is open, by category and age."""
    rows = found.bands_by(lambda cell: cell.category)
    parts = [_part(scope, called.category(key), counts, category=key) for key, counts in rows]
    first, n = (parts[0].label, sum(rows[0][1])) if rows else ("", 0)
    more = len(parts) - MOST_BARS
    description = _("Open requests by category and age.")
    if more > 0:
        description += " " + ngettext(
            "The %(most)s largest; one more is in the table.",
            "The %(most)s largest; %(more)s more are in the table.",
            more,
        ) % {"most": MOST_BARS, "more": more}
    share = n * 100 / found.total if found.total else 0
    words = _("%(name)s is the largest part of the backlog: %(n)s requests, %(share)s\u00a0%%.")
    return _made(
        scope,
        "categories",
        found,
        _stacked(parts, _("Category")),
        finding=words % {"name": first, "n": amount(n), "share": amount(share)},
        description=description,
        definition=_("The same requests by their present category."),
    )


def _part(scope: Scope, label: str, counts: tuple[int, ...], **key: int) -> Part:
    hrefs = tuple(scope.rows_href("open", band=band, **key) if n else "" for band, n in enumerate(counts))
    return Part(label=label, counts=counts, hrefs=hrefs)


def _stacked(parts: Sequence[Part], header: str) -> Picture:
    bands = tuple(str(name) for name in BAND_NAMES)
    table = stack(parts, bands, header=header).table
    return replace(stack(parts[:MOST_BARS], bands, header=header), table=table)


def waits_figure(scope: Scope, found: Backlog, waits: Sequence[Wait]) -> Figure:
    """What stands still, and for whom it waits."""
    hold, partner = found.status(Status.ON_HOLD), found.status(Status.WITH_PARTNER)
    waiting = hold + partner
    shown = [
        Bar(
            label=wait.words or _("Nobody is named"),
            value=wait.n,
            href=scope.rows_href("open", result=f"wait-{wait.key}"),
        )
        for wait in waits
    ]
    finding, drawing = _("No open request waits for somebody."), None
    if waiting:
        finding = _(
            "%(n)s of %(total)s open requests wait: %(hold)s on hold, %(partner)s with a partner. Most wait for: %(whom)s."
        ) % {
            "n": amount(waiting),
            "total": amount(found.total),
            "hold": amount(hold),
            "partner": amount(partner),
            "whom": shown[0].label,
        }
        headers = (_("Waits for"), _("Open requests"))
        rows = tuple((text_cell(bar.label), count_cell(int(bar.value), bar.href)) for bar in shown)
        drawing = replace(bars(shown[:MOST_WAITS], headers=headers), table=Table(headers, rows))
    return make_figure(
        scope,
        SLUG,
        "waiting",
        finding=finding,
        description=_("Requests on hold or with a partner, by whom they wait for."),
        definition=_(
            "Open requests that are on hold or with a partner now, by the words of those who put them there, or by the "
            "partner's name. Not every hold stops the clock."
        ),
        rows=waiting,
        rows_href=scope.rows_href("open", result="waiting"),
        drawing=drawing,
        empty=_("Nothing is on hold or with a partner."),
    )


def clocks_figure(scope: Scope, called: Names, found: Backlog) -> Figure:
    """Both clocks: how long open requests wait in all, and how much of that their clock stood still."""
    clocks = found.clocks()
    days, paused = sum(row.days for row in clocks), sum(row.paused_days for row in clocks)
    headers = (
        _("Department"),
        _("Open now"),
        _("On hold"),
        _("With a partner"),
        _("Days open, on average"),
        _("Of these paused"),
        _("Days without pauses"),
    )

    def link(key: int, result: str = "") -> str:
        return scope.rows_href("open", department=key or UNROUTED, result=result)

    rows = tuple(
        (
            text_cell(called.department(row.department)),
            count_cell(row.n, link(row.department)),
            count_cell(row.on_hold, link(row.department, Status.ON_HOLD)),
            count_cell(row.with_partner, link(row.department, Status.WITH_PARTNER)),
            number_cell(row.days / row.n),
            part_cell(row.paused_days, row.days),
            number_cell((row.days - row.paused_days) / row.n),
        )
        for row in clocks
    )
    share = paused * 100 / days if days else 0
    words = _("Of all the days open requests wait, the clock stood still for %(share)s\u00a0%%.")
    return _made(
        scope,
        "clocks",
        found,
        Listing(Table(headers, rows)),
        finding=words % {"share": amount(share, 1)}
        if paused
        else _("The clock of open requests never stood still."),
        description=_("Both clocks of open requests, by department."),
        definition=_(
            "Days since the report, and without the pauses in which the clock stood still; a pause needs a reason. "
            "Pauses never hide how long a resident waits: every other figure counts the whole time."
        ),
    )


def oldest_figure(scope: Scope, called: Names, found: Backlog) -> Figure:
    """The requests open for longest, each with its address."""
    partners = catalogue().partner_names
    oldest = (
        scope.open_now()
        .order_by("created_at", "pk")
        .values_list(
            "request__number",
            "category_id",
            "department_id",
            "created_at",
            "status",
            "request__waiting_for",
            "partner_id",
        )[:OLDEST]
    )
    rows = tuple(
        (
            text_cell(called.category(category)),
            Cell(number, reverse("queue:detail", args=[number]), number),
            text_cell(called.department(department)),
            day_cell(timezone.localtime(created, scope.zone).date()),
            number_cell((scope.now - created).total_seconds() / DAY_S, 0),
            text_cell(str(Status(status).label)),
            text_cell(waits_for or partners.get(partner, "")),
        )
        for number, category, department, created, status, waits_for, partner in oldest
    )
    headers = (
        _("Category"),
        _("Number"),
        _("Department"),
        _("Opened"),
        _("Days open"),
        _("Status"),
        _("Waits for"),
    )
    finding = ""
    if rows:
        finding = _("The oldest open request waits for %(days)s days.") % {"days": rows[0][4].text}
    return _made(
        scope,
        "oldest",
        found,
        Listing(Table(headers, rows)) if rows else None,
        finding=finding,
        description=_("The requests open for longest, at most ten."),
        definition=_(
            "Open at this moment, the first reported first. The list behind the number has all of them, the newest first."
        ),
    )
