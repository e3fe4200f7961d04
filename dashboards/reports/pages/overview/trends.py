"""The last thirteen months of the main figures, from the sums: what the small lines of the cards draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import format_html

from civic311.lib.statistics import TOO_FEW
from dashboards.reports.charts import sparkline
from dashboards.reports.frames import GroupSum
from dashboards.reports.scope import Scope
from dashboards.reports.tally import COUNTS
from requests_app.models import MonthSum

MONTHS = 13

Month = dict[str, int]
Trends = list[Month]
"""The counts of each whole month, the oldest first; empty where the sums do not hold the report."""


def trends(scope: Scope) -> Trends:
    """The whole months up to the end of the period or to now, in one statement."""
    if not scope.is_summed:
        return []
    last = min(scope.end, scope.now.astimezone(scope.zone).date()).replace(day=1)
    first = dt.date(last.year - 1, last.month, 1)
    wanted = Q(month__gte=first, month__lt=last, population=scope.population)
    if scope.department is not None:
        wanted &= Q(department_id=scope.department)
    if scope.category is not None:
        wanted &= Q(category_id=scope.category)
    rows = MonthSum.objects.filter(wanted).order_by("month").values("month")
    summed: QuerySet[Any, Any] = rows.annotate(**{name: GroupSum(name) for name in COUNTS})
    return list(summed)


def share(part: str, whole: str) -> Callable[[Month], float | None]:
    """A share of two counts of a month in percent; None over too few."""

    def value(month: Month) -> float | None:
        return 100 * month[part] / month[whole] if month[whole] >= TOO_FEW else None

    return value


def drawn(months: Trends, value: Callable[[Month], float | None]) -> str:
    """The small line of a card; empty with fewer than three values. The numbers are on the pages behind it."""
    values = [value(month) for month in months]
    if sum(each is not None for each in values) < 3:
        return ""
    drawing = sparkline(values)
    return format_html(
        '<svg class="chart-spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">{}</svg>',
        drawing.width,
        drawing.height,
        drawing.width,
        drawing.height,
        drawing.marks,
    )
