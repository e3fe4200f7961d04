"""A page of the reports as a mail: findings, cards and what each figure found, with the address of the page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.queue.choices import catalogue
from dashboards.reports.charts import Figure, Table
from dashboards.reports.content import Content
from dashboards.reports.forms import ScopeForm
from dashboards.reports.frames import TooManyRows
from dashboards.reports.mail.turns import span_days
from dashboards.reports.models import ReportSubscription, Span
from dashboards.reports.names import period_words, scope_words
from dashboards.reports.pages import BY_SLUG
from dashboards.reports.scope import Scope
from departments.models import City
from requests_app.notifications.messages import spoken

SUBJECT_MAX = 80
MOST_ROWS, WIDEST = 12, 76
"""A table fits a mail of plain text up to so many rows and letters."""


@dataclass(frozen=True)
class Letter:
    """A mail in plain text and HTML. ``is_last`` where what it tells of no longer exists; ``stop_url`` stops it."""

    subject: str
    text: str
    html: str
    is_last: bool = False
    stop_url: str = ""


def page_letter(subscription: ReportSubscription, due_on: dt.date, now: dt.datetime) -> Letter:
    """The mail of a subscription for the period that ended before ``due_on``, as its owner sees it now."""
    with spoken("en") as city:
        wanted = BY_SLUG.get(subscription.page)
        start, end = span_days(Span(subscription.span), due_on)
        asked = QueryDict(f"start={start}&end={end}&{subscription.query}")
        form = ScopeForm(asked, user=subscription.owner, today=due_on)
        if wanted is None:
            return _gone(city, subscription, [_("the page")])
        if not form.is_valid():
            return _gone(city, subscription, [str(form.fields[name].label) for name in form.errors])
        scope = form.scope(now=now, zone=city.zone)
        problem, content = "", Content()
        try:
            content = wanted.build(scope)
        except TooManyRows as too_many:
            problem = str(too_many)
        context = {
            "city": city,
            "page": wanted,
            "period": period_words(scope),
            "filters": scope_words(scope),
            "problem": problem,
            "retired": _retired(scope),
            "content": content,
            "figures": [(figure, small_table(figure)) for figure in content.figures],
            "page_url": settings.SITE_URL + scope.page_href(wanted.slug),
            **_own(subscription),
        }
        return _letter(f"{wanted.title}, {context['period']}", "page", context)


def _gone(city: City, subscription: ReportSubscription, what: list[str]) -> Letter:
    context = {"city": city, "what": what, **_own(subscription)}
    return _letter(_("A report you get by mail cannot be made any more"), "gone", context, is_last=True)


def _own(subscription: ReportSubscription) -> dict[str, str]:
    at = reverse("reports:subscription", args=[subscription.pk])
    return {
        "change_url": settings.SITE_URL + at,
        "list_url": settings.SITE_URL + reverse("reports:subscriptions"),
    }


def _letter(subject: str, name: str, context: dict[str, Any], *, is_last: bool = False) -> Letter:
    return Letter(
        subject=f"311: {subject}"[:SUBJECT_MAX],
        text=render_to_string(f"dashboards/reports/mail/{name}.txt", context).strip() + "\n",
        html=render_to_string(f"dashboards/reports/mail/{name}.html", context),
        is_last=is_last,
    )


def _retired(scope: Scope) -> list[str]:
    """Filters that exist for old requests only: a report of them falls silent, and the mail says why."""
    known = catalogue()
    active = {("department", pk): is_active for pk, _name, is_active, _short in known.departments}
    active |= {("category", pk): is_active for pk, _name, _group, is_active in known.categories}
    names = {("department", pk): name for pk, name, _is, _short in known.departments}
    names |= {("category", pk): name for pk, name, _group, _is in known.categories}
    asked = [("department", scope.department), ("category", scope.category)]
    return [names[kind, pk] for kind, pk in asked if pk and not active.get((kind, pk), True)]


def small_table(figure: Figure) -> str:
    """The numbers of a figure as text in columns; empty where they do not fit."""
    if figure.drawing is None or not 0 < len(figure.drawing.table.rows) <= MOST_ROWS:
        return ""
    return columns_of(figure.drawing.table)


def columns_of(table: Table) -> str:
    """A table in columns of plain text, the first to the left and numbers to the right; empty where it is too wide."""
    lines = [list(table.headers), *([cell.text for cell in row] for row in table.rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(table.headers))]
    if sum(widths) + 2 * (len(widths) - 1) > WIDEST:
        return ""
    return "\n".join(
        "  ".join(
            text.ljust(width) if at == 0 else text.rjust(width)
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
