"""Shares, their differences and calibration, against published values and by property."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic311.lib import statistics as stats


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


@settings(deadline=None)
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


def share(successes: int, n: int) -> stats.Share:
    got = stats.wilson(successes, n)
    assert got is not None
    return got


@pytest.mark.parametrize(
    ("a", "b", "lower", "upper"),
    [  # Newcombe, Statistics in Medicine 17, 1998, 873-890, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_difference_of_the_published_examples(
    a: tuple[int, int], b: tuple[int, int], lower: float, upper: float
) -> None:
    got = stats.difference(share(*a), share(*b))
    assert (got.lower, got.upper) == pytest.approx((lower, upper), abs=5e-5)
    assert stats.differ(share(*a), share(*b)) is (lower > 0)
    assert stats.differ(share(*b), share(*a)) is (lower > 0)


COUNTS = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_difference_mirrors_and_stays_within_its_range(a: tuple[int, int], b: tuple[int, int]) -> None:
    got, back = stats.difference(share(*a), share(*b)), stats.difference(share(*b), share(*a))
    assert -1 - 1e-12 <= got.lower <= got.value <= got.upper <= 1 + 1e-12
    assert (got.lower, got.upper) == pytest.approx((-back.upper, -back.lower))


@settings(deadline=None)
@given(COUNTS)
def test_a_share_does_not_differ_from_itself(counts: tuple[int, int]) -> None:
    assert not stats.differ(share(*counts), share(*counts))


@pytest.mark.parametrize(
    ("closed_by", "n", "promised", "kept", "direction"),
    [
        (50, 100, 0.5, True, 0),
        (41, 100, 0.5, True, 0),  # Wilson 0.319 to 0.508
        (40, 100, 0.5, False, -1),  # Wilson 0.309 to 0.498
        (60, 100, 0.5, False, 1),
        (900, 1000, 0.9, True, 0),
        (860, 1000, 0.9, False, -1),
        (1, 1, 0.5, True, 0),
    ],
)
def test_calibration_says_whether_a_promise_was_kept(
    closed_by: int, n: int, promised: float, kept: bool, direction: int
) -> None:
    got = stats.calibration(closed_by, n, promised)
    assert got is not None
    assert got.share == share(closed_by, n)
    assert (got.promised, got.kept, got.direction) == (promised, kept, direction)


def test_calibration_of_nothing_and_of_nonsense() -> None:
    assert stats.calibration(0, 0, 0.5) is None
    for promised in (0, 1, 90):
        with pytest.raises(ValueError, match="promised share"):
            stats.calibration(1, 2, promised)
    with pytest.raises(ValueError, match="Successes"):
        stats.calibration(3, 2, 0.5)
