"""Residents by their e-mail address: known once, signed in by a link that works once."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from civic311.lib.contacts import email_key
from civic311.lib.tokens import matches, sign_in_token
from requests_app.actions.errors import ActionRefused
from requests_app.models import Reporter, Resident
from requests_app.models.resident import UpdateChoice

SIGN_IN_TASK = "requests_app.notifications.sign_in_link"

_KNOWN = """
INSERT INTO requests_app_resident (email, email_key, language, updates, nonce, created_at)
VALUES (%s, %s, %s, %s, 1, %s) ON CONFLICT (email_key) DO NOTHING
"""


def resident_for(*, email: str, language: str, now: dt.datetime) -> Resident:
    """The resident of an address, made when there is none. An existing one is never changed by it.

    The same two statements for known and unknown addresses, so that their time tells nothing.
    """
    email = email.strip()
    key = email_key(email)
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [email, key, language, UpdateChoice.ALL, now])
    return Resident.objects.get(email_key=key)


@transaction.atomic
def ask_for_link(*, email: str, language: str, now: dt.datetime) -> None:
    """Raise the nonce, which ends earlier links, and queue the job that writes to those we know."""
    resident = resident_for(email=email, language=language, now=now)
    Resident.objects.filter(pk=resident.pk).update(nonce=F("nonce") + 1, link_sent_at=now)
    jobs.configure_task(name=SIGN_IN_TASK, queue="email").defer(resident_id=resident.pk)


def link_works(*, resident_id: int, token: str, now: dt.datetime) -> bool:
    """Whether a sign-in link is the newest, unused and young enough. Looking does not use it up."""
    row = (
        Resident.objects.filter(pk=resident_id, link_sent_at__gt=now - link_life())
        .values_list("nonce", flat=True)
        .first()
    )
    return matches(sign_in_token(resident_id, row if row is not None else 0), token) and row is not None


@transaction.atomic
def use_link(*, resident_id: int, token: str, now: dt.datetime) -> Resident | None:
    """Use a sign-in link up and return its resident; None when it is wrong, expired or used. Of two at once, one wins."""
    resident = (
        Resident.objects.select_for_update()
        .filter(pk=resident_id, link_sent_at__gt=now - link_life())
        .first()
    )
    expected = sign_in_token(resident_id, resident.nonce if resident else 0)
    if not matches(expected, token) or resident is None:
        return None
    resident.nonce += 1
    resident.link_sent_at = None
    resident.verified_at = resident.verified_at or now
    resident.save(update_fields=["nonce", "link_sent_at", "verified_at"])
    return resident


def link_life() -> dt.timedelta:
    """How long a sign-in link works."""
    return dt.timedelta(minutes=settings.SIGN_IN_LINK_MINUTES)


@transaction.atomic
def choose(*, resident_id: int, updates: str, language: str) -> None:
    """Which messages a resident wants, and in which language."""
    if updates not in UpdateChoice.values or language not in dict(settings.LANGUAGES):
        raise ActionRefused(_("Choose one of the answers offered."))
    Resident.objects.filter(pk=resident_id).update(updates=updates, language=language)


@transaction.atomic
def add_request(*, resident: Resident, request_id: int) -> bool:
    """Put a request filed without e-mail, such as by phone, under a resident's address: its messages go there.

    The caller has checked the number and its PIN. False when it is filed under another address already. Raises
    `ActionRefused` for a request nobody left a contact with: it stays without a name.
    """
    reporter = Reporter.objects.select_for_update().filter(request=request_id).first()
    if reporter is None:
        raise ActionRefused(
            _("This report was sent without a name and stays so. Open it with its number and PIN.")
        )
    if reporter.email:
        return email_key(reporter.email) == resident.email_key
    reporter.email = resident.email
    reporter.save(update_fields=["email"])
    return True
