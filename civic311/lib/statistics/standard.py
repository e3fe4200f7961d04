"""Direct standardisation: what an area's figure were if it had the city's mix of categories.

Without it an area with many slow categories looks badly served (Simpson's paradox).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from civic311.lib.statistics.basics import Floats, mixed, normal_quantile
from civic311.lib.statistics.shares import score_limits
from civic311.lib.statistics.survival import Curve, Steps, log_log_interval

_UNSEEN = 0.01
"""A standardised curve ends where more than this share of the mix may be open but is not followed any longer."""


@dataclass(frozen=True)
class Stratum:
    """One category in one area: successes among its `n` requests, and its weight in the city's mix (any unit)."""

    successes: int
    n: int
    weight: float


@dataclass(frozen=True)
class Standardised:
    """A share standardised to a mix, with its interval, all between 0 and 1.

    `n` are the requests behind it, `covered` is the share of the mix in which the area has any.
    """

    value: float
    lower: float
    upper: float
    n: int
    covered: float


@dataclass(frozen=True)
class StandardisedCurve(Steps):
    """A curve standardised to a mix. It ends at `followed_until`: later it would rest on guesses.

    `n` and `closings` are the requests behind it, `covered` is the share of the mix that has a curve.
    """

    n: int
    closings: int
    followed_until: float
    covered: float


def standardised_share(strata: Sequence[Stratum], confidence: float = 0.95) -> Standardised | None:
    """The mean of the strata's shares by weight; None where no stratum with weight has requests.

    Strata without requests are left out and the other weights scaled to 1 (Breslow & Day, Statistical Methods in
    Cancer Research II, 1987, section 2.2). The interval is Wilson's at the effective number of requests, value ·
    (1 - value) / variance (Korn & Graubard, Survey Methodology 24, 1998, 193-201), with the variance of a stratified
    sample, sum of w² · p · (1 - p) / n. Strata of one or two requests have p of 0 or 1 and hide their variance; the
    effective number is therefore at most 1 / sum of w² / n (Kish, Survey Sampling, 1965, section 11.7), which is
    reached when all strata have one share. Where the area has the city's mix both the value and its interval are
    those of the plain share. Wald-like intervals of Poisson rates (Dobson et al. 1991; Fay & Feuer 1997) are for
    rare events and leave 0 to 1.

    Raises ValueError unless 0 <= successes <= n in each, and for negative or infinite weights or all of them 0.
    """
    if any(not 0 <= stratum.successes <= stratum.n for stratum in strata):
        raise ValueError("Successes lie between 0 and the number of requests.")
    total = mixed([stratum.weight for stratum in strata])
    used = [stratum for stratum in strata if stratum.n and stratum.weight]
    if not used:
        return None
    n = np.array([stratum.n for stratum in used], dtype=np.float64)
    successes = np.array([stratum.successes for stratum in used], dtype=np.float64)
    weights = np.array([stratum.weight for stratum in used], dtype=np.float64)
    covered = sum(stratum.weight for stratum in used) / total
    weights, shares = weights / weights.sum(), successes / n
    # An average of ones must not come out a rounding error below 1.
    value = 1.0 if (shares == 1).all() else min(1.0, float(weights @ shares))
    effective = _kish(weights, n)
    variance = float((weights**2) @ (shares * (1 - shares) / n))
    if variance > 0:
        effective = min(effective, value * (1 - value) / variance)
    lower, upper = score_limits(value, effective, normal_quantile(confidence))
    return Standardised(value=value, lower=lower, upper=upper, n=int(n.sum()), covered=covered)


def _kish(weights: Floats, n: Floats) -> float:
    """The effective number of requests of a mean of strata, weights adding up to 1."""
    return float(1 / np.sum(weights**2 / n))


def standardised_curve(
    curves: Sequence[Curve], weights: Sequence[float], *, minimum: int = 1, confidence: float = 0.95
) -> StandardisedCurve | None:
    """The mean of the strata's survival curves by weight: the directly adjusted curve; None without any stratum.

    `weights[i]` is the weight of curve i in the city's mix. Curves of fewer than `minimum` requests are left out and
    the other weights scaled to 1. The curve is the sum of w · S, its variance the sum of w² · Var(S) with
    Greenwood's Var (Makuch, Journal of Chronic Diseases 35, 1982, 437-443; Nieto & Coresh, American Journal of
    Epidemiology 143, 1996, 1059-1068), the interval on the log(-log) scale. As for shares, the variance is at
    least that of one share at Kish's effective number, for strata of very few requests hide theirs; a stratum of
    which all are closed keeps the variance it had before.

    A stratum whose oldest open request is younger than others says nothing of later ages. The curve ends where such
    strata, at their last level, make up more than one hundredth of the mix.

    Raises ValueError for lengths that differ and for negative or infinite weights or all of them 0.
    """
    if len(curves) != len(weights):
        raise ValueError("Every curve needs a weight.")
    z, total = normal_quantile(confidence), mixed(weights)
    used = [
        (curve, weight)
        for curve, weight in zip(curves, weights, strict=True)
        if curve.n >= max(minimum, 1) and weight
    ]
    if not used:
        return None
    strata = [curve for curve, _ in used]
    mix = np.array([weight for _, weight in used], dtype=np.float64)
    covered = sum(weight for _, weight in used) / total
    mix /= mix.sum()
    until = _followed_until(strata, mix)
    times = np.unique(np.concatenate([curve.times for curve in strata]))
    times = times[times <= until]
    survival, variance = np.zeros(len(times)), np.zeros(len(times))
    for curve, weight in zip(strata, mix, strict=True):
        step = np.searchsorted(curve.times, times, side="right")
        survival += weight * np.concatenate(([1.0], curve.survival))[step]
        variance += weight**2 * np.concatenate(([0.0], _variance(curve)))[step]
    effective = _kish(mix, np.array([curve.n for curve in strata], dtype=np.float64))
    variance = np.maximum(variance, survival * (1 - survival) / effective)
    alive = int(np.count_nonzero(survival))
    lower, upper = log_log_interval(survival, np.sqrt(variance[:alive]) / survival[:alive], z)
    return StandardisedCurve(
        times=times,
        survival=survival,
        lower=lower,
        upper=upper,
        n=sum(curve.n for curve in strata),
        closings=sum(curve.closings for curve in strata),
        followed_until=until,
        covered=covered,
    )


def _variance(curve: Curve) -> Floats:
    """Greenwood's variance of the survival; from where all are closed, the last one before."""
    alive = int(np.count_nonzero(curve.survival))
    at_risk, closed = curve.at_risk[:alive], curve.closed[:alive]
    variance = curve.survival[:alive] ** 2 * (closed / (at_risk * (at_risk - closed))).cumsum()
    last = variance[-1] if alive else 0.0
    return np.concatenate((variance, np.full(len(curve.times) - alive, last)))


def _followed_until(strata: Sequence[Curve], mix: Floats) -> float:
    unseen = 0.0
    ends = sorted(
        (curve.followed_until, curve.open_after(np.inf) * weight)
        for curve, weight in zip(strata, mix, strict=True)
    )
    for until, still_open in ends:
        unseen += still_open
        if unseen > _UNSEEN:
            return until
    return ends[-1][0]
