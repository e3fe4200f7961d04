"""Statistics of the manager's figures: pure functions over arrays, the source of each formula beside it.

Durations are in whatever unit the caller uses (hours or days) and results come back in the same unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Values = Sequence[float] | Floats

TOO_FEW = 10
"""A figure over fewer requests than this is not shown."""
MINIMUM_CLOSINGS = 30
"""An expected time needs at least this many closings behind it."""
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve: one entry for each time at which something was closed, in rising order.

    `survival` is the share still open after that time, `lower` and `upper` its pointwise interval, `at_risk` the
    open requests just before, `closed` how many were closed then. `n` and `closings` count the whole input;
    `followed_until` is the longest duration seen, 0 for no rows.
    """

    times: Floats
    survival: Floats
    lower: Floats
    upper: Floats
    at_risk: NDArray[np.int64]
    closed: NDArray[np.int64]
    n: int
    closings: int
    followed_until: float

    def open_after(self, duration: float) -> float:
        """The share still open after `duration`."""
        index = int(np.searchsorted(self.times, duration, side="right")) - 1
        return 1.0 if index < 0 else float(self.survival[index])


@dataclass(frozen=True)
class Quantile:
    """The time by which a share is closed. Each part is None where the curve has not reached it."""

    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Share:
    """A share with its interval, all between 0 and 1, and the counts behind it."""

    value: float
    lower: float
    upper: float
    successes: int
    n: int


@dataclass(frozen=True)
class Band:
    """The usual level of a series and the band around it, from `n` earlier values."""

    centre: float
    lower: float
    upper: float
    n: int


def kaplan_meier(
    durations: Values,
    events: Sequence[bool] | NDArray[np.bool_],
    entries: Values | None = None,
    confidence: float = 0.95,
) -> Curve:
    """The share still open by age, with open requests censored (Kaplan & Meier, JASA 53, 1958, 457-481).

    `durations[i]` is the age at closing where `events[i]`, else the age now. `entries[i]` is the age at which the
    request came under observation (delayed entry: it is at risk at ages above its entry only; Tsai, Jewell &
    Wang, Biometrika 74, 1987, 883-886); an entry of 0 means from the beginning, so that a request closed in the
    second it was opened counts. The variance is Greenwood's (1926), the interval is taken on the log(-log) scale,
    where it stays within 0 and 1 (Kalbfleisch & Prentice 2002, section 1.4). Where the curve has reached 0 the
    variance does not exist: the interval is then 0 to the last upper limit.

    Raises ValueError for lengths that differ, negative or infinite durations, and entries not before their end.
    """
    ends = np.asarray(durations, dtype=np.float64)
    closed_flag = np.asarray(events, dtype=np.bool_)
    if ends.ndim != 1 or ends.shape != closed_flag.shape:
        raise ValueError("Durations and events must be flat and of one length.")
    if not np.isfinite(ends).all() or (ends < 0).any():
        raise ValueError("Durations must be finite and not negative.")
    times, closed = np.unique(ends[closed_flag], return_counts=True)
    at_risk = len(ends) - np.searchsorted(np.sort(ends), times, side="left")
    if entries is not None:
        at_risk = at_risk - _not_yet_entered(np.asarray(entries, dtype=np.float64), ends, times)
    at_risk, closed = at_risk.astype(np.int64), closed.astype(np.int64)
    survival: Floats = np.cumprod(1 - closed / at_risk, dtype=np.float64)
    lower, upper = _log_log_interval(survival, at_risk, closed, _z(confidence))
    return Curve(
        times=times,
        survival=survival,
        lower=lower,
        upper=upper,
        at_risk=at_risk,
        closed=closed,
        n=len(ends),
        closings=int(closed_flag.sum()),
        followed_until=float(ends.max()) if len(ends) else 0.0,
    )


def _not_yet_entered(starts: Floats, ends: Floats, times: Floats) -> NDArray[np.int64]:
    if starts.shape != ends.shape:
        raise ValueError("Entries must be as many as durations.")
    if not np.isfinite(starts).all() or (starts < 0).any() or ((starts > 0) & (starts >= ends)).any():
        raise ValueError("An entry must be finite, not negative, and before the end.")
    late = np.sort(np.where(starts > 0, starts, -np.inf))
    return (len(late) - np.searchsorted(late, times, side="left")).astype(np.int64)


def _log_log_interval(
    survival: Floats, at_risk: NDArray[np.int64], closed: NDArray[np.int64], z: float
) -> tuple[Floats, Floats]:
    reached_zero = at_risk == closed
    safe_gap = np.where(reached_zero, 1, at_risk - closed)
    greenwood = np.cumsum(closed / (at_risk * safe_gap))
    alive = survival > 0
    inner = np.where(alive, survival, 0.5)  # any value: overwritten below
    log_survival = np.log(inner)
    spread = np.exp(z * np.sqrt(greenwood) / np.abs(log_survival))
    lower = np.where(alive, np.exp(log_survival * spread), 0.0)
    upper = np.where(alive, np.exp(log_survival / spread), np.nan)
    if not alive.all() and len(upper):
        first_dead = int(np.argmin(alive))
        upper[first_dead:] = upper[first_dead - 1] if first_dead else 1.0
    return lower, upper


def quantile(curve: Curve, share: float) -> Quantile:
    """The time by which `share` (0 to 1) of the requests are closed, with the interval of Brookmeyer & Crowley.

    The limits are the times at which the limits of the curve cross the same level (Biometrics 38, 1982, 29-41).
    None where a curve has not come down to it: "too early to say". Raises ValueError for a share outside 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError("A share lies between 0 and 1.")
    level = 1 - share + _ROUNDING
    return Quantile(
        *(_first_below(curve.times, values, level) for values in (curve.survival, curve.lower, curve.upper))
    )


def _first_below(times: Floats, values: Floats, level: float) -> float | None:
    below = values <= level
    return float(times[int(np.argmax(below))]) if below.any() else None


def wilson(successes: int, n: int, confidence: float = 0.95) -> Share | None:
    """A share with the score interval of E. B. Wilson (JASA 22, 1927, 209-212); None when `n` is 0.

    Preferred to the textbook interval for small n and shares near 0 or 1 (Brown, Cai & DasGupta, Statistical
    Science 16, 2001, 101-133). Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError("Successes lie between 0 and the number of requests.")
    if n == 0:
        return None
    z, p = _z(confidence), successes / n
    shrink = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / shrink
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / shrink
    lower = 0.0 if successes == 0 else max(0.0, centre - half)
    upper = 1.0 if successes == n else min(1.0, centre + half)
    return Share(value=p, lower=lower, upper=upper, successes=successes, n=n)


def robust_band(values: Values) -> Band | None:
    """The median of earlier values ± 1.96 · 1.4826 · MAD / √n; None without values.

    1.4826 makes the median absolute deviation an estimate of a normal standard deviation (Rousseeuw & Croux,
    JASA 88, 1993, 1273-1283). Counts of reports are far more scattered than Poisson and have storm weeks: a mean
    and its standard deviation would be led by those.
    """
    data = np.asarray(values, dtype=np.float64)
    if not len(data):
        return None
    centre = float(np.median(data))
    half = 1.96 * 1.4826 * float(np.median(np.abs(data - centre))) / sqrt(len(data))
    return Band(centre=centre, lower=centre - half, upper=centre + half, n=len(data))


@lru_cache(maxsize=16)
def _z(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError("Confidence lies between 0 and 1.")
    return NormalDist().inv_cdf(0.5 + confidence / 2)
