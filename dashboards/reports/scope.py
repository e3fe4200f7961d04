"""What a report is about: period, department, population, and who reads it. Frozen, so a page is of one instant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q, TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy

from departments.models import StaffUser
from departments.roles import Role
from departments.storms import storms_between
from requests_app.models import ServiceRequest
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.workflow import Outcome, Population

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


UNROUTED = 0
"""In place of a department's id: requests no rule could route."""
DEFAULT_DAYS = 90
FIRST_STORM = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
"""Earlier than any declaration."""


@dataclass(frozen=True)
class Scope:
    """One report: days from ``start`` to ``end``, both included, in the city's ``zone``; seen at ``now`` by ``user``.

    ``storm_days`` puts requests that came in during a declared storm in or out. ``department`` is an id, `UNROUTED`, or None for all that the reader may see.
    """

    user: StaffUser
    now: dt.datetime
    zone: dt.tzinfo
    start: dt.date
    end: dt.date
    department: int | None = None
    population: Population = Population.RESIDENT
    storm_days: StormDays = StormDays.ALL

    @cached_property
    def begins(self) -> dt.datetime:
        """The first instant of the period."""
        return dt.datetime.combine(self.start, dt.time.min, self.zone)

    @cached_property
    def ends(self) -> dt.datetime:
        """The first instant after the period."""
        return dt.datetime.combine(self.end + dt.timedelta(days=1), dt.time.min, self.zone)

    def requests(self) -> ServiceRequestQuerySet:
        """Every request the reader may see in this department and population, spam left out; any time."""
        rows = (
            ServiceRequest.objects.listed_for(self.user)
            .exclude(outcome=Outcome.SPAM)
            .filter(population=self.population)
        )
        rows = self._by_storm(rows)
        if self.department is None:
            return rows
        if self.department == UNROUTED:
            return rows.filter(department__isnull=True)
        return rows.filter(department=self.department)

    def _by_storm(self, rows: ServiceRequestQuerySet) -> ServiceRequestQuerySet:
        """Narrow by the time a request came in; a storm's own times, not whole days."""
        if self.storm_days == StormDays.ALL:
            return rows
        stormy = Q(pk__in=())
        for storm in storms_between(FIRST_STORM, self.now):
            stormy |= Q(created_at__gte=storm.begins, created_at__lt=storm.ends)
        return rows.filter(stormy) if self.storm_days == StormDays.ONLY else rows.exclude(stormy)

    def opened(self) -> ServiceRequestQuerySet:
        """Requests opened in the period."""
        return self.requests().filter(created_at__gte=self.begins, created_at__lt=self.ends)

    def due(self) -> ServiceRequestQuerySet:
        """Requests whose first due date lies in the period and has passed."""
        return self.requests().filter(
            first_due_at__gte=self.begins, first_due_at__lt=self.ends, first_due_at__lte=self.now
        )

    @cached_property
    def query(self) -> str:
        """The report in an address, without the question mark."""
        values: dict[str, object] = {"start": self.start, "end": self.end}
        if self.department is not None:
            values["department"] = self.department
        if self.population != Population.RESIDENT:
            values["population"] = self.population.value
        if self.storm_days != StormDays.ALL:
            values["storms"] = self.storm_days.value
        return urlencode(values)

    @cached_property
    def _rows_address(self) -> str:
        return f"{reverse('reports:rows')}?{self.query}"

    def rows_href(self, figure: str, **parameters: int | str | dt.date) -> str:
        """The address of the requests behind a number; parameters are ids, days and fixed words.

        ``department`` narrows a report of all departments to one.
        """
        if self.department is not None:
            parameters.pop("department", None)
        more = "".join([f"&{name}={value}" for name, value in parameters.items()])
        return f"{self._rows_address}&figure={figure}{more}"

    def csv_href(self, figure: str) -> str:
        """The address of a figure's numbers as CSV."""
        return f"{reverse('reports:figure_csv', args=[figure])}?{self.query}"


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
    """The last 90 days, the quarter that runs, and the whole ones before it."""
    periods = [Period(*default_period(today))]
    index = today.year * 4 + (today.month - 1) // 3
    for at in range(index, index - quarters - 1, -1):
        year, quarter = divmod(at, 4)
        start = dt.date(year, quarter * 3 + 1, 1)
        after = dt.date(year + (quarter == 3), (quarter + 1) % 4 * 3 + 1, 1)
        periods.append(Period(start, after - dt.timedelta(days=1), year, quarter + 1))
    return periods


def week_start(scope: Scope, monday: dt.date) -> dt.datetime:
    """The first instant of the week that begins on ``monday``."""
    return dt.datetime.combine(monday, dt.time.min, scope.zone)
