"""How often the times that residents were told came true. Pure functions over frames.

The same rules as `requests_app.queries.calibration`, which finds the rows: judged are estimates twelve weeks old whose
time is over; what is open past it was not closed in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from civic311.lib.statistics import TOO_FEW, Calibration, calibration
from dashboards.reports.frames import DAY_S, Frame
from requests_app.queries.calibration import OLD_ENOUGH, SHARES

COLUMNS = ("created_at", "closed_at", "is_timely", "median_days", "p90_days")
"""What `told_numbers` reads."""


@dataclass(frozen=True)
class Kept:
    """Of ``n`` times that can be judged, how many were ``kept``; ``promised`` is the share that should be (0.5, 0.9)."""

    kept: int
    n: int
    promised: float

    @property
    def missed(self) -> int:
        """Closed later, or still open."""
        return self.n - self.kept

    @property
    def calibration(self) -> Calibration | None:
        """The share with its interval and verdict; None where there are too few."""
        return None if self.n < TOO_FEW else calibration(self.kept, self.n, self.promised)


@dataclass(frozen=True)
class ToldNumbers:
    """``told``: estimates old enough; ``pending``: of them, those with a time that is not over; P50 and P90 kept."""

    told: int
    pending: int
    median: Kept
    p90: Kept

    @property
    def is_thin(self) -> bool:
        """Whether neither time can be judged."""
        return self.median.n < TOO_FEW and self.p90.n < TOO_FEW


def told_numbers(rows: Frame, now: float) -> ToldNumbers:
    """Count a frame with `COLUMNS`, of any requests; ``now`` in seconds since 1970."""
    old = (
        rows["is_timely"]
        & (rows["median_days"] > 0)
        & (rows["created_at"] <= now - OLD_ENOUGH.total_seconds())
    )
    over: dict[str, NDArray[np.bool_]] = {}
    counts: dict[str, Kept] = {}
    for column, share in SHARES.items():
        promised = rows["created_at"] + rows[column] * DAY_S
        over[column] = old & (rows[column] > 0) & (promised <= now)
        with np.errstate(invalid="ignore"):
            in_time = over[column] & (rows["closed_at"] <= promised)
        counts[column] = Kept(int(in_time.sum()), int(over[column].sum()), share)
    settled = over["median_days"] & (over["p90_days"] | (rows["p90_days"] == 0))
    return ToldNumbers(
        told=int(old.sum()),
        pending=int((old & ~settled).sum()),
        median=counts["median_days"],
        p90=counts["p90_days"],
    )


def given(rows: Frame) -> NDArray[np.bool_]:
    """Which reporters were told a time, however long ago."""
    flags: NDArray[np.bool_] = rows["is_timely"] & (rows["median_days"] > 0)
    return flags


LENGTHS: Mapping[int, tuple[int, int]] = {0: (1, 1), 1: (2, 3), 2: (4, 7), 3: (8, 30), 4: (31, 10**6)}
"""How long the time was that was told (P50), in days, both ends included, by the number of the band."""


def by_length(rows: Frame, now: float) -> list[ToldNumbers]:
    """The numbers for each band of `LENGTHS`."""
    days = rows["median_days"]
    return [
        told_numbers(rows.only((days >= least) & (days <= most)), now) for least, most in LENGTHS.values()
    ]
