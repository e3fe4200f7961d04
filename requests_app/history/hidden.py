"""What staff hid, corrected and split in the last days of the invented history, by the real actions."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from departments.models import Category, StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, NewPlace
from requests_app.actions.bans import ban, lift
from requests_app.actions.hiding import Phrases
from requests_app.models import Photo, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.photos.redaction import Box, redacted
from requests_app.workflow import Population, Status

DECIDER = "records.office@staff.example.org"
NEWEST = 400
AGO = dt.timedelta(hours=26)
PLATE = "4CZ 1187"
NAME = "Mr. Halloran from number 12"
PLACE_STEP = 0.0015


@dataclass(frozen=True)
class _Cast:
    """Who does it, when, and what chance decides."""

    by: StaffUser
    now: dt.datetime
    rng: random.Random

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.by)


def write_hidden(*, seed: int, until: dt.datetime) -> None:
    """A redacted photo, hidden words, two hidden reports with objections, a corrected place, a split, two bans."""
    rng = random.Random(f"hidden {seed}")  # noqa: S311 (a history, not a secret)
    by = _supervisor()
    requests = _open_requests(until)
    for at, scene in enumerate(_SCENES):
        cast = _Cast(by, until - AGO + at * dt.timedelta(hours=2), rng)
        for request in requests:
            try:
                if scene(request, cast):
                    break
            except ActionRefused:
                continue
    _bans(by, until)


def _supervisor() -> StaffUser:
    """Who decides, made where nobody can: the history is written before the demonstration's accounts."""
    known = StaffUser.objects.filter(role=Role.SUPERVISOR, is_active=True).order_by("pk").first()
    return known or StaffUser.objects.create_user(
        DECIDER, name="Records Office", role=Role.SUPERVISOR, sees_all_departments=True
    )


def _open_requests(until: dt.datetime) -> Iterator[ServiceRequest]:
    """Residents' open public reports, newest first, each for one scene at most."""
    rows = (
        ServiceRequest.objects.open()
        .select_related("category", "department")
        .filter(
            created_at__lt=until - AGO,
            population=Population.RESIDENT,
            is_public=True,
            lead__isnull=True,
            merged_count=0,
            status__in=(Status.NEW, Status.OPEN, Status.IN_PROGRESS),
        )
    )
    return iter(rows.order_by("-created_at", "-pk")[:NEWEST])


def _redact_a_photo(request: ServiceRequest, cast: _Cast) -> bool:
    photo = Photo.objects.filter(request=request, state=PhotoState.PUBLISHED).first()
    if photo is None:
        return False
    box = Box(cast.rng.uniform(10, 60), cast.rng.uniform(30, 60), 18, 12)
    actions.redact_photo(
        photo=photo,
        version=None,
        redacted=redacted(photo.sha256, [box]),
        boxes=1,
        show=False,
        reason="A license plate can be read.",
        by=cast.actor,
        now=cast.now,
    )
    return True


def _hide_words(request: ServiceRequest, cast: _Cast) -> bool:
    words = f"{request.description} It was {NAME}, car {PLATE}."
    ServiceRequest.objects.filter(pk=request.pk).update(description=words, public_description=words)
    actions.redact_text(
        request_id=request.pk,
        version=None,
        phrases=Phrases.of(f"{NAME}\n{PLATE}"),
        reason="It accuses a neighbor by name.",
        by=cast.actor,
        now=cast.now,
    )
    return True


def _hide(request: ServiceRequest, cast: _Cast, reason: str, words: str) -> None:
    actions.unpublish(
        request_id=request.pk,
        version=None,
        reason="Asked for by the department.",
        published_reason=reason,
        by=cast.actor,
        now=cast.now,
    )
    later = cast.now + dt.timedelta(hours=1)
    actions.appeal(request_id=request.pk, words=words, by=Actor.reporter(), now=later)


def _object(request: ServiceRequest, cast: _Cast) -> bool:
    _hide(request, cast, "It shows the inside of a home.", "It is my own home and I want it to be seen.")
    return True


def _object_in_vain(request: ServiceRequest, cast: _Cast) -> bool:
    _hide(request, cast, "It names a child.", "Everybody on the block knows who it was.")
    actions.uphold(
        request_id=request.pk,
        version=None,
        words="We do not show the names of children, whoever gives them. Send it again without the name.",
        by=cast.actor,
        now=cast.now + dt.timedelta(hours=2),
    )
    return True


def _correct_the_place(request: ServiceRequest, cast: _Cast) -> bool:
    if request.latitude is None or request.longitude is None:
        return False
    place = NewPlace(request.address, request.latitude + PLACE_STEP, request.longitude + PLACE_STEP)
    actions.correct_place(
        request_id=request.pk,
        version=None,
        place=place,
        reason="The crew found it around the corner.",
        by=cast.actor,
        now=cast.now,
    )
    return True


def _split(request: ServiceRequest, cast: _Cast) -> bool:
    others = Category.objects.filter(is_active=True, is_public=True).exclude(pk=request.category_id)
    alike = others.filter(kind=request.category.kind).order_by("pk").first()
    other = alike or others.order_by("pk").first()
    if other is None or not request.description:
        return False
    actions.split(
        request_id=request.pk,
        version=None,
        category=other,
        description=f"Told of together with {request.number}: {other.name.lower()} at the same place.",
        remaining=request.description,
        by=cast.actor,
        now=cast.now,
    )
    return True


_SCENES: tuple[Callable[[ServiceRequest, _Cast], bool], ...] = (
    _hide_words,
    _object,
    _object_in_vain,
    _correct_the_place,
    _split,
    _redact_a_photo,  # the last: it may look at many reports before it finds a photo
)


def _bans(by: StaffUser, until: dt.datetime) -> None:
    ban(
        email="forty.reports@example.org",
        reason="Forty invented reports in one night",
        note="The numbers are in the log of March.",
        until=until + dt.timedelta(days=21),
        by=by,
        now=until - AGO,
    )
    (second,) = ban(
        phone="410-555-0163",
        reason="Threats against a crew",
        until=until + dt.timedelta(days=90),
        by=by,
        now=until - AGO,
    )
    lift(ban_id=second.pk, by=by, now=until - dt.timedelta(hours=3))
