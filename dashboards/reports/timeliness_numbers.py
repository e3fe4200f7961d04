"""Numbers of time, for every page: due dates kept, and how long requests take. Pure functions over frames.

Rows that do not count where time is counted (`RequestFact.is_timely` says which) are left out here, and counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from civic311.lib.statistics import TOO_FEW, Curve, Floats, Quantile, Share, kaplan_meier, quantile, wilson
from dashboards.reports.frames import DAY_S, Frame
from requests_app.workflow import Outcome

DUE_COLUMNS = ("is_timely", "due_closed", "due_solved", "renewals", "closed_at")
"""What `due_numbers` reads; with ``outcome`` it also tells how many were closed without one."""
AGE_COLUMNS = ("is_timely", "created_at", "closed_at")
"""What `ages` reads."""
MEDIAN, P90 = 0.5, 0.9


@dataclass(frozen=True)
class DueNumbers:
    """Requests whose first due date passed, as they stood at it.

    ``due`` = ``on_time`` + ``late_closed`` + ``late_open``; ``solved`` are those of ``on_time`` that were solved and not
    reopened soon; ``renewed`` had another date promised, whether late or not; ``set_aside`` do not count.
    """

    due: int
    on_time: int
    solved: int
    late_closed: int
    late_open: int
    renewed: int
    set_aside: int
    unrecorded: int = 0
    """Of ``on_time``: nobody wrote down what was done, so whether they were solved is not known."""

    @property
    def late(self) -> int:
        """Not closed at the first due date."""
        return self.late_closed + self.late_open

    @property
    def share_on_time(self) -> Share | None:
        """Closed at the due date, of all due; Wilson's interval; None where none was due."""
        return wilson(self.on_time, self.due)

    @property
    def share_solved(self) -> Share | None:
        """Closed at the due date and solved, of all due; Wilson's interval; None where none was due."""
        return wilson(self.solved, self.due)

    @property
    def is_thin(self) -> bool:
        """Whether there are too few for a share."""
        return self.due < TOO_FEW


def due_numbers(rows: Frame) -> DueNumbers:
    """Count a frame of `Scope.due` with `DUE_COLUMNS`; a solved request counts as on time too."""
    timely = rows["is_timely"]
    kept = timely & rows["due_closed"]
    late_open = timely & ~rows["due_closed"] & np.isnan(rows["closed_at"])
    outcome = rows.columns.get("outcome")
    due, on_time, still = int(timely.sum()), int(kept.sum()), int(late_open.sum())
    return DueNumbers(
        due=due,
        on_time=on_time,
        solved=int((kept & rows["due_solved"]).sum()),
        late_closed=due - on_time - still,
        late_open=still,
        renewed=int((timely & (rows["renewals"] > 0)).sum()),
        set_aside=len(rows) - due,
        unrecorded=0 if outcome is None else int((kept & (outcome == Outcome.NOT_RECORDED.value)).sum()),
    )


@dataclass(frozen=True)
class Ages:
    """How long requests take until something happens, in days: the curve of those it has not happened to yet."""

    curve: Curve
    median: Quantile
    p90: Quantile

    @property
    def n(self) -> int:
        """How many requests."""
        return self.curve.n

    @property
    def is_thin(self) -> bool:
        """Whether there are too few for a figure."""
        return self.n < TOO_FEW


def ages(rows: Frame, now: float) -> Ages:
    """Time from the report to the closing, of a frame with `AGE_COLUMNS`; ``now`` in seconds since 1970.

    Kaplan-Meier: open requests, and those closed after ``now``, are censored at ``now``.
    """
    return waits(rows, "closed_at", now)


def waits(rows: Frame, column: str, now: float, *, paused: bool = True) -> Ages:
    """Time from the report to the first ``column``, as `ages`; a request closed without it is censored at its closing.

    Without ``paused``, the time the clock stood still is taken off (a frame with ``paused_s``).
    """
    timely = rows["is_timely"]
    since, at = rows["created_at"][timely], rows[column][timely]
    with np.errstate(invalid="ignore"):
        happened: NDArray[np.bool_] = at <= now
        closed = rows["closed_at"][timely]
        last = np.where(closed <= now, closed, now)
    seconds = np.where(happened, at, last) - since
    if not paused:
        seconds = seconds - rows["paused_s"][timely]
    return aged(np.maximum(seconds, 0.0) / DAY_S, happened)


def aged(days: Floats, happened: NDArray[np.bool_]) -> Ages:
    """The curve of durations in days with its median and ninth decile."""
    curve = kaplan_meier(days, happened)
    return Ages(curve, quantile(curve, MEDIAN), quantile(curve, P90))
