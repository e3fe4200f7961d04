"""Storms in force and past: what pages, promises and figures ask about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from civic311.lib import clock
from civic311.lib.cached import cached
from departments.models import Storm
from departments.models.storm import StormPolicy


@dataclass(frozen=True)
class DeclaredStorm:
    """A declaration as others use it, in the reader's language. ``category_ids`` empty: every category."""

    storm: Storm
    category_ids: frozenset[int]

    @property
    def name(self) -> str:
        return self.storm.name

    @property
    def begins(self) -> dt.datetime:
        return self.storm.starts_at

    @property
    def ends(self) -> dt.datetime:
        """When it ends by itself, or ended before."""
        return self.storm.over_at

    @property
    def is_light(self) -> bool:
        return self.storm.is_light

    @property
    def promises_less(self) -> bool:
        """Whether work takes longer by declaration."""
        return self.storm.policy != StormPolicy.KEEP

    @property
    def banner(self) -> str:
        return str(self.storm.in_language("banner"))

    @property
    def safety_question(self) -> str:
        return str(self.storm.in_language("safety_question"))

    @property
    def safety_text(self) -> str:
        return str(self.storm.in_language("safety_text"))

    def covers(self, at: dt.datetime) -> bool:
        """Whether it is, or was, in force at this instant."""
        return self.begins <= at < self.ends


@cached(seconds=10)
def _declared() -> tuple[DeclaredStorm, ...]:
    """Every declaration, the earliest first; a city has a handful a year."""
    storms = Storm.objects.prefetch_related("categories").order_by("starts_at")
    return tuple(
        DeclaredStorm(storm, frozenset(category.pk for category in storm.categories.all()))
        for storm in storms
    )


def storm_at(at: dt.datetime) -> DeclaredStorm | None:
    """The storm in force at this instant, if any; two never overlap."""
    return next((storm for storm in _declared() if storm.covers(at)), None)


def current_storm() -> DeclaredStorm | None:
    """The storm in force now."""
    return storm_at(clock.now())


def storms_between(begins: dt.datetime, ends: dt.datetime) -> list[DeclaredStorm]:
    """Storms that touch the time from ``begins`` up to ``ends``, which it does not include."""
    return [storm for storm in _declared() if storm.begins < ends and storm.ends > begins]


def forget() -> None:
    """Let the next reader of this process see a change at once."""
    _declared.forget()
