"""What residents are told beside the news of a report: links to sign in, questions, alerts."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from requests_app.models import Follower, RequestEvent, Resident, ServiceRequest, Subscription
from requests_app.notifications.links import (
    alert_url,
    follow_url,
    list_url,
    public_url,
    sign_in_url,
)
from requests_app.notifications.messages import Message, category_shown, letter, spoken
from requests_app.notifications.watching import watched_words
from requests_app.queries.alerts import wanted_of
from requests_app.queries.public import public_address

DIGEST_LINES = 50
WORDS_SHOWN = 200


def sign_in_letter(resident: Resident) -> Message:
    """The link that signs in once."""
    with spoken(resident.language) as city:
        context = {
            "city": city,
            "sign_in_url": sign_in_url(resident),
            "minutes": settings.SIGN_IN_LINK_MINUTES,
        }
        subject = _("Your link to your reports at %(city)s 311") % {"city": city.name}
        return letter("sign_in", subject, context)


def confirm_follow_letter(follower: Follower) -> Message:
    """Asks the owner of an address whether they want the news of a report."""
    with spoken(follower.resident.language) as city:
        request = follower.request
        context = {
            "city": city,
            "request": request,
            "category": category_shown(request).shown_name,
            "confirm_url": follow_url(follower.pk),
        }
        subject = _("Follow report %(number)s?") % {"number": request.number}
        return letter("confirm_follow", subject, context)


def confirm_alert_letter(subscription: Subscription) -> Message:
    """Asks the owner of an address whether they want alerts."""
    with spoken(subscription.resident.language) as city:
        context = {
            "city": city,
            "watched": watched_words(subscription),
            "confirm_url": alert_url(subscription.pk),
        }
        return letter("confirm_alert", _("Do you want these alerts?"), context)


def alert_letter(event: RequestEvent, subscription: Subscription) -> Message:
    """A new report, as anybody may read it."""
    request, stop = event.request, alert_url(subscription.pk)
    with spoken(subscription.resident.language) as city:
        context = {
            "city": city,
            "category": category_shown(request).shown_name,
            "address": _address(request),
            "words": " ".join(request.public_description.split())[:WORDS_SHOWN],
            "public_url": public_url(request),
            "watched": watched_words(subscription),
            "stop_url": stop,
        }
        subject = _("New report: %(category)s") % {"category": category_shown(request).shown_name}
        return letter("alert", subject, context, stop)


def digest_letter(subscription: Subscription, found: list[ServiceRequest]) -> Message:
    """The new reports of a day: at most `DIGEST_LINES` of them, and where the others are."""
    stop = alert_url(subscription.pk)
    with spoken(subscription.resident.language) as city:
        shown = found[:DIGEST_LINES]
        context = {
            "city": city,
            "items": [
                {
                    "category": category_shown(request).shown_name,
                    "address": _address(request),
                    "url": public_url(request),
                }
                for request in shown
            ],
            "more": len(found) > len(shown),
            "list_url": list_url(wanted_of(subscription).to_query()),
            "watched": watched_words(subscription),
            "stop_url": stop,
        }
        return letter("digest", _("New reports: %(watched)s") % context, context, stop)


def _address(request: ServiceRequest) -> str:
    return public_address(request.address, sensitive=category_shown(request).place_is_sensitive)
