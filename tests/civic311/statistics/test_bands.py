"""Bands of weekly counts: worked by hand, by property, and by simulation of weeks that did not change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic311.lib import statistics as stats


def test_robust_band_ignores_a_storm() -> None:
    band = stats.robust_band([10, 12, 11, 13, 500])
    assert band is not None
    assert (band.centre, band.n) == (12, 5)
    assert band.upper - band.centre == pytest.approx(1.96 * 1.4826 * 1 / 5**0.5)
    assert stats.robust_band([]) is None


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0.1, 100), st.floats(-100, 100))
def test_robust_band_follows_scale_and_shift(values: list[float], scale: float, shift: float) -> None:
    band, moved = stats.robust_band(values), stats.robust_band([v * scale + shift for v in values])
    assert band is not None
    assert moved is not None
    assert band.lower <= band.centre <= band.upper
    assert moved.upper == pytest.approx(band.upper * scale + shift, rel=1e-6, abs=1e-3)


COUNTS = st.lists(st.integers(0, 500), min_size=4, max_size=60)


def band(values: list[float] | list[int], weeks: int = 1) -> stats.Band:
    got = stats.comparison_band([float(value) for value in values], weeks)
    assert got is not None
    return got


def test_comparison_band_of_a_worked_example() -> None:
    got = band([90, 100, 110, 140, 60])  # median 100, deviations 10 0 10 40 40: MAD 10; 1.206 for five values
    assert (got.centre, got.n) == (100, 5)
    assert got.upper - 100 == pytest.approx(1.96 * 1.4826 * 10 * 1.206 * (1 + np.pi / 10) ** 0.5)
    assert band([90, 100, 110, 140, 60], weeks=13).upper - 100 == pytest.approx(
        1.96 * 1.4826 * 10 * 1.206 * (np.pi / 26 + np.pi / 10) ** 0.5
    )


def test_comparison_band_keeps_the_scatter_of_poisson_counts() -> None:
    equal = band([100] * 6)
    assert equal.upper - 100 == pytest.approx(1.96 * 10 * (1 + np.pi / 12) ** 0.5)
    quiet = band([0] * 9)
    assert (quiet.centre, quiet.lower) == (0, 0)
    assert 2 < quiet.upper < 3  # three reports in a week are news where there are none


def test_comparison_band_needs_four_weeks_with_records() -> None:
    assert stats.comparison_band([1, 2, 3]) is None
    assert stats.comparison_band([1, 2, 3, float("nan")]) is None
    assert band([1, 2, 3, 4, float("nan")]) == band([1, 2, 3, 4])
    with pytest.raises(ValueError, match="finite"):
        stats.comparison_band([1, 2, 3, float("inf")])
    with pytest.raises(ValueError, match="at least one week"):
        stats.comparison_band([1, 2, 3, 4], 0)


@settings(deadline=None)
@given(COUNTS, st.integers(2, 60), st.integers(2, 60))
def test_more_new_weeks_make_a_narrower_band(values: list[int], few: int, many: int) -> None:
    few, many = sorted((few, many))
    wide, narrow = band(values, few), band(values, many)
    assert wide.lower <= narrow.lower <= narrow.centre <= narrow.upper <= wide.upper
    assert wide.lower >= 0


@settings(deadline=None)
@given(COUNTS)
def test_beyond_is_outside_the_band_only(values: list[int]) -> None:
    around = band(values)
    assert stats.beyond(around.centre, around) == 0
    assert stats.beyond(around.upper, around) == stats.beyond(around.lower, around) == 0
    assert stats.beyond(around.upper + 0.01, around) == 1
    assert stats.beyond(around.lower - 0.01, around) == -1


def test_week_band_takes_the_neighbours_of_the_week() -> None:
    earlier = [[1.0, 2, 3, 4, 99], [11, 12, 13, 14, 99], [21, 22, 23, 24]]
    assert stats.week_band(earlier, 2) == band([2, 3, 4, 12, 13, 14, 22, 23, 24])
    assert stats.week_band(earlier, 0) == band([1, 2, 11, 12, 21, 22])
    assert stats.week_band(earlier, 4) == band([4, 99, 14, 99, 24])
    assert stats.week_band(earlier, 6) is None
    assert stats.week_band(earlier[:1], 2) is None
    with pytest.raises(ValueError, match="from 0"):
        stats.week_band(earlier, -1)


def test_seasonal_band_follows_the_season() -> None:
    quiet, busy = [10.0, 11, 9, 10], [100.0, 104, 96, 100]
    earlier = [quiet + busy for _ in range(4)]
    got = stats.seasonal_band([10, 60, 10, 10, 60, 100, 100, 60], earlier)
    assert got.beyond[1] == 1  # sixty is much in the quiet season
    assert got.beyond[7] == -1  # and little in the busy one
    assert got.beyond[0] == got.beyond[6] == 0
    assert got.bands[6] == stats.week_band(earlier, 6)
    assert stats.seasonal_band([5, 5], []) == stats.Season(bands=(None, None), beyond=(0, 0))


def test_change_of_a_worked_example() -> None:
    got = stats.change([150, 160, 170], [90, 100, 110, 140, 60])
    assert got is not None
    assert (got.now, got.usual, got.ratio, got.beyond, got.weeks) == (160, 100, 1.6, 1, 3)
    assert got.band == band([90, 100, 110, 140, 60], weeks=3)
    less = stats.change([0, 5, 3], [90, 100, 110, 140, 60])
    assert less is not None
    assert less.beyond == -1


def test_one_storm_week_is_no_change() -> None:
    got = stats.change([100, 98, 103, 5000, 101], [97, 104, 99, 101, 102, 96, 100, 103])
    assert got is not None
    assert got.beyond == 0


def test_change_without_enough_or_without_reports() -> None:
    assert stats.change([], [1, 2, 3, 4]) is None
    assert stats.change([1], [1, 2, 3]) is None
    none_before = stats.change([2, 2], [0, 0, 0, 0, 0])
    assert none_before is not None
    assert none_before.ratio is None


@settings(deadline=None)
@given(COUNTS)
def test_the_same_weeks_are_no_change(values: list[int]) -> None:
    got = stats.change([float(v) for v in values], [float(v) for v in values])
    assert got is not None
    assert got.beyond == 0
    assert got.ratio in (1, None)


@pytest.mark.parametrize(("mean", "ratio"), [(20, 5), (200, 20), (20, 1.01)])
@pytest.mark.parametrize(("new", "old"), [(13, 39), (4, 12), (1, 9), (1, 12)])
def test_unchanged_weeks_are_seldom_called_changed(mean: float, ratio: float, new: int, old: int) -> None:
    """Counts with a variance of `ratio` times the mean: few false alarms, and tripled counts are seen."""
    drawn, size = np.random.default_rng(7), mean / (ratio - 1)
    runs = [drawn.negative_binomial(size, 1 / ratio, new + old).astype(float) for _ in range(300)]
    changes = [stats.change(run[:new], run[new:]) for run in runs]
    assert np.mean([got is not None and got.beyond != 0 for got in changes]) < 0.18
    tripled = [stats.change(run[:new] * 3, run[new:]) for run in runs]
    assert np.mean([got is not None and got.beyond == 1 for got in tripled]) > 0.7
