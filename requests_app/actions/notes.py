"""Words without a change of status."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.transition import transition
from requests_app.models import RequestEvent
from requests_app.workflow import Audience

NOTE_MAX = 10_000


@transaction.atomic
def add_note(
    *, request_id: int, version: int | None, text: str, audience: Audience, by: Actor, now: dt.datetime
) -> RequestEvent:
    """Add a note for one of the three audiences. Raises `ActionRefused` when it is empty or over 10,000 characters."""
    text = text.strip()
    if not text:
        raise ActionRefused(_("The note is empty."))
    if len(text) > NOTE_MAX:
        raise ActionRefused(_("The note is too long: 10,000 characters at most."))
    return transition(
        request_id=request_id,
        version=version,
        move="note",
        by=by,
        now=now,
        data={"audience": audience.value},
        internal_note=text if audience == Audience.STAFF else "",
        reporter_note=text if audience == Audience.REPORTER else "",
        public_note=text if audience == Audience.EVERYONE else "",
    )
