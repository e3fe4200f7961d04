"""What every statistic here shares: shapes, limits below which nothing is shown, normal quantiles."""

from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Values = Sequence[float] | Floats

TOO_FEW = 10
"""A figure over fewer requests than this is not shown."""
MINIMUM_CLOSINGS = 30
"""An expected time needs at least this many closings behind it."""


class Interval(Protocol):
    """An estimate with its limits, such as a ``Share`` or a ``Standardised``."""

    @property
    def value(self) -> float: ...
    @property
    def lower(self) -> float: ...
    @property
    def upper(self) -> float: ...


@lru_cache(maxsize=16)
def normal_quantile(confidence: float) -> float:
    """How many standard errors lie on each side for this confidence (1.96 for 0.95). Raises ValueError outside 0-1."""
    if not 0 < confidence < 1:
        raise ValueError("Confidence lies between 0 and 1.")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def mixed(weights: Sequence[float]) -> float:
    """The sum of weights of a mix. Raises ValueError for negative or infinite ones, or when all are 0."""
    total = float(sum(weights))
    if not np.isfinite(total) or any(weight < 0 for weight in weights) or (len(weights) and total == 0):
        raise ValueError("Weights must be finite and not negative, and not all 0.")
    return total
