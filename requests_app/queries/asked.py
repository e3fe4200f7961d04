"""What is asked of a reporter and waits for the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from requests_app.models import ReporterQuestion
from requests_app.queries.pauses import Step
from requests_app.workflow import EventKind, Status


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the reporter reads it; ``close_at`` None once silence has closed the report."""

    text: str
    asked_at: dt.datetime
    close_at: dt.datetime | None
    warned_at: dt.datetime | None = None


def waiting_question(
    request_id: int,
    events: Iterable[Step],
    *,
    status: str,
    closed_at: dt.datetime | None,
    now: dt.datetime,
) -> Question | None:
    """The question to answer now, if any. One statement, and only for a request that was asked something."""
    steps = list(events)
    if not any(event.kind == EventKind.ASKED for event in steps):
        return None
    rows = ReporterQuestion.objects.filter(request=request_id)
    if status == Status.CLOSED:
        # the newest closing is the first that is found
        closing = next(
            (event for event in steps if event.kind == EventKind.CLOSED and event.to_status == status), None
        )
        silence = closing.data.get("silence") if closing else None
        in_time = closed_at is not None and now - closed_at <= dt.timedelta(days=settings.REOPEN_WINDOW_DAYS)
        if silence is None or not in_time:
            return None
        found = rows.filter(pk=silence, answer="").first()
        return Question(found.text, found.asked_at, None) if found else None
    found = rows.filter(ended_at__isnull=True).first()
    return Question(found.text, found.asked_at, found.close_at, found.warned_at) if found else None
