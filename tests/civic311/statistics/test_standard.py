"""Standardised shares and curves: textbook examples, properties, and how often the interval holds the truth."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic311.lib import statistics as stats
from civic311.lib.statistics import Stratum

STRATUM = st.integers(0, 60).flatmap(
    lambda n: st.builds(Stratum, st.integers(0, n), st.just(n), st.floats(0.01, 5))
)
STRATA = st.lists(STRATUM, min_size=1, max_size=12)
ROWS = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=40)
MANY = settings(max_examples=80, deadline=None)


def standardised(strata: list[Stratum]) -> stats.Standardised:
    got = stats.standardised_share(strata)
    assert got is not None
    return got


def curve(rows: list[tuple[int, bool]]) -> stats.Curve:
    return stats.kaplan_meier([float(row[0]) for row in rows], [row[1] for row in rows])


def adjusted(curves: list[stats.Curve], weights: list[float], **more: int) -> stats.StandardisedCurve:
    got = stats.standardised_curve(curves, weights, **more)
    assert got is not None
    return got


def test_standardised_rate_of_the_textbook_example() -> None:
    # First births, Michigan 1950-64, by mother's age: Fleiss, Statistical Methods for Rates and Proportions, 2nd ed.
    # 1981, table 14.4, adjusted rate 92.3 per 100,000; the example of Fay & Feuer, Statistics in Medicine 16, 1997.
    cases = [107, 141, 60, 40, 39, 25]
    births = [230061, 329449, 114920, 39487, 14208, 3052]
    standard = [319933, 931318, 786511, 488235, 237863, 61313]
    got = standardised([Stratum(*row) for row in zip(cases, births, standard, strict=True)])
    assert got.value * 1e5 == pytest.approx(92.3, abs=0.05)
    assert (got.n, got.covered) == (731177, 1)
    assert got.lower * 1e5 < 92.3 < got.upper * 1e5


def test_simpsons_paradox_is_undone() -> None:
    """One area is better in each category and looks worse in total, because it has more of the slow one."""
    mix = (0.5, 0.5)
    slow_part = [(450, 500), (1500, 3000)]
    fast_part = [(2400, 3000), (200, 500)]
    assert sum(s for s, _ in slow_part) < sum(s for s, _ in fast_part)
    slow, fast = (
        standardised([Stratum(s, n, w) for (s, n), w in zip(part, mix, strict=True)])
        for part in (slow_part, fast_part)
    )
    assert (slow.value, fast.value) == pytest.approx((0.7, 0.6))
    assert stats.differ(slow, fast)


@settings(deadline=None)
@given(STRATA)
def test_with_the_areas_own_mix_it_is_the_plain_share(strata: list[Stratum]) -> None:
    assume(sum(stratum.n for stratum in strata))
    got = standardised([Stratum(s.successes, s.n, s.n) for s in strata])
    plain = stats.wilson(sum(s.successes for s in strata), sum(s.n for s in strata))
    assert plain is not None
    assert (got.value, got.n, got.covered) == pytest.approx((plain.value, plain.n, 1))
    # Wilson's of the plain share, unless rounding tells the effective number from the plain one
    assert (got.lower, got.upper) == pytest.approx((plain.lower, plain.upper), abs=1e-9)


@settings(deadline=None)
@given(STRATA, st.floats(0.01, 1000))
def test_share_lies_in_its_interval_and_weights_have_no_unit(strata: list[Stratum], unit: float) -> None:
    assume(any(stratum.n for stratum in strata))
    got, other = (
        standardised([Stratum(s.successes, s.n, s.weight * factor) for s in strata]) for factor in (1, unit)
    )
    assert 0 <= got.lower <= got.value <= got.upper <= 1
    assert min(s.successes / s.n for s in strata if s.n) - 1e-9 <= got.value
    assert got.value <= max(s.successes / s.n for s in strata if s.n) + 1e-9
    assert (other.value, other.lower, other.upper) == pytest.approx(
        (got.value, got.lower, got.upper), abs=1e-9
    )
    assert got.n == sum(s.n for s in strata)


@settings(deadline=None)
@given(STRATA)
def test_strata_without_rows_only_lessen_what_is_covered(strata: list[Stratum]) -> None:
    assume(any(stratum.n for stratum in strata))
    present = [stratum for stratum in strata if stratum.n]
    got, without = standardised(strata), standardised(present)
    assert (got.value, got.lower, got.upper) == (without.value, without.lower, without.upper)
    assert without.covered == 1
    assert got.covered == pytest.approx(sum(s.weight for s in present) / sum(s.weight for s in strata))


@settings(deadline=None)
@given(STRATA)
def test_merging_equal_strata_changes_no_value(strata: list[Stratum]) -> None:
    assume(any(stratum.n for stratum in strata))
    halves = [Stratum(s.successes, s.n, s.weight / 2) for s in strata for _ in range(2)]
    whole = standardised([Stratum(2 * s.successes, 2 * s.n, s.weight) for s in strata])
    split = standardised(halves)
    assert split.value == pytest.approx(whole.value)
    assert (split.lower, split.upper) == pytest.approx((whole.lower, whole.upper), abs=1e-9)


def test_shares_of_nothing_and_of_nonsense() -> None:
    assert stats.standardised_share([]) is None
    assert stats.standardised_share([Stratum(0, 0, 1), Stratum(1, 2, 0)]) is None
    with pytest.raises(ValueError, match="Successes"):
        stats.standardised_share([Stratum(3, 2, 1)])
    for weight in (-1.0, float("nan"), float("inf"), 0.0):
        with pytest.raises(ValueError, match="Weights"):
            stats.standardised_share([Stratum(1, 2, weight)])


@pytest.mark.parametrize(
    ("sizes", "weights", "truth"),
    [
        ([1] * 30, [1] * 30, [0.2, 0.5, 0.9] * 10),
        ([5, 40, 3, 8], [4, 1, 3, 2], [0.9, 0.5, 0.7, 0.2]),
        ([10, 20, 30], [1, 1, 1], [0.95, 0.99, 0.9]),
        ([200, 5], [9, 1], [0.5, 0.5]),
    ],
)
def test_interval_holds_the_truth_in_nineteen_of_twenty(
    sizes: list[int], weights: list[float], truth: list[float]
) -> None:
    drawn, wanted, held = np.random.default_rng(4), float(np.dot(weights, truth) / sum(weights)), 0
    for _ in range(1000):
        found = drawn.binomial(sizes, truth)
        got = standardised([Stratum(int(s), n, w) for s, n, w in zip(found, sizes, weights, strict=True)])
        held += got.lower <= wanted <= got.upper
    assert held >= 930


@MANY
@given(ROWS, st.floats(0.1, 9))
def test_one_stratum_keeps_its_curve(rows: list[tuple[int, bool]], weight: float) -> None:
    one = curve(rows)
    got = adjusted([one], [weight])
    assert got.times.tolist() == one.times.tolist()
    for name in ("survival", "lower", "upper"):
        assert getattr(got, name) == pytest.approx(getattr(one, name), abs=1e-9)
    assert (got.n, got.closings, got.followed_until, got.covered) == (
        one.n,
        one.closings,
        one.followed_until,
        1,
    )


@MANY
@given(st.lists(st.tuples(ROWS, st.floats(0.1, 9)), min_size=1, max_size=6))
def test_adjusted_curves_fall_and_intervals_hold_them(
    strata: list[tuple[list[tuple[int, bool]], float]],
) -> None:
    curves, weights = [curve(rows) for rows, _ in strata], [weight for _, weight in strata]
    got = adjusted(curves, weights)
    assert (np.diff(got.survival) <= 1e-12).all()
    assert (got.lower <= got.survival + 1e-9).all()
    assert (got.survival <= got.upper + 1e-9).all()
    assert ((got.lower >= 0) & (got.upper <= 1)).all()
    for when in got.times:
        mean = sum(c.open_after(when) * w for c, w in zip(curves, weights, strict=True)) / sum(weights)
        assert got.open_after(when) == pytest.approx(mean, abs=1e-9)
    assert not len(got.times) or got.times[-1] <= got.followed_until


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=20), min_size=1, max_size=5))
def test_of_all_closed_and_the_areas_own_mix_it_is_the_plain_curve(strata: list[list[int]]) -> None:
    got = adjusted([curve([(age, True) for age in ages]) for ages in strata], [len(ages) for ages in strata])
    plain = curve([(age, True) for ages in strata for age in ages])
    assert got.times.tolist() == plain.times.tolist()
    assert got.survival == pytest.approx(plain.survival, abs=1e-9)


def test_variance_of_a_worked_example() -> None:
    """S = 0.6 and 0.9 of ten each, weights 0.3 and 0.7: variance 0.09 · 0.024 + 0.49 · 0.009."""
    first = curve([(1, True)] * 4 + [(9, False)] * 6)
    second = curve([(1, True)] + [(9, False)] * 9)
    got = adjusted([first, second], [0.3, 0.7])
    survival, error = 0.81, (0.09 * 0.024 + 0.49 * 0.009) ** 0.5
    effective = 1 / (0.09 / 10 + 0.49 / 10)
    error = max(error, (survival * (1 - survival) / effective) ** 0.5)
    spread = np.exp(1.959964 * error / (survival * -np.log(survival)))
    assert got.survival == pytest.approx([survival])
    assert (got.lower[0], got.upper[0]) == pytest.approx((survival**spread, survival ** (1 / spread)))


def test_curve_ends_where_a_heavy_stratum_is_no_longer_followed() -> None:
    long = curve([(age, True) for age in range(1, 41)])
    young = curve([(1, True), (2, True), (3, False), (3, False)])  # half open, seen for three days only
    cut = adjusted([long, young], [0.5, 0.5])
    assert cut.followed_until == 3
    assert cut.times.tolist() == [1, 2, 3]
    assert stats.quantile(cut, 0.9) == stats.Quantile(None, None, None)
    light = adjusted([long, young], [0.99, 0.01])
    assert light.followed_until == 40
    assert stats.quantile(light, 0.9).value == 37


def test_curves_of_few_requests_can_be_left_out() -> None:
    long, few = curve([(age, True) for age in range(1, 41)]), curve([(1, True)] * 3)
    got = adjusted([long, few, curve([])], [6, 3, 1], minimum=10)
    assert (got.n, got.covered) == (40, 0.6)
    assert got.survival == pytest.approx(long.survival)
    assert adjusted([long, few, curve([])], [6, 3, 1]).covered == pytest.approx(0.9)
    assert stats.standardised_curve([few], [1], minimum=10) is None


def test_curves_of_nothing_and_of_nonsense() -> None:
    assert stats.standardised_curve([], []) is None
    assert stats.standardised_curve([curve([])], [1]) is None
    with pytest.raises(ValueError, match="needs a weight"):
        stats.standardised_curve([curve([])], [])
    with pytest.raises(ValueError, match="Weights"):
        stats.standardised_curve([curve([(1, True)])], [-1])


def test_adjusted_median_is_mostly_within_its_interval() -> None:
    drawn, held = np.random.default_rng(6), 0
    rates, weights, sizes = np.array([0.1, 0.3, 0.5]), [5, 3, 2], [40, 15, 60]
    truth = 3.40696
    assert np.dot(weights, np.exp(-rates * truth)) / 10 == pytest.approx(0.5, abs=1e-6)
    for _ in range(300):
        curves = []
        for rate, size in zip(rates, sizes, strict=True):
            closed, watched = drawn.exponential(1 / rate, size), drawn.uniform(0, 60, size)
            curves.append(stats.kaplan_meier(np.minimum(closed, watched), closed <= watched))
        found = stats.quantile(adjusted(curves, weights), 0.5)
        held += (found.lower or 0) <= truth <= (found.upper or np.inf)
    assert held >= 275
