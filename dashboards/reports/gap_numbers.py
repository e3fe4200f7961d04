"""Who tells the city: second and later reports of a problem as a measure of how soon the first one comes.

Pure computing over frames. A problem nobody reports twice is one that probably waited long for its first report.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from civic311.lib.statistics import TOO_FEW, Floats, Rate, poisson_limits, reporting_rate
from dashboards.reports.area_numbers import Members, Rows, strata
from dashboards.reports.frames import DAY_S, Frame

WATCHED_DAYS = 14
"""Further reports are counted in the first days of a problem; `requests_app.actions.fact_sql.REPEAT_DAYS`."""


@dataclass(frozen=True)
class Ratio:
    """Further reports in one area for each one expected there; 1 is as everywhere."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Reporting:
    """What one area or category tells: incidents, those reported again, further reports of them.

    `rate` is None for fewer than `TOO_FEW` incidents. `ratio` is of areas only. `delay_days` is the estimated mean
    time until a first report with the mix of categories of all areas.
    """

    incidents: int
    again: int
    reports: int
    rate: Rate | None
    ratio: Ratio | None = None
    delay_days: float | None = None

    @property
    def side(self) -> int:
        """-1 where fewer people report than elsewhere, beyond chance; 1 where more do; 0 neither."""
        if self.ratio is None:
            return 0
        return int(self.ratio.lower > 1) - int(self.ratio.upper < 1)


def observed_days(incidents: Frame, now: float) -> Floats:
    """How long each incident could be reported again: until it was closed, at most `WATCHED_DAYS`, at most until now."""
    ends = np.fmin(incidents["closed_at"], now)
    days: Floats = np.clip((ends - incidents["created_at"]) / DAY_S, 0, WATCHED_DAYS)
    return days


def of_rows(incidents: Frame, days: Floats, rows: Rows, confidence: float = 0.95) -> Reporting:
    """The further reports of some incidents (columns repeats)."""
    counts = incidents["repeats"][rows]
    rate = None
    if len(rows) >= TOO_FEW:
        rate = reporting_rate(counts.tolist(), days[rows].tolist(), confidence)
    return Reporting(
        incidents=len(rows),
        again=int(np.count_nonzero(counts)),
        reports=int(counts.sum()),
        rate=rate,
        delay_days=rate.delay_days if rate else None,
    )


def by_area(
    incidents: Frame, days: Floats, inside: Members, everywhere: Reporting, confidence: float
) -> dict[int, Reporting]:
    """Each area against what its incidents would have, were they reported again as often as the same kinds everywhere.

    That is indirect standardisation (Breslow & Day 1987, section 2.3): expected are the observed days of each
    category times the rate of the category everywhere. The limits are Garwood's for the number of reports, widened by
    how much more the counts vary than Poisson's, for one hole on a main street may be reported ten times: the sum of the
    squared residuals over that of the expected (the robust variance of Huber, 1967, and White, Econometrica 48, 1980, of
    a sum; Pearson's mean of their ratios would rest on the few incidents that were watched for minutes).
    """
    expected, dispersion = _expected(incidents, days)
    found = {}
    for area, rows in inside.items():
        plain = of_rows(incidents, days, rows)
        usual = float(expected[rows].sum())
        if plain.rate is None or usual <= 0:
            found[area] = Reporting(plain.incidents, plain.again, plain.reports, None)
            continue
        ratio = _ratio(plain.reports, usual, dispersion, confidence)
        delay = everywhere.delay_days / ratio.value if everywhere.delay_days and ratio.value else None
        found[area] = Reporting(plain.incidents, plain.again, plain.reports, plain.rate, ratio, delay)
    return found


def _expected(incidents: Frame, days: Floats) -> tuple[Floats, float]:
    """Further reports expected of each incident, and how much more the counts vary than Poisson's (1 or more)."""
    counts = incidents["repeats"].astype(np.float64)
    if not len(counts):
        return counts, 1.0
    stratum = strata(incidents["category"], TOO_FEW)
    reports, watched = np.bincount(stratum, weights=counts), np.bincount(stratum, weights=days)
    rates = np.divide(reports, watched, out=np.zeros_like(reports), where=watched > 0)
    expected: Floats = rates[stratum] * days
    freedom, usual = len(counts) - len(rates), float(expected.sum())
    if freedom < 1 or usual <= 0:
        return expected, 1.0
    spread = float(((counts - expected) ** 2).sum()) / usual * len(counts) / freedom
    return expected, max(1.0, spread)


def _ratio(reports: int, expected: float, dispersion: float, confidence: float) -> Ratio:
    effective = reports / dispersion
    lower, upper = (
        poisson_limits(floor(effective), confidence)[0],
        poisson_limits(ceil(effective), confidence)[1],
    )
    return Ratio(reports / expected, lower * dispersion / expected, upper * dispersion / expected)
