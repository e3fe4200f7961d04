"""The usual level of counts by week, and whether this year's are beyond it.

Two questions, two bands. `robust_band` says how well the usual level itself is known. Whether new weeks are unusual
is asked of `comparison_band`, which adds how much the new weeks scatter: counts of a quite usual week lie outside
`robust_band` more often than not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from civic311.lib.statistics.basics import Floats, Values

MINIMUM_WEEKS = 4
"""A comparison needs at least this many earlier weeks."""
_Z = 1.96
_NORMAL_MAD = 1.4826
"""Makes the median absolute deviation an estimate of a normal standard deviation."""
_MEDIAN_VARIANCE = pi / 2
"""Variance of a median over that of a mean, normal values."""
_SMALL_MAD = (1.0, 1.0, 1.196, 1.495, 1.363, 1.206, 1.200, 1.140, 1.129, 1.107)
"""By number of values: how much the median absolute deviation of so few falls short."""


@dataclass(frozen=True)
class Band:
    """The usual level of a series and the band around it, from `n` earlier values."""

    centre: float
    lower: float
    upper: float
    n: int


@dataclass(frozen=True)
class Season:
    """One entry for each of this year's weeks: its band (None with too few earlier weeks) and where it lies."""

    bands: tuple[Band | None, ...]
    beyond: tuple[int, ...]


@dataclass(frozen=True)
class Change:
    """This period's median week against the same weeks of earlier years.

    `ratio` is now / usual, None where nothing is usual. `band` is the range in which the median of as many weeks lies
    when nothing has changed; `beyond` is -1 below it, 1 above it, else 0.
    """

    now: float
    usual: float
    ratio: float | None
    band: Band
    beyond: int
    weeks: int


def robust_band(values: Values) -> Band | None:
    """The median of earlier values ± 1.96 · 1.4826 · MAD / √n; None without values.

    1.4826 makes the median absolute deviation an estimate of a normal standard deviation (Rousseeuw & Croux,
    JASA 88, 1993, 1273-1283). Counts of reports are far more scattered than Poisson and have storm weeks: a mean
    and its standard deviation would be led by those.
    """
    data = np.asarray(values, dtype=np.float64)
    if not len(data):
        return None
    centre, deviation = _median_and_mad(data)
    half = _Z * _NORMAL_MAD * deviation / sqrt(len(data))
    return Band(centre=centre, lower=centre - half, upper=centre + half, n=len(data))


def comparison_band(values: Values, weeks: int = 1) -> Band | None:
    """Where the median of `weeks` new weekly counts lies in 95 of 100 cases if they are like the earlier `values`.

    Median ± 1.96 · s · √(k/weeks + k/n): the scatter s is 1.4826 · MAD with the correction for few values of Croux &
    Rousseeuw (COMPSTAT 1992, 411-428), and not less than that of Poisson counts (√median, at least 1), so that weeks
    equal by chance do not make a band of no width. k is π/2, the variance of a median over that of a mean (1 for a
    single week). Not below 0. None with fewer than `MINIMUM_WEEKS` values; values that are not numbers (weeks without
    records) are left out. Raises ValueError for fewer than one week and for infinite values.

    In simulated overdispersed counts, 3 to 13 of 100 unchanged periods lay outside (most for few values, least for 39 and
    more); of `robust_band` 30 to 70 did.
    """
    if weeks < 1:
        raise ValueError("A period has at least one week.")
    data = np.asarray(values, dtype=np.float64)
    data = data[~np.isnan(data)]
    if np.isinf(data).any():
        raise ValueError("Counts must be finite.")
    n = len(data)
    if n < MINIMUM_WEEKS:
        return None
    centre, deviation = _median_and_mad(data)
    few = _SMALL_MAD[n] if n < len(_SMALL_MAD) else n / (n - 0.8)
    scatter = max(_NORMAL_MAD * deviation * few, sqrt(max(centre, 1.0)))
    new = 1.0 if weeks == 1 else _MEDIAN_VARIANCE / weeks
    half = _Z * scatter * sqrt(new + _MEDIAN_VARIANCE / n)
    return Band(centre=centre, lower=max(0.0, centre - half), upper=centre + half, n=n)


def week_band(earlier: Sequence[Sequence[float]], week: int) -> Band | None:
    """The band of one week from the same week of earlier years and its two neighbours.

    `earlier` has one series of weekly counts for each year, the same weeks in the same places; a year may be shorter
    and may have NaN for weeks without records. One value a year is too thin for a median and its scatter (three
    years would give three values), so the week before and after count as well: a band of nine values from three
    years. At the ends of the series only one neighbour exists. None with fewer than `MINIMUM_WEEKS` values.
    """
    if week < 0:
        raise ValueError("Weeks are counted from 0.")
    return comparison_band([count for year in earlier for count in year[max(week - 1, 0) : week + 2]])


def seasonal_band(this: Sequence[float], earlier: Sequence[Sequence[float]]) -> Season:
    """The usual band of each of this year's weeks, and whether the week is beyond it.

    `this` has this year's counts, `earlier` those of the same weeks for each earlier year (see `week_band`).
    """
    bands = tuple(week_band(earlier, week) for week in range(len(this)))
    places = (0 if band is None else beyond(count, band) for count, band in zip(this, bands, strict=True))
    return Season(bands=bands, beyond=tuple(places))


def beyond(value: float, band: Band) -> int:
    """-1 below the band, 1 above it, 0 within it or on its edge."""
    return int(value > band.upper) - int(value < band.lower)


def change(now: Values, before: Values) -> Change | None:
    """This period's weekly counts against the same weeks of earlier years, pooled.

    Medians of a week on both sides, so that one storm week makes no trend. Leave a week that is not over out of `now`.
    None without weeks now or with fewer than `MINIMUM_WEEKS` earlier ones.
    """
    weeks = np.asarray(now, dtype=np.float64)
    band = comparison_band(before, len(weeks)) if len(weeks) else None
    if band is None:
        return None
    level = _median(weeks)
    return Change(
        now=level,
        usual=band.centre,
        ratio=level / band.centre if band.centre else None,
        band=band,
        beyond=beyond(level, band),
        weeks=len(weeks),
    )


def _median_and_mad(data: Floats) -> tuple[float, float]:
    centre = _median(data)
    return centre, _median(np.abs(data - centre))


def _median(data: Floats) -> float:
    """The same as `numpy.median`, which spends longer on its options than on sorting some dozens of values."""
    ordered, middle = np.sort(data), len(data) // 2
    if len(data) % 2:
        return float(ordered[middle])
    return float(ordered[middle - 1] + ordered[middle]) / 2
