"""Open reports that may be the same problem as one, for staff: near, alike, of the same days, in the same words."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Abs
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from departments.directory import categories
from departments.lines import METRES_PER_DEGREE
from departments.models import StaffUser
from requests_app.models import NotSame, Photo, ServiceRequest
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.queries.likeness import DAYS, Facts, compare
from requests_app.workflow import Status

MOST = 20
LOOKED_AT = 200
LEAST_SCORE = 30
LEAST_REACH_M = 100
REACH_OF_RADIUS = 2
"""Staff look twice as far as the form: they judge what a resident would only be asked."""


@dataclass(frozen=True)
class Report:
    """A report as the page of an incident shows it. ``score`` and ``why`` are empty where nothing was compared."""

    id: int
    number: str
    version: int
    category: str
    status: str
    status_label: str
    text: str
    address: str
    created_at: dt.datetime
    is_public: bool
    merged_count: int
    support_count: int
    photo_id: str = ""
    score: int = 0
    why: tuple[str, ...] = ()

    @property
    def likely(self) -> str:
        """The score in a word."""
        if self.score >= 75:
            return _("Very likely the same")
        return _("Likely the same") if self.score >= 50 else _("Possibly the same")

    @property
    def others(self) -> int:
        """How many people more it stands for."""
        return self.merged_count + self.support_count


def proposals(request: ServiceRequest, user: StaffUser) -> list[Report]:
    """Open reports this person may see that may be the same problem, the likeliest first. Three statements.

    Empty for a report that is closed, follows another one, has no place, or stands for one household.
    """
    mine = request.category
    latitude, longitude = request.latitude, request.longitude
    if not request.is_open or request.lead_id is not None or not mine.may_be_shared:
        return []
    if latitude is None or longitude is None:
        return []
    kin = [row for row in categories().values() if row.may_be_shared and row.group_id == mine.group_id]
    reach = max(LEAST_REACH_M, *(REACH_OF_RADIUS * row.radius_m for row in kin))
    up = reach / METRES_PER_DEGREE
    aside = up / max(math.cos(math.radians(latitude)), 0.01)
    named = NotSame.objects.filter(Q(first=request) | Q(second=request)).values_list("first_id", "second_id")
    parted = {pk for pair in named for pk in pair}
    rows = (
        ServiceRequest.objects.visible_to(user)
        .open()
        .filter(
            category__in=[row.pk for row in kin],
            lead__isnull=True,
            latitude__range=(latitude - up, latitude + up),
            longitude__range=(longitude - aside, longitude + aside),
            created_at__range=(
                request.created_at - dt.timedelta(days=DAYS),
                request.created_at + dt.timedelta(days=DAYS),
            ),
        )
        .exclude(pk__in={request.pk, *parted})
        .order_by(Abs(F("latitude") - latitude) + Abs(F("longitude") - longitude), "-id")
    )
    own = Facts(mine, latitude, longitude, request.created_at, request.description)
    found = []
    for row in rows.values(*_COLUMNS, "latitude", "longitude")[:LOOKED_AT]:
        category = categories()[row["category_id"]]
        other = Facts(category, row["latitude"], row["longitude"], row["created_at"], row["description"])
        score, why = compare(own, other, reach_m=reach)
        if score >= LEAST_SCORE:
            found.append((score, why, row))
    best = sorted(found, key=lambda each: (-each[0], each[2]["created_at"]))[:MOST]
    photos = _first_photos(row["id"] for _score, _why, row in best)
    return [_report(row, photos, score, why) for score, why, row in best]


def incident_reports(lead_id: int, user: StaffUser) -> list[Report]:
    """The first report and those that follow it, as far as this person may see them, in the order they came.

    Two statements. A task on one report opens that one alone, not what the others said.
    """
    rows = list(
        ServiceRequest.objects.visible_to(user)
        .filter(Q(pk=lead_id) | Q(lead=lead_id))
        .order_by("pk")
        .values(*_COLUMNS)
    )
    rows.sort(key=lambda row: row["id"] != lead_id)
    photos = _first_photos(row["id"] for row in rows)
    return [_report(row, photos) for row in rows]


def reports_named(numbers: Iterable[str], user: StaffUser) -> list[Report]:
    """The reports with these numbers this person may see, in the order they came. Two statements."""
    rows = list(
        ServiceRequest.objects.visible_to(user)
        .filter(number__in=set(numbers))
        .order_by("created_at", "pk")
        .values(*_COLUMNS)
    )
    photos = _first_photos(row["id"] for row in rows)
    return [_report(row, photos) for row in rows]


_COLUMNS = (
    "id",
    "number",
    "version",
    "category_id",
    "status",
    "description",
    "address",
    "place_note",
    "created_at",
    "is_public",
    "merged_count",
    "support_count",
)


def _report(row: dict[str, Any], photos: dict[int, str], score: int = 0, why: tuple[str, ...] = ()) -> Report:
    return Report(
        id=row["id"],
        number=row["number"],
        version=row["version"],
        category=categories()[row["category_id"]].name,
        status=row["status"],
        status_label=str(Status(row["status"]).label),
        text=Truncator(row["description"]).words(40),
        address=row["address"] or row["place_note"],
        created_at=row["created_at"],
        is_public=row["is_public"],
        merged_count=row["merged_count"],
        support_count=row["support_count"],
        photo_id=photos.get(row["id"], ""),
        score=score,
        why=why,
    )


def _first_photos(request_ids: Iterable[int]) -> dict[int, str]:
    """The first picture of each report that is neither hidden nor redacted away."""
    rows = Photo.objects.filter(
        request__in=list(request_ids),
        purpose=PhotoPurpose.REPORT,
        state__in=(PhotoState.PUBLISHED, PhotoState.WAITING),
    ).order_by("request", "position", "pk")
    found: dict[int, str] = {}
    for request_id, public_id in rows.values_list("request_id", "public_id"):
        if request_id is not None:
            found.setdefault(request_id, public_id)
    return found
