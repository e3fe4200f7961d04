"""Bars of shares with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from civic311.lib.statistics import wilson
from dashboards.reports.charts import Bar, Drawing, bars
from dashboards.reports.charts.figure import amount
from dashboards.reports.names import percent

ROOM = 1.15
"""How much longer the scale is than the longest interval, for the words beside it on a small screen."""


def share_bar(label: str, part: int, n: int, href: str) -> Bar:
    """A share in percent with its 95 % interval and the number it rests on; a share of nothing leads nowhere.

    Raises ValueError for a share of no requests.
    """
    share = wilson(part, n)
    if share is None:
        raise ValueError("A bar needs requests to be a share of.")
    return Bar(
        label=label,
        value=share.value * 100,
        text=_("%(share)s of %(n)s") % {"share": percent(share), "n": amount(n)},
        href=href if part else "",
        lower=share.lower * 100,
        upper=share.upper * 100,
    )


def share_bars(rows: Sequence[Bar]) -> Drawing:
    """Bars of `share_bar`, scaled so that the longest interval stays inside the drawing. Its table is to be replaced."""
    return bars(
        rows, headers=("", ""), limit=ROOM * max([row.upper or row.value for row in rows], default=100)
    )
