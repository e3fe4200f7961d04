"""What a reporter is told about an event, in the language of the report."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from civic311.lib.tokens import tracking_token, unsubscribe_token
from departments.models import City
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.workflow import ActorKind, EventKind, Outcome, Status

SUBJECT_MAX = 80
_HOLES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True)
class Message:
    """A composed message: subject of at most 80 characters, plain text, and the link that stops further ones."""

    subject: str
    body: str
    unsubscribe_url: str


def template_for(event: RequestEvent) -> str | None:
    """The name of the message an event causes for its reporter, or None when it says nothing to them."""
    match event.kind:
        case EventKind.SUBMITTED:
            return "received"
        case EventKind.CLOSED:
            return None if event.data.get("outcome") == Outcome.SPAM else "closed"
        case EventKind.REOPENED:
            return "reopened"
        case EventKind.WITHDRAWN:
            return "withdrawn"
    if event.public_note or event.reporter_note:
        return "note"
    if (
        event.actor_kind == ActorKind.STAFF
        and event.from_status == Status.NEW
        and event.to_status != Status.NEW
    ):
        return "acknowledged"
    return None


def compose(event: RequestEvent) -> Message:
    """The message for the event's reporter. Raises ValueError for an event that says nothing to them."""
    name = template_for(event)
    if name is None:
        raise ValueError(f"event {event.pk} ({event.kind}) has no message")
    request = event.request
    city = City.current()
    with translation.override(request.language), timezone.override(city.zone):
        context = {
            "request": request,
            "event": event,
            "city": city,
            "category": request.category.name,
            "department": event.department or request.department,
            "outcome": Outcome(event.data["outcome"]).label if event.data.get("outcome") else "",
            "note": event.public_note or event.reporter_note,
            "track_url": track_url(request),
            "unsubscribe_url": unsubscribe_url(request),
        }
        subject = _subject(name, request)
        body = render_to_string(f"notifications/{name}.txt", context)
    return Message(
        subject=_CONTROL.sub(" ", subject)[:SUBJECT_MAX],
        body=_HOLES.sub("\n\n", body).strip() + "\n",
        unsubscribe_url=unsubscribe_url(request),
    )


def _subject(name: str, request: ServiceRequest) -> str:
    words = {
        "received": _("We received your report"),
        "acknowledged": _("We have looked at your report"),
        "note": _("News about your report"),
        "closed": _("Your report is closed"),
        "reopened": _("Your report is open again"),
        "withdrawn": _("You withdrew your report"),
    }
    return f"{words[name]}: {request.category.name}, {request.number}"


def track_url(request: ServiceRequest) -> str:
    """The reporter's own page, absolute."""
    token = tracking_token(request.pk, request.token_version)
    return settings.SITE_URL + reverse("resident:track", kwargs={"token": token})


def unsubscribe_url(request: ServiceRequest) -> str:
    """One click stops the messages of this request; absolute."""
    kwargs = {"number": request.number, "token": unsubscribe_token(request.pk)}
    return settings.SITE_URL + reverse("resident:unsubscribe", kwargs=kwargs)
