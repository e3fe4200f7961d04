"""Who may open the crew's pages."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from departments.models import StaffUser
from departments.roles import Role

CREW = frozenset({Role.CREW, Role.SUPERVISOR, Role.ADMINISTRATOR})
SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def crew_user(request: HttpRequest) -> StaffUser:
    """The signed-in person, when these pages are theirs."""
    user = cast(StaffUser, request.user)
    if user.role not in CREW:
        raise PermissionDenied
    return user


def supervisor(request: HttpRequest) -> StaffUser:
    """The signed-in person, when they hand out work."""
    user = cast(StaffUser, request.user)
    if user.role not in SUPERVISORS:
        raise PermissionDenied
    return user
