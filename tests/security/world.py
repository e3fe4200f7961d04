"""A small world to attack: two residents, two departments, photos, and a mark in everything that is secret."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client

from civic311.lib import clock
from civic311.lib.tokens import token_hash, tracking_token
from departments.models import Partner, StaffUser
from requests_app.actions import Actor, add_note
from requests_app.models import Photo, ServiceRequest
from requests_app.workflow import Audience
from tests import makers
from tests.requests_app.photos import pictures

SIZES = ("small", "medium", "large")
POINT = {"latitude": "39.3", "longitude": "-76.65"}
SECRETS = {
    "name": "Zilpah Canaryname",
    "email": "zilpah.canarymail@secret.example",
    "phone": "410-555-0187",
}
OTHER_SECRETS = {
    "name": "Ozias Sparrowname",
    "email": "ozias.sparrowmail@other.example",
    "phone": "443-555-0142",
}
INTERNAL_MARK = "canary-internal-words"
REPORTER_MARK = "canary-reporter-words"
STAFF_MARK = "Canarydispatcher Staffname"


def fingerprints(contact: dict[str, str]) -> tuple[str, ...]:
    """What must never be seen: each detail, its telling parts, and the number written without dashes."""
    local, _, domain = contact["email"].partition("@")
    return (*contact.values(), *contact["name"].split(), local, domain, contact["phone"].replace("-", ""))


@dataclass(frozen=True)
class Filed:
    """A report as its sender knows it."""

    request: ServiceRequest
    token: str
    key: str

    @property
    def photos(self) -> list[Photo]:
        return list(self.request.photos.order_by("position", "id"))


def picture(seed: int = 0) -> io.BytesIO:
    """A small JPEG whose content depends on the seed."""
    image = pictures.scene(64 + seed, 48)
    file = pictures.encoded(image)
    file.name = "IMG_0001.jpg"
    return file


def report_data(category: str = "pothole", **fields: Any) -> dict[str, Any]:
    """What the form sends for a complete report, with a key of its own."""
    return {
        "category": category,
        "description": "A deep hole by the bus stop",
        "address": "100 Main St",
        "key": str(uuid.uuid4()),
        "asked": "on",
        **POINT,
        **fields,
    }


def file_report(category: str = "pothole", *, client: Client | None = None, **fields: Any) -> Filed:
    """File a report through the real page."""
    data = report_data(category, **fields)
    answer = (client or Client()).post("/report/", data)
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    token = answer["Location"].split("/")[2]
    return Filed(ServiceRequest.objects.get(token_hash=token_hash(token)), token, data["key"])


def note(request: ServiceRequest, by: StaffUser, text: str, audience: Audience) -> None:
    """A note by staff, whatever the version of the request."""
    add_note(
        request_id=request.pk, version=None, text=text, audience=audience, by=Actor.staff(by), now=makers.NOW
    )


def client_of(user: StaffUser, **options: Any) -> Client:
    """A browser this person is signed in with."""
    client = Client(**options)
    client.force_login(user)
    return client


def partner() -> Partner:
    """A partner outside the city."""
    return Partner.objects.get_or_create(slug="state", defaults={"name": "State Highways"})[0]


def body_of(answer: Any) -> bytes:
    """All bytes of an answer, streamed or not."""
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content)
    return bytes(answer.content)


def token_of(request: ServiceRequest) -> str:
    """The tracking token of a request."""
    return tracking_token(request.pk, request.token_version)


def next_week() -> str:
    """A day a review may be set to, as the form sends it."""
    return (clock.now() + dt.timedelta(days=7)).date().isoformat()
