"""Statistics against published values, against lifelines, and by property."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from civic311.lib import statistics as stats

# Weeks of remission under 6-mercaptopurine and placebo: Freireich et al., Blood 21, 1963; Gehan, Biometrika 52, 1965.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
MANY = settings(max_examples=60, deadline=None)


def curve(durations: list[float], events: list[bool] | list[int], **more: object) -> stats.Curve:
    return stats.kaplan_meier(durations, [bool(event) for event in events], **more)  # type: ignore[arg-type]


def test_kaplan_meier_of_the_published_example() -> None:
    got = curve(TREATED, RELAPSED)  # type: ignore[arg-type]
    assert got.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert got.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert got.survival == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert got.lower == pytest.approx([0.6197, 0.5631, 0.5032, 0.4316, 0.3675, 0.2678, 0.1881], abs=5e-5)
    assert got.upper == pytest.approx([0.9516, 0.9228, 0.8894, 0.8491, 0.8049, 0.7468, 0.6801], abs=5e-5)
    assert (got.n, got.closings, got.followed_until) == (21, 9, 35)
    assert stats.quantile(got, 0.5) == stats.Quantile(23, 13, None)
    assert stats.quantile(got, 0.9) == stats.Quantile(None, None, None)


def test_kaplan_meier_of_the_placebo_group() -> None:
    got = curve(PLACEBO, [1] * 21)  # type: ignore[arg-type]
    assert stats.quantile(got, 0.5).value == 8
    assert got.survival[-1] == 0
    assert got.lower[-1] == 0
    assert got.upper[-1] == got.upper[-2]


def test_kaplan_meier_of_nothing_and_of_nothing_closed() -> None:
    for got in (curve([], []), curve([3, 4], [0, 0])):
        assert got.times.tolist() == []
        assert stats.quantile(got, 0.5) == stats.Quantile(None, None, None)
        assert got.open_after(100) == 1


def test_kaplan_meier_of_one_closed_at_once() -> None:
    got = curve([0], [1], entries=[0])
    assert (got.survival.tolist(), got.lower.tolist(), got.upper.tolist()) == ([0], [0], [1])


def test_open_after_is_a_step() -> None:
    got = curve([1, 2, 3, 4], [1, 1, 1, 1])
    assert [got.open_after(age) for age in (0, 0.99, 1, 1.5, 4)] == [1, 1, 0.75, 0.75, 0]


def test_delayed_entry_leaves_out_those_not_yet_seen() -> None:
    got = curve([2, 3, 10], [1, 1, 1], entries=[0, 2, 5])
    assert got.at_risk.tolist() == [1, 1, 1]
    assert curve([4, 5, 10], [1, 1, 1], entries=[0, 2, 4]).at_risk.tolist() == [2, 2, 1]


@pytest.mark.parametrize(
    ("durations", "events", "entries"),
    [
        ([1, 2], [1], None),
        ([-1], [1], None),
        ([float("nan")], [1], None),
        ([float("inf")], [0], None),
        ([1, 2], [1, 1], [0]),
        ([1, 2], [1, 1], [0, 2]),
        ([1, 2], [1, 1], [-1, 0]),
    ],
)
def test_kaplan_meier_refuses_nonsense(
    durations: list[float], events: list[int], entries: list[float] | None
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        curve(durations, events, entries=entries)


ROWS = st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.integers(0, 59)), min_size=2, max_size=80)


@MANY
@given(ROWS, st.booleans())
def test_kaplan_meier_agrees_with_lifelines(rows: list[tuple[int, bool, int]], delayed: bool) -> None:
    rows = [(60, False, 0), *rows]  # somebody at risk throughout: lifelines refuses an empty beginning
    durations = np.array([row[0] for row in rows], dtype=float)
    events = np.array([row[1] for row in rows])
    entries = np.array([min(row[2], row[0] - 1) for row in rows], dtype=float) if delayed else None
    got = stats.kaplan_meier(durations, events, entries)
    fitter = KaplanMeierFitter().fit(durations, events, entry=entries)
    theirs = fitter.survival_function_at_times(got.times).to_numpy()
    assert got.survival == pytest.approx(theirs, abs=1e-9)
    inside = (got.survival > 0) & (got.survival < 1)
    limits = fitter.confidence_interval_.loc[got.times].to_numpy()
    assert got.lower[inside] == pytest.approx(limits[inside, 0], abs=1e-6)
    assert got.upper[inside] == pytest.approx(limits[inside, 1], abs=1e-6)


@MANY
@given(ROWS)
def test_curves_fall_and_intervals_hold_them(rows: list[tuple[int, bool, int]]) -> None:
    got = curve([row[0] for row in rows], [row[1] for row in rows])
    assert (np.diff(got.survival) < 0).all()
    assert (got.lower <= got.survival + 1e-12).all()
    assert (got.survival <= got.upper + 1e-12).all()
    assert ((got.lower >= 0) & (got.upper <= 1)).all()
    half, most = stats.quantile(got, 0.5), stats.quantile(got, 0.9)
    for found in (half, most):
        if found.value is not None and found.lower is not None:
            assert found.lower <= found.value <= (found.upper if found.upper is not None else np.inf)
    if most.value is not None:
        assert half.value is not None
        assert half.value <= most.value


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=60))
def test_without_censoring_the_curve_is_the_plain_share(durations: list[int]) -> None:
    got = curve(durations, [True] * len(durations))  # type: ignore[arg-type]
    for age in durations:
        assert got.open_after(age) == pytest.approx(
            sum(d > age for d in durations) / len(durations), abs=1e-9
        )


@pytest.mark.parametrize("share", [0, 1, -0.1, 2])
def test_quantile_refuses_other_shares(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        stats.quantile(curve([1], [1]), share)


@pytest.mark.parametrize(
    ("successes", "n", "lower", "upper"),
    [  # Newcombe, Statistics in Medicine 17, 1998, 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_of_the_published_examples(successes: int, n: int, lower: float, upper: float) -> None:
    got = stats.wilson(successes, n)
    assert got is not None
    assert (got.lower, got.upper) == pytest.approx((lower, upper), abs=5e-5)


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_its_share_and_mirrors(successes: int, n: int) -> None:
    successes = min(successes, n)
    got, mirror = stats.wilson(successes, n), stats.wilson(n - successes, n)
    assert got is not None
    assert mirror is not None
    assert 0 <= got.lower <= got.value <= got.upper <= 1
    assert got.lower == pytest.approx(1 - mirror.upper)


def test_wilson_of_nothing_is_none_and_nonsense_refused() -> None:
    assert stats.wilson(0, 0) is None
    with pytest.raises(ValueError, match="Successes"):
        stats.wilson(3, 2)
    with pytest.raises(ValueError, match="Confidence"):
        stats.wilson(1, 2, confidence=1)


def test_robust_band_ignores_a_storm() -> None:
    band = stats.robust_band([10, 12, 11, 13, 500])
    assert band is not None
    assert (band.centre, band.n) == (12, 5)
    assert band.upper - band.centre == pytest.approx(1.96 * 1.4826 * 1 / 5**0.5)
    assert stats.robust_band([]) is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0.1, 100), st.floats(-100, 100))
def test_robust_band_follows_scale_and_shift(values: list[float], scale: float, shift: float) -> None:
    band, moved = stats.robust_band(values), stats.robust_band([v * scale + shift for v in values])
    assert band is not None
    assert moved is not None
    assert band.lower <= band.centre <= band.upper
    assert moved.upper == pytest.approx(band.upper * scale + shift, rel=1e-6, abs=1e-3)


def test_a_hundred_thousand_rows_take_tens_of_milliseconds() -> None:
    random = np.random.default_rng(1)
    durations = random.exponential(100, 100_000)
    events = random.random(100_000) < 0.8
    begun = time.process_time()
    got = stats.kaplan_meier(durations, events, np.minimum(durations / 2, 5))
    stats.quantile(got, 0.9)
    assert time.process_time() - begun < 0.5
