"""Absolute addresses in messages. Their tokens are derived when a message is made and stored nowhere."""

from django.conf import settings
from django.urls import reverse

from civic311.lib.tokens import (
    follow_token,
    sign_in_token,
    subscription_token,
    tracking_token,
    unsubscribe_token,
)
from requests_app.models import Resident, ServiceRequest


def track_url(request: ServiceRequest) -> str:
    """The reporter's own page."""
    return _absolute("track", token=tracking_token(request.pk, request.token_version))


def unsubscribe_url(request: ServiceRequest) -> str:
    """One click stops the messages of this request."""
    return _absolute("unsubscribe", number=request.number, token=unsubscribe_token(request.pk))


def public_url(request: ServiceRequest) -> str:
    """The page everybody may read."""
    return _absolute("request", number=request.number)


def sign_in_url(resident: Resident) -> str:
    """Signs the resident in, once."""
    return _absolute("my_in", resident_id=resident.pk, token=sign_in_token(resident.pk, resident.nonce))


def follow_url(follower_id: int) -> str:
    """Confirms or stops following one request."""
    return _absolute("follow_link", follower_id=follower_id, token=follow_token(follower_id))


def alert_url(subscription_id: int) -> str:
    """Confirms or stops one alert."""
    return _absolute("alert_link", subscription_id=subscription_id, token=subscription_token(subscription_id))


def list_url(query: str) -> str:
    """The public list under a filter."""
    return _absolute("list") + (f"?{query}" if query else "")


def my_url() -> str:
    """My requests."""
    return _absolute("my")


def _absolute(name: str, **kwargs: object) -> str:
    return settings.SITE_URL + reverse(f"resident:{name}", kwargs=kwargs)
