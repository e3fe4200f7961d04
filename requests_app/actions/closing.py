"""The end, and what may follow it: close, withdraw, reopen."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.kinds import Kind
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.mirroring import left, lock_lead_of
from requests_app.actions.planned import Plan
from requests_app.actions.reporter import adopt_photos, dispute
from requests_app.actions.residents import resident_for
from requests_app.actions.results import adopt_results, check_result_photo
from requests_app.actions.support import follow
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import Reporter, RequestEvent, ServiceRequest
from requests_app.workflow import ActorKind, EventKind, Outcome, outcomes_for

DETAILS: dict[Outcome, tuple[str, ...]] = {
    Outcome.VIOLATION_FOUND: ("case_number", "comply_by"),
    Outcome.NO_ACCESS: ("try_again_on",),
    Outcome.DUPLICATE: ("lead",),
    Outcome.NOT_OURS: ("partner_id", "partner_reference"),
}
"""What an outcome may be told with besides the answer; days are ISO dates, ``lead`` is the number told first."""


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
    details: dict[str, str] | None = None,
    draft_key: str = "",
    cancel_tasks: bool = False,
) -> RequestEvent:
    """Close with a typed outcome of the category's kind and an answer the reporter and the public read.

    ``details`` are facts residents read with the outcome, those of `DETAILS` that belong to it; empty ones are left out.
    ``draft_key`` names photos of the result; crews need one where the category says so.
    Raises `ActionRefused` when the outcome does not belong to the kind, the answer is empty (spam needs none), or tasks
    are open and ``cancel_tasks`` is False.
    """
    request = lock(request_id)
    plan = plan_close(
        request,
        outcome=outcome,
        public_answer=public_answer,
        internal_note=internal_note,
        details=details,
        cancel_tasks=cancel_tasks,
    )
    permitted(request, "close", by=by, version=version)
    if "lead" in plan.data:
        _join_lead(request, plan.data["lead"], now)
    photos = adopt_results(request, draft_key, by=by)
    check_result_photo(request, outcome, by=by)
    words = plan.words()
    if photos:
        words["data"] = plan.data | {"photos": photos}
    return transition(request_id=request_id, version=version, by=by, now=now, **words)


def plan_close(
    request: ServiceRequest,
    *,
    outcome: Outcome,
    public_answer: str,
    internal_note: str = "",
    details: dict[str, str] | None = None,
    cancel_tasks: bool = False,
) -> Plan:
    """What `close` writes."""
    if request.open_tasks and not cancel_tasks:
        raise ActionRefused(
            ngettext(
                "One task is still open. Wait for it, or tick “Cancel the open tasks”.",
                "%(n)s tasks are still open. Wait for them, or tick “Cancel the open tasks”.",
                request.open_tasks,
            )
            % {"n": request.open_tasks}
        )
    if outcome not in outcomes_for(Kind(request.category.kind)):
        raise ActionRefused(_("This outcome does not fit the category."))
    answer = public_answer.strip()
    if not answer and outcome != Outcome.SPAM:
        raise ActionRefused(_("Write the answer residents will read."))
    return Plan(
        "close",
        changes={"outcome": outcome},
        public_note=answer,
        internal_note=internal_note.strip(),
        data={"outcome": outcome.value} | _details(outcome, details or {}),
    )


def _details(outcome: Outcome, given: dict[str, str]) -> dict[str, str]:
    wanted = DETAILS.get(outcome, ())
    return {name: value.strip() for name, value in given.items() if name in wanted and value.strip()}


def _join_lead(request: ServiceRequest, number: str, now: dt.datetime) -> None:
    """Let the reporter of a duplicate have the news of the report that told first. Raises `ActionRefused` without one."""
    lead = (
        ServiceRequest.objects.public()
        .select_related("category")
        .exclude(pk=request.pk)
        .filter(number=number)
        .first()
    )
    if lead is None:
        raise ActionRefused(_("There is no public report with the number %(number)s.") % {"number": number})
    if lead.is_open and lead.category.may_be_shared and request.category.may_be_shared:
        raise ActionRefused(
            _(
                "%(number)s is still open. Do not close this one: join the two under “Reports of the same problem”."
                " Both keep their numbers, and one answer reaches both."
            )
            % {"number": number}
        )
    reporter = (
        Reporter.objects.filter(request=request, wants_updates=True, unsubscribed_at__isnull=True)
        .exclude(email="")
        .first()
    )
    if reporter is not None:
        resident = resident_for(email=reporter.email, language=request.language, now=now)
        follow(request_id=lead.pk, resident_id=resident.pk, confirmed=True, now=now)


@transaction.atomic
def withdraw(*, request_id: int, by: Actor, now: dt.datetime) -> RequestEvent:
    """The reporter takes the report back. It no longer follows another one; what followed it goes on without it."""
    lead = lock_lead_of(request_id)
    event = transition(
        request_id=request_id,
        version=None,
        move="withdraw",
        by=by,
        now=now,
        changes={"outcome": Outcome.WITHDRAWN} | ({"lead": None} if lead else {}),
        data={"outcome": Outcome.WITHDRAWN.value},
    )
    if lead is not None:
        left(lead, event.request.number, by=by, now=now)
    return event


@transaction.atomic
def reopen(
    *,
    request_id: int,
    version: int | None,
    reason: str,
    by: Actor,
    now: dt.datetime,
    draft_key: str = "",
) -> RequestEvent:
    """Same number, same clock, back to the department. Residents have 30 days and say or show what is wrong.

    ``draft_key`` names photos sent with the "no"; one of them can stand for the sentence. A reporter's second "no"
    must go to someone other than who closed it: nobody has it then, and `assign` refuses those the event names. The
    reporter of a report that follows another one opens nothing for the others: see `dispute`.
    """
    if by.kind == ActorKind.REPORTER and lock_lead_of(request_id) is not None:
        return dispute(request_id=request_id, reason=reason, by=by, now=now, version=version)
    request = lock(request_id)
    reason = reason.strip()
    permitted(request, "reopen", by=by, version=version)
    window = dt.timedelta(days=settings.REOPEN_WINDOW_DAYS)
    if by.kind == ActorKind.REPORTER and request.closed_at and request.closed_at + window < now:
        raise ActionRefused(_("This was closed more than 30 days ago. Please send a new report."))
    if request.outcome in {Outcome.WITHDRAWN, Outcome.SPAM} and by.kind == ActorKind.REPORTER:
        raise ActionRefused(_("This report cannot be reopened. Please send a new report."))
    by_reporter = by.kind == ActorKind.REPORTER
    photos = adopt_photos(request, draft_key)
    if not reason and not photos:
        raise ActionRefused(
            _("Say in a sentence what is not right, or add a photo.")
            if by_reporter
            else _("Say in a sentence what is not right.")
        )
    changes: dict[str, Any] = {"reopened_count": request.reopened_count + 1}
    data: dict[str, Any] = {
        "outcome_before": request.outcome,
        "days_closed": (now - request.closed_at).days if request.closed_at else 0,
    }
    if photos:
        data["photos"] = photos
    if by_reporter and said_no_before(request):
        changes["assignee"] = None
        data |= _closers(request)
    return transition(
        request_id=request_id,
        version=version,
        move="reopen",
        by=by,
        now=now,
        changes=changes,
        reporter_note=reason if by_reporter else "",
        internal_note="" if by_reporter else reason,
        data=data,
    )


def said_no_before(request: ServiceRequest) -> bool:
    """Whether the reporter has had to say "no" to an earlier closing."""
    earlier = request.events.standing().filter(kind=EventKind.REOPENED, actor_kind=ActorKind.REPORTER)
    return request.reopened_count > 0 and earlier.exists()


def not_to(request: ServiceRequest) -> dict[int, str]:
    """Who must not have it again, as names by id: those who closed it before the reporter's second "no"."""
    return not_to_many([request]).get(request.pk, {})


def not_to_many(requests: Iterable[ServiceRequest]) -> dict[int, dict[int, str]]:
    """The same for many requests in one statement, by the request's id; none where nobody is kept away."""
    twice = [request.pk for request in requests if request.reopened_count >= 2]
    if not twice:
        return {}
    last = (
        RequestEvent.objects.standing()
        .filter(request__in=twice, kind=EventKind.REOPENED, actor_kind=ActorKind.REPORTER)
        .order_by("request", "-id")
        .distinct("request")
    )
    return {
        event.request_id: {int(pk): str(name) for pk, name in (event.data.get("not_to") or {}).items()}
        for event in last
    }


def _closers(request: ServiceRequest) -> dict[str, Any]:
    closers = request.events.standing().filter(kind=EventKind.CLOSED, actor__isnull=False).order_by("id")
    names = {str(pk): name for pk, name in closers.values_list("actor_id", "actor__name")}
    return {"not_to": names} if names else {}
