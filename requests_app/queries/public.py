"""What may be shown to anybody, as frozen values that cannot lead to the reporter.

Every query names its columns. None of them joins the table of contact details, and neither the original description
nor a note for staff is ever selected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

from django.db import connection

from civic311.lib.masking import mask_personal_data
from civic311.lib.tokens import TOKEN_LENGTH, token_hash
from departments.directory import area_names, categories
from departments.kinds import Kind
from departments.places import block_of
from departments.rules import organisation
from requests_app.models import ServiceRequest
from requests_app.models.photo import PhotoPurpose, PhotoState
from requests_app.queries.answers import public_answers
from requests_app.queries.incidents import incident_of
from requests_app.queries.pictures import photo_rows
from requests_app.queries.steps import PublicEvent, steps
from requests_app.queries.undoing import columns_before, photos_waiting
from requests_app.workflow import Outcome, Status

BLOCK_DECIMALS = 3
"""A sensitive point is rounded to about 100 metres."""


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A photo's address and size in pixels; ``waits`` while staff have not looked at it."""

    public_id: str
    width: int
    height: int
    is_result: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class PublicRequest:
    """The public face of a request: masked text, the block instead of the house where the category is sensitive.

    ``support_count`` counts everybody else who told of the same problem. Where the report ``follows`` the first one of
    it, ``lead`` is that one's number, empty where it is not shown online.
    """

    id: int
    number: str
    category_id: int
    category: str
    kind: Kind
    status: Status
    outcome: str
    department_id: int | None
    department: str
    department_phone: str
    partner: str
    partner_phone: str
    partner_website: str
    channel: str
    description: str
    address: str
    place_note: str
    latitude: float | None
    longitude: float | None
    hold_reason: str
    waiting_for: str
    review_on: dt.date | None
    created_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    reopened_count: int
    is_public: bool
    is_anonymous: bool
    support_count: int = 0
    follows: bool = False
    lead: str = ""
    review_asked_at: dt.datetime | None = None
    areas: tuple[str, ...] = ()
    area_ids: tuple[int, ...] = ()
    photos: tuple[PublicPhoto, ...] = ()
    events: tuple[PublicEvent, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status != Status.CLOSED

    @property
    def outcome_label(self) -> str:
        """The outcome in words; empty while the report is open."""
        return str(Outcome(self.outcome).label) if self.outcome else ""


_COLUMNS = (
    "id",
    "number",
    "shown_category_id",
    "shown_status",
    "shown_outcome",
    "shown_department_id",
    "partner_id",
    "channel",
    "public_description",
    "address",
    "place_note",
    "latitude",
    "longitude",
    "hold_reason",
    "waiting_for",
    "review_on",
    "created_at",
    "due_at",
    "shown_closed_at",
    "held_until",
    "reopened_count",
    "is_public",
    "is_anonymous",
    "support_count",
    "lead_id",
    "merged_count",
    "review_asked_at",
)


def public_request(number: str) -> PublicRequest | None:
    """The public page of a number in five statements; None for unknown and for not public alike."""
    return _load(_row(_public_row, number), for_holder=False)


def held_request(token: str) -> PublicRequest | None:
    """What the holder of a tracking link reads: also notes for the reporter and photos that wait; public or not."""
    if len(token) != TOKEN_LENGTH:
        return None
    return _load(_row(_held_row, token_hash(token)), for_holder=True)


def public_face(number: str) -> PublicRequest | None:
    """The row alone, without areas, photos and steps: for a line about another report. One statement."""
    row = _row(_public_row, number)
    return _project(row, for_holder=False) if row else None


def is_public_number(number: str) -> bool:
    """Whether a public page exists for this number."""
    return ServiceRequest.objects.public().filter(number=number).exists()


def public_address(address: str, *, sensitive: bool) -> str:
    """The address as the public reads it: the block for sensitive places, contact details masked."""
    return mask_personal_data(block_of(address) if sensitive else address)


Compiled = tuple[str, tuple[Any, ...]]
_WANTED = "wanted"


@lru_cache(maxsize=1)
def _public_row() -> Compiled:
    """The statement for a public report, compiled once: compiling it cost more than answering it."""
    rows = ServiceRequest.objects.public().filter(number=_WANTED).values(*_COLUMNS)
    return cast(Compiled, rows.query.sql_with_params())


@lru_cache(maxsize=1)
def _held_row() -> Compiled:
    """The statement for the report of a tracking link."""
    rows = ServiceRequest.objects.filter(token_hash=_WANTED).values(*_COLUMNS)
    return cast(Compiled, rows.query.sql_with_params())


# Comes with the row: questions to the database saved for the most opened page of a city.
_WITH_MORE = """
SELECT found.*, ARRAY(SELECT area_id FROM requests_app_servicerequest_areas
                       WHERE servicerequest_id = found.id ORDER BY area_id),
       EXISTS(SELECT FROM requests_app_photo WHERE request_id = found.id),
       EXISTS(SELECT FROM requests_app_answer WHERE request_id = found.id)
  FROM ({sql}) AS found
"""
_MORE = ("area_ids", "has_photos", "has_answers")


def _row(statement: Callable[[], Compiled], wanted: str) -> dict[str, Any] | None:
    sql, params = statement()
    with connection.cursor() as cursor:
        cursor.execute(
            _WITH_MORE.format(sql=sql), [wanted if value == _WANTED else value for value in params]
        )
        found = cursor.fetchone()
    return dict(zip(_COLUMNS + _MORE, found, strict=True)) if found else None


def _load(row: dict[str, Any] | None, *, for_holder: bool) -> PublicRequest | None:
    if row is None:
        return None
    is_held = row["held_until"] is not None
    if is_held:
        row |= columns_before([row["id"]]).get(row["id"], {})
    request = _project(row, for_holder=for_holder)
    names = area_names()
    inside = tuple(row["area_ids"])
    if row["lead_id"] is not None or row["merged_count"]:
        known = incident_of(request.id)
        request = replace(request, support_count=known.others, follows=known.follows, lead=known.lead)
    hidden = photos_waiting(request.id) if is_held and row["has_photos"] else frozenset()
    seen = steps(request.id, for_holder=for_holder, is_held=is_held)
    return replace(
        request,
        areas=tuple(names[pk] for pk in inside if pk in names),
        area_ids=inside,
        photos=_photos(request.id, hidden, for_holder=for_holder) if row["has_photos"] else (),
        events=seen,
        answers=public_answers(request.id) if row["has_answers"] else (),
    )


def _project(row: dict[str, Any], *, for_holder: bool) -> PublicRequest:
    category = categories()[row["shown_category_id"]]
    departments, partners = organisation()
    department, partner = departments.get(row["shown_department_id"]), partners.get(row["partner_id"])
    sensitive = category.place_is_sensitive and not for_holder
    latitude, longitude = row["latitude"], row["longitude"]
    if sensitive and latitude is not None:
        latitude, longitude = round(latitude, BLOCK_DECIMALS), round(longitude, BLOCK_DECIMALS)
    return PublicRequest(
        id=row["id"],
        number=row["number"],
        category_id=category.pk,
        category=category.shown_name,
        kind=Kind(category.kind),
        status=Status(row["shown_status"]),
        outcome=row["shown_outcome"],
        department_id=row["shown_department_id"],
        department=department.shown_name if department else "",
        department_phone=department.phone if department else "",
        partner=partner.shown_name if partner else "",
        partner_phone=partner.phone if partner else "",
        partner_website=partner.website if partner else "",
        channel=row["channel"],
        description=row["public_description"],
        address=public_address(row["address"], sensitive=sensitive),
        place_note="" if sensitive else mask_personal_data(row["place_note"]),
        latitude=latitude,
        longitude=longitude,
        hold_reason=row["hold_reason"],
        waiting_for=row["waiting_for"],
        review_on=row["review_on"],
        created_at=row["created_at"],
        due_at=row["due_at"],
        closed_at=row["shown_closed_at"],
        reopened_count=row["reopened_count"],
        is_public=row["is_public"] and row["shown_outcome"] != Outcome.SPAM,
        is_anonymous=row["is_anonymous"],
        support_count=row["support_count"],
        review_asked_at=row["review_asked_at"],
    )


def _photos(request_id: int, hidden: frozenset[str], *, for_holder: bool) -> tuple[PublicPhoto, ...]:
    states = (PhotoState.PUBLISHED, PhotoState.WAITING) if for_holder else (PhotoState.PUBLISHED,)
    return tuple(
        PublicPhoto(
            photo.public_id,
            photo.width,
            photo.height,
            photo.purpose == PhotoPurpose.RESULT,
            photo.state == PhotoState.WAITING,
        )
        for photo in photo_rows(request_id, states)
        if photo.public_id not in hidden
    )
