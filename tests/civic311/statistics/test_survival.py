"""Survival curves against published values, against lifelines, and by property."""

import random
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


@settings(deadline=None)
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


def test_a_hundred_thousand_rows_take_tens_of_milliseconds() -> None:
    drawn = np.random.default_rng(1)
    durations = drawn.exponential(100, 100_000)
    events = drawn.random(100_000) < 0.8
    begun = time.process_time()
    got = stats.kaplan_meier(durations, events, np.minimum(durations / 2, 5))
    stats.quantile(got, 0.9)
    assert time.process_time() - begun < 0.5


def greenwood_error(got: stats.Curve, z: float = 1.959964) -> list[float]:
    """The standard error of the survival, taken back out of the interval on the log(-log) scale."""
    spread = np.log(np.log(got.lower) / np.log(got.survival)) / z
    return list(spread * got.survival * -np.log(got.survival))


def test_greenwood_errors_of_the_published_example() -> None:
    # Kleinbaum & Klein, Survival Analysis, 3rd ed. 2012, chapter 2; also survfit in R
    errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert greenwood_error(curve(TREATED, RELAPSED)) == pytest.approx(errors, abs=6e-5)  # type: ignore[arg-type]


WEIGHTED = st.lists(
    st.tuples(st.integers(0, 30), st.booleans(), st.integers(0, 29), st.integers(0, 4)), max_size=40
)


def same(a: stats.Curve, b: stats.Curve) -> None:
    assert a.times.tolist() == b.times.tolist()
    assert a.at_risk.tolist() == b.at_risk.tolist()
    assert a.closed.tolist() == b.closed.tolist()
    for name in ("survival", "lower", "upper"):
        assert getattr(a, name) == pytest.approx(getattr(b, name), abs=1e-12)
    assert (a.n, a.closings, a.followed_until) == (b.n, b.closings, b.followed_until)


@MANY
@given(WEIGHTED, st.booleans())
def test_weights_stand_for_repeated_rows(rows: list[tuple[int, bool, int, int]], delayed: bool) -> None:
    durations = [float(row[0]) for row in rows]
    events = [row[1] for row in rows]
    entries = [float(max(0, min(row[2], row[0] - 1))) for row in rows]
    weights = [row[3] for row in rows]
    often = [i for i, weight in enumerate(weights) for _ in range(weight)]
    got = stats.kaplan_meier(durations, events, entries if delayed else None, weights=weights)
    repeated = stats.kaplan_meier(
        [durations[i] for i in often],
        [events[i] for i in often],
        [entries[i] for i in often] if delayed else None,
    )
    same(got, repeated)


@MANY
@given(ROWS, st.data())
def test_weights_agree_with_lifelines(rows: list[tuple[int, bool, int]], data: st.DataObject) -> None:
    rows = [(60, False, 0), *rows]
    weights = data.draw(st.lists(st.integers(1, 9), min_size=len(rows), max_size=len(rows)))
    durations, events = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    got = stats.kaplan_meier(durations, events, weights=weights)
    fitter = KaplanMeierFitter().fit(durations, events, weights=np.array(weights))
    assert got.survival == pytest.approx(fitter.survival_function_at_times(got.times).to_numpy(), abs=1e-9)
    limits = fitter.confidence_interval_.loc[got.times].to_numpy()
    assert got.lower == pytest.approx(limits[:, 0], abs=1e-6)
    assert got.upper == pytest.approx(limits[:, 1], abs=1e-6)


@pytest.mark.parametrize("weights", [[1], [1, -1], [1, 0.5], [[1, 1]]])
def test_weights_that_count_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="Weights must be whole"):
        stats.kaplan_meier([1, 2], [True, True], weights=weights)


def test_rows_of_weight_zero_are_not_there() -> None:
    got = stats.kaplan_meier([5, 90], [True, False], weights=[1, 0])
    assert (got.n, got.closings, got.followed_until) == (1, 1, 5)
    nothing = stats.kaplan_meier([5], [True], weights=[0])
    assert (nothing.n, nothing.times.tolist()) == (0, [])


@MANY
@given(ROWS, st.sampled_from([1 / 24, 0.5, 7, 86_400]))
def test_time_may_be_in_any_unit(rows: list[tuple[int, bool, int]], unit: float) -> None:
    durations, events = np.array([row[0] for row in rows], dtype=float), [row[1] for row in rows]
    got, other = stats.kaplan_meier(durations, events), stats.kaplan_meier(durations * unit, events)
    assert other.times == pytest.approx(got.times * unit)
    assert other.lower == pytest.approx(got.lower)
    half, scaled = stats.quantile(got, 0.5), stats.quantile(other, 0.5)
    for ours, theirs in zip(
        (half.value, half.lower, half.upper), (scaled.value, scaled.lower, scaled.upper), strict=True
    ):
        assert (ours is None) == (theirs is None)
        assert ours is None or theirs == pytest.approx(ours * unit)


@MANY
@given(ROWS, st.randoms())
def test_the_order_of_rows_does_not_matter(
    rows: list[tuple[int, bool, int]], shuffler: random.Random
) -> None:
    mixed = list(rows)
    shuffler.shuffle(mixed)
    same(*(curve([row[0] for row in some], [row[1] for row in some]) for some in (rows, mixed)))


@pytest.mark.parametrize(
    ("a", "b", "differ"),
    [
        ((5, 4, 6), (9, 7, 12), True),
        ((5, 4, 6), (7, 6, 9), False),  # they touch
        ((5, 4, 6), (7, 5, 9), False),
        ((5, 4, 6), (None, 8, None), True),  # not yet half, but surely later
        ((5, 4, 6), (None, None, None), False),
        ((5, 4, None), (9, 7, 12), False),
    ],
)
def test_curves_differ_when_their_intervals_are_apart(
    a: tuple[float, float, float], b: tuple[float, float, float], differ: bool
) -> None:
    assert stats.curves_differ(stats.Quantile(*a), stats.Quantile(*b)) is differ
    assert stats.curves_differ(stats.Quantile(*b), stats.Quantile(*a)) is differ
