"""What a reporter, and whoever follows the report, is told about an event."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from civic311.lib.templatetags.ui import long_date
from departments.directory import categories
from departments.models import Category, City
from requests_app.models import RequestEvent, ServiceRequest
from requests_app.models.resident import UpdateChoice
from requests_app.notifications.links import follow_url, public_url, track_url, unsubscribe_url
from requests_app.workflow import ActorKind, EventKind, Outcome, Status

SUBJECT_MAX = 80
_HOLES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
SILENT = frozenset(
    {
        EventKind.CONFIRMED,
        EventKind.DISPUTED,
        EventKind.REVIEW_ASKED,
        EventKind.EDITED,
        EventKind.PHOTO_ADDED,
        EventKind.ERASED,
        EventKind.UNDONE,
        EventKind.ANSWERED,
        EventKind.APPEALED,
    }
)
"""What the reporter did, and what is as if it had not been: nobody is written to, the own words least of all."""


@dataclass(frozen=True)
class Message:
    """A composed message: subject of at most 80 characters, plain text, and the link that stops further ones, if any."""

    subject: str
    body: str
    unsubscribe_url: str


def template_for(event: RequestEvent, choice: str = UpdateChoice.ALL) -> str | None:
    """The name of the message an event causes for its reporter, or None when it says nothing to them.

    ``choice`` is what the resident wants to hear: with "closing" only the end, and what the department writes to them.
    """
    name = _template_for(event)
    if choice == UpdateChoice.NONE:
        return None
    if choice == UpdateChoice.CLOSING and name not in _FINAL and not event.reporter_note:
        return None
    return name


def _template_for(event: RequestEvent) -> str | None:
    match event.told_as:
        case EventKind.SUBMITTED:
            return "received"
        case EventKind.CLOSED if event.actor_kind == ActorKind.REPORTER:
            return "thanks"
        case EventKind.CLOSED:
            return None if event.data.get("outcome") == Outcome.SPAM else "closed"
        case EventKind.REOPENED:
            return "reopened"
        case EventKind.WITHDRAWN:
            return "withdrawn"
        case EventKind.RENEWED:
            return "renewed"
        case EventKind.AT_RISK:
            return "at_risk"
        case EventKind.ASKED:
            return "question"
        case EventKind.REMINDED:
            return "reminder"
        case EventKind.MERGED:
            return "joined"
        case EventKind.PARTED:
            return "parted"
    if event.kind in SILENT:
        return None
    if event.public_note or event.reporter_note:
        return "note"
    if (
        event.actor_kind == ActorKind.STAFF
        and event.from_status == Status.NEW
        and event.to_status != Status.NEW
    ):
        return "acknowledged"
    return None


_FINAL = frozenset({"closed", "thanks", "reminder"})
"""What somebody hears who wants to hear of the end alone; the reminder comes before it."""


def is_news(event: RequestEvent) -> bool:
    """Whether those who follow a report hear of an event: what its public page says, nothing else."""
    if event.kind in SILENT or event.data.get("outcome") == Outcome.SPAM:
        return False
    return bool(event.public_note) or event.told_as in {
        EventKind.CLOSED,
        EventKind.REOPENED,
        EventKind.WITHDRAWN,
        EventKind.AT_RISK,
    }


def compose(event: RequestEvent, language: str = "") -> Message:
    """The message for the event's reporter. Raises ValueError for an event that says nothing to them."""
    name = _template_for(event)
    if name is None:
        raise ValueError(f"event {event.pk} ({event.kind}) has no message")
    request = event.request
    with spoken(language or request.language) as city:
        context = _about(event) | {
            "city": city,
            "note": event.public_note or event.reporter_note,
            "track_url": track_url(request),
            "unsubscribe_url": unsubscribe_url(request),
        }
        return letter(name, _subject(name, request), context, unsubscribe_url(request))


def compose_news(event: RequestEvent, follower_id: int, language: str) -> Message:
    """The message for somebody who follows: public words only, the public page, and the own link to stop."""
    request = event.request
    stop = follow_url(follower_id)
    with spoken(language) as city:
        context = _about(event) | {
            "city": city,
            "news": _news(event),
            "note": event.public_note,
            "public_url": public_url(request),
            "stop_url": stop,
        }
        subject = (
            _("News about a report you follow") + f": {category_shown(request).shown_name}, {request.number}"
        )
        return letter("news", subject, context, stop)


class spoken:
    """The language of the recipient and the zone of the city, which it gives back."""

    def __init__(self, language: str) -> None:
        self.city = City.current()
        self._language = translation.override(language)
        self._zone = timezone.override(self.city.zone)

    def __enter__(self) -> City:
        self._language.__enter__()
        self._zone.__enter__()
        return self.city

    def __exit__(self, *error: Any) -> None:
        self._zone.__exit__(*error)
        self._language.__exit__(*error)


def category_shown(request: ServiceRequest) -> Category:
    """The category as residents see it: a change that can still be undone is not told."""
    return categories()[request.shown_category_id or request.category_id]


def letter(name: str, subject: str, context: dict[str, Any], stop: str = "") -> Message:
    """A message from a template; the subject is one line of at most 80 characters."""
    body = render_to_string(f"notifications/{name}.txt", context)
    return Message(
        subject=_CONTROL.sub(" ", subject)[:SUBJECT_MAX],
        body=_HOLES.sub("\n\n", body).strip() + "\n",
        unsubscribe_url=stop,
    )


def _about(event: RequestEvent) -> dict[str, Any]:
    request = event.request
    department = event.department or request.department
    return {
        "request": request,
        "event": event,
        "category": category_shown(request).shown_name,
        "department": department.shown_name if department else "",
        "owner": capfirst(department.shown_name) if department else _("The City"),
        "outcome": Outcome(event.data["outcome"]).label if event.data.get("outcome") else "",
        "silence": bool(event.data.get("silence")),
        "question": str(event.data.get("question") or ""),
        **{name: _moment(event, name) for name in ("due_at", "due_before")},
        "close_on": _close_on(event),
        "lead": _lead(event),
    }


def _lead(event: RequestEvent) -> str:
    """The number of the report that told first; empty where it is not shown online."""
    number = str(event.data.get("lead") or "")
    shown = event.kind == EventKind.MERGED and ServiceRequest.objects.public().filter(number=number).exists()
    return number if shown else ""


def _moment(event: RequestEvent, name: str) -> dt.datetime | None:
    """An instant the event names; None when it names none."""
    text = str(event.data.get(name) or "")
    return dt.datetime.fromisoformat(text) if text else None


def _long(event: RequestEvent) -> str:
    """The day the event names as the target."""
    moment = _moment(event, "due_at")
    return long_date(moment) if moment else ""


def _close_on(event: RequestEvent) -> dt.date | None:
    """The day on which silence closes the report: that of the reminder, or of the question itself."""
    text = event.data.get("close_on") or event.data.get("review_on")
    return dt.date.fromisoformat(str(text)) if text else None


def _subject(name: str, request: ServiceRequest) -> str:
    words = {
        "received": _("We received your report"),
        "acknowledged": _("We have looked at your report"),
        "note": _("News about your report"),
        "closed": _("Your report is closed"),
        "thanks": _("You closed your report"),
        "reopened": _("Your report is open again"),
        "withdrawn": _("You withdrew your report"),
        "renewed": _("New date for your report"),
        "at_risk": _("Your report may be late"),
        "question": _("We have a question about your report"),
        "reminder": _("Please answer our question"),
        "joined": _("Somebody told us of this before"),
        "parted": _("Your report is worked on by itself"),
    }
    return f"{words[name]}: {category_shown(request).shown_name}, {request.number}"


def _news(event: RequestEvent) -> str:
    words = {
        EventKind.CLOSED: _("This report is closed."),
        EventKind.REOPENED: _("This report is open again. It keeps its number and its clock."),
        EventKind.WITHDRAWN: _("The reporter withdrew this report. Nothing more will be done about it."),
        EventKind.RENEWED: _("This report has a new target: %(day)s.") % {"day": _long(event)},
        EventKind.AT_RISK: _("The target of %(day)s for this report may be missed.") % {"day": _long(event)},
    }
    return words.get(event.told_as, _("There is news about this report."))
