"""From a stored delivery to its message: asked anew at sending whether anybody still wants it."""

from __future__ import annotations

import datetime as dt

from requests_app.actions.residents import link_life
from requests_app.models import Reporter, ServiceRequest
from requests_app.notifications.colleagues import staff_letter
from requests_app.notifications.letters import (
    DIGEST_LINES,
    alert_letter,
    confirm_alert_letter,
    confirm_follow_letter,
    digest_letter,
    sign_in_letter,
)
from requests_app.notifications.messages import Message, compose, compose_news, template_for
from requests_app.notifications.models import Delivery, Purpose
from requests_app.notifications.taskmail import task_letter
from requests_app.notifications.writing import choice_of
from requests_app.queries.alerts import news_of


def made(delivery: Delivery, now: dt.datetime) -> Message | None:
    """The message of a delivery; None when it is no longer wanted, or tells of what is no longer shown."""
    match Purpose(delivery.purpose):
        case Purpose.REPORT:
            return _report(delivery)
        case Purpose.FOLLOW:
            return _follow(delivery)
        case Purpose.SIGN_IN:
            return _sign_in(delivery, now)
        case Purpose.CONFIRM_FOLLOW:
            follower = delivery.follower
            waits = follower is not None and follower.confirmed_at is None and follower.stopped_at is None
            return confirm_follow_letter(follower) if follower and waits else None
        case Purpose.CONFIRM_ALERT:
            alert = delivery.subscription
            waits = alert is not None and alert.confirmed_at is None and alert.stopped_at is None
            return confirm_alert_letter(alert) if alert and waits else None
        case Purpose.ALERT:
            return _alert(delivery)
        case Purpose.DIGEST:
            return _digest(delivery)
        case Purpose.STAFF:
            return staff_letter(delivery)
        case Purpose.TASK:
            return task_letter(delivery)


def _report(delivery: Delivery) -> Message | None:
    event = delivery.event
    assert event is not None
    wanted = Reporter.objects.filter(
        request_id=event.request_id,
        email=delivery.recipient,
        wants_updates=True,
        unsubscribed_at__isnull=True,
    ).exists()
    choice, language = choice_of(delivery.recipient)
    return compose(event, language) if wanted and template_for(event, choice) else None


def _follow(delivery: Delivery) -> Message | None:
    event, follower = delivery.event, delivery.follower
    assert event is not None
    assert follower is not None
    active = follower.confirmed_at is not None and follower.stopped_at is None
    if not active or not _is_public(event.request_id):
        return None
    return compose_news(event, follower.pk, follower.resident.language)


def _sign_in(delivery: Delivery, now: dt.datetime) -> Message | None:
    resident = delivery.resident
    assert resident is not None
    newest = delivery.key == f"sign-in-{resident.pk}.{resident.nonce}"
    young = resident.link_sent_at is not None and resident.link_sent_at > now - link_life()
    return sign_in_letter(resident) if newest and young else None


def _alert(delivery: Delivery) -> Message | None:
    event, alert = delivery.event, delivery.subscription
    assert event is not None
    assert alert is not None
    if alert.confirmed_at is None or alert.stopped_at is not None or not _is_public(event.request_id):
        return None
    return alert_letter(event, alert)


def _digest(delivery: Delivery) -> Message | None:
    alert = delivery.subscription
    assert alert is not None
    if alert.confirmed_at is None or alert.stopped_at is not None:
        return None
    after, until = delivery.data["after"], delivery.data["until"]
    found = news_of(alert, after=after, until=until, limit=DIGEST_LINES + 1)
    return digest_letter(alert, found) if found else None


def _is_public(request_id: int) -> bool:
    return ServiceRequest.objects.public().filter(pk=request_id).exists()
