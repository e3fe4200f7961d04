"""A first page of everybody's inbox in the demonstration, by the real actions."""

from __future__ import annotations

import datetime as dt
from itertools import cycle

from departments.models import StaffUser
from departments.roles import Role
from requests_app.actions import Actor, add_note
from requests_app.actions.staffnews import tell_of, watch
from requests_app.models import ServiceRequest, StaffNotice
from requests_app.workflow import BY_NAME, Audience

EACH = 3
_QUESTIONS = (
    "@{name} can you look at this one? The neighbor called twice.",
    "@{name} the crew asks which side of the street. The photo does not show it.",
    "@{name} please check with the utility before we close it.",
)


def fill_inboxes(people: list[StaffUser], now: dt.datetime) -> int:
    """Mention each of ``people`` in some notes of a colleague, and let them watch a request with news.

    Nothing happens for those who have lines already, or see no open request. Returns how many notes were written.
    """
    written = 0
    for turn, person in enumerate(people):
        if person.role not in BY_NAME["note"].roles or StaffNotice.objects.filter(user=person).exists():
            continue
        rows = list(
            ServiceRequest.objects.visible_to(person)
            .open()
            .filter(department__isnull=False, lead__isnull=True, held_until__isnull=True)
            .order_by("-id")[turn * EACH : (turn + 1) * EACH]
        )
        for row, words in zip(rows, cycle(_QUESTIONS), strict=False):
            colleague = _colleague(row, person)
            if colleague is None:
                continue
            handle = person.email.partition("@")[0]
            add_note(
                request_id=row.pk,
                version=None,
                text=words.format(name=handle),
                audience=Audience.STAFF,
                by=Actor.staff(colleague),
                now=now,
            )
            written += 1
        written += _watched(rows[-1:], person, now)
    return written


def _watched(rows: list[ServiceRequest], person: StaffUser, now: dt.datetime) -> int:
    for row in rows:
        watch(request_id=row.pk, by=person, now=now)
        colleague = _colleague(row, person)
        if colleague is None:
            return 0
        words = "Looked at it on the way: still there, nobody is in danger."
        event = add_note(
            request_id=row.pk,
            version=None,
            text=words,
            audience=Audience.STAFF,
            by=Actor.staff(colleague),
            now=now,
        )
        tell_of(event, now)
        return 1
    return 0


def _colleague(row: ServiceRequest, person: StaffUser) -> StaffUser | None:
    team = StaffUser.objects.filter(
        memberships__department=row.department_id, is_active=True, role__in=[Role.DISPATCHER, Role.CREW]
    )
    return team.exclude(pk=person.pk).order_by("pk").first()
