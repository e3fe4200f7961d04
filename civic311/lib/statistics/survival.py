"""Time until something is closed: Kaplan-Meier curves and their quantiles.

Durations are in whatever unit the caller uses (hours or days) and results come back in the same unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from civic311.lib.statistics.basics import Counts, Floats, Values, normal_quantile

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Steps:
    """A falling curve of steps: `survival` is the share still open after each of `times` (rising order).

    `lower` and `upper` are its pointwise interval.
    """

    times: Floats
    survival: Floats
    lower: Floats
    upper: Floats

    def open_after(self, duration: float) -> float:
        """The share still open after `duration`."""
        index = int(np.searchsorted(self.times, duration, side="right")) - 1
        return 1.0 if index < 0 else float(self.survival[index])


@dataclass(frozen=True)
class Curve(Steps):
    """A Kaplan-Meier curve: one step for each time at which something was closed.

    `at_risk` are the open requests just before, `closed` how many were closed then. `n` and `closings` count the
    whole input; `followed_until` is the longest duration seen, 0 for no rows.
    """

    at_risk: Counts
    closed: Counts
    n: int
    closings: int
    followed_until: float


@dataclass(frozen=True)
class Quantile:
    """The time by which a share is closed. Each part is None where the curve has not reached it."""

    value: float | None
    lower: float | None
    upper: float | None


def kaplan_meier(
    durations: Values,
    events: Sequence[bool] | NDArray[np.bool_],
    entries: Values | None = None,
    confidence: float = 0.95,
    *,
    weights: Sequence[int] | NDArray[np.integer] | None = None,
) -> Curve:
    """The share still open by age, with open requests censored (Kaplan & Meier, JASA 53, 1958, 457-481).

    `durations[i]` is the age at closing where `events[i]`, else the age now. `entries[i]` is the age at which the
    request came under observation (delayed entry: it is at risk at ages above its entry only; Tsai, Jewell &
    Wang, Biometrika 74, 1987, 883-886); an entry of 0 means from the beginning, so that a request closed in the
    second it was opened counts. `weights[i]` is how many requests the row stands for, as if it were repeated that
    often; 0 leaves it out. The variance is Greenwood's (1926), the interval is taken on the log(-log) scale,
    where it stays within 0 and 1 (Kalbfleisch & Prentice 2002, section 1.4). Where the curve has reached 0 the
    variance does not exist: the interval is then 0 to the last upper limit.

    Raises ValueError for lengths that differ, negative or infinite durations, entries not before their end, and
    weights that are negative or not whole.
    """
    ends = np.asarray(durations, dtype=np.float64)
    closed_flag = np.asarray(events, dtype=np.bool_)
    if ends.ndim != 1 or ends.shape != closed_flag.shape:
        raise ValueError("Durations and events must be flat and of one length.")
    # Written so that a NaN, which is neither less nor more than anything, fails too.
    if len(ends) and not (ends.min() >= 0 and ends.max() < np.inf):
        raise ValueError("Durations must be finite and not negative.")
    starts = None if entries is None else _late_starts(np.asarray(entries, dtype=np.float64), ends)
    counts = None if weights is None else _checked_weights(weights, ends)
    if counts is not None and not counts.all():
        kept = counts > 0
        ends, closed_flag, counts = ends[kept], closed_flag[kept], counts[kept]
        starts = None if starts is None else starts[kept]
    times, closed = _closings(ends[closed_flag], None if counts is None else counts[closed_flag])
    at_risk = _at_or_after(times, ends, counts)
    if starts is not None:
        at_risk = at_risk - _at_or_after(times, starts, counts)
    survival: Floats = (1 - closed / at_risk).cumprod()
    lower, upper = _greenwood_interval(survival, at_risk, closed, normal_quantile(confidence))
    return Curve(
        times=times,
        survival=survival,
        lower=lower,
        upper=upper,
        at_risk=at_risk,
        closed=closed,
        n=len(ends) if counts is None else int(counts.sum()),
        closings=int(closed.sum()),
        followed_until=float(ends.max()) if len(ends) else 0.0,
    )


def _late_starts(starts: Floats, ends: Floats) -> Floats:
    if starts.shape != ends.shape:
        raise ValueError("Entries must be as many as durations.")
    if not np.isfinite(starts).all() or (starts < 0).any() or ((starts > 0) & (starts >= ends)).any():
        raise ValueError("An entry must be finite, not negative, and before the end.")
    return np.where(starts > 0, starts, -np.inf)


def _checked_weights(weights: Sequence[int] | NDArray[np.integer], ends: Floats) -> Counts:
    given = np.asarray(weights)
    counts = given.astype(np.int64)
    if counts.shape != ends.shape or (counts < 0).any() or (counts != given).any():
        raise ValueError("Weights must be whole, not negative, and as many as durations.")
    return counts


def _closings(ends: Floats, counts: Counts | None) -> tuple[Floats, Counts]:
    """The distinct times of closing and how many were closed at each (quicker than numpy's unique for few rows)."""
    if not len(ends):
        return ends, np.zeros(0, dtype=np.int64)
    order = None if counts is None else ends.argsort()
    ordered = np.sort(ends) if order is None else ends[order]
    fresh = np.empty(len(ordered), dtype=np.bool_)
    fresh[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    first = fresh.nonzero()[0]
    closed = np.empty(len(first), dtype=np.int64)
    if counts is None or order is None:
        np.subtract(first[1:], first[:-1], out=closed[:-1])
        closed[-1] = len(ordered) - first[-1]
    else:
        np.add.reduceat(counts[order], first, out=closed)
    return ordered[first], closed


def _at_or_after(times: Floats, values: Floats, counts: Counts | None) -> Counts:
    """For each time, how many requests have a value there or later."""
    if counts is None:
        return len(values) - np.sort(values).searchsorted(times)
    order = values.argsort()
    before = np.concatenate((np.zeros(1, dtype=np.int64), counts[order].cumsum()))
    found: Counts = before[-1] - before[values[order].searchsorted(times)]
    return found


def _greenwood_interval(survival: Floats, at_risk: Counts, closed: Counts, z: float) -> tuple[Floats, Floats]:
    alive = int(np.count_nonzero(survival))
    at_risk, closed = at_risk[:alive], closed[:alive]
    greenwood = (closed / (at_risk * (at_risk - closed))).cumsum()
    return log_log_interval(survival, np.sqrt(greenwood), z)


def log_log_interval(survival: Floats, relative_error: Floats, z: float) -> tuple[Floats, Floats]:
    """Limits of a falling curve, below 1 throughout, on the log(-log) scale.

    `relative_error` is standard error / survival where survival is above 0 (so as long as that part). Where the
    curve is 0, the interval is 0 to the last upper limit.
    """
    alive = len(relative_error)
    logs = np.log(survival[:alive])
    spread = np.exp(relative_error * -z / logs)
    lower, upper = np.exp(logs * spread), np.exp(logs / spread)
    if alive == len(survival):
        return lower, upper
    dead = len(survival) - alive
    last = upper[-1] if alive else 1.0
    return np.concatenate((lower, np.zeros(dead))), np.concatenate((upper, np.full(dead, last)))


def quantile(curve: Steps, share: float) -> Quantile:
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


def curves_differ(a: Quantile, b: Quantile) -> bool:
    """Whether the intervals of two times do not overlap; an upper limit not reached is open to the right.

    Stricter than a test at 5 % (Schenker & Gentleman, American Statistician 55, 2001, 182-186), on purpose: a
    page compares many. False where a lower limit is not reached: it is too early to say.
    """
    return _wholly_after(a, b) or _wholly_after(b, a)


def _wholly_after(later: Quantile, earlier: Quantile) -> bool:
    return later.lower is not None and earlier.upper is not None and later.lower > earlier.upper
