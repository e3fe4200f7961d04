"""At a glance: how many rows can be trusted, and how fresh the figures are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic311.lib.statistics import TOO_FEW, wilson
from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Card
from dashboards.reports.frames import Frame
from dashboards.reports.names import percent
from dashboards.reports.quality_numbers import ANY, UNTIMELY, doubted, untimely
from dashboards.reports.scope import Scope
from requests_app.models import RequestEvent, StaleFact


@dataclass(frozen=True)
class Freshness:
    """`waiting` changes are not counted yet; `newest` is when the last thing happened, None for no history."""

    waiting: int
    newest: dt.datetime | None


def freshness() -> Freshness:
    """How fresh the facts are, in two statements: those of the whole city, whoever reads."""
    last = RequestEvent.objects.order_by("-pk").values_list("occurred_at", flat=True).first()
    waiting = StaleFact.objects.values("request_id").distinct().count()
    return Freshness(waiting, last)


def cards(scope: Scope, opened: Frame, fresh: Freshness) -> list[Card]:
    """Rows without a doubt, rows left out of figures of time, imported ones, and changes not counted yet."""
    found, apart = doubted(opened), untimely(opened)
    imported = int(opened["request__is_imported"].sum())
    trusted = wilson(found.n - found.doubtful, found.n)
    return [
        Card(
            label=_("Rows without a doubt"),
            value=percent(trusted),
            href=scope.rows_href("quality", result=ANY),
            note=ngettext("%(n)s of %(all)s row is doubtful", "%(n)s of %(all)s rows are doubtful", found.n)
            % {"n": amount(found.doubtful), "all": amount(found.n)},
            anchor="#doubts",
            is_thin=found.n < TOO_FEW,
        ),
        Card(
            label=_("Left out of figures of time"),
            value=amount(apart),
            href=scope.rows_href("quality", result=UNTIMELY),
            note=_("their times can’t be believed"),
            anchor="#doubts",
        ),
        Card(
            label=_("Imported"),
            value=amount(imported),
            href=scope.rows_href("origin", result="imported"),
            note=_("%(n)s were reported here") % {"n": amount(found.n - imported)},
            anchor="#sources",
        ),
        Card(
            label=_("Changes not counted yet"),
            value=amount(fresh.waiting),
            href=scope.page_href("quality"),
            note=_newest(scope, fresh.newest),
        ),
    ]


def _newest(scope: Scope, newest: dt.datetime | None) -> str:
    if newest is None:
        return _("nothing has happened yet")
    local = newest.astimezone(scope.zone)
    return _("in the whole city; the last one was made on %(day)s at %(time)s") % {
        "day": date_format(local, "M j, Y"),
        "time": date_format(local, "P"),
    }
