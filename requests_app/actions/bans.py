"""Who may not send reports online for a time. Never in the way: emergencies, tracking, the telephone."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from civic311.lib.contacts import mailbox_key, phone_digits
from departments.models import StaffUser
from departments.roles import Role
from requests_app.actions.errors import ActionRefused
from requests_app.models import Ban

MAY_BAN = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
LONGEST = dt.timedelta(days=366)
REASON_MAX = 300


class Banned(ActionRefused):
    """The sender's address or number is refused for now; nothing was stored."""

    def __init__(self, ban: Ban) -> None:
        self.ban = ban
        super().__init__(_("You cannot send reports online at the moment."))


@transaction.atomic
def ban(
    *,
    email: str = "",
    phone: str = "",
    reason: str,
    note: str = "",
    until: dt.datetime,
    by: StaffUser,
    now: dt.datetime,
) -> list[Ban]:
    """Refuse a mailbox, a telephone, or both until a time. One refused already keeps its ban.

    Raises `ActionRefused` without a reason, without an address, for a time past or more than a year ahead, and when
    everything named is refused already.
    """
    if by.role not in MAY_BAN:
        raise ActionRefused(_("Your role does not include this."))
    reason, note = " ".join(reason.split()), " ".join(note.split())
    if not reason:
        raise ActionRefused(_("Give the reason. The person reads it."))
    if len(reason) > REASON_MAX or len(note) > REASON_MAX:
        raise ActionRefused(_("The reason is too long: 300 characters at most."))
    if not now < until <= now + LONGEST:
        raise ActionRefused(_("Choose a day after today, within a year."))
    named = _named(email, phone)
    if not named:
        raise ActionRefused(_("Give an e-mail address or a phone number."))
    refused = set(Ban.objects.in_force(now).filter(key__in=named).values_list("key", flat=True))
    if refused >= named.keys():
        raise ActionRefused(_("This person cannot send reports online already."))
    return [
        Ban.objects.create(
            key=key, shown=shown, reason=reason, note=note, created_by=by, created_at=now, expires_at=until
        )
        for key, shown in named.items()
        if key not in refused
    ]


@transaction.atomic
def lift(*, ban_id: int, by: StaffUser, now: dt.datetime) -> Ban:
    """End a ban before its time. Raises `ActionRefused` when it has ended."""
    if by.role not in MAY_BAN:
        raise ActionRefused(_("Your role does not include this."))
    found = Ban.objects.select_for_update().get(pk=ban_id)
    if found.lifted_at is not None or found.expires_at <= now:
        raise ActionRefused(_("This ban has ended already."))
    found.lifted_at, found.lifted_by = now, by
    found.save(update_fields=["lifted_at", "lifted_by"])
    return found


def refuse_banned(*, email: str, phone: str, now: dt.datetime) -> None:
    """Raise `Banned` for a sender who is refused now."""
    found = Ban.objects.of(email=email, phone=phone, now=now)
    if found is not None:
        raise Banned(found)


def _named(email: str, phone: str) -> dict[str, str]:
    """What is refused, by its key, with what staff recognise it by: never the whole address."""
    named = {}
    if email.strip():
        name, _at, domain = email.strip().rpartition("@")
        named[mailbox_key(email)] = f"{name[:1]}…@{domain}"[:100]
    if digits := phone_digits(phone):
        named[digits] = f"…{digits[-4:]}"
    return named
