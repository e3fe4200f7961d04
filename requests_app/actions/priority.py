"""How urgent a request is."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from departments.kinds import Priority
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.planned import Plan
from requests_app.actions.transition import lock, transition
from requests_app.models import RequestEvent, ServiceRequest


@transaction.atomic
def prioritize(
    *,
    request_id: int,
    version: int | None,
    priority: Priority,
    by: Actor,
    now: dt.datetime,
    internal_note: str = "",
) -> RequestEvent:
    """Give the request another priority. Its promised date stays: residents were told."""
    plan = plan_prioritize(lock(request_id), priority=priority, internal_note=internal_note)
    return transition(request_id=request_id, version=version, by=by, now=now, **plan.words())


def plan_prioritize(request: ServiceRequest, *, priority: Priority, internal_note: str = "") -> Plan:
    """What `prioritize` writes."""
    if priority == request.priority:
        raise ActionRefused(_("The request has this priority already."))
    return Plan(
        "prioritize",
        changes={"priority": priority},
        internal_note=internal_note.strip(),
        data={"from": request.priority, "to": int(priority)},
    )
