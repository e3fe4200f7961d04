"""The demonstration's crews have work in hand: a round of jobs that lie near each other, one begun, one waiting; some work is with nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from departments.geo import distance_m
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.actions.bulk import change_many
from requests_app.actions.bulk_moves import Assign
from requests_app.models import ServiceRequest
from requests_app.queries import fieldwork
from requests_app.workflow import Status

JOBS = 12
FREED = 6
LOOKED_AT = 400


def fill_hands(crews: Iterable[StaffUser], giver: StaffUser, now: dt.datetime) -> None:
    """Give each crew that has nothing a round, through the same actions people use."""
    for crew in crews:
        if not fieldwork.my_jobs(crew):
            _fill(crew, giver, now)


def _fill(crew: StaffUser, giver: StaffUser, now: dt.datetime) -> None:
    rows = list(
        ServiceRequest.objects.visible_to(crew)
        .filter(
            status__in=[Status.NEW, Status.OPEN, Status.IN_PROGRESS],
            lead__isnull=True,
            department__isnull=False,
            latitude__isnull=False,
            reopened_count=0,
        )
        .exclude(assignee__email__endswith="@demo.example")
        .order_by("-created_at", "-id")[:LOOKED_AT]
    )
    if not rows:
        return
    first = rows[0]
    assert first.latitude is not None
    assert first.longitude is not None
    here = (first.latitude, first.longitude)
    rows.sort(key=lambda row: distance_m(*here, row.latitude or 0.0, row.longitude or 0.0))
    chosen: dict[int, int | None] = {row.pk: None for row in rows[: min(JOBS, 1 + len(rows) // 2)]}
    change_many(chosen=chosen, change=Assign(crew), by=Actor.staff(giver), now=now)
    left: dict[int, int | None] = {row.pk: None for row in rows[len(chosen) :][-FREED:]}
    change_many(chosen=left, change=Assign(None), by=Actor.staff(giver), now=now)
    by = Actor.staff(crew)
    mine = fieldwork.my_jobs(crew)
    fresh = [job for job in mine if job.status != Status.IN_PROGRESS]
    if fresh:
        actions.begin(request_id=fresh[0].id, version=None, by=by, now=now)
    if len(mine) > 1:
        actions.hold(
            request_id=mine[-1].id,
            version=None,
            reason="We need material: cold asphalt, four bags",
            waiting_for="material",
            review_on=(now + dt.timedelta(days=4)).date(),
            by=by,
            now=now,
        )
