"""Asking for a report by mail, changing and stopping it, and whether its owner may still have it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboards.reports.forms import visible_departments
from dashboards.reports.models import Every, ReportSubscription, Span, StopReason
from dashboards.reports.scope import READERS, UNROUTED
from departments.models import Department, StaffUser
from departments.roles import Role
from requests_app.models.request import SEES_EVERYTHING

MOST = 20
"""Nobody gets more reports by mail than this."""


class TooMany(ValueError):
    """The person has as many as one may have."""

    def __str__(self) -> str:
        return _("You get %(most)s reports by mail already. Stop one first.") % {"most": MOST}


@dataclass(frozen=True)
class Rhythm:
    """What period a mail tells of, how often it comes, and on which day: see `ReportSubscription`."""

    span: Span
    every: Every
    day: int = 0


@transaction.atomic
def subscribe(
    *, page: str, query: str, rhythm: Rhythm, by: StaffUser, now: dt.datetime
) -> ReportSubscription:
    """Send ``by`` a page with these filters. Raises `TooMany`."""
    StaffUser.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if ReportSubscription.objects.filter(owner=by, stopped_at__isnull=True).count() >= MOST:
        raise TooMany
    return ReportSubscription.objects.create(
        owner=by,
        owner_area_id=by.area_id,
        page=page,
        query=query,
        span=rhythm.span,
        every=rhythm.every,
        day=rhythm.day,
        created_at=now,
        changed_at=now,
    )


def change(*, subscription_id: int, rhythm: Rhythm, by: StaffUser, now: dt.datetime) -> None:
    """Another rhythm from now on, for the owner's subscription that still runs."""
    ReportSubscription.objects.filter(pk=subscription_id, owner=by, stopped_at__isnull=True).update(
        span=rhythm.span, every=rhythm.every, day=rhythm.day, changed_at=now
    )


def stop(*, subscription_id: int, reason: StopReason, now: dt.datetime) -> None:
    """Send no more; what was stopped before keeps its reason."""
    ReportSubscription.objects.filter(pk=subscription_id, stopped_at__isnull=True).update(
        stopped_at=now, stop_reason=reason
    )


def lost_right(subscription: ReportSubscription) -> StopReason | None:
    """Why the owner may not have this report any more; None while they may. Read at each sending."""
    owner = subscription.owner
    if not owner.is_active:
        return StopReason.LEFT
    if owner.role not in READERS:
        return StopReason.ROLE
    if owner.role == Role.COUNCIL_AIDE:
        same = owner.area_id is not None and owner.area_id == subscription.owner_area_id
        return None if same else StopReason.AREA
    return None if _sees(owner, QueryDict(subscription.query).get("department", "")) else StopReason.SIGHT


def _sees(owner: StaffUser, department: str) -> bool:
    """Whether a member of the staff sees this department, or any where none is named; one that is gone is not lost."""
    if department.isdecimal() and int(department) != UNROUTED:
        if department in {pk for pk, _name in visible_departments(owner)}:
            return True
        return not Department.objects.filter(pk=int(department)).exists()
    whole = owner.sees_all_departments or owner.role in SEES_EVERYTHING
    return whole or owner.memberships.exists()
