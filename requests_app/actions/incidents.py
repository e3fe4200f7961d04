"""One problem, many reports: join them, choose which one leads, part them again.

An incident is a lead and the reports that follow it, never more than one step deep: the database counts who follows,
and refuses a report that both follows and is followed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from departments.models import Department
from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused, NotAllowed
from requests_app.actions.mirroring import (
    alike,
    follow_now,
    left,
    lock_followers,
    lock_lead_of,
    lock_rows,
    put_first,
)
from requests_app.actions.notes import NOTE_MAX
from requests_app.actions.recording import Prepared, prepare, waiting_window, write_many
from requests_app.actions.transition import lock, permitted, record
from requests_app.models import BulkChange, NotSame, RequestEvent, ServiceRequest, UndoWindow
from requests_app.workflow import BY_NAME, ActorKind, EventKind, Status

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class RolledUp:
    """What became of a roll-up: the step in the lead's history, who follows it now, and who does not, with the reason."""

    event: RequestEvent
    joined: list[str]
    refused: list[tuple[str, str]]
    bulk: BulkChange


@transaction.atomic
def merge(*, request_id: int, version: int | None, lead_id: int, by: Actor, now: dt.datetime) -> RequestEvent:
    """Let one report follow the first report of the same problem; the step in its own history.

    Raises `ActionRefused` where the two cannot be one problem.
    """
    rows = _lock({request_id, lead_id})
    permitted(rows[request_id], "merge", by=by, version=version)
    _join(rows[lead_id], [rows[request_id]], by=by, now=now)
    return RequestEvent.objects.filter(request=request_id, kind=EventKind.MERGED).latest("pk")


@transaction.atomic
def take_in(
    *, request_id: int, version: int | None, others: Mapping[int, int | None], by: Actor, now: dt.datetime
) -> RequestEvent:
    """Let several reports, given with the versions of the screen, follow this one; the step in this one's history.

    Reports that followed one of them follow this one then. All or none: raises `ActionRefused`, with the first reason.
    """
    rows = _lock({request_id, *others})
    permitted(rows[request_id], "join", by=by, version=version)
    for pk, seen in others.items():
        permitted(rows[pk], "merge", by=by, version=seen)
    return _join(rows[request_id], [rows[pk] for pk in sorted(others)], by=by, now=now)


@transaction.atomic
def roll_up(*, request_ids: Iterable[int], lead_id: int, by: Actor, now: dt.datetime) -> RolledUp:
    """Let as many of these reports as possible follow the lead, as one change that can be undone as a whole."""
    wanted = {pk for pk in request_ids if pk != lead_id}
    if len(wanted) > MOST_AT_ONCE:
        raise ActionRefused(_("Choose at most %(most)s reports at a time.") % {"most": MOST_AT_ONCE})
    rows = _lock({lead_id, *wanted})
    lead = rows[lead_id]
    permitted(lead, "join", by=by, version=None)
    assert by.user is not None
    fit, refused = [], []
    for pk in sorted(wanted):
        try:
            permitted(rows[pk], "merge", by=by, version=None)
            check_pair(lead, rows[pk])
        except ActionRefused as reason:
            refused.append((rows[pk].number, str(reason)))
        else:
            fit.append(rows[pk])
    if not fit:
        reasons = " ".join(sorted({reason for _number, reason in refused}))
        raise ActionRefused(_("None of these reports can be joined.") + f" {reasons}".rstrip())
    bulk = BulkChange.objects.create(
        user=by.user, move="merge", changed=len(fit), refused=len(refused), created_at=now
    )
    event = _join(lead, fit, by=by, now=now, bulk=bulk)
    return RolledUp(event, [row.number for row in fit], refused, bulk)


@transaction.atomic
def lead_with(*, request_id: int, version: int | None, by: Actor, now: dt.datetime) -> RequestEvent:
    """Make a report that follows the first of its problem; the old lead and the others follow it. Residents hear nothing."""
    old = lock_lead_of(request_id)
    if old is None:
        raise ActionRefused(_("This report follows no other one."))
    rows = _lock(ServiceRequest.objects.filter(lead=old).values_list("pk", flat=True))
    rows.pop(old.pk)
    permitted(old, "join", by=by, version=None)
    heir = rows.pop(request_id, None)
    if heir is None:
        raise ActionRefused(_("Somebody parted this report just now."))
    permitted(heir, "merge", by=by, version=version)
    event = put_first(heir, list(rows.values()), old=old, by=by, now=now)
    write_many([follow_now(old, heir, by=by, now=now)])
    return event


@transaction.atomic
def part(
    *, request_id: int, version: int | None, by: Actor, now: dt.datetime, reason: str = ""
) -> RequestEvent:
    """The report follows no other one any more: open, in the department it came from, with its own clock.

    Its reporter is told, with ``reason`` where one is given. Raises `ActionRefused` for a report that follows none.
    """
    reason = reason.strip()
    if len(reason) > NOTE_MAX:
        raise ActionRefused(_("The note is too long: 10,000 characters at most."))
    lead = lock_lead_of(request_id)
    request = lock(request_id)
    step = permitted(request, "part", by=by, version=version)
    if lead is None or request.lead_id != lead.pk:
        raise ActionRefused(_("This report follows no other one."))
    department, due_at = _own(request)
    event = record(
        request,
        step,
        by=by,
        now=now,
        changes={
            "lead": None,
            "assignee": None,
            "partner": None,
            "department": department,
            "due_at": due_at,
        },
        public_note="",
        reporter_note=reason,
        internal_note="",
        data={"lead": lead.number},
        target=Status.OPEN,
    )
    left(lead, request.number, by=by, now=now)
    return event


@transaction.atomic
def not_same(*, request_id: int, other_id: int, by: Actor, now: dt.datetime) -> bool:
    """Two reports are different problems and are no longer proposed; False when somebody said so before."""
    step = BY_NAME["merge"]
    if by.kind != ActorKind.STAFF or by.user is None or by.user.role not in step.roles:
        raise NotAllowed(step)
    if request_id == other_id:
        raise ActionRefused(_("A report is always the same as itself."))
    first, second = sorted((request_id, other_id))
    _pair, is_new = NotSame.objects.get_or_create(
        first_id=first, second_id=second, defaults={"user": by.user, "created_at": now}
    )
    return is_new


def check_pair(lead: ServiceRequest, other: ServiceRequest) -> None:
    """Raise `ActionRefused` where ``other`` cannot follow ``lead``."""
    if lead.pk == other.pk:
        raise ActionRefused(_("A report cannot follow itself."))
    if other.lead_id == lead.pk:
        raise ActionRefused(
            _("%(number)s follows %(lead)s already.") % {"number": other.number, "lead": lead.number}
        )
    if lead.lead_id is not None:
        raise ActionRefused(
            _("%(number)s follows another report itself. Choose the one it follows.")
            % {"number": lead.number}
        )
    for each in (lead, other):
        if not each.is_open:
            raise ActionRefused(
                _("%(number)s is closed. Only open reports can be joined.") % {"number": each.number}
            )
        if not each.category.may_be_shared:
            raise ActionRefused(
                _("%(number)s is about “%(category)s”: each such report stands for one household.")
                % {"number": each.number, "category": each.category.name}
            )


def _lock(ids: Iterable[int]) -> dict[int, ServiceRequest]:
    """These requests, locked: first those that follow none, then the others, each in the order of their ids.

    Raises `ServiceRequest.DoesNotExist`.
    """
    wanted = set(ids)
    leads = ServiceRequest.objects.filter(pk__in=wanted, lead__isnull=False).values_list("lead_id", flat=True)
    first = {pk for pk in leads if pk is not None}
    rows = {row.pk: row for row in lock_rows(Q(pk__in=wanted, lead__isnull=True) | Q(pk__in=first))}
    rows |= {row.pk: row for row in lock_rows(Q(pk__in=wanted - rows.keys()))}
    if wanted - rows.keys():
        raise ServiceRequest.DoesNotExist
    return rows


def _join(
    lead: ServiceRequest,
    others: list[ServiceRequest],
    *,
    by: Actor,
    now: dt.datetime,
    bulk: BulkChange | None = None,
) -> RequestEvent:
    """Let locked and permitted reports follow a locked lead. The lead's step waits for an undo, and theirs with it."""
    for other in others:
        check_pair(lead, other)
    step = permitted(lead, "join", by=by, version=None)
    joined = record(
        lead,
        step,
        by=by,
        now=now,
        changes={},
        public_note="",
        reporter_note="",
        internal_note="",
        data={"numbers": [other.number for other in others]},
        bulk=bulk,
    )
    window = waiting_window(joined)
    behind = [row for other in others if other.merged_count for row in lock_followers(other)]
    # who follows somebody moves first: until then the database counts followers of a report that is about to follow
    for batch in (behind, others):
        write_many([_merged(row, lead, by=by, now=now, bulk=bulk, window=window) for row in batch])
    lead.merged_count += len(behind) + len(others)
    return joined


def _merged(
    request: ServiceRequest,
    lead: ServiceRequest,
    *,
    by: Actor,
    now: dt.datetime,
    bulk: BulkChange | None,
    window: UndoWindow | None,
) -> Prepared:
    before = _last_merge(request) if request.lead_id is not None else None
    department_id = request.department_id
    ready = prepare(
        request,
        BY_NAME["merge"],
        Status(lead.status),
        by=by,
        now=now,
        changes={**alike(lead), "lead": lead},
        bulk=bulk,
        follows=window,
    )
    # read after the step: the end of a pause may have moved the date
    own = {
        "department": department_id,
        "due_at": request.due_at.isoformat() if request.due_at else "",
    }
    own = (before.data.get("own") if before else None) or own
    ready.event.data = {"lead": lead.number, "own": own}
    return ready


def _last_merge(request: ServiceRequest) -> RequestEvent | None:
    return request.events.standing().filter(kind=EventKind.MERGED).order_by("-pk").first()


def _own(request: ServiceRequest) -> tuple[Department | None, dt.datetime | None]:
    """The department and the date a report had before it followed another; the present ones where that is not known."""
    merged = _last_merge(request)
    own = (merged.data.get("own") if merged else None) or {}
    if not own:
        return request.department, request.first_due_at or request.due_at
    department = Department.objects.active().filter(pk=own["department"]).first()
    due_at = dt.datetime.fromisoformat(own["due_at"]) if own["due_at"] else None
    return department or request.department, due_at
