"""Both clocks of a request, read from its history: how long it is open, and how much of that it stood still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from requests_app.workflow import EventKind, Status


class Step(Protocol):
    """An event of the history, whether staff or residents read it."""

    @property
    def kind(self) -> str: ...
    @property
    def to_status(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def occurred_at(self) -> dt.datetime: ...


@dataclass(frozen=True, slots=True)
class Clocks:
    """Time since the report came, and the part of it in which the clock stood still; both end with the closing.

    ``paused_since`` is set while it stands still now.
    """

    open_for: dt.timedelta
    paused_for: dt.timedelta
    paused_since: dt.datetime | None

    @property
    def open_days(self) -> int:
        return self.open_for.days

    @property
    def paused_days(self) -> int:
        return self.paused_for.days

    @property
    def has_pause(self) -> bool:
        """Whether the clock ever stood still."""
        return self.paused_since is not None or bool(self.paused_for)


def clocks(
    events: Sequence[Step], *, created_at: dt.datetime, closed_at: dt.datetime | None, now: dt.datetime
) -> Clocks:
    """The clocks of a request from its events, newest first. Only a hold that says ``pauses`` stops one of them."""
    end = closed_at or now
    total, since = dt.timedelta(), None
    for event in reversed(events):
        holds = event.kind in {EventKind.HELD, EventKind.ASKED}
        pauses = holds and bool(event.data.get("pauses"))
        if pauses:
            since = since or event.occurred_at
        elif since is not None and (holds or event.to_status != Status.ON_HOLD):
            total += event.occurred_at - since
            since = None
    running = end - since if since is not None else dt.timedelta()
    return Clocks(end - created_at, total + running, since)
