"""A council office files a request for a constituent."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction

from departments.models import StaffUser
from requests_app.actions.actors import Actor
from requests_app.actions.intake import Submission, Submitted, submit
from requests_app.actions.staffnews import watch
from requests_app.workflow import Channel, Population

SCOPE = "council"


@transaction.atomic
def file_for_constituent(*, submission: Submission, key: str, by: StaffUser, now: dt.datetime) -> Submitted:
    """Store the report as the resident's it is, come in through a council office; the one who filed it follows it.

    ``key`` makes a retry give the first answer again, for this person alone: a retry follows nothing that was let go
    since. Raises what `submit` and `watch` raise: nothing is filed by somebody who may not see what they filed.
    """
    report = replace(submission, channel=Channel.COUNCIL.value, population=Population.RESIDENT)
    made = submit(submission=report, scope=f"{SCOPE}:{by.pk}", key=key, by=Actor.staff(by), now=now)
    if made.created:
        watch(request_id=made.request.pk, by=by, now=now)
    return made
