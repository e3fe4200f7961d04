"""How many requests arrive when: days, hours and categories drawn from a city's statistics.

Everything is drawn from one `random.Random`, so the same seed and date give the same history.
"""

import datetime as dt
import itertools
import math
import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from departments.packs.definitions import CategoryStats, CityStats, StormDef

HISTORY_DAYS = 730


@dataclass(frozen=True)
class Arrival:
    """One report to come: the instant, its category's slug, and the storm it came in, if any."""

    at: dt.datetime
    category: str
    storm: StormDef | None


class Draw:
    """Weighted choice with the cumulative weights made once."""

    def __init__(self, items: Sequence[str], weights: Sequence[float]) -> None:
        self.items = list(items)
        self.cumulative = list(itertools.accumulate(weights))
        if not self.items or self.cumulative[-1] <= 0:
            raise ValueError("nothing to draw from")

    def one(self, rng: random.Random) -> str:
        """One item, by weight."""
        return self.items[
            min(bisect(self.cumulative, rng.random() * self.cumulative[-1]), len(self.items) - 1)
        ]


def arrivals(
    stats: CityStats, *, requests: int, until: dt.datetime, zone: ZoneInfo, rng: random.Random
) -> list[Arrival]:
    """``requests`` arrivals over the two years before ``until``, oldest first."""
    last_day = until.astimezone(zone).date()
    days = [last_day - dt.timedelta(days=back) for back in range(HISTORY_DAYS, -1, -1)]
    storms = {day: _storm_on(stats, day) for day in days}
    weights = [_day_weight(stats, day, storms[day], days[0]) for day in days]
    weights[-1] *= _share_of_day_gone(stats, until.astimezone(zone))
    cumulative = list(itertools.accumulate(weights))
    chosen = [
        days[min(bisect(cumulative, rng.random() * cumulative[-1]), len(days) - 1)] for _ in range(requests)
    ]
    draws: dict[tuple[int, str], Draw] = {}
    found = []
    for day in chosen:
        storm = storms[day]
        key = (day.month, storm.name if storm else "")
        if key not in draws:
            draws[key] = _category_draw(stats, day.month, storm)
        found.append(Arrival(_instant(stats, day, zone, until, rng), draws[key].one(rng), storm))
    return sorted(found, key=lambda arrival: arrival.at)


def storm_days(stats: CityStats, *, first: dt.date, last: dt.date) -> list[tuple[StormDef, dt.date, dt.date]]:
    """Storms that come between two days, both included: the storm, its first day, the day after its last."""
    found = [
        (storm, begins, begins + dt.timedelta(days=storm.days))
        for year in range(first.year, last.year + 1)
        for storm in stats.storms
        if _storm_comes(storm, year)
        for begins in [dt.date(year, storm.month, storm.day)]
        if first <= begins <= last
    ]
    return sorted(found, key=lambda storm: storm[1])


def _day_weight(stats: CityStats, day: dt.date, storm: StormDef | None, first: dt.date) -> float:
    weight = stats.months[day.month - 1] * stats.weekdays[day.weekday()]
    weight *= math.pow(1 + stats.growth_per_year, (day - first).days / 365)
    if storm:
        weight *= sum(
            entry.share * storm.factors.get(slug, 1.0) for slug, entry in stats.categories.items()
        ) / sum(entry.share for entry in stats.categories.values())
    return weight


def _storm_on(stats: CityStats, day: dt.date) -> StormDef | None:
    for storm in stats.storms:
        for year in (day.year - 1, day.year):
            if not _storm_comes(storm, year):
                continue
            begins = dt.date(year, storm.month, storm.day)
            if begins <= day < begins + dt.timedelta(days=storm.days):
                return storm
    return None


def _storm_comes(storm: StormDef, year: int) -> bool:
    if storm.years == "even":
        return year % 2 == 0
    return storm.years != "odd" or year % 2 == 1


def _category_draw(stats: CityStats, month: int, storm: StormDef | None) -> Draw:
    entries = list(stats.categories.values())
    return Draw(
        [entry.category for entry in entries], [_category_weight(entry, month, storm) for entry in entries]
    )


def _category_weight(entry: CategoryStats, month: int, storm: StormDef | None) -> float:
    season = entry.season[month - 1] if entry.season else 1.0
    return entry.share * season * (storm.factors.get(entry.category, 1.0) if storm else 1.0)


def _hour_weights(stats: CityStats, day: dt.date) -> tuple[float, ...]:
    return stats.weekend_hours if day.weekday() >= 5 else stats.weekday_hours


def _share_of_day_gone(stats: CityStats, until: dt.datetime) -> float:
    hours = _hour_weights(stats, until.date())
    return (sum(hours[: until.hour]) + hours[until.hour] * until.minute / 60) / sum(hours)


def _instant(
    stats: CityStats, day: dt.date, zone: ZoneInfo, until: dt.datetime, rng: random.Random
) -> dt.datetime:
    weights = list(_hour_weights(stats, day))
    local_until = until.astimezone(zone)
    if day == local_until.date():
        weights = [weight if hour < local_until.hour else 0.0 for hour, weight in enumerate(weights)]
        if not sum(weights):
            return until - dt.timedelta(seconds=rng.randrange(1, 3600))
    hour = rng.choices(range(24), weights)[0]
    wall = dt.datetime.combine(day, dt.time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=zone)
    return wall.astimezone(dt.UTC)
