"""What an operator reads during a call. Requests start at `visible_to`; contact details are for a logged look alone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from civic311.lib.contacts import PHONE_DIGITS, mailbox_key, phone_digits, phone_key
from departments.directory import categories
from departments.geo import distance_m
from departments.lines import METRES_PER_DEGREE
from departments.models import StaffUser
from requests_app.models import Ban, Call, Reporter, ServiceRequest
from requests_app.queries.nearby import FEET_PER_METRE
from requests_app.workflow import Outcome, Status

HISTORY = 8
NEARBY_M = 120.0
NEARBY_MOST = 6
_SCANNED = 40


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request as the desk lists it."""

    id: int
    number: str
    category: str
    category_id: int
    status: Status
    outcome: str
    address: str
    created_at: dt.datetime
    closed_at: dt.datetime | None
    is_public: bool
    support_count: int
    feet: int | None = None

    @property
    def is_open(self) -> bool:
        return self.status != Status.CLOSED

    @property
    def status_label(self) -> str:
        return str(self.status.label)

    @property
    def outcome_label(self) -> str:
        """How it ended; empty while it is open."""
        return str(Outcome(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls from a number: the newest name and address given with it, their requests, and how often they called."""

    name: str
    email: str
    language: str
    requests: Sequence[KnownRequest]
    calls: int
    bans: Sequence[Ban]

    @property
    def open_requests(self) -> list[KnownRequest]:
        return [row for row in self.requests if row.is_open]

    @property
    def past_requests(self) -> list[KnownRequest]:
        return [row for row in self.requests if not row.is_open]

    @property
    def is_known(self) -> bool:
        """Whether anything was found that belongs to the number."""
        return bool(self.requests or self.calls or self.bans)


_COLUMNS = (
    "id",
    "number",
    "category_id",
    "status",
    "outcome",
    "address",
    "created_at",
    "closed_at",
    "is_public",
    "support_count",
)


def caller(phone: str, *, user: StaffUser, now: dt.datetime) -> Caller | None:
    """What is known about a number, in three statements whatever the size of the tables; None for half a number."""
    digits = phone_digits(phone)
    if len(digits) < PHONE_DIGITS:
        return None
    reporters = list(
        Reporter.objects.calling_from(phone)
        .filter(request__in=ServiceRequest.objects.visible_to(user))
        .values("name", "email", "request__language", *(f"request__{name}" for name in _COLUMNS))[:HISTORY]
    )
    first = reporters[0] if reporters else {}
    name = next((row["name"] for row in reporters if row["name"]), "")
    email = next((row["email"] for row in reporters if row["email"]), "")
    keys = [digits] + ([mailbox_key(email)] if email else [])
    return Caller(
        name=name,
        email=email,
        language=first.get("request__language", ""),
        requests=[_known(*(row[f"request__{name}"] for name in _COLUMNS)) for row in reporters],
        calls=Call.objects.filter(phone_key=phone_key(phone)).count(),
        bans=list(Ban.objects.in_force(now).filter(key__in=keys)),
    )


# Both halves are answered by an index over points: of what is shown online, and of what is not.
_NEAREST = """
SELECT id, latitude, longitude FROM (
    SELECT id, latitude, longitude FROM requests_app_servicerequest
     WHERE point(longitude, latitude) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
       AND is_public AND NOT (shown_status = 'closed')
    UNION ALL
    SELECT id, latitude, longitude FROM requests_app_servicerequest
     WHERE point(longitude, latitude) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
       AND NOT is_public AND NOT (status = 'closed')) AS around
 ORDER BY (latitude - %(latitude)s) ^ 2 + ((longitude - %(longitude)s) * %(shrink)s) ^ 2
 LIMIT %(limit)s
"""


def open_nearby(
    *, user: StaffUser, latitude: float, longitude: float, category_id: int | None = None
) -> list[KnownRequest]:
    """Open requests around a point that the person may see, those of the category first, then the nearest."""
    shrink = max(math.cos(math.radians(latitude)), 0.01)
    radius = NEARBY_M
    if category_id is not None and category_id in categories():
        radius = max(radius, float(categories()[category_id].radius_m))
    reach = (radius + 1) / METRES_PER_DEGREE
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAREST,
            {
                "latitude": latitude,
                "longitude": longitude,
                "shrink": shrink,
                "west": longitude - reach / shrink,
                "east": longitude + reach / shrink,
                "south": latitude - reach,
                "north": latitude + reach,
                "limit": _SCANNED,
            },
        )
        around = {pk: distance_m(latitude, longitude, y, x) for pk, y, x in cursor.fetchall()}
    near = [pk for pk, metres in around.items() if metres <= radius]
    if not near:
        return []
    rows = ServiceRequest.objects.visible_to(user).open().filter(pk__in=near, lead__isnull=True)
    found = [
        _known(*row, feet=round(around[row[0]] * FEET_PER_METRE / 10) * 10)
        for row in rows.values_list(*_COLUMNS)
    ]
    found.sort(key=lambda row: (row.category_id != category_id, row.feet))
    return found[:NEARBY_MOST]


def by_number(number: str, *, user: StaffUser) -> ServiceRequest | None:
    """The request with this number, within the person's sight."""
    rows = ServiceRequest.objects.visible_to(user).select_related("category", "department", "partner")
    return rows.filter(number=number).first() if number else None


def known(request: ServiceRequest) -> KnownRequest:
    """A request as a line of the desk."""
    return _known(*(getattr(request, name) for name in _COLUMNS))


def follow_ups(user: StaffUser, *, everybody: bool) -> QuerySet[Call]:
    """Calls that wait for somebody to call back: the person's own, or those of everybody; the oldest first."""
    rows = Call.objects.filter(follow_up_by__isnull=False, followed_up_at__isnull=True)
    if not everybody:
        rows = rows.filter(Q(follow_up_by=user))
    return rows.select_related("follow_up_by", "operator", "request").order_by("ended_at")


def calls_today(user: StaffUser, since: dt.datetime) -> int:
    """How many calls the person took since midnight."""
    return Call.objects.filter(operator=user, ended_at__gte=since).count()


def _known(
    pk: int,
    number: str,
    category_id: int,
    status: str,
    outcome: str,
    address: str,
    created_at: dt.datetime,
    closed_at: dt.datetime | None,
    is_public: bool,
    support_count: int,
    *,
    feet: int | None = None,
) -> KnownRequest:
    category = categories().get(category_id)
    return KnownRequest(
        id=pk,
        number=number,
        category=category.name if category else "",
        category_id=category_id,
        status=Status(status),
        outcome=outcome,
        address=address,
        created_at=created_at,
        closed_at=closed_at,
        is_public=is_public,
        support_count=support_count,
        feet=feet,
    )
