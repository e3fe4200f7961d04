"""The lists staff work through, and how much each holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from departments.models import StaffUser
from requests_app.models import ServiceRequest, Task
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.models.task import TaskState
from requests_app.workflow import Status

COUNT_CAP = 1000
DUE_SOON = dt.timedelta(days=2)
CLOSED_RECENTLY = dt.timedelta(days=14)


class QueueView(TextChoices):
    """The lists a dispatcher works through, in the order of the tabs."""

    MINE = "mine", _("Mine")
    OPEN = "open", _("Open")
    NEW = "new", _("New")
    UNASSIGNED = "unassigned", _("Unassigned")
    TODAY = "today", _("Due today")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    PROMISES = "promises", _("Promises to renew")
    ON_HOLD = "on_hold", _("On hold")
    REVIEW = "review", _("Review due")
    TASKS = "tasks", _("Tasks")
    ASKED = "asked", _("Review asked")
    DISPUTED = "disputed", _("Says not solved")
    APPEALS = "appeals", _("Appeals")
    TRIAGE = "triage", _("Triage")
    CLOSED = "closed", _("Just closed")
    ALL = "all", _("All")


UNCOUNTED = frozenset({QueueView.CLOSED, QueueView.ALL})
_OF_ANY_STATUS = frozenset({QueueView.DISPUTED, QueueView.APPEALS, QueueView.ALL, QueueView.CLOSED})


def queue(
    user: StaffUser,
    view: QueueView,
    *,
    now: dt.datetime,
    today: dt.date,
    end_of_today: dt.datetime,
    with_joined: bool = False,
) -> ServiceRequestQuerySet:
    """The requests of one list that this person works with. ``today`` is the day in the city's zone.

    Reports that follow another are left out unless ``with_joined``: their first report stands for them.
    """
    rows = ServiceRequest.objects.visible_to(user) if view == QueueView.TASKS else _listed(user)
    if not with_joined:
        rows = rows.filter(lead__isnull=True)
    if view not in _OF_ANY_STATUS:
        rows = rows.open()
    return rows.filter(_condition(user, view, now, today, end_of_today))


def _listed(user: StaffUser) -> ServiceRequestQuerySet:
    return ServiceRequest.objects.listed_for(user)


def _condition(
    user: StaffUser, view: QueueView, now: dt.datetime, today: dt.date, end_of_today: dt.datetime
) -> Q:
    """What a list adds to "open"."""
    match view:
        case QueueView.MINE:
            return Q(assignee=user)
        case QueueView.NEW:
            return Q(status=Status.NEW)
        case QueueView.UNASSIGNED:
            return Q(assignee__isnull=True)
        case QueueView.TODAY:
            return Q(due_at__gte=now, due_at__lt=end_of_today)
        case QueueView.DUE_SOON:
            return Q(due_at__gte=now, due_at__lt=now + DUE_SOON)
        case QueueView.OVERDUE:
            return Q(due_at__lt=now)
        case QueueView.PROMISES:
            # The second half, one date or the other, is left to the planner: both have an index of their own.
            asked = now + dt.timedelta(hours=settings.PROMISE_ASK_HOURS)
            return Q(due_at__gte=now, due_at__lt=asked) | Q(told_late_at__isnull=False)
        case QueueView.ON_HOLD:
            return Q(status=Status.ON_HOLD)
        case QueueView.REVIEW:
            return Q(status=Status.ON_HOLD, review_on__lte=today)
        case QueueView.TASKS:
            return Q(Exists(_my_tasks(user).filter(request=OuterRef("pk"))))
        case QueueView.ASKED:
            return Q(review_asked_at__isnull=False)
        case QueueView.DISPUTED:
            return Q(disputed_at__isnull=False)
        case QueueView.APPEALS:
            return Q(appealed_at__isnull=False)
        case QueueView.TRIAGE:
            return Q(department__isnull=True, partner__isnull=True)
        case QueueView.CLOSED:
            return Q(status=Status.CLOSED, closed_at__gte=now - CLOSED_RECENTLY)
        case _:
            return Q()


def _my_tasks(user: StaffUser) -> QuerySet[Task]:
    """Open tasks this person, or a department of theirs, was given."""
    return Task.objects.filter(
        Q(assignee=user) | Q(assignee__isnull=True, department__in=user.memberships.values("department")),
        state=TaskState.OPEN,
    )


COUNTED = tuple(view for view in QueueView if view not in UNCOUNTED)
# Values of a moment stand in the compiled statement as these, and are replaced by what they are when it runs.
_NOW = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
_TODAY = dt.date(2001, 1, 1)
_MIDNIGHT = dt.datetime(2001, 1, 2, 12, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Counts:
    """How many requests each list holds, and the id of the city's youngest request: what a screen has seen."""

    by_view: dict[QueueView, int]
    newest: int


def view_counts(user: StaffUser, *, now: dt.datetime, today: dt.date, end_of_today: dt.datetime) -> Counts:
    """Count each list no farther than `COUNT_CAP` + 1, all in one statement.

    Each is counted along an index of its own, so the cost does not grow with the city. Lists that show closed requests
    are not counted, but for those somebody calls not solved or objects to.
    """
    person = (user.pk, user.role, user.sees_all_departments, user.area_id)
    statement, params, views = _counting(*person, COUNT_CAP, settings.PROMISE_ASK_HOURS)
    moments = _moments(now, today, end_of_today)
    with connection.cursor() as cursor:
        cursor.execute(statement, [moments.get(value, value) for value in params])
        newest, *found = cursor.fetchone()
    return Counts(dict.fromkeys(COUNTED, 0) | dict(zip(views, found, strict=True)), newest or 0)


def _moments(now: dt.datetime, today: dt.date, end_of_today: dt.datetime) -> dict[Any, Any]:
    ahead = (dt.timedelta(0), DUE_SOON, dt.timedelta(hours=settings.PROMISE_ASK_HOURS))
    return {_NOW + each: now + each for each in ahead} | {_TODAY: today, _MIDNIGHT: end_of_today}


@lru_cache(maxsize=512)
def _counting(
    user_pk: int, role: str, sees_all_departments: bool, area_id: int | None, cap: int, ask_hours: int
) -> tuple[str, list[Any], tuple[QueueView, ...]]:
    """The counting statement for this person, compiled once: memberships are read when it runs."""
    user = StaffUser(pk=user_pk, role=role, sees_all_departments=sees_all_departments, area_id=area_id)
    parts = ["(SELECT max(id) FROM requests_app_servicerequest)"]
    params: list[Any] = []
    views: list[QueueView] = []
    for view in COUNTED:
        rows = queue(user, view, now=_NOW, today=_TODAY, end_of_today=_MIDNIGHT)
        try:
            inner, values = rows.order_by().values("pk")[: cap + 1].query.sql_with_params()
        except EmptyResultSet:  # an aide whose district is not named yet reaches nothing
            continue
        parts.append(f"(SELECT count(*) FROM ({inner}) AS counted)")  # noqa: S608 (our own words)
        params += values
        views.append(view)
    return "SELECT " + ", ".join(parts), params, tuple(views)


def capped_count(rows: QuerySet[Any, Any]) -> int:
    """The number of rows, at most `COUNT_CAP` + 1: the last one means "more than we count"."""
    return rows.order_by().values("pk")[: COUNT_CAP + 1].count()


def newer_than(rows: ServiceRequestQuerySet, pk: int) -> int:
    """How many of these rows came after the one with this id, at most `COUNT_CAP` + 1."""
    return capped_count(rows.filter(pk__gt=pk))
