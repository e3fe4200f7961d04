"""What the figures of time have in common: the requests opened in the period, and how a figure over them is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from dashboards.reports.cells import NOTHING, days_cell, days_range_cell
from dashboards.reports.charts import Cell, Figure, Picture
from dashboards.reports.frames import Frame, seconds
from dashboards.reports.making import make_figure
from dashboards.reports.names import Names
from dashboards.reports.pages.timeliness.words import set_aside
from dashboards.reports.scope import Scope
from dashboards.reports.timeliness_numbers import Ages, ages

SLUG = "timeliness"
COLUMNS = (
    "created_at",
    "closed_at",
    "is_timely",
    "category",
    "department",
    "routed_at",
    "acknowledged_at",
    "acted_at",
    "paused_s",
)


@dataclass(frozen=True)
class Opened:
    """Requests opened in the period of a report: a frame with `COLUMNS`."""

    scope: Scope
    rows: Frame
    called: Names

    @cached_property
    def now(self) -> float:
        """The instant of the page in seconds since 1970."""
        return seconds(self.scope.now)

    @cached_property
    def total(self) -> Ages:
        """Time to close of all of them."""
        return ages(self.rows, self.now)

    @cached_property
    def aside(self) -> int:
        """How many do not count where time is counted."""
        return len(self.rows) - self.total.n

    def figure(
        self, *, uid: str, finding: str, description: str, definition: str, drawing: Picture | None
    ) -> Figure:
        """A figure over these requests; without ``drawing`` it says that they are too few."""
        href = self.scope.rows_href
        return make_figure(
            self.scope,
            SLUG,
            uid,
            finding=finding if drawing else _("Too few requests in this period to say how long they take."),
            description=description,
            definition=definition,
            excluded=set_aside(self.aside),
            excluded_href=href("timed", result="set_aside") if self.aside else "",
            rows=self.total.n,
            rows_href=href("timed"),
            drawing=drawing,
            empty=_("Fewer than 10 requests were opened in this period."),
        )


@dataclass(frozen=True)
class AgeRow:
    """A category or department: its id, what it is called, and how long its requests take."""

    key: int
    label: str
    ages: Ages


def age_rows(opened: Opened, by: str) -> list[AgeRow]:
    """Time to close by ``category`` or ``department``, most requests first."""
    name = opened.called.department if by == "department" else opened.called.category
    found = [AgeRow(key, name(key), ages(mine, opened.now)) for key, mine in opened.rows.groups(by)]
    return sorted([row for row in found if row.ages.n], key=lambda row: (-row.ages.n, row.label))


def time_cells(found: Ages) -> tuple[Cell, ...]:
    """Median and P90 with their intervals; "too few" where there are."""
    if found.is_thin:
        return (Cell(_("too few")), Cell(NOTHING)) * 2
    return (
        days_cell(found.median.value),
        days_range_cell(found.median),
        days_cell(found.p90.value),
        days_range_cell(found.p90),
    )


def time_headers(header: str) -> tuple[str, ...]:
    """The headers of a table with `time_cells`."""
    return header, _("Requests"), _("Median"), _("95 % interval"), _("P90"), _("95 % interval")
