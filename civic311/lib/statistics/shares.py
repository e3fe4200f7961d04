"""Shares of requests, the interval of a share, and the difference of two."""

from dataclasses import dataclass
from math import hypot, sqrt

from civic311.lib.statistics.basics import Interval, normal_quantile


@dataclass(frozen=True)
class Share:
    """A share with its interval, all between 0 and 1, and the counts behind it."""

    value: float
    lower: float
    upper: float
    successes: int
    n: int


@dataclass(frozen=True)
class Difference:
    """The first share less the second, with its interval, all between -1 and 1."""

    value: float
    lower: float
    upper: float


def wilson(successes: int, n: int, confidence: float = 0.95) -> Share | None:
    """A share with the score interval of E. B. Wilson (JASA 22, 1927, 209-212); None when `n` is 0.

    Preferred to the textbook interval for small n and shares near 0 or 1 (Brown, Cai & DasGupta, Statistical
    Science 16, 2001, 101-133). Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError("Successes lie between 0 and the number of requests.")
    z = normal_quantile(confidence)
    if n == 0:
        return None
    value = successes / n
    lower, upper = score_limits(value, n, z)
    return Share(value=value, lower=lower, upper=upper, successes=successes, n=n)


def score_limits(value: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's limits of a share (0 to 1) of `n` > 0 requests; `n` need not be whole (an effective size)."""
    shrink = 1 + z * z / n
    centre = (value + z * z / (2 * n)) / shrink
    half = z * sqrt(value * (1 - value) / n + z * z / (4 * n * n)) / shrink
    # At the ends the limit is exactly the end, which rounding may miss; elsewhere it must not pass the value.
    lower = 0.0 if value == 0 else min(value, max(0.0, centre - half))
    upper = 1.0 if value == 1 else max(value, min(1.0, centre + half))
    return lower, upper


def difference(a: Interval, b: Interval) -> Difference:
    """`a` less `b`, both independent, with the interval made from theirs.

    For two shares this is method 10 of Newcombe (Statistics in Medicine 17, 1998, 873-890). The same square-and-add
    works for other estimates with intervals of their own, such as standardised shares (Zou & Donner, Statistics in
    Medicine 27, 2008, 1693-1702). The confidence is that of the two intervals.
    """
    value = a.value - b.value
    return Difference(
        value=value,
        lower=value - hypot(a.value - a.lower, b.upper - b.value),
        upper=value + hypot(a.upper - a.value, b.value - b.lower),
    )


def differ(a: Interval, b: Interval) -> bool:
    """Whether two shares differ: the interval of their difference leaves out 0."""
    between = difference(a, b)
    return between.lower > 0 or between.upper < 0
