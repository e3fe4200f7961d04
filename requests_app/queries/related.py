"""What else concerns a request: reports of the same place, and of the same person."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import BooleanField, F, Func, Q

from civic311.lib.contacts import phone_digits
from departments.directory import categories
from departments.models import StaffUser
from requests_app.models import Reporter, ServiceRequest
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.workflow import Outcome, Status

PLACE_RADIUS_M = 75
MOST = 50
FARTHEST_M = 1_000
_METRES_PER_DEGREE = 111_320.0
_FEET = 0.3048


@dataclass(frozen=True)
class Related:
    """One other request. ``distance`` is in words, empty where it does not matter."""

    number: str
    category: str
    address: str
    status: str
    status_label: str
    outcome_label: str
    created_at: dt.datetime
    distance: str
    is_open: bool


class _InBox(Func):
    """Whether the place lies in a box of degrees; answered by the indexes of open points."""

    output_field = BooleanField()

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        box = f"box(point({west:.7f}, {south:.7f}), point({east:.7f}, {north:.7f}))"
        super().__init__(F("longitude"), F("latitude"), template=f"point(%(expressions)s) <@ {box}")


def of_place(target: ServiceRequest, user: StaffUser) -> list[Related]:
    """Open requests within `PLACE_RADIUS_M`, then those that were closed at the same address, the newest first.

    Only what this person may see. Three statements, each by an index: of open points, of the words of addresses.
    """
    if target.latitude is None or target.longitude is None:
        return []
    up = PLACE_RADIUS_M / _METRES_PER_DEGREE
    along = up / max(math.cos(math.radians(target.latitude)), 0.01)
    box = _InBox(
        target.longitude - along, target.latitude - up, target.longitude + along, target.latitude + up
    )
    others = ServiceRequest.objects.visible_to(user).exclude(pk=target.pk)
    shown = others.open().filter(box).filter(Q(is_public=True) & ~Q(shown_status=Status.CLOSED))
    private = others.open().filter(box).filter(is_public=False)
    found = [*_newest(shown), *_newest(private)]
    if target.address.strip():
        words = SearchQuery(target.address, config="english", search_type="phrase")
        vector = SearchVector("description", "address", config="english")
        closed = others.filter(status=Status.CLOSED, address=target.address)
        found += _newest(closed.annotate(words=vector).filter(words=words))
    near = [(row, _metres(target, row)) for row in found]
    return [_related(row, metres) for row, metres in near if metres <= PLACE_RADIUS_M or not row.is_open]


def of_reporter(target: ServiceRequest, reporter: Reporter, user: StaffUser) -> list[Related]:
    """Other requests with the same mail address or phone number that this person may see."""
    same = Q(pk__in=[])
    if reporter.email:
        same |= Q(pk__in=Reporter.objects.filed_with(reporter.email).values("request"))
    if phone_digits(reporter.phone):
        same |= Q(pk__in=Reporter.objects.calling_from(reporter.phone).values("request"))
    rows = ServiceRequest.objects.visible_to(user).filter(same).exclude(pk=target.pk)
    return [_related(row, None) for row in _newest(rows)]


def _newest(rows: ServiceRequestQuerySet) -> list[ServiceRequest]:
    found = list(rows.order_by("-id")[:MOST])
    return sorted(found, key=lambda row: (row.status == Status.CLOSED, -row.pk))


def _metres(one: ServiceRequest, other: ServiceRequest) -> float:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return math.inf
    up = (one.latitude - other.latitude) * _METRES_PER_DEGREE
    along = (one.longitude - other.longitude) * _METRES_PER_DEGREE * math.cos(math.radians(one.latitude))
    return math.hypot(up, along)


def _related(row: ServiceRequest, metres: float | None) -> Related:
    category = categories().get(row.category_id)
    return Related(
        number=row.number,
        category=category.name if category else "",
        address=row.address or row.place_note,
        status=row.status,
        status_label=str(Status(row.status).label),
        outcome_label=str(Outcome(row.outcome).label).lower() if row.outcome else "",
        created_at=row.created_at,
        distance="" if metres is None or metres > FARTHEST_M else f"{metres / _FEET:.0f} ft",
        is_open=row.status != Status.CLOSED,
    )
