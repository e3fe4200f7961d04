"""Contact details behind a press that is recorded."""

from __future__ import annotations

import datetime as dt

from dashboards.models import ContactReveal
from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import Reporter, ServiceRequest

MAY_REVEAL = frozenset(
    {Role.DISPATCHER, Role.SUPERVISOR, Role.OPERATOR, Role.CREW, Role.RECORDS_OFFICER, Role.ADMINISTRATOR}
)
STAYS_OPEN = dt.timedelta(minutes=15)


def may_reveal(user: StaffUser) -> bool:
    """Whether the role has reason to reach reporters. Managers and council aides work with figures and places."""
    return user.role in MAY_REVEAL


def record_reveal(target: ServiceRequest, *, user: StaffUser, now: dt.datetime) -> ContactReveal:
    """Write who looks at which contact, and when."""
    return ContactReveal.objects.create(request=target, user=user, revealed_at=now)


def revealed_reporter(target: ServiceRequest, *, user: StaffUser, now: dt.datetime) -> Reporter | None:
    """The reporter, if this person recorded a look within the last quarter of an hour; one statement, two if so."""
    if not may_reveal(user):
        return None
    looks = ContactReveal.objects.filter(request=target, user=user, revealed_at__gt=now - STAYS_OPEN)
    return Reporter.objects.filter(request=target).first() if looks.exists() else None
