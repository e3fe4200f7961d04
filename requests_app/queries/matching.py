"""Open reports that may be the same problem as one, for staff: near, alike, of the same days, in the same words.

A score of 0 to 100 adds up four parts, each explained in words: up to 40 for the distance, 25 for the category, 15 for
the time between the two, 20 for words both have.
"""

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
from django.utils.translation import ngettext

from civic311.lib.lexemes import words_of
from departments.directory import categories
from departments.geo import distance_m
from departments.lines import METRES_PER_DEGREE
from departments.models import Category, StaffUser
from requests_app.models import NotSame, Photo, ServiceRequest
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.queries.nearby import FEET_PER_METRE
from requests_app.workflow import Status

MOST = 20
LOOKED_AT = 200
LEAST_SCORE = 30
LEAST_REACH_M = 100
REACH_OF_RADIUS = 2
"""Staff look twice as far as the form: they judge what a resident would only be asked."""
DAYS = 60
FAR, ALIKE, TIME, WORDS = 40, 25, 15, 20
RELATED = 10
"""Points of another category of the same group."""
_SHORTEST_WORD = 4
_COMMON = frozenset(
    [
        "about",
        "after",
        "again",
        "also",
        "because",
        "been",
        "before",
        "both",
        "could",
        "does",
        "down",
        "each",
        "from",
        "have",
        "here",
        "into",
        "just",
        "like",
        "more",
        "most",
        "much",
        "near",
        "need",
        "needs",
        "next",
        "only",
        "over",
        "please",
        "since",
        "some",
        "still",
        "street",
        "than",
        "that",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "very",
        "want",
        "when",
        "where",
        "which",
        "while",
        "will",
        "with",
        "would",
        "your",
        "aqui",
        "calle",
        "como",
        "cuando",
        "desde",
        "donde",
        "entre",
        "esta",
        "este",
        "esto",
        "favor",
        "hace",
        "hasta",
        "mucho",
        "para",
        "pero",
        "porque",
        "sobre",
        "tambien",
        "tiene",
        "todo",
        "unos",
    ]
)


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


@dataclass(frozen=True)
class Facts:
    """What two reports are compared by."""

    category: Category
    latitude: float | None
    longitude: float | None
    created_at: dt.datetime
    text: str


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


def compare(one: Facts, other: Facts, *, reach_m: float) -> tuple[int, tuple[str, ...]]:
    """How likely two reports are one problem, 0 to 100, and why, in words."""
    score, why = 0.0, []
    if None not in (one.latitude, one.longitude, other.latitude, other.longitude):
        away = distance_m(one.latitude, one.longitude, other.latitude, other.longitude)  # type: ignore[arg-type]
        score += FAR * max(0.0, 1 - away / reach_m)
        feet = int(round(away * FEET_PER_METRE, -1))
        why.append(
            ngettext("%(feet)d foot away", "%(feet)d feet away", feet) % {"feet": feet}
            if feet
            else _("The same spot")
        )
    if one.category.pk == other.category.pk:
        score += ALIKE
        why.append(_("The same category"))
    elif one.category.group_id == other.category.group_id:
        score += RELATED
        why.append(_("A category of the same group"))
    apart = abs(one.created_at - other.created_at)
    score += TIME * max(0.0, 1 - apart / dt.timedelta(days=DAYS))
    days = apart.days
    why.append(
        ngettext("%(days)s day apart", "%(days)s days apart", days) % {"days": days}
        if days
        else _("Within a day")
    )
    mine, theirs = telling_words(one.text), telling_words(other.text)
    both = mine & theirs
    if both:
        score += WORDS * len(both) / min(len(mine), len(theirs))
        why.append(_("Both say: %(words)s") % {"words": ", ".join(sorted(both)[:5])})
    return round(score), tuple(why)


def telling_words(text: str) -> frozenset[str]:
    """The words of a text that say something, in small letters without accents; plurals as singulars."""
    words = (word for word in words_of(text) if len(word) >= _SHORTEST_WORD and word not in _COMMON)
    return frozenset(word[:-1] if word.endswith("s") and not word.endswith("ss") else word for word in words)


def incident_reports(lead_id: int) -> list[Report]:
    """The first report and those that follow it, in the order they came. Two statements."""
    rows = list(
        ServiceRequest.objects.filter(Q(pk=lead_id) | Q(lead=lead_id)).order_by("pk").values(*_COLUMNS)
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
