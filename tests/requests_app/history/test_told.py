"""What the invented history says residents were told: the same each time, and about as right as a real city."""

from __future__ import annotations

import datetime as dt

import pytest

from departments.packs import read_pack
from requests_app.history.told import Teller
from requests_app.history.volume import HISTORY_DAYS, Arrival
from tests.requests_app.history.test_make_history import BALTIMORE, UNTIL

STATS = read_pack(BALTIMORE, with_places=False).stats
assert STATS is not None
COMMON = max(STATS.categories.values(), key=lambda entry: entry.share).category
RARE = min(STATS.categories.values(), key=lambda entry: entry.share).category
SOON = UNTIL - dt.timedelta(days=100)


def teller(requests: int = 10_000) -> Teller:
    assert STATS is not None
    return Teller(STATS, seed=1, requests=requests, until=UNTIL)


def test_the_same_is_told_to_all_of_a_month_and_again_the_next_time() -> None:
    arrival = Arrival(SOON, COMMON, None)
    found = teller().told(arrival)
    assert found == teller().told(arrival)
    assert found["closings"] >= 30
    assert found["p90_days"] is None or found["p90_days"] >= found["median_days"] >= 1
    others = {
        teller().told(Arrival(SOON - dt.timedelta(days=31 * back), COMMON, None))["closings"]
        for back in range(8)
    }
    assert len(others) > 1


@pytest.mark.parametrize(
    "arrival",
    [
        Arrival(UNTIL - dt.timedelta(days=HISTORY_DAYS - 10), COMMON, None),
        Arrival(SOON, RARE, None),
    ],
)
def test_nothing_is_told_without_closings_behind_it(arrival: Arrival) -> None:
    found = teller(1_000).told(arrival)
    assert (found["median_days"], found["p90_days"], found["basis"]) == (None, None, "")
