"""E-mail addresses as identities: one normal form for access, a wider one for limits and votes."""

import hmac
from hashlib import sha256

from django.conf import settings


def email_key(email: str) -> str:
    """Who an address is, 64 hex digits: upper and lower case are one person, nothing else is assumed (``ß`` is not ``ss``)."""
    return _keyed("email", email.strip().lower())


def mailbox_key(email: str) -> str:
    """Which mailbox an address most likely ends in, 64 hex digits: dots and +tags in its name are left out too.

    For limits and votes only. Never for access: some providers give ``a.b@`` and ``ab@`` to two people.
    """
    name, _at, domain = email.strip().casefold().rpartition("@")
    return _keyed("mailbox", f"{name.partition('+')[0].replace('.', '')}@{domain}")


def voter_of_mailbox(email: str) -> str:
    """The voter of a verified address."""
    return _keyed("voter", mailbox_key(email))


def voter_of_device(token: str) -> str:
    """The voter of a browser that holds this random token."""
    return _keyed("voter", f"device:{token}")


def _keyed(purpose: str, value: str) -> str:
    return hmac.new(settings.TRACKING_KEY.encode(), f"{purpose}:{value}".encode(), sha256).hexdigest()
