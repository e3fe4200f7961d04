"""What a list shows: which requests, in which order. The whole state is in the address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.queue.contact import may_reveal
from dashboards.queue.filters import QueueFilter
from departments.models import StaffUser
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.queries import staff, worklists
from requests_app.queries.queue_lines import SORT_KEYS, is_number, ordered
from requests_app.queries.worklists import QueueView

DEFAULT_SORT = "age"
DEFAULT_SORTS = {
    QueueView.MINE: "due",
    QueueView.TODAY: "due",
    QueueView.DUE_SOON: "due",
    QueueView.OVERDUE: "due",
    QueueView.PROMISES: "due",
    QueueView.CLOSED: "-closed",
}
FILTERS = tuple(QueueFilter.base_filters)
KEPT = ("view", *FILTERS, "sort")
"""What makes a list, and what a saved view keeps. The page and the layout are not part of it."""


@dataclass(frozen=True)
class Moment:
    """Now, and the day it belongs to in the city's zone."""

    now: dt.datetime

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)

    @property
    def midnight(self) -> dt.datetime:
        tomorrow = self.today + dt.timedelta(days=1)
        return timezone.make_aware(dt.datetime.combine(tomorrow, dt.time.min))


@dataclass(frozen=True)
class Wanted:
    """A list as somebody asks for it. ``problems`` names the parts of the address that were left out."""

    view: QueueView
    sort: str
    filters: QueueFilter
    people: staff.Colleagues
    problems: list[str]

    @property
    def rows(self) -> ServiceRequestQuerySet:
        """The requests, in their order."""
        return ordered(self.filters.qs, self.sort)


def read(user: StaffUser, data: QueryDict, moment: Moment) -> Wanted:
    """The list this address asks for; what it says and nobody understands is left out and named."""
    problems: list[str] = []
    view = _view(data.get("view", ""), problems)
    sort = _sort(data.get("sort", ""), view, problems)
    people = staff.colleagues(user)
    rows = partial(
        worklists.queue,
        user,
        view,
        now=moment.now,
        today=moment.today,
        end_of_today=moment.midnight,
        with_joined=shows_joined(data),
    )
    filters = QueueFilter(
        data,
        rows,
        colleagues=people,
        now=moment.now,
        end_of_today=moment.midnight,
        with_reporter=may_reveal(user),
    )
    return Wanted(view, sort, filters, people, problems + filters.problems)


def query_of(data: QueryDict) -> str:
    """The address of a list without its page, in one spelling: only what `KEPT` names, nothing empty."""
    pairs = [(name, value) for name in KEPT for value in data.getlist(name) if value]
    return urlencode(pairs)


def lasting(data: QueryDict) -> str:
    """The address of a list as it may be kept: without the person somebody looked for, who is not for others to read."""
    kept = data.copy()
    kept.pop("reporter", None)
    return query_of(kept)


def _view(value: str, problems: list[str]) -> QueueView:
    if value and value not in QueueView:
        problems.append(_("List"))
    return QueueView(value) if value in QueueView else QueueView.OPEN


def _sort(value: str, view: QueueView, problems: list[str]) -> str:
    if value in SORT_KEYS:
        return value
    if value:
        problems.append(_("Order"))
    return DEFAULT_SORTS.get(view, DEFAULT_SORT)


def shows_joined(data: QueryDict) -> bool:
    """Whether reports that follow another stand in the list: asked for, or looked for by their number."""
    return bool(data.get("joined")) or is_number(data.get("q", ""))
