"""Secret links: derived, never stored.

A tracking token is 128 bits of HMAC-SHA-256 over request id and version; the database keeps only its SHA-256. The
worker and an idempotent retry derive the same token again; raising the version revokes it.
"""

import base64
import hashlib
import hmac

from django.conf import settings

TOKEN_LENGTH = 22


def _derive(purpose: str, *parts: int | str) -> str:
    message = ":".join([purpose, *map(str, parts)]).encode()
    digest = hmac.digest(settings.TRACKING_KEY.encode(), message, "sha256")[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def tracking_token(request_id: int, version: int) -> str:
    """The 22 characters that open the reporter's own page."""
    return _derive("track", request_id, version)


def unsubscribe_token(request_id: int) -> str:
    """The 22 characters that stop the messages of one request."""
    return _derive("unsubscribe", request_id)


def sign_in_token(resident_id: int, nonce: int) -> str:
    """The 22 characters of a link that signs a resident in once: using it raises the nonce."""
    return _derive("sign-in", resident_id, nonce)


def follow_token(follower_id: int) -> str:
    """The 22 characters that confirm or stop following one request."""
    return _derive("follow", follower_id)


def subscription_token(subscription_id: int) -> str:
    """The 22 characters that confirm or stop one alert."""
    return _derive("subscription", subscription_id)


def board_token(reader_id: int) -> str:
    """The 22 characters that stop the digest of one outside reader."""
    return _derive("board", reader_id)


def task_token(task_id: int, version: int) -> str:
    """The 22 characters that let a colleague without an account answer one task."""
    return _derive("task", task_id, version)


def read_out_pin(request_id: int, version: int) -> str:
    """Six digits read out on the phone: with the number they open the request, under a limit on tries."""
    message = f"pin:{request_id}:{version}".encode()
    digest = hmac.digest(settings.TRACKING_KEY.encode(), message, "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def token_hash(token: str) -> str:
    """SHA-256 of a token in hexadecimal, as stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def matches(expected: str, given: str) -> bool:
    """Compare without telling by time how much was right."""
    return hmac.compare_digest(expected.encode(), given.encode())
