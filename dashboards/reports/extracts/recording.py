"""Who took which rows and why: written before the first byte, and how many lines went out when it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from dashboards.reports.extracts.lines import Line
from dashboards.reports.models import Extract
from departments.models import StaffUser


def begin_extract(
    *, by: StaffUser, query: str, figure: str, reason: str, kind: str, rows: int, now: dt.datetime
) -> Extract:
    """Record a file that is about to be sent."""
    return Extract.objects.create(
        by=by, started_at=now, query=query, figure=figure, reason=reason, kind=kind, rows_asked=rows
    )


class Counted:
    """Lines on their way into a file, and how many there were so far."""

    def __init__(self, rows: Iterable[Line]) -> None:
        self._rows = iter(rows)
        self.n = 0

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        line = next(self._rows)
        self.n += 1
        return line


class Recorded:
    """The pieces of a file. Whatever ends it, the record says how: sent whole, or cancelled after so many lines.

    The server calls `close` when the response is over, also when the reader went away before the first piece.
    """

    def __init__(
        self, pieces: Iterable[bytes], counted: Counted, extract: Extract, clock: Callable[[], dt.datetime]
    ) -> None:
        self._pieces, self._counted, self._extract, self._clock = iter(pieces), counted, extract, clock
        self._is_over = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except StopIteration:
            self._end("finished_at")
            raise

    def close(self) -> None:
        """The response is over; what was not sent whole is cancelled."""
        self._end("cancelled_at")
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()

    def _end(self, how: str) -> None:
        if self._is_over:
            return
        self._is_over = True
        Extract.objects.filter(pk=self._extract.pk).update(
            rows_written=self._counted.n, **{how: self._clock()}
        )
