"""The reporting delay, and the quantiles of chi-square behind its interval: published values, scipy, properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammainc
from scipy.stats import chi2

from civic311.lib import statistics as stats

INCIDENTS = st.lists(st.tuples(st.integers(0, 20), st.floats(0.01, 60)), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("probability", "freedom", "value"),
    [  # Abramowitz & Stegun 1964, table 26.8 (upper tails 0.975, 0.95, 0.5, 0.05, 0.025, 0.01)
        (0.025, 2, 0.0506356),
        (0.05, 10, 3.94030),
        (0.5, 1, 0.454937),
        (0.95, 1, 3.84146),
        (0.975, 20, 34.1696),
        (0.99, 30, 50.8922),
    ],
)
def test_chi_square_of_the_published_table(probability: float, freedom: float, value: float) -> None:
    assert stats.chi_square_quantile(probability, freedom) == pytest.approx(value, rel=5e-6)


@settings(deadline=None, max_examples=300)
@given(st.floats(1e-8, 1 - 1e-6), st.floats(1, 20_000))
def test_chi_square_agrees_with_scipy(probability: float, freedom: float) -> None:
    assert stats.chi_square_quantile(probability, freedom) == pytest.approx(
        chi2.ppf(probability, freedom), rel=1e-9
    )


@settings(deadline=None)
@given(st.floats(0.01, 5000), st.floats(0, 10_000))
def test_incomplete_gamma_agrees_with_scipy(a: float, x: float) -> None:
    assert stats.lower_gamma(a, x) == pytest.approx(gammainc(a, x), abs=1e-11)


def test_incomplete_gamma_at_its_ends() -> None:
    assert stats.lower_gamma(3, 0) == 0
    assert stats.lower_gamma(3, float("inf")) == 1
    for a, x in ((0, 1), (1, -1), (float("nan"), 1)):
        with pytest.raises(ValueError, match="incomplete gamma"):
            stats.lower_gamma(a, x)


@pytest.mark.parametrize(("probability", "freedom"), [(0, 1), (1, 1), (0.5, 0), (0.5, float("inf"))])
def test_chi_square_refuses_what_has_no_quantile(probability: float, freedom: float) -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        stats.chi_square_quantile(probability, freedom)


@pytest.mark.parametrize(
    ("count", "confidence", "lower", "upper"),
    [  # Garwood, Biometrika 28, 1936; 25 also as printed by GraphPad's guide
        (0, 0.95, 0, 3.689),
        (1, 0.95, 0.02532, 5.572),
        (5, 0.95, 1.623, 11.668),
        (10, 0.95, 4.795, 18.390),
        (20, 0.95, 12.217, 30.888),
        (25, 0.90, 17.38, 34.92),
        (25, 0.95, 16.18, 36.90),
        (25, 0.99, 14.00, 41.00),
    ],
)
def test_poisson_limits_of_the_published_table(
    count: int, confidence: float, lower: float, upper: float
) -> None:
    assert stats.poisson_limits(count, confidence) == pytest.approx((lower, upper), rel=5e-4)


def test_poisson_limits_of_a_whole_citys_reports_are_quick_and_right() -> None:
    lower, upper = stats.poisson_limits(1_000_000)
    assert (lower, upper) == pytest.approx(
        (chi2.ppf(0.025, 2_000_000) / 2, chi2.ppf(0.975, 2_000_002) / 2), rel=1e-9
    )


def test_poisson_limits_refuse_nonsense() -> None:
    for count, confidence in ((-1, 0.95), (1, 1)):
        with pytest.raises(ValueError, match="count"):
            stats.poisson_limits(count, confidence)


def test_reporting_rate_of_a_worked_example() -> None:
    got = stats.reporting_rate([2, 0, 3, 5], [10, 10, 20, 10])  # ten reports in fifty days
    assert got is not None
    assert (got.rate, got.delay_days, got.incidents, got.reports) == (0.2, 5, 4, 10)
    assert (got.lower, got.upper) == pytest.approx((4.795 / 50, 18.390 / 50), rel=1e-4)
    assert (got.delay_lower, got.delay_upper) == pytest.approx((50 / 18.390, 50 / 4.795), rel=1e-4)


def test_reporting_rate_without_second_reports_has_a_least_delay_only() -> None:
    got = stats.reporting_rate([0, 0], [14, 14])
    assert got is not None
    assert (got.rate, got.lower, got.delay_days, got.delay_upper) == (0, 0, None, None)
    assert got.delay_lower == pytest.approx(28 / 3.689, rel=1e-3)


def test_reporting_rate_without_observed_time_is_none() -> None:
    assert stats.reporting_rate([], []) is None
    assert stats.reporting_rate([0, 4], [0, 0]) is None
    assert stats.reporting_rate([3, 4], [0, 2]) == stats.reporting_rate([4], [2])


@pytest.mark.parametrize(
    ("seconds", "days"),
    [([1], [1, 2]), ([-1], [1]), ([1], [-1]), ([1], [float("nan")]), ([1], [float("inf")])],
)
def test_reporting_rate_refuses_nonsense(seconds: list[int], days: list[float]) -> None:
    with pytest.raises(ValueError, match="observed days"):
        stats.reporting_rate(seconds, days)


@settings(deadline=None)
@given(INCIDENTS, st.floats(0.1, 10))
def test_rate_lies_in_its_interval_and_follows_the_unit(rows: list[tuple[int, float]], unit: float) -> None:
    seconds, days = [row[0] for row in rows], [row[1] for row in rows]
    got, other = (
        stats.reporting_rate(seconds, days),
        stats.reporting_rate(seconds, [day * unit for day in days]),
    )
    assert got is not None
    assert other is not None
    assert got.lower <= got.rate <= got.upper
    assert other.rate == pytest.approx(got.rate / unit)
    assert other.upper == pytest.approx(got.upper / unit)
    if got.delay_days is not None:
        assert got.delay_upper is not None
        assert got.delay_lower <= got.delay_days <= got.delay_upper


def test_second_reports_tell_how_late_the_first_ones_were() -> None:
    """Problems that begin unseen and are reported at random: the delay of first reports is found without it."""
    drawn, rate = np.random.default_rng(2), 0.15
    first_delay = drawn.exponential(1 / rate, 20_000)  # nobody sees this
    days = np.minimum(drawn.exponential(6, 20_000), 14)  # until closed, fourteen at most
    got = stats.reporting_rate(drawn.poisson(rate * days).tolist(), days.tolist())
    assert got is not None
    assert got.delay_days == pytest.approx(first_delay.mean(), rel=0.03)


def test_interval_holds_the_true_delay_in_nineteen_of_twenty() -> None:
    drawn, rate, held = np.random.default_rng(2), 0.15, 0
    for _ in range(300):
        days = drawn.uniform(1, 14, 8)
        got = stats.reporting_rate(drawn.poisson(rate * days).tolist(), days.tolist())
        assert got is not None
        held += got.delay_lower <= 1 / rate <= (got.delay_upper or np.inf)
    assert held >= 280
