"""Pages of the staff's lists whose cost does not grow with the city: a list in its usual order, and what a search finds.

Where the planner would read all that fits and sort it, these read the first rows of each department, or of the last
weeks, and put them together.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL

from civic311.lib.cached import cached
from civic311.lib.compiled import Compiled
from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.queries import worklists
from requests_app.queries.queue_lines import QUEUE_COLUMNS, matching, ordered, queue_rows
from requests_app.queries.worklists import QueueView, Reach

Rows = list[dict[str, Any]]
_SOME_DEPARTMENT = -313
_ORDERS = {
    "age": ("created_at", "created_at DESC, pk DESC"),
    "due": ("due_at", "due_at ASC NULLS LAST, pk DESC"),
    "-closed": ("closed_at", "closed_at DESC NULLS LAST, pk DESC"),
}
USUAL_ORDERS = frozenset(_ORDERS)
RECENT = 65_536
"""So many of the city's newest requests are searched before all of them are."""
BOUND_KEPT_S = 300


@dataclass(frozen=True)
class UsualList:
    """A list as it is, nothing narrowed, in one of `USUAL_ORDERS`."""

    user: StaffUser
    view: QueueView
    sort: str
    now: dt.datetime
    today: dt.date
    end_of_today: dt.datetime

    @property
    def _moment(self) -> dict[str, Any]:
        return {"now": self.now, "today": self.today, "end_of_today": self.end_of_today}

    def counted(self) -> int:
        """How many there are, at most `worklists.COUNT_CAP` + 1."""
        return worklists.view_count(self.user, self.view, **self._moment)

    def __getitem__(self, part: slice) -> Rows:
        """Some rows as `queue_rows` gives them. One statement."""
        try:
            statement = _page(
                Reach.of(self.user), self.view, self.sort, part.start, part.stop, settings.PROMISE_ASK_HOURS
            )
        except EmptyResultSet:
            return []
        values = worklists.standing_for(self.user, **self._moment)
        return [dict(zip(QUEUE_COLUMNS, row, strict=True)) for row in statement.fetch(values)]


@lru_cache(maxsize=256)
def _page(reach: Reach, view: QueueView, sort: str, start: int, stop: int, ask_hours: int) -> Compiled:
    """Raises `EmptyResultSet` for a reach without requests. Only first pages are kept prepared: there are few of them."""
    field, order = _ORDERS[sort]
    reader, reaches = reach.reader, None
    if reach == Reach.DEPARTMENTS:
        objects = ServiceRequest.objects
        reaches = [objects.filter(department=_SOME_DEPARTMENT), objects.unrouted()]
    selects: list[str] = []
    params: list[Any] = []
    for rows in worklists.parts(reader, view, reaches=reaches, **worklists.SOME_MOMENT):
        inner, values = ordered(rows, sort).values("pk", field)[:stop].query.sql_with_params()
        if _SOME_DEPARTMENT in values:
            inner, values = _for_each_department(reader, inner, values)
        selects.append(f"({inner})")
        params += values
    page = (
        f"SELECT pk FROM ({' UNION ALL '.join(selects)}) AS firsts"  # noqa: S608 (our own words)
        f" ORDER BY {order} LIMIT {stop - start} OFFSET {start}"
    )
    found = ServiceRequest.objects.filter(pk__in=RawSQL(page, params))  # noqa: S611 (our own words)
    return Compiled(queue_rows(ordered(found, sort)).values_list(*QUEUE_COLUMNS), is_prepared=start == 0)


def _for_each_department(reader: StaffUser, sql: str, params: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """The statement about one department, asked for each department of the reader."""
    own, values = reader.memberships.order_by().values("department_id").query.sql_with_params()
    *texts, last = sql.split("%s")
    inner = ""
    for text, param in zip(texts, params, strict=True):
        inner += text + ("own.department_id" if param == _SOME_DEPARTMENT else "%s")
    kept = [param for param in params if param != _SOME_DEPARTMENT]
    joined = f"SELECT firsts.* FROM ({own}) AS own CROSS JOIN LATERAL ({inner}{last}) AS firsts"  # noqa: S608 (our own words)
    return joined, [*values, *kept]


class FoundByWords:
    """What a search for words finds, newest first.

    A word that is common in a large city fits tens of thousands of requests, and an index of words knows no order: so
    the newest requests are searched first, and older ones only where these do not fill the page.
    """

    def __init__(self, rows: ServiceRequestQuerySet, text: str, *, newest_id: int) -> None:
        """``newest_id`` is the id of the city's youngest request: a small one says that there are few."""
        self.rows = rows
        self.text = text
        self.is_large = newest_id > RECENT

    def counted(self) -> int:
        """How many there are, at most `worklists.COUNT_CAP` + 1."""
        newest, some = self._looked
        return max(len(newest), len(some))

    def __getitem__(self, part: slice) -> Rows:
        """Some rows as `queue_rows` gives them. One statement."""
        newest, some = self._looked
        if len(newest) >= min(part.stop, self.counted()):
            found = ServiceRequest.objects.filter(pk__in=newest[part])
            return list(queue_rows(ordered(found, "age")))
        if len(some) <= worklists.COUNT_CAP:  # these are all there are
            found = ServiceRequest.objects.filter(pk__in=some)
        else:
            found = matching(self.rows, self.text)
        return list(queue_rows(ordered(found, "age"))[part])

    @cached_property
    def _looked(self) -> tuple[list[int], list[int]]:
        """Ids found among the newest requests, in order, and ids of any found, both at most one more than are counted.

        One statement. The second list is empty where the first is full.
        """
        most = worklists.COUNT_CAP + 1
        since = _recent_since() if self.is_large else None
        every = matching(self.rows, self.text).order_by().values("pk")[:most]
        try:
            sql, params = every.query.sql_with_params()
            if since is None:
                newest, newest_params = "SELECT 0 WHERE false", ()
            else:
                recent = self.rows.filter(created_at__gte=since)
                recent = ordered(matching(recent, self.text, one_plan=True), "age")
                newest, newest_params = recent.values("pk")[:most].query.sql_with_params()
        except EmptyResultSet:
            return [], []
        statement = (
            f"WITH recent AS MATERIALIZED (SELECT ARRAY({newest}) AS ids)"  # noqa: S608 (our own words)
            f" SELECT ids, CASE WHEN cardinality(ids) < {most} THEN ARRAY({sql}) ELSE '{{}}' END FROM recent"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [*newest_params, *params])
            found: tuple[list[int], list[int]] = cursor.fetchone()
            return found


@cached(seconds=BOUND_KEPT_S)
def _recent_since() -> dt.datetime | None:
    """When the oldest of the `RECENT` newest requests came; None in a city with fewer. Any moment would do."""
    newest = ServiceRequest.objects.order_by("-created_at", "-id").values_list("created_at", flat=True)
    return newest[RECENT : RECENT + 1].first()
