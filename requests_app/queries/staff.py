"""What the staff's queue reads. Every query starts at `visible_to`: what lies outside does not exist for the reader."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from civic311.lib.cached import cached
from departments.kinds import AreaKind
from departments.models import Area, StaffUser
from departments.roles import Role
from requests_app.models import Photo, Reporter, RequestEvent, ServiceRequest
from requests_app.models.request import SEES_EVERYTHING, ServiceRequestQuerySet
from requests_app.workflow import Status

_NUMBER = re.compile(r"\d{2}-\d{0,12}")
COUNT_CAP = 1000
DUE_SOON = dt.timedelta(days=2)
CLOSED_RECENTLY = dt.timedelta(days=14)
ASSIGNABLE = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.CREW, Role.OPERATOR, Role.ADMINISTRATOR})


class QueueView(TextChoices):
    """The lists a dispatcher works through, in the order of the tabs."""

    MINE = "mine", _("Mine")
    OPEN = "open", _("Open")
    NEW = "new", _("New")
    UNASSIGNED = "unassigned", _("Unassigned")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    ON_HOLD = "on_hold", _("On hold")
    REVIEW = "review", _("Review due")
    ASKED = "asked", _("Review asked")
    DISPUTED = "disputed", _("Says not solved")
    TRIAGE = "triage", _("Triage")
    CLOSED = "closed", _("Just closed")
    ALL = "all", _("All")


def _conditions(user: StaffUser, now: dt.datetime, today: dt.date) -> dict[QueueView, Q]:
    """What each list of open requests adds to "open"."""
    return {
        QueueView.MINE: Q(assignee=user),
        QueueView.OPEN: Q(),
        QueueView.NEW: Q(status=Status.NEW),
        QueueView.UNASSIGNED: Q(assignee__isnull=True),
        QueueView.DUE_SOON: Q(due_at__gte=now, due_at__lt=now + DUE_SOON),
        QueueView.OVERDUE: Q(due_at__lt=now),
        QueueView.ON_HOLD: Q(status=Status.ON_HOLD),
        QueueView.REVIEW: Q(status=Status.ON_HOLD, review_on__lte=today),
        QueueView.ASKED: Q(review_asked_at__isnull=False),
        QueueView.TRIAGE: Q(department__isnull=True, partner__isnull=True),
    }


def queue(user: StaffUser, view: QueueView, *, now: dt.datetime, today: dt.date) -> ServiceRequestQuerySet:
    """The requests of one list that this person may see. ``today`` is the day in the city's zone."""
    visible = ServiceRequest.objects.visible_to(user)
    if view == QueueView.ALL:
        return visible
    if view == QueueView.CLOSED:
        return visible.filter(status=Status.CLOSED, closed_at__gte=now - CLOSED_RECENTLY)
    if view == QueueView.DISPUTED:
        return visible.filter(disputed_at__isnull=False)
    return visible.open().filter(_conditions(user, now, today)[view])


# The same conditions as in `_conditions`, as SQL: the counters stand above every list, and compiling nine of Django's
# conditional counts cost more than answering them. A test holds each counter against its list.
_COUNTERS: dict[QueueView, str] = {
    QueueView.MINE: "assignee_id = %(user)s",
    QueueView.OPEN: "true",
    QueueView.NEW: "status = 'new'",
    QueueView.UNASSIGNED: "assignee_id IS NULL",
    QueueView.DUE_SOON: "due_at >= %(now)s AND due_at < %(soon)s",
    QueueView.OVERDUE: "due_at < %(now)s",
    QueueView.ON_HOLD: "status = 'on_hold'",
    QueueView.REVIEW: "status = 'on_hold' AND review_on <= %(today)s",
    QueueView.ASKED: "review_asked_at IS NOT NULL",
    QueueView.TRIAGE: "department_id IS NULL AND partner_id IS NULL",
}
_COUNTER_SQL = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in _COUNTERS.values())
_COUNTED_COLUMNS = (
    "assignee_id",
    "status",
    "due_at",
    "review_on",
    "review_asked_at",
    "department_id",
    "partner_id",
)


def view_counts(user: StaffUser, *, now: dt.datetime, today: dt.date) -> dict[QueueView, int]:
    """How many requests each list holds, in one statement over partial indexes that hold nothing else.

    Lists that show closed requests are not counted, but for those somebody calls not solved.
    """
    try:
        statement, reach = _counting(user.pk, user.role, user.sees_all_departments, user.area_id)
    except EmptyResultSet:  # an aide whose district is not named yet reaches nothing
        return dict.fromkeys((*_COUNTERS, QueueView.DISPUTED), 0)
    params = {**reach, "user": user.pk, "now": now, "soon": now + DUE_SOON, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return dict(zip((*_COUNTERS, QueueView.DISPUTED), cursor.fetchone(), strict=True))


@lru_cache(maxsize=512)
def _counting(
    user_pk: int, role: str, sees_all_departments: bool, area_id: int | None
) -> tuple[str, dict[str, Any]]:
    """The counting statement for this reach and its values, compiled once: memberships are read when it runs."""
    user = StaffUser(pk=user_pk, role=role, sees_all_departments=sees_all_departments, area_id=area_id)
    visible = ServiceRequest.objects.visible_to(user).order_by()
    reach: dict[str, Any] = {}
    inner = _named(visible.open().values(*_COUNTED_COLUMNS), "v", reach)
    disputed = _named(visible.filter(disputed_at__isnull=False).values("pk"), "d", reach)
    return (
        f"SELECT {_COUNTER_SQL}, (SELECT count(*) FROM ({disputed}) AS disputed)"  # noqa: S608 (our own words)
        f" FROM ({inner}) AS visible",
        reach,
    )


def _named(rows: QuerySet[Any, Any], prefix: str, params: dict[str, Any]) -> str:
    """The statement of a query with its values under names of their own, which are added to ``params``."""
    statement, positional = rows.query.sql_with_params()
    names = [f"{prefix}{index}" for index in range(len(positional))]
    params |= dict(zip(names, positional, strict=True))
    return str(statement % tuple(f"%({name})s" for name in names))


def capped_count(rows: QuerySet[Any, Any]) -> int:
    """The number of rows, at most `COUNT_CAP` + 1: the last one means "more than we count"."""
    return rows.order_by().values("pk")[: COUNT_CAP + 1].count()


def matching(rows: ServiceRequestQuerySet, text: str) -> ServiceRequestQuerySet:
    """Requests whose number begins with the text, or whose description and address hold its words."""
    compact = text.strip().replace(" ", "")
    if _NUMBER.fullmatch(compact):
        return rows.filter(number__startswith=compact)
    vector = SearchVector("description", "address", config="english")
    return rows.annotate(words=vector).filter(
        words=SearchQuery(text, config="english", search_type="websearch")
    )


_STATUS_ORDER = Case(
    *(When(status=status.value, then=Value(position)) for position, status in enumerate(Status)),
    output_field=IntegerField(),
)
_SORTS: dict[str, Any] = {
    "number": F("number").asc(),
    "category": F("category__name").asc(),
    "where": F("address").asc(),
    "age": F("created_at").desc(),
    "due": F("due_at").asc(nulls_last=True),
    "status": _STATUS_ORDER.asc(),
    "assignee": F("assignee__name").asc(nulls_last=True),
    "closed": F("closed_at").asc(nulls_last=True),
}
_REVERSED: dict[str, Any] = {
    "number": F("number").desc(),
    "category": F("category__name").desc(),
    "where": F("address").desc(),
    "age": F("created_at").asc(),
    "due": F("due_at").desc(nulls_last=True),
    "status": _STATUS_ORDER.desc(),
    "assignee": F("assignee__name").desc(nulls_last=True),
    "closed": F("closed_at").desc(nulls_last=True),
}
SORT_KEYS = frozenset(_SORTS) | {f"-{key}" for key in _SORTS}


def ordered(rows: ServiceRequestQuerySet, sort: str) -> ServiceRequestQuerySet:
    """Sort by one of `SORT_KEYS`; ties go by newest. "age" counts upwards: the youngest come first."""
    order = _REVERSED[sort[1:]] if sort.startswith("-") else _SORTS[sort]
    return rows.order_by(order, "-id")


def queue_rows(rows: ServiceRequestQuerySet) -> QuerySet[Any, Any]:
    """The columns of the queue's table, one statement for a page of any size.

    Names of categories, departments and partners are few and known to the caller: no join for them.
    """
    photos = (
        Photo.objects.filter(request=OuterRef("pk"))
        .order_by()
        .values("request")
        .annotate(n=Count("pk"))
        .values("n")
    )
    neighborhood = (
        Area.objects.filter(requests=OuterRef("pk"), kind=AreaKind.NEIGHBORHOOD)
        .order_by("name")
        .values("name")
    )
    return rows.annotate(
        photo_count=Coalesce(Subquery(photos), 0), neighborhood=Subquery(neighborhood[:1])
    ).values(
        "number",
        "status",
        "outcome",
        "priority",
        "address",
        "place_note",
        "created_at",
        "due_at",
        "review_on",
        "category_id",
        "department_id",
        "partner_id",
        "assignee_id",
        "assignee__name",
        "photo_count",
        "support_count",
        "neighborhood",
    )


@dataclass(frozen=True)
class Colleagues:
    """Whom requests can be given to, as (id, name), and the departments the reader works for (None: every one)."""

    people: tuple[tuple[int, str], ...]
    departments: frozenset[int] | None


@cached(seconds=10)
def _directory() -> tuple[tuple[int, str, str, frozenset[int]], ...]:
    """Active staff as (id, name, role, departments), by name."""
    people = StaffUser.objects.filter(is_active=True).order_by("name", "pk")
    rows = people.annotate(of=ArrayAgg("memberships__department", default=Value([])))
    return tuple(
        (pk, name, role, frozenset(filter(None, of)))
        for pk, name, role, of in rows.values_list("pk", "name", "role", "of")
    )


def colleagues(user: StaffUser) -> Colleagues:
    """The people of the reader's departments, or all staff for those who see everything.

    Only fills the boxes of the filters, so it may be ten seconds old; what may be seen is asked anew each time.
    """
    directory = _directory()
    mine = next((of for pk, _name, _role, of in directory if pk == user.pk), frozenset())
    everything = user.sees_all_departments or user.role in SEES_EVERYTHING
    people = tuple(
        (pk, name) for pk, name, role, of in directory if role in ASSIGNABLE and (everything or of & mine)
    )
    return Colleagues(people, None if everything else mine)


def assignable(user: StaffUser, department_id: int | None) -> list[tuple[int, str]]:
    """Who can be given a request of this department, as (id, name), by name. Triage lists the reader's colleagues.

    The list may be ten seconds old; the action itself asks anew.
    """
    if department_id is None:
        return list(colleagues(user).people)
    return [(pk, name) for pk, name, role, of in _directory() if role in ASSIGNABLE and department_id in of]


def request_details(user: StaffUser) -> ServiceRequestQuerySet:
    """Requests this person may open, with what the detail page shows beside the row itself."""
    return (
        ServiceRequest.objects.visible_to(user)
        .select_related("assignee")
        .annotate(has_reporter=Exists(Reporter.objects.filter(request=OuterRef("pk"))))
    )


def request_history(request: ServiceRequest) -> list[RequestEvent]:
    """Every event, newest first; actors are named in the events themselves."""
    return list(request.events.order_by("-id"))


def events_since(request: ServiceRequest, version: int) -> list[RequestEvent]:
    """What happened after a screen of this version was drawn, oldest first: each event raises the version by one."""
    missed = max(request.version - version, 0)
    return list(reversed(request.events.order_by("-id")[:missed])) if missed else []
