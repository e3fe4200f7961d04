"""What is counted of one category, or of all of them: the shares and times every page states come from here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from civic311.lib.statistics import TOO_FEW, Curve, Quantile, Share, kaplan_meier, quantile, wilson
from requests_app.models.fact import Doubt

COUNTS = (
    "opened",
    "timely",
    "due",
    "due_closed",
    "due_solved",
    "set_aside",
    "closings",
    "counted",
    "reopened",
    "asked",
    "answered",
    "solved",
)
"""What `MonthSum` counts: see there. ``counted`` and ``reopened`` here are of closings at least 30 days old."""


@dataclass
class Tally:
    """The counts of one category, or of all: `COUNTS` by name, and one count for each `Doubt`."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    doubts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(Doubt), dtype=np.int64))
    ages: list[tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]] = field(default_factory=list)
    """Ages in days, whether they end with a closing, and how many requests each stands for."""

    def __getitem__(self, name: str) -> int:
        return self.counts[name]

    def add(self, other: Tally) -> None:
        """Count another one in."""
        for name, n in other.counts.items():
            self.counts[name] += n
        self.doubts = self.doubts + other.doubts
        self.ages += other.ages

    def share(self, part: str, whole: str) -> Share | None:
        """A share of two counts; None over too few."""
        return wilson(self[part], self[whole]) if self[whole] >= TOO_FEW else None

    @property
    def on_time(self) -> Share | None:
        """Closed at the first due date, of those that were due."""
        return self.share("due_closed", "due")

    @property
    def on_time_and_solved(self) -> Share | None:
        """The same, with a success that nobody reopened."""
        return self.share("due_solved", "due")

    @property
    def confirmed(self) -> Share | None:
        """Reporters who say it was solved, of those who answered."""
        return self.share("solved", "answered")

    @cached_property
    def curve(self) -> Curve:
        """Kaplan-Meier in days, open requests censored at their age."""
        if not self.ages:
            return kaplan_meier([], [])
        days, ends, weights = (np.concatenate(part) for part in zip(*self.ages, strict=True))
        if (weights == 1).all():
            return kaplan_meier(days, ends)
        return kaplan_meier(days, ends, weights=weights)

    @cached_property
    def median(self) -> Quantile:
        """Days until half are closed; nothing over too few."""
        return quantile(self.curve, 0.5) if self["timely"] >= TOO_FEW else Quantile(None, None, None)

    @cached_property
    def p90(self) -> Quantile:
        """Days until nine of ten are closed; nothing over too few."""
        return quantile(self.curve, 0.9) if self["timely"] >= TOO_FEW else Quantile(None, None, None)
