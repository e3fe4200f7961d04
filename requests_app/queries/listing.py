"""Public reports by filter, newest first: what the list, the feeds and the alerts read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from django.db import connection
from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

from civic311.lib.cached import cached
from departments import directory
from departments.geo import distance_m
from requests_app.models import Photo, ServiceRequest
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.queries.incidents import Others
from requests_app.queries.narrowing import DEGREE_M, sensitive_categories, wanted_rows
from requests_app.queries.public import BLOCK_DECIMALS, public_address
from requests_app.queries.wanted import BadFilter, Box, Circle, Wanted
from requests_app.workflow import Outcome, Status

__all__ = [
    "COUNT_CAP",
    "DEGREE_M",
    "BadFilter",
    "Box",
    "Circle",
    "Listed",
    "Page",
    "Wanted",
    "capped_count",
    "newest_numbers",
    "public_list",
    "wanted_rows",
]

COUNT_CAP = 1000
COUNTS_KEPT = 500
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """A public report as a line of a list; ``photo_id`` is empty where no photo is shown."""

    id: int
    number: str
    category_id: int
    category: str
    status: Status
    outcome: str
    description: str
    address: str
    latitude: float | None
    longitude: float | None
    created_at: dt.datetime
    updated_at: dt.datetime
    closed_at: dt.datetime | None
    support_count: int
    photo_id: str
    distance_m: int | None

    @property
    def status_label(self) -> str:
        return str(self.status.label)

    @property
    def outcome_label(self) -> str:
        """The outcome in words; empty while the report is open."""
        return str(Outcome(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and the cursor of the next ones ("" at the end)."""

    rows: tuple[Listed, ...]
    next_cursor: str


def public_list(wanted: Wanted, *, before: str | None = None, limit: int = 50) -> Page:
    """One page, newest first, below the cursor ``before``. One statement. Raises `BadFilter` for a false cursor."""
    sensitive = sensitive_categories()
    sql, params = (
        _page_sql(wanted, before, limit, sensitive) if before else _first_sql(wanted, limit, sensitive)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = [dict(zip(_SELECTED, row, strict=True)) for row in cursor.fetchall()]
    shown = found[:limit]
    more = len(found) > limit
    return Page(
        tuple(_listed(row, wanted.circle) for row in shown),
        _cursor(shown[-1]["created_at"], shown[-1]["id"]) if more else "",
    )


def capped_count(wanted: Wanted) -> int:
    """How many fit, at most `COUNT_CAP` + 1, which means "more than we count"; half a minute old at most."""
    counts = _counts()
    if wanted not in counts:
        if len(counts) >= COUNTS_KEPT:
            counts.clear()
        counts[wanted] = wanted_rows(wanted).order_by().values("pk")[: COUNT_CAP + 1].count()
    return counts[wanted]


@cached(seconds=30)
def _counts() -> dict[Wanted, int]:
    """Counts by filter, all forgotten together."""
    return {}


Compiled = tuple[str, tuple[Any, ...]]


def _page_sql(wanted: Wanted, before: str, limit: int, sensitive: tuple[int, ...]) -> Compiled:
    return _compiled(_below(wanted_rows(wanted), before), limit)


@lru_cache(maxsize=256)
def _first_sql(wanted: Wanted, limit: int, sensitive: tuple[int, ...]) -> Compiled:
    """The statement of a first page, compiled once: compiling it cost more than answering it."""
    return _compiled(wanted_rows(wanted), limit)


def _compiled(rows: ServiceRequestQuerySet, limit: int) -> Compiled:
    """Find the page's ids from narrow indexes first, then read the rows of the page alone."""
    newest = ("-created_at", "-id")
    # A picture of the result may belong to an ending residents do not see yet.
    may_show = Q(purpose=PhotoPurpose.REPORT) | Q(IsNull(OuterRef("held_until"), True))
    photo = Photo.objects.filter(may_show, request=OuterRef("pk"), state=PhotoState.PUBLISHED)
    page = (
        ServiceRequest.objects.filter(pk__in=rows.order_by(*newest).values("pk")[: limit + 1])
        .order_by(*newest)
        .annotate(
            others=Others(),
            photo_id=Subquery(photo.order_by("purpose", "position", "id").values("public_id")[:1]),
        )
        .values(*_SELECTED)
    )
    return cast(Compiled, page.query.sql_with_params())


def newest_numbers(limit: int) -> list[str]:
    """Numbers of the newest public reports."""
    rows = ServiceRequest.objects.public().order_by("-created_at", "-id")
    return list(rows.values_list("number", flat=True)[:limit])


_COLUMNS = (
    "id",
    "number",
    "shown_category_id",
    "shown_status",
    "shown_outcome",
    "public_description",
    "address",
    "latitude",
    "longitude",
    "place_is_fallback",
    "created_at",
    "updated_at",
    "shown_closed_at",
)
_SELECTED = (*_COLUMNS, "photo_id", "others")


def _listed(row: dict[str, Any], circle: Circle | None) -> Listed:
    category = directory.categories()[row["shown_category_id"]]
    latitude, longitude = row["latitude"], row["longitude"]
    if row["place_is_fallback"]:
        latitude = longitude = None
    if category.place_is_sensitive and latitude is not None:
        latitude, longitude = round(latitude, BLOCK_DECIMALS), round(longitude, BLOCK_DECIMALS)
    distance = None
    if circle and latitude is not None:
        distance = round(distance_m(circle.latitude, circle.longitude, latitude, longitude))
    return Listed(
        id=row["id"],
        number=row["number"],
        category_id=row["shown_category_id"],
        category=category.shown_name,
        status=Status(row["shown_status"]),
        outcome=row["shown_outcome"],
        description=row["public_description"],
        address=public_address(row["address"], sensitive=category.place_is_sensitive),
        latitude=latitude,
        longitude=longitude,
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        closed_at=row["shown_closed_at"],
        support_count=row["others"],
        photo_id=row["photo_id"] or "",
        distance_m=distance,
    )


def _below(rows: ServiceRequestQuerySet, before: str) -> ServiceRequestQuerySet:
    match = _CURSOR.fullmatch(before)
    if match is None or int(match[2]) >= 2**63:
        raise BadFilter(_("This page of the list does not exist."))
    try:
        at = _EPOCH + dt.timedelta(microseconds=int(match[1]))
    except OverflowError:
        raise BadFilter(_("This page of the list does not exist.")) from None
    return rows.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(pk__lt=int(match[2])))


def _cursor(created_at: dt.datetime, pk: int) -> str:
    return f"{(created_at - _EPOCH) // dt.timedelta(microseconds=1)}-{pk}"
