"""The kinds of areas a report can compare, and the areas of each with the number of their residents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.functional import Promise

from civic311.lib.cached import cached
from dashboards.queue.choices import catalogue
from dashboards.reports.scope import Scope
from departments.kinds import AreaKind
from departments.models import Area


@dataclass(frozen=True)
class KnownArea:
    """One area; `short` fits into a map, `residents` None where the city's pack does not give them."""

    pk: int
    name: str
    short: str
    residents: int | None
    counted: int | None
    """The year of that number."""


@dataclass(frozen=True)
class KindOfArea:
    """A kind of area with all the city has of it, in the order of their names."""

    kind: str
    label: Promise
    areas: tuple[KnownArea, ...]

    @cached_property
    def ids(self) -> list[int]:
        return [each.pk for each in self.areas]

    @cached_property
    def has_residents(self) -> bool:
        return any(each.residents for each in self.areas)

    @cached_property
    def counted(self) -> int | None:
        """The year residents were counted, None where the areas differ or have none."""
        years = {each.counted for each in self.areas if each.residents}
        return years.pop() if len(years) == 1 else None


@cached(seconds=10)
def _residents() -> dict[int, tuple[int, int | None]]:
    given = Area.objects.own().filter(population__gt=0)
    return {pk: (n or 0, year) for pk, n, year in given.values_list("pk", "population", "population_year")}


def kinds_of_areas() -> list[KindOfArea]:
    """Every kind of which the city has at least two areas, the coarsest first."""
    groups: dict[str, list[KnownArea]] = {}
    residents = _residents()
    for pk, name, kind in catalogue().areas:
        short = name.rsplit(" ", 1)[-1]
        groups.setdefault(kind, []).append(
            KnownArea(pk, name, short if len(short) <= 3 else "", *residents.get(pk, (None, None)))
        )
    found = [
        KindOfArea(kind, AreaKind(kind).label, tuple(areas))
        for kind, areas in groups.items()
        if len(areas) > 1
    ]
    return sorted(found, key=lambda each: len(each.areas))


def all_areas(scope: Scope) -> Scope:
    """The report without its filter of one area: a page that compares areas needs them all."""
    return scope if scope.area is None else replace(scope, area=None)
