"""Why a report is not shown online: for everybody where it may be said, and for its holder, who can object."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from departments.directory import categories
from requests_app.models import ServiceRequest
from requests_app.workflow import Outcome


def withheld_reason(number: str) -> str:
    """What everybody reads under the number of a hidden report; empty where nothing is said, or nothing is hidden."""
    rows = ServiceRequest.objects.filter(number=number, is_public=False)
    return rows.values_list("withheld_reason", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Hiding:
    """How the holder's page speaks of it: the published reason, since when an objection waits, whether one may be made."""

    reason: str
    appealed_at: dt.datetime | None
    may_appeal: bool


def hiding_of(request_id: int) -> Hiding | None:
    """For a report that is not public; None when its category shows none. One statement."""
    row = (
        ServiceRequest.objects.filter(pk=request_id, is_public=False)
        .values_list("withheld_reason", "appealed_at", "category_id", "outcome")
        .first()
    )
    if row is None or not categories()[row[2]].is_public:
        return None
    reason, appealed_at, _category, outcome = row
    return Hiding(reason, appealed_at, appealed_at is None and outcome != Outcome.SPAM)
