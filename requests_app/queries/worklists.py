"""The lists staff work through, and how much each holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from civic311.lib.compiled import SOMEBODY, Compiled
from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import ServiceRequest, Task
from requests_app.models.request import SEES_EVERYTHING, ServiceRequestQuerySet
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
_OWN = frozenset({QueueView.MINE, QueueView.TASKS})
"""Few requests of one person: found by the person, whatever the department."""
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


def parts(
    user: StaffUser,
    view: QueueView,
    *,
    now: dt.datetime,
    today: dt.date,
    end_of_today: dt.datetime,
    reaches: list[ServiceRequestQuerySet] | None = None,
) -> list[ServiceRequestQuerySet]:
    """The same requests as `queue`'s, in parts that share none: each follows one index from its beginning.

    An OR between departments and triage, or between two dates, makes PostgreSQL read all that fits before the first row
    is given out; a part may stop at its limit. ``reaches`` are other parts of what is listed for this person than
    `ServiceRequestQuerySet.parts_listed_for` gives; what no rule could route comes last.
    """
    if view in _OWN or user.role == Role.COUNCIL_AIDE:
        return [queue(user, view, now=now, today=today, end_of_today=end_of_today)]
    reaches = reaches or ServiceRequest.objects.parts_listed_for(user)
    result = []
    for rows in reaches[-1:] if view == QueueView.TRIAGE else reaches:
        leads = rows.filter(lead__isnull=True)
        if view not in _OF_ANY_STATUS:
            leads = leads.open()
        result += [leads.filter(each) for each in _conditions(user, view, now, today, end_of_today)]
    return result


def _conditions(
    user: StaffUser, view: QueueView, now: dt.datetime, today: dt.date, end_of_today: dt.datetime
) -> list[Q]:
    """`_condition` as alternatives of which a request fits one at most."""
    if view != QueueView.PROMISES:
        return [_condition(user, view, now, today, end_of_today)]
    asked = now + dt.timedelta(hours=settings.PROMISE_ASK_HOURS)
    outside = Q(due_at__isnull=True) | Q(due_at__lt=now) | Q(due_at__gte=asked)
    return [Q(due_at__gte=now, due_at__lt=asked), Q(told_late_at__isnull=False) & outside]


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
_MIDNIGHT = dt.datetime(2001, 1, 2, 12, 0, 0, 311, tzinfo=dt.UTC)
"""No whole number of hours from `_NOW`: it stands for nothing else, whatever `PROMISE_ASK_HOURS` is."""
_SOME_AREA = -312


class Reach(Enum):
    """What the lists of a member of staff are made of: readers of one reach share their statements."""

    EVERYTHING = "everything"
    DEPARTMENTS = "departments"
    DISTRICT = "district"
    NOWHERE = "nowhere"

    @classmethod
    def of(cls, user: StaffUser) -> Reach:
        if user.sees_all_departments or user.role in SEES_EVERYTHING:
            return cls.EVERYTHING
        if user.role == Role.COUNCIL_AIDE:
            return cls.DISTRICT if user.area_id else cls.NOWHERE
        return cls.DEPARTMENTS

    @property
    def reader(self) -> StaffUser:
        """Somebody of this reach, for a statement that is compiled."""
        return StaffUser(
            pk=SOMEBODY,
            role=Role.COUNCIL_AIDE if self in {Reach.DISTRICT, Reach.NOWHERE} else Role.DISPATCHER,
            sees_all_departments=self == Reach.EVERYTHING,
            area_id=_SOME_AREA if self == Reach.DISTRICT else None,
        )


SOME_MOMENT: dict[str, Any] = {"now": _NOW, "today": _TODAY, "end_of_today": _MIDNIGHT}
"""The moment of a statement that is compiled, as `queue` and `parts` take it."""


def standing_for(
    user: StaffUser, *, now: dt.datetime, today: dt.date, end_of_today: dt.datetime
) -> dict[Any, Any]:
    """What a statement made for `Reach.reader` at `SOME_MOMENT` is asked with."""
    ahead = (dt.timedelta(0), DUE_SOON, dt.timedelta(hours=settings.PROMISE_ASK_HOURS), -CLOSED_RECENTLY)
    moments = {_NOW + each: now + each for each in ahead} | {_TODAY: today, _MIDNIGHT: end_of_today}
    return moments | {SOMEBODY: user.pk, _SOME_AREA: user.area_id}


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
    statement, views = _counting(Reach.of(user), COUNTED, COUNT_CAP, settings.PROMISE_ASK_HOURS)
    values = standing_for(user, now=now, today=today, end_of_today=end_of_today)
    newest, *found = statement.fetch(values)[0]
    return Counts(dict.fromkeys(COUNTED, 0) | dict(zip(views, found, strict=True)), newest or 0)


def view_count(
    user: StaffUser, view: QueueView, *, now: dt.datetime, today: dt.date, end_of_today: dt.datetime
) -> int:
    """How much one list holds, at most `COUNT_CAP` + 1; also of a list the tabs do not count."""
    statement, views = _counting(Reach.of(user), (view,), COUNT_CAP, settings.PROMISE_ASK_HOURS)
    if not views:
        return 0
    found: int = statement.fetch(standing_for(user, now=now, today=today, end_of_today=end_of_today))[0][1]
    return found


@lru_cache(maxsize=64)
def _counting(
    reach: Reach, wanted: tuple[QueueView, ...], cap: int, ask_hours: int
) -> tuple[Compiled, tuple[QueueView, ...]]:
    """The counting statement for readers of this reach, and the lists it counts: an empty reach counts none."""
    selects = ["(SELECT max(id) FROM requests_app_servicerequest)"]
    params: list[Any] = []
    views: list[QueueView] = []
    for view in wanted:
        counted: list[str] = []
        for rows in parts(reach.reader, view, **SOME_MOMENT):
            try:
                inner, values = rows.order_by().values("pk")[: cap + 1].query.sql_with_params()
            except EmptyResultSet:  # an aide whose district is not named yet reaches nothing
                continue
            counted.append(f"({inner})")
            params += values
        if counted:
            together = f"SELECT FROM ({' UNION ALL '.join(counted)}) AS part LIMIT {cap + 1}"
            selects.append(f"(SELECT count(*) FROM ({together}) AS counted)")  # noqa: S608 (our own words)
            views.append(view)
    return Compiled(("SELECT " + ", ".join(selects), params)), tuple(views)


def capped_count(rows: QuerySet[Any, Any]) -> int:
    """The number of rows, at most `COUNT_CAP` + 1: the last one means "more than we count"."""
    return rows.order_by().values("pk")[: COUNT_CAP + 1].count()


def newer_than(rows: ServiceRequestQuerySet, pk: int) -> int:
    """How many of these rows came after the one with this id, at most `COUNT_CAP` + 1."""
    return capped_count(rows.filter(pk__gt=pk))
