"""How long a problem waits before anybody reports it, judged by how soon a second person reports it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from civic311.lib.statistics.gamma import poisson_limits


@dataclass(frozen=True)
class Rate:
    """Further reports of an incident per day, and the mean delay of a report that follows from it, in days.

    A delay is None where it has no limit: no second report was seen (`delay_days` and `delay_upper`).
    """

    rate: float
    lower: float
    upper: float
    delay_days: float | None
    delay_lower: float
    delay_upper: float | None
    incidents: int
    reports: int


def reporting_rate(
    seconds: Sequence[int], observed_days: Sequence[float], confidence: float = 0.95
) -> Rate | None:
    """The rate at which residents report one incident, from second and later reports; None without exposure.

    `seconds[i]` counts the reports of incident i after its first and within its observed time, `observed_days[i]`
    is that time: from the first report until it was closed or inspected, or until the window ends. Nobody knows
    when an incident began, but if reports come as a Poisson process, those after the first come at the same rate
    as the first did, and the mean delay of the first is 1 / rate (Liu, Bhandaram & Garg, Nature Computational
    Science 4, 2024, 57-65). The rate is reports / days, its interval is Garwood's. Incidents without observed time
    are left out. The model takes one rate for all: where incidents of very different kinds are pooled, the interval
    is too narrow and the delay of the quiet ones too short; use it by category.

    Raises ValueError for lengths that differ and for negative or infinite numbers.
    """
    if len(seconds) != len(observed_days):
        raise ValueError("Every incident needs its reports and its observed days.")
    if any(count < 0 for count in seconds) or not all(0 <= days < inf for days in observed_days):
        raise ValueError("Reports and observed days must be finite and not negative.")
    seen = [(count, days) for count, days in zip(seconds, observed_days, strict=True) if days > 0]
    if not seen:
        return None
    reports, days = sum(int(count) for count, _ in seen), float(sum(days for _, days in seen))
    fewest, most = poisson_limits(reports, confidence)
    return Rate(
        rate=reports / days,
        lower=fewest / days,
        upper=most / days,
        delay_days=days / reports if reports else None,
        delay_lower=days / most,
        delay_upper=days / fewest if reports else None,
        incidents=len(seen),
        reports=reports,
    )
