"""History of imported requests: the source's times, the actor "import"."""

import datetime as dt
from typing import Any

from requests_app.imports.converting import Converted
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import ActorKind, EventKind, Outcome, Status


def history_of(request: ServiceRequest, facts: Converted) -> list[RequestEvent]:
    """The events a source row stands for: received, routed, and closed where it is closed."""
    events = [
        _event(request, EventKind.SUBMITTED, "", Status.NEW, facts.created_at, {"channel": facts.channel}),
        _event(
            request,
            EventKind.ROUTED,
            Status.NEW,
            Status.NEW,
            facts.created_at,
            {
                "reason": request.routing_reason,
                "department_to": request.department.name if request.department else "",
            },
        ),
    ]
    if facts.status == Status.CLOSED:
        events.append(closing_event(request, facts))
    elif facts.status != Status.NEW:
        kind = EventKind.STARTED if facts.status == Status.IN_PROGRESS else EventKind.ACKNOWLEDGED
        events.append(_event(request, kind, Status.NEW, facts.status, facts.updated_at, {}))
    return events


def closing_event(request: ServiceRequest, facts: Converted) -> RequestEvent:
    """Closed, at the source's time; where that time is impossible, at the opening."""
    source = Status.NEW if request.status == Status.CLOSED else request.status
    at = facts.closed_at or facts.created_at
    return _event(request, EventKind.CLOSED, source, Status.CLOSED, at, {"outcome": facts.outcome})


def reopening_event(request: ServiceRequest, at: dt.datetime) -> RequestEvent:
    """The source shows a closed request as open again."""
    data = {"outcome_before": request.outcome or Outcome.NOT_RECORDED.value}
    return _event(request, EventKind.REOPENED, Status.CLOSED, Status.OPEN, at, data)


def _event(
    request: ServiceRequest,
    kind: EventKind,
    source: str,
    target: str,
    at: dt.datetime,
    data: dict[str, Any],
) -> RequestEvent:
    return RequestEvent(
        request=request,
        kind=kind,
        from_status=source,
        to_status=target,
        department=request.department,
        actor_kind=ActorKind.IMPORT,
        actor_label="import",
        data=data | ({"times_are_impossible": True} if request.times_are_impossible else {}),
        occurred_at=at,
    )
