"""Everything kept about a resident, as one file: what was sent, what happened, what we wrote, what is asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from requests_app.models import (
    Answer,
    Follower,
    Photo,
    Reporter,
    RequestEvent,
    Resident,
    ServiceRequest,
    Subscription,
    UndoWindow,
)
from requests_app.models.undo import OUTSIDE
from requests_app.notifications.models import Delivery
from requests_app.notifications.watching import watched_words

Rows = list[dict[str, Any]]


def record_of(resident: Resident) -> dict[str, Any]:
    """The whole record; notes for staff alone are not part of it. A fixed number of statements."""
    contacts = list(Reporter.objects.filed_with(resident.email).order_by("request_id"))
    ids = [contact.request_id for contact in contacts]
    answers = _by_request(
        Answer.objects.filter(request__in=ids).order_by("position", "pk"),
        lambda row: {"question": row.label, "answer": row.value},
    )
    photos = _by_request(
        Photo.objects.filter(request__in=ids).order_by("position", "pk"),
        lambda row: {"id": row.public_id, "purpose": row.purpose, "state": row.state},
    )
    events = _by_request(
        _known_events(ids).select_related("department").order_by("pk"),
        lambda row: {
            "at": _time(row.occurred_at),
            "what": row.kind,
            "by": row.actor_kind,
            "department": row.department.name if row.department else "",
            "status": row.to_status,
            "public_note": row.public_note,
            "note_to_you": row.reporter_note,
        },
    )
    requests = {
        row.pk: row
        for row in ServiceRequest.objects.filter(pk__in=ids).select_related(
            "category", "shown_category", "shown_department"
        )
    }
    return {
        "address": resident.email,
        "language": resident.language,
        "messages": resident.updates,
        "known_since": _time(resident.created_at),
        "requests": [
            _request(requests[contact.request_id])
            | {
                "contact": {"name": contact.name, "email": contact.email, "phone": contact.phone},
                "answers": answers.get(contact.request_id, []),
                "photos": photos.get(contact.request_id, []),
                "events": events.get(contact.request_id, []),
            }
            for contact in contacts
        ],
        "follows": _follows(resident),
        "alerts": _alerts(resident),
        "messages_sent": _messages(resident, ids),
    }


def _known_events(ids: list[int]) -> QuerySet[RequestEvent]:
    """Steps that hold: neither undone nor still to be undone, as on the resident's own page."""
    waiting = UndoWindow.objects.pending().filter(request=OuterRef("request"), event__lte=OuterRef("pk"))
    rows = RequestEvent.objects.standing().filter(request__in=ids)
    return rows.filter(Q(actor_kind__in=OUTSIDE) | ~Exists(waiting))


def _request(row: ServiceRequest) -> dict[str, Any]:
    return {
        "number": row.number,
        "page": settings.SITE_URL + reverse("resident:request", kwargs={"number": row.number})
        if row.is_public
        else "",
        "category": (row.shown_category or row.category).name,
        "department": row.shown_department.name if row.shown_department else "",
        "status": row.shown_status,
        "outcome": row.shown_outcome,
        "channel": row.channel,
        "language": row.language,
        "shown_online": row.is_public,
        "description": row.description,
        "address": row.address,
        "place_note": row.place_note,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "sent_at": _time(row.created_at),
        "target": _time(row.due_at),
        "closed_at": _time(row.shown_closed_at),
    }


def _follows(resident: Resident) -> Rows:
    rows = Follower.objects.filter(resident=resident).select_related("request").order_by("pk")
    return [
        {
            "request": row.request.number,
            "asked_at": _time(row.created_at),
            "confirmed_at": _time(row.confirmed_at),
            "stopped_at": _time(row.stopped_at),
        }
        for row in rows
    ]


def _alerts(resident: Resident) -> Rows:
    rows = Subscription.objects.filter(resident=resident).select_related("category", "area").order_by("pk")
    return [
        {
            "watches": watched_words(row),
            "latitude": row.latitude,
            "longitude": row.longitude,
            "radius_m": row.radius_m,
            "how_often": row.frequency,
            "asked_at": _time(row.created_at),
            "confirmed_at": _time(row.confirmed_at),
            "stopped_at": _time(row.stopped_at),
        }
        for row in rows
    ]


def _messages(resident: Resident, ids: list[int]) -> Rows:
    own = Delivery.objects.filter(event__request__in=ids, recipient__iexact=resident.email)
    rows = (own | Delivery.objects.filter(resident=resident)).order_by("pk")
    return [
        {
            "about": purpose,
            "to": recipient,
            "made_at": _time(created_at),
            "sent_at": _time(sent_at),
            "state": state,
        }
        for purpose, recipient, created_at, sent_at, state in rows.values_list(
            "purpose", "recipient", "created_at", "sent_at", "state"
        )
    ]


def _by_request(rows: Any, draw: Any) -> dict[int, Rows]:
    grouped: dict[int, Rows] = {}
    for row in rows:
        grouped.setdefault(row.request_id, []).append(draw(row))
    return grouped


def _time(instant: dt.datetime | None) -> str | None:
    return instant.isoformat() if instant else None
