"""A report comes in: one transaction, one answer."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from civic311.lib.masking import mask_personal_data
from civic311.lib.tokens import token_hash, tracking_token
from departments.calendars import due_for
from departments.geo import areas_at
from departments.models import Category, City
from departments.rules import decide, organisation, routing_text
from requests_app.actions.actors import Actor
from requests_app.actions.answers import GivenAnswer, store_answers
from requests_app.actions.bans import refuse_banned
from requests_app.actions.errors import AlreadySubmitted
from requests_app.actions.keys import belongs_to, hashed, take_key
from requests_app.actions.recording import defer
from requests_app.models import Photo, Reporter, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.workflow import ActorKind, EventKind, Population, Status


@dataclass(frozen=True)
class Contact:
    """How the reporter can be reached; empty strings where not given. ``wants_updates``: messages were agreed to."""

    name: str = ""
    email: str = ""
    phone: str = ""
    wants_updates: bool = True

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True)
class Submission:
    """A cleaned report.

    Photos are already decoded, drawn anew and on disk as drafts under ``draft_key``; ``photo_hashes`` are the SHA-256
    of their content, which a retry sends again although the drafts have become the request's by then. ``expected`` is
    what the form said about the time, kept with the event so that it can be scored. A report that was part of another
    (``split_from``, its number) keeps the clock of that one, which began at ``told_at``.
    """

    category: Category
    description: str
    address: str = ""
    place_note: str = ""
    latitude: float | None = None
    longitude: float | None = None
    channel: str = "web"
    population: str = Population.RESIDENT
    language: str = "en"
    is_anonymous: bool = False
    contact: Contact = Contact()
    draft_key: str = ""
    photo_hashes: tuple[str, ...] = ()
    answers: tuple[GivenAnswer, ...] = ()
    expected: Mapping[str, Any] | None = None
    split_from: str = ""
    told_at: dt.datetime | None = None


@dataclass(frozen=True)
class Submitted:
    """The request made, or the one this form made before (``created`` False), and its tracking token."""

    request: ServiceRequest
    token: str
    created: bool


@transaction.atomic
def submit(*, submission: Submission, scope: str, key: str, by: Actor, now: dt.datetime) -> Submitted:
    """Store the report, route it, promise a date, and queue the confirmation; all of it or nothing.

    ``scope`` and ``key`` make a retry give the first answer again: the same key and content return the same request.
    Raises `AlreadySubmitted` for the same key with other content, `SubmissionInProgress` when another connection
    still holds the key after five seconds, `Banned` for a sender who is refused for a time. Staff write down whatever
    somebody says on the telephone.
    """
    photos = list(Photo.objects.filter(draft_key=submission.draft_key)) if submission.draft_key else []
    content = content_hash(submission)
    spent = _take_key(scope, key, content, now)
    if spent is not None:
        return spent
    if by.kind == ActorKind.REPORTER:
        refuse_banned(email=submission.contact.email, phone=submission.contact.phone, now=now)
    request = create(submission, photos, by=by, now=now)
    belongs_to(scope=scope, key=key, request_id=request.pk)
    return Submitted(request, tracking_token(request.pk, request.token_version), created=True)


def content_hash(submission: Submission) -> str:
    """SHA-256 over the parsed fields and the photos' content, so that a retry is told from a correction."""
    contact = submission.contact
    parts = [
        submission.category.pk,
        submission.description,
        submission.address,
        submission.place_note,
        submission.latitude,
        submission.longitude,
        submission.is_anonymous,
        contact.name,
        contact.email,
        contact.phone,
        sorted(submission.photo_hashes),
        [(answer.question_id, answer.value) for answer in submission.answers],
    ]
    return hashed(parts)


def _take_key(scope: str, key: str, content: str, now: dt.datetime) -> Submitted | None:
    row = take_key(scope=scope, key=key, content=content, now=now)
    if row is None:
        return None
    assert row.request is not None
    if row.content_hash != content:
        raise AlreadySubmitted(row.request)
    return Submitted(row.request, tracking_token(row.request.pk, row.request.token_version), created=False)


def create(submission: Submission, photos: list[Photo], *, by: Actor, now: dt.datetime) -> ServiceRequest:
    """The rows of a report and the events of its birth, inside the caller's transaction."""
    category = submission.category
    point = None
    hits = []
    if submission.latitude is not None and submission.longitude is not None:
        point = (submission.latitude, submission.longitude)
        hits = areas_at(*point)
    decision = decide(
        category,
        point=point,
        areas={hit.id: hit.name for hit in hits},
        text=routing_text(submission.description, submission.address),
        channel=submission.channel,
    )
    departments, partners = organisation()
    department = departments[decision.department] if decision.department else None
    request_id, number = _next_number(now)
    due = due_for(
        created_at=submission.told_at or now,
        sla_amount=category.sla_amount,
        sla_unit=category.sla_unit,
        calendar_id=department.calendar_id if department else None,
    )
    request = ServiceRequest(
        pk=request_id,
        number=number,
        token_hash=token_hash(tracking_token(request_id, 1)),
        category=category,
        department=department,
        partner=partners[decision.partner] if decision.partner else None,
        routing_rule_id=decision.rule,
        routing_reason=str(decision.reason)[:300],
        priority=category.priority,
        channel=submission.channel,
        population=submission.population,
        language=submission.language,
        description=submission.description,
        public_description=mask_personal_data(submission.description),
        is_anonymous=submission.is_anonymous,
        is_public=category.is_public,
        address=submission.address,
        place_note=submission.place_note,
        latitude=submission.latitude,
        longitude=submission.longitude,
        created_at=now,
        first_due_at=due,
        due_at=due,
        updated_at=now,
    )
    request.save(force_insert=True)
    request.areas.through.objects.bulk_create(
        request.areas.through(servicerequest_id=request.pk, area_id=hit.id) for hit in hits
    )
    contact = submission.contact
    if contact and not submission.is_anonymous:
        Reporter.objects.create(
            request=request,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            wants_updates=contact.wants_updates,
            created_at=now,
        )
    store_answers(request.pk, submission.answers)
    if photos:
        state = PhotoState.WAITING if submission.is_anonymous else PhotoState.PUBLISHED
        Photo.objects.filter(pk__in=[photo.pk for photo in photos]).update(
            request=request, draft_key="", state=state
        )
    _record_birth(request, submission, by=by, now=now)
    return request


def _record_birth(request: ServiceRequest, submission: Submission, *, by: Actor, now: dt.datetime) -> None:
    expected = submission.expected
    submitted = RequestEvent(
        request=request,
        kind=EventKind.SUBMITTED,
        from_status="",
        to_status=Status.NEW,
        actor_kind=by.kind,
        actor=by.user,
        actor_label=by.label,
        data={"category": request.category.name, "channel": request.channel}
        | ({"expected": dict(expected)} if expected else {})
        | ({"split_from": submission.split_from} if submission.split_from else {}),
        occurred_at=now,
    )
    routed = RequestEvent(
        request=request,
        kind=EventKind.ROUTED,
        from_status=Status.NEW,
        to_status=Status.NEW,
        department=request.department,
        actor_kind=ActorKind.SYSTEM,
        data={
            "reason": request.routing_reason,
            "rule": request.routing_rule_id,
            "department_to": request.department.name if request.department else "",
        },
        occurred_at=now,
    )
    RequestEvent.objects.bulk_create([submitted, routed])
    defer(submitted)


def _next_number(now: dt.datetime) -> tuple[int, str]:
    """The next row id and public number, taken together: the tracking token is derived from the id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('requests_app_servicerequest', 'id')),"
            " nextval('requests_app_number_seq')"
        )
        request_id, sequence = cursor.fetchone()
    return request_id, format_number(now, sequence)


def format_number(created_at: dt.datetime, sequence: int) -> str:
    """The public number: year in the city's zone, then at least six digits, such as 26-004217."""
    return f"{created_at.astimezone(City.current().zone):%y}-{sequence:06d}"
