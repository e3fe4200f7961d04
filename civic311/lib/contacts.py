"""E-mail addresses as identities: one normal form for access, a wider one for limits and votes."""

import hmac
import string
from hashlib import sha256

from django.conf import settings

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def email_key(email: str) -> str:
    """Who an address is, 64 hex digits: upper and lower case are one person, nothing else is assumed (``ß`` is not ``ss``)."""
    return _keyed("email", same_person(email))


def same_person(email: str) -> str:
    """The address with the letters A to Z in lower case and no others: the sign for kelvin must not become a "k"."""
    return email.strip().translate(_LOWER)


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
