"""What a dispatcher's screen sends for each move."""

from __future__ import annotations

import datetime as dt
from typing import Any

from civic311.lib import clock
from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.workflow import Status
from tests import makers
from tests.security import world

BEFORE: dict[str, str] = {"resume": Status.ON_HOLD, "reopen": Status.CLOSED}
"""Moves that need another status than a new request's, and which."""


def words_of(name: str, city: makers.SmallCity, request: ServiceRequest, user: StaffUser) -> dict[str, Any]:
    """Sensible words for a move, without the version."""
    review_on = (clock.now() + dt.timedelta(days=9)).date().isoformat()
    photo = request.photos.first()
    return {
        "assign": {"assignee": str(user.pk)},
        "start": {"public_note": "A crew is on its way"},
        "hold": {"kind": "weather", "reason": "Frost", "waiting_for": "warm weather", "review_on": review_on},
        "hand_over": {"partner": str(world.partner().pk), "public_note": "Theirs"},
        "close": {"outcome": "fixed", "public_answer": "Filled.", "internal_note": "Two bags", "partner": ""},
        "reopen": {"reason": "Sank again"},
        "recategorize": {"category": str(city.rats.pk)},
        "reroute": {"department": str(city.waste.pk), "reason": "Theirs"},
        "prioritize": {"priority": "3", "reason": "A school is near"},
        "note": {"audience": "staff", "text": "Look twice"},
        "unpublish": {"reason": "Names a person"},
        "publish_photo": {"photo": photo.public_id if photo else ""},
        "hide_photo": {"photo": photo.public_id if photo else ""},
    }.get(name, {})
