"""E-mail addresses and phone numbers as identities: one normal form for access, a wider one for limits and votes."""

import hmac
import re
import string
from hashlib import sha256

from django.conf import settings

_NO_DIGIT = re.compile(r"[^0-9]")
PHONE_DIGITS = 10
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


def phone_digits(phone: str) -> str:
    """A number as it is compared: its last ten digits, so that "+1 (410) 555-0100" and "410.555.0100" are one.

    The index ``reporter_phone_digits`` says the same in SQL.
    """
    return _NO_DIGIT.sub("", phone)[-PHONE_DIGITS:]


def phone_key(phone: str) -> str:
    """Which telephone calls, 64 hex digits; empty without a number. Tells repeat callers and nothing else."""
    digits = phone_digits(phone)
    return _keyed("phone", digits) if digits else ""


def voter_of_mailbox(email: str) -> str:
    """The voter of a verified address."""
    return _keyed("voter", mailbox_key(email))


def voter_of_device(token: str) -> str:
    """The voter of a browser that holds this random token."""
    return _keyed("voter", f"device:{token}")


def _keyed(purpose: str, value: str) -> str:
    return hmac.new(settings.TRACKING_KEY.encode(), f"{purpose}:{value}".encode(), sha256).hexdigest()
