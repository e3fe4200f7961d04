"""What residents of the invented history were told about the time their request takes, as right and as wrong as life."""

import datetime as dt
import math
import random
from statistics import NormalDist
from typing import Any

from civic311.lib.statistics import MINIMUM_CLOSINGS
from departments.packs.definitions import CategoryStats, CityStats
from requests_app.history.lives import Z90
from requests_app.history.volume import HISTORY_DAYS, Arrival
from requests_app.queries.expected import Expected, whole_days

WINDOW_DAYS = 84
"""Estimates rest on the last twelve weeks: before them, and for categories too rare for them, nothing is said."""
ERROR = 0.2
"""How far an estimate is off, as the standard deviation of its logarithm: one error for each category and month."""
OPTIMISM = 0.93
"""Of the true time: those reopened take longer than the estimates of their time knew."""
_NORMAL = NormalDist()


class Teller:
    """Estimates with dice of their own, so that the rest of the history stays as it was."""

    def __init__(self, stats: CityStats, *, seed: int, requests: int, until: dt.datetime) -> None:
        self.stats = stats
        self.seed = seed
        self.begins = until - dt.timedelta(days=HISTORY_DAYS - WINDOW_DAYS)
        shares = sum(entry.share for entry in stats.categories.values())
        self.closings = {
            slug: int(requests * entry.share / shares * entry.closed_share * WINDOW_DAYS / HISTORY_DAYS)
            for slug, entry in stats.categories.items()
        }
        self._known: dict[tuple[str, int, int], dict[str, Any]] = {}

    def told(self, arrival: Arrival) -> dict[str, Any]:
        """What `Expected.as_data` held when this request came; the same for a category and month."""
        key = (arrival.category, arrival.at.year, arrival.at.month)
        closings = self.closings[arrival.category]
        if arrival.at < self.begins or closings < MINIMUM_CLOSINGS:
            return Expected(None, None, 0, None, "").as_data()
        if key not in self._known:
            self._known[key] = self._estimate(self.stats.categories[arrival.category], closings, key)
        return self._known[key]

    def _estimate(self, entry: CategoryStats, closings: int, key: tuple[str, int, int]) -> dict[str, Any]:
        rng = random.Random(f"told {self.seed} {key}")  # noqa: S311 (a history, not a secret)
        median = max(entry.median_hours, 0.4)
        spread = math.log(max(entry.p90_hours, median * 1.5) / median) / Z90
        middle = median * OPTIMISM * math.exp(rng.gauss(0.0, ERROR))
        half, most = (
            middle * math.exp(spread * _NORMAL.inv_cdf(share / entry.closed_share))
            if share < entry.closed_share
            else None
            for share in (0.5, 0.9)
        )
        seen = int(closings * rng.uniform(0.85, 1.15))
        return Expected(whole_days(half), whole_days(most), seen, None, "category").as_data()
