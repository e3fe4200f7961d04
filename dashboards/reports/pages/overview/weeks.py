"""The weeks of the period against the same ones of earlier years, read for the overview."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from dashboards.reports.frames import GroupCount, GroupSum
from dashboards.reports.scope import Scope, mondays
from dashboards.reports.weekly import CategoryChange, in_whole_weeks, week_of, weekly
from requests_app.models import WeekVolume

LONGEST = dt.timedelta(days=800)
"""A longer period is no season to be held against others."""


def changes(scope: Scope) -> list[CategoryChange]:
    """Categories beyond their usual band; none for a period of several years, whose weeks tell no season."""
    if scope.end - scope.start > LONGEST:
        return []
    return weekly(scope, _counts(scope)).changes


def _counts(scope: Scope) -> dict[tuple[dt.date, int], int]:
    if scope.is_summed:
        weeks = mondays(scope)
        wanted = Q(monday__gte=weeks[0], monday__lte=weeks[-1], population=scope.population)
        if scope.department is not None:
            wanted &= Q(department_id=scope.department)
        if scope.category is not None:
            wanted &= Q(category_id=scope.category)
        sums = WeekVolume.objects.filter(wanted).order_by().values_list("monday", "category_id")
        return {(monday, category): n for monday, category, n in sums.annotate(n=GroupSum("opened"))}
    rows = scope.facts().filter(in_whole_weeks(scope)).annotate(monday=week_of(scope, "created_at"))
    counted = rows.order_by().values_list("monday", "category_id").annotate(n=GroupCount("pk"))
    return {(monday, category): n for monday, category, n in counted}
