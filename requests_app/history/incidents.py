"""Problems several people told of, in the invented history: some joined already, some still to be found.

A few open reports get neighbors: other open reports of the same kind move beside them and speak of the same thing.
Joined by the real actions in the last day of the history.
"""

import datetime as dt
import random
from collections.abc import Iterator
from itertools import islice

from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import ActionRefused, Actor
from requests_app.models import ServiceRequest
from requests_app.workflow import Population, Status

INCIDENTS, TRIES = 12, 60
MOST_FOLLOWERS = 4
NEWEST = 600
METRES_15 = 15 / 111_195
AGO = dt.timedelta(hours=20)
APART = dt.timedelta(days=45)
_OPENINGS = ("", "Same thing here: ", "I saw this too. ", "Reporting this again. ", "Still there. ")


def write_incidents(*, seed: int, until: dt.datetime) -> None:
    """Bring open reports of a kind together, and let a dispatcher join every second group."""
    rng = random.Random(f"incidents {seed}")  # noqa: S311 (a history, not a secret)
    person = StaffUser.objects.filter(role=Role.DISPATCHER, is_active=True).order_by("pk").first()
    if person is None:
        return
    for at, rows in enumerate(islice(_groups(until, rng), INCIDENTS)):
        first, *others = sorted(rows, key=lambda row: row.pk)
        for other in others:
            _move(other, first, rng)
        if at % 2 == 0:
            when = max(until - AGO + at * dt.timedelta(minutes=37), others[-1].created_at)
            _join(first, others, Actor.staff(person), min(when, until))


def _groups(until: dt.datetime, rng: random.Random) -> Iterator[list[ServiceRequest]]:
    """Open reports of one kind and department, newest first, a few at a time; no kind twice before all had a turn."""
    kinds: dict[tuple[int, int | None], list[ServiceRequest]] = {}
    rows = (
        ServiceRequest.objects.open()
        .select_related("category")
        .filter(
            created_at__lt=until - AGO,
            population=Population.RESIDENT,
            is_public=True,
            lead__isnull=True,
            merged_count=0,
            latitude__isnull=False,
            status__in=(Status.NEW, Status.OPEN, Status.IN_PROGRESS),
        )
        .order_by("-created_at", "-pk")[:NEWEST]
    )
    for row in rows:
        if row.category.may_be_shared and not row.category.place_is_sensitive:
            kinds.setdefault((row.category_id, row.department_id), []).append(row)
    waiting = [mine for _key, mine in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0][0]))]
    for _each in range(TRIES):
        waiting = [mine for mine in waiting if len(mine) >= 2]
        if not waiting:
            return
        mine = waiting.pop(0)
        near = [row for row in mine if mine[0].created_at - row.created_at < APART]
        size = min(len(near), 2 + rng.randrange(MOST_FOLLOWERS))
        if size > 1:
            yield mine[:size]
        waiting.append(mine[max(size, 1) :])


def _move(other: ServiceRequest, first: ServiceRequest, rng: random.Random) -> None:
    """Put a report beside the first one, in words like its own. Its history stays as it was."""
    assert first.latitude is not None
    assert first.longitude is not None
    other.latitude = round(first.latitude + rng.uniform(-METRES_15, METRES_15), 6)
    other.longitude = round(first.longitude + rng.uniform(-METRES_15, METRES_15), 6)
    other.address = first.address
    opening = rng.choice(_OPENINGS)
    other.description = opening + first.description
    other.public_description = opening + first.public_description
    other.save(update_fields=["latitude", "longitude", "address", "description", "public_description"])
    other.areas.set(first.areas.all())


def _join(first: ServiceRequest, others: list[ServiceRequest], by: Actor, now: dt.datetime) -> None:
    try:
        actions.take_in(
            request_id=first.pk, version=None, others={other.pk: None for other in others}, by=by, now=now
        )
    except ActionRefused:
        return
