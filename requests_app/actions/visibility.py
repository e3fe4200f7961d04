"""Shown online or not."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.transition import transition
from requests_app.models import RequestEvent


@transaction.atomic
def publish(*, request_id: int, version: int | None, by: Actor, now: dt.datetime) -> RequestEvent:
    """Show the request online."""
    return transition(
        request_id=request_id, version=version, move="publish", by=by, now=now, changes={"is_public": True}
    )


@transaction.atomic
def unpublish(
    *,
    request_id: int,
    version: int | None,
    reason: str,
    by: Actor,
    now: dt.datetime,
    tell_reporter: bool = False,
) -> RequestEvent:
    """Take the request and its photos offline at once, with a reason for the record, or for the reporter to read."""
    if not reason.strip():
        raise ActionRefused(_("Say why it is taken offline."))
    return transition(
        request_id=request_id,
        version=version,
        move="unpublish",
        by=by,
        now=now,
        changes={"is_public": False},
        internal_note="" if tell_reporter else reason.strip(),
        reporter_note=reason.strip() if tell_reporter else "",
    )
