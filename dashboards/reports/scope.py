"""What a report is about: period, filters, and who reads it. Frozen, so a page is of one instant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy

from departments.models import StaffUser
from departments.roles import Role
from departments.storms import storms_between
from requests_app.models import ClosingFact, RequestFact
from requests_app.models.fact import listed_facts
from requests_app.models.request import SEES_EVERYTHING
from requests_app.workflow import Population, Status

READERS = frozenset(
    {
        Role.MANAGER,
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
        Role.RECORDS_OFFICER,
        Role.COUNCIL_AIDE,
        Role.DISPATCHER,
    }
)


class StormDays(TextChoices):
    """Whether requests that came in during a declared storm take part."""

    ALL = "", gettext_lazy("Storm days included")
    WITHOUT = "without", gettext_lazy("Without storm days")
    ONLY = "only", gettext_lazy("Only storm days")


class Comparison(TextChoices):
    """The weeks a period is held against: the same ones of earlier years."""

    ALL = "", gettext_lazy("All earlier years")
    LAST = "last", gettext_lazy("The year before")
    NONE = "none", gettext_lazy("No comparison")


UNROUTED = 0
"""In place of a department's id: requests no rule could route."""
DEFAULT_DAYS = 90
MOST_YEARS = 5
"""No week is held against more earlier years than this."""
FIRST_STORM = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
"""Earlier than any declaration."""
NARROWING = ("department", "category", "area", "channel")
"""What narrows a report, and a number in it: the same names in the address of both."""


@dataclass(frozen=True)
class Scope:
    """One report: days from ``start`` to ``end``, both included, in the city's ``zone``; seen at ``now`` by ``user``.

    ``department`` is an id, `UNROUTED`, or None for all that the reader may see; ``category`` and ``area`` are ids,
    ``channel`` a value of `Channel`; None for all. ``storm_days`` puts requests that came in during a declared storm in
    or out. ``comparison`` says which earlier years the weeks are held against.
    """

    user: StaffUser
    now: dt.datetime
    zone: dt.tzinfo
    start: dt.date
    end: dt.date
    department: int | None = None
    category: int | None = None
    area: int | None = None
    channel: str | None = None
    population: Population = Population.RESIDENT
    storm_days: StormDays = StormDays.ALL
    comparison: Comparison = Comparison.ALL

    @cached_property
    def begins(self) -> dt.datetime:
        """The first instant of the period."""
        return self.midnight(self.start)

    @cached_property
    def ends(self) -> dt.datetime:
        """The first instant after the period."""
        return self.midnight(self.end + dt.timedelta(days=1))

    def midnight(self, day: dt.date) -> dt.datetime:
        """The first instant of a day in the city."""
        return dt.datetime.combine(day, dt.time.min, self.zone)

    def _condition(self, at: str = "") -> Q:
        """What a fact must be like to take part, whenever it happened; ``at`` is the way to it, such as "fact__"."""
        condition = listed_facts(self.user, at) & self._storm_condition(at)
        wanted: dict[str, object] = {"population": self.population}
        if self.department is not None:
            wanted["department_id" if self.department else "department__isnull"] = self.department or True
        if self.category is not None:
            wanted["category_id"] = self.category
        if self.area is not None:
            wanted["areas__contains"] = [self.area]
        if self.channel is not None:
            wanted["channel"] = self.channel
        return condition & Q(**{f"{at}{name}": value for name, value in wanted.items()})

    def _storm_condition(self, at: str) -> Q:
        """Narrow by the time a request came in; a storm's own times, not whole days."""
        if self.storm_days == StormDays.ALL:
            return Q()
        stormy = Q(pk__in=())
        for storm in storms_between(FIRST_STORM, self.now):
            stormy |= Q((f"{at}created_at__gte", storm.begins), (f"{at}created_at__lt", storm.ends))
        return stormy if self.storm_days == StormDays.ONLY else ~stormy

    @cached_property
    def is_summed(self) -> bool:
        """Whether the sums hold just what this reader may see: they know categories and departments, nothing finer.

        One statement for a reader of a department of their own.
        """
        if self.area is not None or self.channel is not None or self.storm_days != StormDays.ALL:
            return False
        if self.user.sees_all_departments or self.user.role in SEES_EVERYTHING:
            return True
        if not self.department or self.user.role == Role.COUNCIL_AIDE:
            return False
        return self.user.memberships.filter(department=self.department).exists()

    def facts(self) -> QuerySet[RequestFact]:
        """Everything the reader may see that passes the filters, spam left out; any time."""
        return RequestFact.objects.filter(self._condition())

    def opened(self) -> QuerySet[RequestFact]:
        """Requests opened in the period."""
        return self.facts().filter(created_at__gte=self.begins, created_at__lt=self.ends)

    def due(self) -> QuerySet[RequestFact]:
        """Requests whose first due date lies in the period and has passed, those that do not count included."""
        return self.facts().filter(
            first_due_at__gte=self.begins, first_due_at__lt=self.ends, first_due_at__lte=self.now
        )

    def open_now(self) -> QuerySet[RequestFact]:
        """Requests open at this moment, whenever they came; those that follow another are left out."""
        return self.facts().filter(~Q(status=Status.CLOSED), lead_id__isnull=True)

    def closings(self) -> QuerySet[ClosingFact]:
        """Closings in the period of requests that pass the filters; a request closed twice has two."""
        return ClosingFact.objects.filter(
            self._condition("fact__"), closed_at__gte=self.begins, closed_at__lt=self.ends
        )

    @cached_property
    def query(self) -> str:
        """The report in an address, without the question mark."""
        return urlencode({"start": self.start, "end": self.end}) + self.filter_query

    @cached_property
    def filter_query(self) -> str:
        """The filters in an address, to stand behind a period: empty, or beginning with an ampersand."""
        values: dict[str, object] = {
            name: value for name in NARROWING if (value := getattr(self, name)) is not None
        }
        if self.population != Population.RESIDENT:
            values["population"] = self.population.value
        if self.storm_days != StormDays.ALL:
            values["storms"] = self.storm_days.value
        if self.comparison != Comparison.ALL:
            values["compare"] = self.comparison.value
        return "".join([f"&{pair}" for pair in urlencode(values).split("&") if pair])

    @cached_property
    def _rows_address(self) -> str:
        return f"{reverse('reports:rows')}?{self.query}"

    def rows_href(self, figure: str, **parameters: int | str | dt.date | None) -> str:
        """The address of the requests behind a number; parameters are ids, days and fixed words.

        Those of `NARROWING` narrow a report of all to one; a report that is narrowed already stays as it is. None and an
        empty word narrow nothing.
        """
        more = "".join(
            [
                f"&{name}={value}"
                for name, value in parameters.items()
                if value is not None
                and value != ""
                and (name not in NARROWING or getattr(self, name) is None)
            ]
        )
        return f"{self._rows_address}&figure={figure}{more}"

    def page_href(self, page: str) -> str:
        """The address of another page of the same report."""
        at = reverse("reports:index") if page == "overview" else reverse("reports:page", args=[page])
        return f"{at}?{self.query}"

    def file_href(self, page: str, figure: str, kind: str) -> str:
        """The address of a figure's numbers as ``csv`` or ``xlsx``."""
        return f"{reverse(f'reports:figure_{kind}', args=[page, figure])}?{self.query}"


def default_period(today: dt.date) -> tuple[dt.date, dt.date]:
    """The last 90 days, today included."""
    return today - dt.timedelta(days=DEFAULT_DAYS - 1), today


@dataclass(frozen=True)
class Period:
    """A period one press away: year and ``quarter``, or None for the last 90 days."""

    start: dt.date
    end: dt.date
    year: int = 0
    quarter: int | None = None

    @property
    def query(self) -> str:
        """The period in an address, without the question mark."""
        return f"start={self.start}&end={self.end}"


def quick_periods(today: dt.date, quarters: int = 4) -> list[Period]:
    """The last 90 days, the quarter that runs, and the whole ones before it; the same days stand there once."""
    periods = [Period(*default_period(today))]
    index = today.year * 4 + (today.month - 1) // 3
    for at in range(index, index - quarters - 1, -1):
        year, quarter = divmod(at, 4)
        start = dt.date(year, quarter * 3 + 1, 1)
        after = dt.date(year + (quarter == 3), (quarter + 1) % 4 * 3 + 1, 1)
        periods.append(Period(start, after - dt.timedelta(days=1), year, quarter + 1))
    return periods[1:] if periods[1].query == periods[0].query else periods


def week_start(scope: Scope, monday: dt.date) -> dt.datetime:
    """The first instant of the week that begins on ``monday``."""
    return scope.midnight(monday)


def mondays(scope: Scope) -> list[dt.date]:
    """The Mondays of all weeks the period touches."""
    first = scope.start - dt.timedelta(days=scope.start.weekday())
    return [first + dt.timedelta(weeks=n) for n in range((scope.end - first).days // 7 + 1)]
