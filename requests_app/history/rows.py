"""From a drawn life to rows: the request and its events, kept in agreement by the workflow's own rules."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from departments.models import Department, StaffUser
from requests_app.actions.recording import paired_columns
from requests_app.history.lives import Step
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import BY_NAME, ActorKind, EventKind, Status

HOLD_DAYS = 14


def birth(
    request: ServiceRequest,
    *,
    first_department: Department | None,
    reason: str,
    by: StaffUser | None,
    expected: Mapping[str, Any] | None = None,
) -> list[RequestEvent]:
    """The two events of intake; ``expected`` is what the reporter was told of the time it takes."""
    submitted = RequestEvent(
        request=request,
        kind=EventKind.SUBMITTED,
        from_status="",
        to_status=Status.NEW,
        actor_kind=ActorKind.STAFF if by else ActorKind.REPORTER,
        actor=by,
        actor_label=by.name if by else "",
        data={"category": request.category.name, "channel": request.channel}
        | ({"expected": dict(expected)} if expected else {}),
        occurred_at=request.created_at,
    )
    routed = RequestEvent(
        request=request,
        kind=EventKind.ROUTED,
        from_status=Status.NEW,
        to_status=Status.NEW,
        department=first_department,
        actor_kind=ActorKind.SYSTEM,
        data={
            "reason": reason,
            "rule": request.routing_rule_id,
            "department_to": first_department.name if first_department else "",
        },
        occurred_at=request.created_at,
    )
    return [submitted, routed]


def apply(
    request: ServiceRequest,
    step: Step,
    *,
    by: StaffUser | None,
    final_department: Department | None,
    assignee: StaffUser | None,
    public_note: str = "",
    reporter_note: str = "",
    internal_note: str = "",
) -> RequestEvent:
    """Move the unsaved request by one step and return the step's event."""
    move = BY_NAME[step.move]
    source = Status(request.status)
    if source not in move.sources:
        raise ValueError(f"{step.move} is not possible from {source}")
    target = move.result(source, by_staff=not step.by_reporter)
    columns = paired_columns(source, target, step.at)
    data: dict[str, Any] = dict(step.data)
    match step.move:
        case "assign":
            columns["assignee"] = assignee
            data = {
                "from": request.assignee.name if request.assignee else "",
                "to": assignee.name if assignee else "",
            }
        case "reroute":
            data = {
                "department_from": request.department.name if request.department else "",
                "department_from_id": request.department_id,
                "department_to": final_department.name if final_department else "",
                "department_to_id": final_department.pk if final_department else None,
            }
            columns |= {
                "department": final_department,
                "routing_rule_id": None,
                "routing_reason": internal_note[:300],
            }
        case "hold":
            review = step.at.date() + dt.timedelta(days=HOLD_DAYS)
            columns |= {
                "hold_reason": step.data["reason"],
                "waiting_for": step.data["waiting_for"],
                "review_on": review,
            }
            data["review_on"] = review.isoformat()
        case "close":
            assert step.outcome is not None
            columns["outcome"] = step.outcome
            data = {"outcome": step.outcome.value}
        case "reopen":
            closed_at = request.closed_at
            columns["reopened_count"] = request.reopened_count + 1
            data = {
                "outcome_before": request.outcome,
                "days_closed": (step.at - closed_at).days if closed_at else 0,
            }
        case "confirm":
            data = {"outcome": request.outcome}
        case "ask_review":
            columns["review_asked_at"] = step.at
        case "note":
            data = {"audience": "everyone"}
    if not step.by_reporter and request.acknowledged_at is None:
        columns["acknowledged_at"] = step.at
    columns |= {"status": target, "version": request.version + 1, "updated_at": step.at}
    for name, value in columns.items():
        setattr(request, name, value)
    return RequestEvent(
        request=request,
        kind=move.event,
        from_status=source,
        to_status=target,
        department=request.department,
        assignee=request.assignee,
        actor_kind=ActorKind.REPORTER if step.by_reporter else ActorKind.STAFF,
        actor=None if step.by_reporter else by,
        actor_label="" if step.by_reporter or by is None else by.name,
        public_note=public_note,
        reporter_note=reporter_note,
        internal_note=internal_note,
        data=data,
        occurred_at=step.at,
    )
