"""How many requests a list holds, counted no farther than a page or a file goes: a city may have millions."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.reports.charts.figure import amount
from dashboards.reports.content import Rows


def counted(rows: Rows, most: int) -> int:
    """How many there are, or ``most + 1`` for more than that."""
    return rows.order_by().values("pk")[: most + 1].count()


def count_words(n: int, most: int) -> str:
    """A number from `counted` in words: "1 request", "More than 200,000 requests"."""
    if n > most:
        return _("More than %(n)s requests") % {"n": amount(most)}
    return ngettext("%(n)s request", "%(n)s requests", n) % {"n": amount(n)}
