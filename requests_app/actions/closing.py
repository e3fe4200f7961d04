"""The end, and what may follow it: close, withdraw, reopen."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from departments.kinds import Kind
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.transition import lock, transition
from requests_app.models import RequestEvent
from requests_app.workflow import ActorKind, Outcome, outcomes_for


@transaction.atomic
def close(
    *,
    request_id: int,
    version: int | None,
    outcome: Outcome,
    public_answer: str,
    by: Actor,
    now: dt.datetime,
    internal_note: str = "",
) -> RequestEvent:
    """Close with a typed outcome of the category's kind and an answer the reporter and the public read.

    Raises `ActionRefused` when the outcome does not belong to the kind or the answer is empty (spam needs none).
    """
    request = lock(request_id)
    if outcome not in outcomes_for(Kind(request.category.kind)):
        raise ActionRefused(_("This outcome does not fit the category."))
    answer = public_answer.strip()
    if not answer and outcome != Outcome.SPAM:
        raise ActionRefused(_("Write the answer residents will read."))
    return transition(
        request_id=request_id,
        version=version,
        move="close",
        by=by,
        now=now,
        changes={"outcome": outcome},
        public_note=answer,
        internal_note=internal_note.strip(),
        data={"outcome": outcome.value},
    )


@transaction.atomic
def withdraw(*, request_id: int, by: Actor, now: dt.datetime) -> RequestEvent:
    """The reporter takes the report back."""
    return transition(
        request_id=request_id,
        version=None,
        move="withdraw",
        by=by,
        now=now,
        changes={"outcome": Outcome.WITHDRAWN},
        data={"outcome": Outcome.WITHDRAWN.value},
    )


@transaction.atomic
def reopen(*, request_id: int, version: int | None, reason: str, by: Actor, now: dt.datetime) -> RequestEvent:
    """Same number, same clock, back to the department. Residents have 30 days and say in a sentence what is wrong."""
    request = lock(request_id)
    reason = reason.strip()
    if not reason:
        raise ActionRefused(_("Say in a sentence what is not right."))
    window = dt.timedelta(days=settings.REOPEN_WINDOW_DAYS)
    if by.kind == ActorKind.REPORTER and request.closed_at and request.closed_at + window < now:
        raise ActionRefused(_("This was closed more than 30 days ago. Please send a new report."))
    if request.outcome in {Outcome.WITHDRAWN, Outcome.SPAM} and by.kind == ActorKind.REPORTER:
        raise ActionRefused(_("This report cannot be reopened. Please send a new report."))
    by_reporter = by.kind == ActorKind.REPORTER
    return transition(
        request_id=request_id,
        version=version,
        move="reopen",
        by=by,
        now=now,
        changes={"reopened_count": request.reopened_count + 1},
        reporter_note=reason if by_reporter else "",
        internal_note="" if by_reporter else reason,
        data={
            "outcome_before": request.outcome,
            "days_closed": (now - request.closed_at).days if request.closed_at else 0,
        },
    )
