"""Who files for constituents."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from departments.models import StaffUser
from departments.roles import Role

FILERS = frozenset({Role.COUNCIL_AIDE, Role.ADMINISTRATOR})


def aide_of(request: HttpRequest) -> StaffUser:
    """The signed-in person, when these pages are theirs; else 403."""
    user = cast(StaffUser, request.user)
    if user.role not in FILERS:
        raise PermissionDenied
    return user


def may_file(user: StaffUser) -> bool:
    """Whether the person could see what they filed: an aide needs a district first."""
    return user.role != Role.COUNCIL_AIDE or user.area_id is not None
