"""Quantiles of chi-square and the exact interval of a Poisson count; scipy is not needed for them in production."""

from math import exp, inf, lgamma, log, sqrt
from statistics import NormalDist

_PRECISE = 1e-15
_TINY = 1e-300


def lower_gamma(a: float, x: float) -> float:
    """The regularised lower incomplete gamma function P(a, x), `a` above 0, `x` not negative.

    A series below a + 1, else one less Lentz's continued fraction of Q(a, x) (Abramowitz & Stegun 1964, 6.5.29 and
    6.5.31; Press et al., Numerical Recipes, 3rd ed. 2007, section 6.2). Raises ValueError outside its domain.
    """
    if not (a > 0 and x >= 0):
        raise ValueError("The incomplete gamma function needs a above 0 and x not negative.")
    if x == 0:
        return 0.0
    if x == inf:
        return 1.0
    scale = exp(a * log(x) - x - lgamma(a))
    return scale * _series(a, x) if x < a + 1 else 1 - scale * _fraction(a, x)


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    while term > total * _PRECISE:
        a += 1
        term *= x / a
        total += term
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    total, step, n = d, 0.0, 0
    while abs(step - 1) > _PRECISE * 4:
        n += 1
        factor = n * (a - n)
        b += 2
        d = 1 / (factor * d + b or _TINY)
        c = b + factor / c or _TINY
        step = c * d
        total *= step
    return total


def chi_square_quantile(probability: float, freedom: float) -> float:
    """The value below which chi-square with `freedom` degrees (1 or more) lies with this probability (0 to 1).

    Wilson & Hilferty's approximation (PNAS 17, 1931, 684-688) to start, then Newton's steps on `lower_gamma`, kept
    inside a bracket that shrinks. Raises ValueError outside its domain.
    """
    if not (0 < probability < 1 and 1 <= freedom < inf):
        raise ValueError("A probability lies between 0 and 1, degrees of freedom are 1 or more.")
    a, spread = freedom / 2, 2 / (9 * freedom)
    x = a * max(1 - spread + NormalDist().inv_cdf(probability) * sqrt(spread), 0.0) ** 3
    # For few degrees and small probabilities that is too far off: there P(a, x) is nearly x^a / (a Γ(a)).
    x = max(x, exp((log(probability) + lgamma(a + 1)) / a), _TINY)
    low, high = 0.0, inf
    for _ in range(200):
        over = lower_gamma(a, x) - probability
        low, high = (low, x) if over > 0 else (x, high)
        slope = exp((a - 1) * log(x) - x - lgamma(a))
        following = x - over / slope if slope > 0 else inf
        if not low < following < high:
            following = (low + high) / 2 if high < inf else 2 * x
        if abs(following - x) <= _PRECISE * 4 * x:
            return 2 * following
        x = following
    return 2 * x


def poisson_limits(count: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact limits of the mean of a Poisson count (Garwood, Biometrika 28, 1936, 437-442).

    Raises ValueError for a negative count or a confidence outside 0 and 1.
    """
    if count < 0 or not 0 < confidence < 1:
        raise ValueError("A count is not negative, confidence lies between 0 and 1.")
    tail = (1 - confidence) / 2
    lower = chi_square_quantile(tail, 2 * count) / 2 if count else 0.0
    return lower, chi_square_quantile(1 - tail, 2 * count + 2) / 2
