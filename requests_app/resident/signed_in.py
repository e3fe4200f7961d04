"""Who is signed in as a resident: the session holds the id of the row and two times, nothing else.

Staff sign in by another door and keep their own place in the session: neither sign-in touches the other.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from civic311.lib import clock
from requests_app.models import Resident

KEY = "resident"
SINCE = "resident_since"
SEEN = "resident_seen"
SEEN_EVERY_S = 60


def current_resident(request: HttpRequest) -> Resident | None:
    """The resident of this session; None when nobody is signed in, or was away too long, or is erased."""
    pk = request.session.get(KEY)
    if not isinstance(pk, int):
        return None
    now = int(clock.now().timestamp())
    since, seen = request.session.get(SINCE, 0), request.session.get(SEEN, 0)
    idle, most = settings.RESIDENT_IDLE_MINUTES * 60, settings.RESIDENT_SESSION_HOURS * 3600
    resident = None
    if now - seen <= idle and now - since <= most:
        resident = Resident.objects.filter(pk=pk, verified_at__isnull=False).first()
    if resident is None:
        _forget(request)
    elif now - seen >= SEEN_EVERY_S:
        request.session[SEEN] = now
    return resident


def sign_in(request: HttpRequest, resident: Resident) -> None:
    """Begin the resident's session under a new key, so that a key planted before is worth nothing."""
    now = int(clock.now().timestamp())
    request.session.cycle_key()
    request.session[KEY] = resident.pk
    request.session[SINCE] = request.session[SEEN] = now


def sign_out(request: HttpRequest) -> None:
    """End the resident's session; a member of staff signed in by the same browser stays so."""
    _forget(request)
    request.session.cycle_key()


def _forget(request: HttpRequest) -> None:
    for key in (KEY, SINCE, SEEN):
        request.session.pop(key, None)
