"""Contact details behind a press that is recorded."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.backends.base import SessionBase

from dashboards.models import ContactReveal
from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import Reporter, ServiceRequest

MAY_REVEAL = frozenset(
    {Role.DISPATCHER, Role.SUPERVISOR, Role.OPERATOR, Role.CREW, Role.RECORDS_OFFICER, Role.ADMINISTRATOR}
)
STAYS_OPEN = dt.timedelta(minutes=15)
SESSION_KEY = "revealed"


def may_reveal(user: StaffUser) -> bool:
    """Whether the role has reason to reach reporters. Managers and council aides work with figures and places."""
    return user.role in MAY_REVEAL


def record_reveal(
    target: ServiceRequest, *, user: StaffUser, session: SessionBase, now: dt.datetime
) -> ContactReveal:
    """Write who looks at which contact, and when; the page stays open for this sign-in alone."""
    opened = {key: at for key, at in session.get(SESSION_KEY, {}).items() if _is_fresh(at, now)}
    session[SESSION_KEY] = opened | {str(target.pk): now.isoformat()}
    return ContactReveal.objects.create(request=target, user=user, revealed_at=now)


def revealed_reporter(
    target: ServiceRequest, *, user: StaffUser, session: SessionBase, now: dt.datetime
) -> Reporter | None:
    """The reporter, if a look was recorded in this sign-in within the last quarter of an hour."""
    at = session.get(SESSION_KEY, {}).get(str(target.pk))
    if at is None or not may_reveal(user) or not _is_fresh(at, now):
        return None
    return Reporter.objects.filter(request=target).first()


def _is_fresh(at: str, now: dt.datetime) -> bool:
    return dt.datetime.fromisoformat(at) > now - STAYS_OPEN
