"""Whether promised times were kept as often as they said."""

from dataclasses import dataclass

from civic311.lib.statistics.shares import Share, wilson


@dataclass(frozen=True)
class Calibration:
    """The share closed by the time shown, the share that was promised, and whether the interval holds the promise."""

    share: Share
    promised: float
    kept: bool

    @property
    def direction(self) -> int:
        """-1 when fewer were closed in time than promised, 1 when more (the promise was too slow), else 0."""
        if self.kept:
            return 0
        return -1 if self.share.upper < self.promised else 1


def calibration(closed_by: int, n: int, promised: float, confidence: float = 0.95) -> Calibration | None:
    """Of `n` estimates given long enough ago, `closed_by` were closed by the time shown; None when `n` is 0.

    `promised` is 0.5 for a P50 and 0.9 for a P90. All estimates count, also those of requests still open. The
    interval is Wilson's. Raises ValueError unless 0 <= closed_by <= n and `promised` is between 0 and 1.
    """
    if not 0 < promised < 1:
        raise ValueError("A promised share lies between 0 and 1.")
    share = wilson(closed_by, n, confidence)
    if share is None:
        return None
    return Calibration(share=share, promised=promised, kept=share.lower <= promised <= share.upper)
