"""Statistics of the manager's figures: pure functions over arrays, the source of each formula beside it.

Durations are in whatever unit the caller uses (hours or days) and results come back in the same unit.
"""

from civic311.lib.statistics.bands import (
    MINIMUM_WEEKS,
    Band,
    Change,
    Season,
    beyond,
    change,
    comparison_band,
    robust_band,
    seasonal_band,
    week_band,
)
from civic311.lib.statistics.basics import MINIMUM_CLOSINGS, TOO_FEW, Floats, Interval, Values
from civic311.lib.statistics.calibration import Calibration, calibration
from civic311.lib.statistics.delay import Rate, reporting_rate
from civic311.lib.statistics.gamma import chi_square_quantile, lower_gamma, poisson_limits
from civic311.lib.statistics.shares import Difference, Share, differ, difference, wilson
from civic311.lib.statistics.standard import (
    Standardised,
    StandardisedCurve,
    Stratum,
    standardised_curve,
    standardised_share,
)
from civic311.lib.statistics.survival import Curve, Quantile, Steps, curves_differ, kaplan_meier, quantile

__all__ = [
    "MINIMUM_CLOSINGS",
    "MINIMUM_WEEKS",
    "TOO_FEW",
    "Band",
    "Calibration",
    "Change",
    "Curve",
    "Difference",
    "Floats",
    "Interval",
    "Quantile",
    "Rate",
    "Season",
    "Share",
    "Standardised",
    "StandardisedCurve",
    "Steps",
    "Stratum",
    "Values",
    "beyond",
    "calibration",
    "change",
    "chi_square_quantile",
    "comparison_band",
    "curves_differ",
    "differ",
    "difference",
    "kaplan_meier",
    "lower_gamma",
    "poisson_limits",
    "quantile",
    "reporting_rate",
    "robust_band",
    "seasonal_band",
    "standardised_curve",
    "standardised_share",
    "week_band",
    "wilson",
]
