"""What was asked of the reporter, and the way to ask or to write an answer down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests_app.queries.asked import waiting_question
from requests_app.workflow import Population

if TYPE_CHECKING:
    from dashboards.queue.panels import At


def panel(at: At) -> dict[str, Any] | None:
    """One question to the database, and only for a request whose reporter was asked something."""
    target = at.target
    question = waiting_question(
        target.pk, at.history, status=target.status, closed_at=target.closed_at, now=at.now
    )
    can_ask = (
        "ask" in at.allowed
        and question is None
        and target.lead_id is None
        and target.population == Population.RESIDENT
    )
    if question is None and not can_ask:
        return None
    return {
        "question": question,
        "can_ask": can_ask,
        "is_row": question is None,
        "can_answer": question is not None and ("answer" in at.allowed or "reopen" in at.allowed),
        "can_write": target.has_reporter and not target.is_anonymous,  # type: ignore[attr-defined]
    }
