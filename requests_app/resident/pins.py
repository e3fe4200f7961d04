"""Number and read-out PIN: six digits are few, so tries are counted for each number and each visitor."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest

from civic311.lib.client import client_address
from civic311.lib.ratelimit import take
from civic311.lib.tokens import matches, read_out_pin, tracking_token
from requests_app.models import ServiceRequest

TRIES_PER_NUMBER = 5
TRIES_PER_VISITOR = 30
_NUMBER = re.compile(r"(\d{2})[\s–—-]*(\d{1,9})")
_SEPARATORS = re.compile(r"[\s.–—-]+")


class PinTriesSpent(Exception):
    """Too many tries for this number or from this visitor within the hour."""


@dataclass(frozen=True)
class Opened:
    """The request a number and its PIN open, and the token of its page."""

    id: int
    token: str


def as_number(typed: str) -> str:
    """The number as we write it: "26 4217" becomes "26-004217"; empty when it is none."""
    match = _NUMBER.fullmatch(typed.strip().lstrip("#"))
    return f"{match[1]}-{int(match[2]):06d}" if match else ""


def request_by_pin(request: HttpRequest, typed: str, pin: str) -> Opened | None:
    """The request behind a number and its PIN; None for a wrong PIN and for an unknown number alike.

    Must run outside a transaction. Raises `PinTriesSpent`, whether the number exists or not.
    """
    number = as_number(typed)
    if not take(f"pin-visitor:{client_address(request)}", TRIES_PER_VISITOR, 3600):
        raise PinTriesSpent
    if not number:
        # tries are counted for numbers only: whatever else is typed would be one count for all visitors
        return None
    if not take(f"pin:{number}", TRIES_PER_NUMBER, 3600):
        raise PinTriesSpent
    row = ServiceRequest.objects.filter(number=number).values_list("pk", "token_version").first()
    pk, version = row or (0, 0)
    if not matches(read_out_pin(pk, version), _SEPARATORS.sub("", pin)) or row is None:
        return None
    return Opened(pk, tracking_token(pk, version))


def pin_of(request_id: int) -> str:
    """The PIN as the receipt shows it."""
    version = ServiceRequest.objects.values_list("token_version", flat=True).get(pk=request_id)
    return read_out_pin(request_id, version)
