"""A person's data leaves a report; the report itself stays, because the street does not become whole by it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from requests_app.actions.actors import Actor
from requests_app.actions.transition import transition
from requests_app.models import Reporter, RequestEvent


@transaction.atomic
def erase(*, request_id: int, by: Actor, now: dt.datetime, version: int | None = None) -> RequestEvent:
    """Remove the contact details of a report for good; messages about it stop."""
    event = transition(request_id=request_id, version=version, move="erase", by=by, now=now)
    Reporter.objects.filter(request=request_id).delete()
    return event
