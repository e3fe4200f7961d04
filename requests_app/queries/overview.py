"""What the pages of areas and categories say about them: which there are, and their current figures.

Only reports shown online are counted, so that every figure agrees with the list behind it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import Count, Q

from civic311.lib import clock
from civic311.lib.cached import cached
from departments import directory
from departments.directory import AreaName
from departments.kinds import AreaKind
from departments.models import Category
from requests_app.models import ServiceRequest
from requests_app.queries.expected import expected_time
from requests_app.queries.front import FIGURES_DAYS, SOLVED
from requests_app.workflow import Status

TOO_FEW = 10
"""A share of fewer closings than this says nothing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Open now; new, closed and solved in the last `FIGURES_DAYS` days; the usual time in days where it is known."""

    open_now: int = 0
    new: int = 0
    closed: int = 0
    solved: int = 0
    median_days: int | None = None

    @property
    def solved_percent(self) -> int | None:
        """The share of closed ones that were solved; None where too few were closed to say."""
        return round(100 * self.solved / self.closed) if self.closed >= TOO_FEW else None


@cached(seconds=10)
def public_categories() -> tuple[Category, ...]:
    """Categories in use whose reports are shown online, in the order of their groups."""
    rows = Category.objects.active().filter(is_public=True).select_related("group")
    return tuple(rows.order_by("group__position", "group__name", "position", "name"))


def public_areas() -> list[tuple[AreaKind, list[AreaName]]]:
    """The city's own areas by kind, "District 2" before "District 10"."""
    kinds: dict[AreaKind, list[AreaName]] = {}
    for area in directory.areas().values():
        if area.is_active and area.kind != AreaKind.NEIGHBOR:
            kinds.setdefault(AreaKind(area.kind), []).append(area)
    return [(kind, sorted(areas, key=lambda area: _natural(area.name))) for kind, areas in kinds.items()]


def area_figures(area_id: int) -> Figures:
    """The figures of an area, a minute old at most."""
    return _by_area().get(area_id, Figures())


def category_figures(category_id: int) -> Figures:
    """The figures of a category, a minute old at most, with its usual time from the nightly estimates."""
    known = _by_category().get(category_id, Figures())
    expected = expected_time(category_id=category_id, area_ids=(), department_id=None)
    median = expected.median_days if expected and expected.basis == "category" else None
    return Figures(known.open_now, known.new, known.closed, known.solved, median)


def open_by_area() -> dict[int, int]:
    """Open reports by area."""
    return {pk: figures.open_now for pk, figures in _by_area().items()}


def open_by_category() -> dict[int, int]:
    """Open reports by category."""
    return {pk: figures.open_now for pk, figures in _by_category().items()}


@cached(seconds=60)
def _by_category() -> dict[int, Figures]:
    return _figures("shown_category_id")


@cached(seconds=60)
def _by_area() -> dict[int, Figures]:
    return _figures("areas")


def _figures(column: str) -> dict[int, Figures]:
    since = clock.now() - dt.timedelta(days=FIGURES_DAYS)
    is_open = ~Q(shown_status=Status.CLOSED)
    closed = Q(shown_status=Status.CLOSED, closed_at__gte=since)
    rows = (
        ServiceRequest.objects.public()
        .filter(is_open | closed | Q(created_at__gte=since))
        .order_by()
        .values(column)
        .annotate(
            open_now=Count("pk", filter=is_open),
            new=Count("pk", filter=Q(created_at__gte=since)),
            closed=Count("pk", filter=closed),
            solved=Count("pk", filter=closed & SOLVED),
        )
    )
    return {row.pop(column): Figures(**row) for row in rows if row[column] is not None}


def _natural(name: str) -> tuple[str, int]:
    match = re.fullmatch(r"(.*?)(\d{1,6})", name)
    return (match[1], int(match[2])) if match else (name, -1)
