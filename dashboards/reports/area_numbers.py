"""Areas against all of them, within the same kinds of requests: pure computing over frames, no words.

An area with many street lights looks slow beside one with many missed collections, although both are served alike.
Each area is therefore given the mix of all requests, and held against all requests of the categories it has itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from civic311.lib.statistics import (
    TOO_FEW,
    Curve,
    Floats,
    Quantile,
    Share,
    Standardised,
    Stratum,
    kaplan_meier,
    quantile,
    standardised_curve,
    standardised_share,
    wilson,
)
from dashboards.reports.frames import DAY_S, Frame

MOST_STRATA = 40
"""So many categories are held apart; all rarer ones are one group."""
LEAST_COVERED = 0.5
"""An area needs the categories of at least this share of all requests to be compared."""
HALF = 0.5

Rows = NDArray[np.int64]
Members = Mapping[int, Rows]


@dataclass(frozen=True)
class ShareOf:
    """One area's share on time. `crude` is as it was, `same_mix` with the mix of all requests.

    `everywhere` is the share of all requests in the categories this area has. `same_mix` and `everywhere` are None
    for too few requests, or too few of the categories.
    """

    n: int
    crude: Share | None
    same_mix: Standardised | None
    everywhere: float | None

    @property
    def side(self) -> int:
        """-1 where the area is served on time less often than all, beyond chance; 1 more often; 0 neither."""
        if self.same_mix is None or self.everywhere is None:
            return 0
        return int(self.same_mix.lower > self.everywhere) - int(self.same_mix.upper < self.everywhere)


@dataclass(frozen=True)
class TimeOf:
    """One area's median time to close in days. The same parts as `ShareOf`; a median may be too early to say.

    `seen_until` is the age in days up to which the area's curve is known.
    """

    n: int
    crude: Quantile | None
    same_mix: Quantile | None = None
    everywhere: float | None = None
    seen_until: float = 0.0

    @property
    def side(self) -> int:
        """-1 where the area is served later than all, beyond chance; 1 sooner; 0 neither."""
        found = self.same_mix
        if found is None or self.everywhere is None:
            return 0
        if found.lower is None:
            # Not even the lower limit has come down to half: the median lies beyond all that was seen.
            return -int(self.seen_until > self.everywhere)
        sooner = found.upper is not None and found.upper < self.everywhere
        return int(sooner) - int(found.lower > self.everywhere)


def confidence_for(areas: int) -> float:
    """The confidence of each interval so that all of them hold together with 95 % (Bonferroni's inequality)."""
    return 1 - 0.05 / max(areas, 1)


def members(lists: NDArray[np.object_], areas: Sequence[int]) -> dict[int, Rows]:
    """For each area the numbers of the rows that lie in it; a row may lie in several, or in none."""
    lengths = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
    flat = np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=int(lengths.sum()))
    rows = np.repeat(np.arange(len(lists)), lengths)
    order = np.argsort(flat, kind="stable")
    flat, rows = flat[order], rows[order]
    starts, ends = np.searchsorted(flat, areas, "left"), np.searchsorted(flat, areas, "right")
    return {
        area: rows[start:end] for area, start, end in zip(areas, starts.tolist(), ends.tolist(), strict=True)
    }


def outside(lists: NDArray[np.object_], areas: Sequence[int]) -> int:
    """How many rows lie in none of these areas."""
    found = members(lists, areas).values()
    inside = np.zeros(len(lists), dtype=np.bool_)
    for rows in found:
        inside[rows] = True
    return int(len(lists) - inside.sum())


def strata(categories: NDArray[Any], least: int, most: int = MOST_STRATA) -> Rows:
    """The stratum of each row: one for each of at most `most` categories with `least` rows, a last one for the rest."""
    keys, inverse, counts = np.unique(categories, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    own = order[counts[order] >= least][:most]
    number = np.full(len(keys), len(own), dtype=np.int64)
    number[own] = np.arange(len(own))
    found: Rows = number[inverse]
    return found


def shares_by_area(due: Frame, inside: Members, confidence: float) -> dict[int, ShareOf]:
    """The share of `due` (columns category, due_closed) that was closed on time, for each area."""
    stratum, closed = strata(due["category"], TOO_FEW), due["due_closed"].astype(np.float64)
    size = int(stratum.max()) + 1 if len(stratum) else 0
    all_n = np.bincount(stratum, minlength=size)
    all_closed = np.bincount(stratum, weights=closed, minlength=size)
    found = {}
    for area, rows in inside.items():
        n = np.bincount(stratum[rows], minlength=size)
        good = np.bincount(stratum[rows], weights=closed[rows], minlength=size)
        total = len(rows)
        same_mix, everywhere = None, None
        used = n > 0
        if total >= TOO_FEW and all_n[used].sum() >= LEAST_COVERED * len(due):
            weighed = zip(good.tolist(), n.tolist(), all_n.tolist(), strict=True)
            same_mix = standardised_share([Stratum(int(s), m, w) for s, m, w in weighed], confidence)
            everywhere = float(all_closed[used].sum() / all_n[used].sum())
        found[area] = ShareOf(total, wilson(int(good.sum()), total), same_mix, everywhere)
    return found


def times_by_area(timed: Frame, now: float, inside: Members, confidence: float) -> dict[int, TimeOf]:
    """The median time to close of `timed` (category, created_at, closed_at), open ones censored at `now`, by area.

    Categories with fewer than ten requests an area on average are one group: a curve of its own needs ten requests.
    """
    closed = ~np.isnan(timed["closed_at"])
    ends = np.where(closed, timed["closed_at"], now)
    durations = np.maximum(ends - timed["created_at"], 0) / DAY_S
    stratum = strata(timed["category"], TOO_FEW * max(len(inside), 1))
    size = int(stratum.max()) + 1 if len(stratum) else 0
    everywhere = _curves(stratum, size, durations, closed, np.arange(len(timed)))
    weights = [float(n) for n in np.bincount(stratum, minlength=size).tolist()]

    @cache
    def median_of(used: tuple[int, ...]) -> float | None:
        curve = standardised_curve([everywhere[at] for at in used], [weights[at] for at in used])
        return None if curve is None else quantile(curve, HALF).value

    found = {}
    for area, rows in inside.items():
        if len(rows) < TOO_FEW:
            found[area] = TimeOf(len(rows), None)
            continue
        crude = quantile(kaplan_meier(durations[rows], closed[rows]), HALF)
        curves = _curves(stratum, size, durations, closed, rows)
        used = tuple(at for at, curve in curves.items() if curve.n >= TOO_FEW)
        found[area] = TimeOf(len(rows), crude)
        if sum(weights[at] for at in used) < LEAST_COVERED * len(timed):
            continue
        curve = standardised_curve(
            [curves[at] for at in used],
            [weights[at] for at in used],
            minimum=TOO_FEW,
            confidence=confidence,
        )
        if curve is not None:
            median, seen_until = quantile(curve, HALF), curve.followed_until
            found[area] = TimeOf(len(rows), crude, median, median_of(used), seen_until)
    return found


def _curves(
    stratum: Rows, size: int, durations: Floats, closed: NDArray[np.bool_], rows: Rows
) -> dict[int, Curve]:
    """The curve of each stratum that has ten of these rows."""
    order = rows[np.argsort(stratum[rows], kind="stable")]
    counts = np.bincount(stratum[rows], minlength=size)
    edges = np.concatenate(([0], counts.cumsum())).tolist()
    return {
        at: kaplan_meier(
            durations[order[edges[at] : edges[at + 1]]], closed[order[edges[at] : edges[at + 1]]]
        )
        for at in range(size)
        if counts[at] >= TOO_FEW
    }


def by_week(opened: Floats, starts: Sequence[float], inside: Members) -> dict[int, tuple[float, ...]]:
    """How many rows of each area were opened in each week; `starts` are the first seconds of the weeks in order."""
    week = np.searchsorted(np.asarray(starts), opened, side="right") - 1
    return {
        area: tuple(np.bincount(week[rows], minlength=len(starts)).astype(float).tolist())
        for area, rows in inside.items()
    }
