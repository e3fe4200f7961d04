"""Which messages there are to send: each becomes one row under a key of its own, however often a job runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from civic311.lib.contacts import email_key, mailbox_key
from departments.models import City
from requests_app.actions.staffnews import tell_of
from requests_app.models import Follower, Reporter, RequestEvent, Resident, ServiceRequest, Subscription
from requests_app.models.resident import UpdateChoice
from requests_app.models.subscription import Frequency
from requests_app.notifications.incidents import hears_elsewhere, key_of
from requests_app.notifications.letters import DIGEST_LINES
from requests_app.notifications.messages import is_news, template_for
from requests_app.notifications.models import Delivery, DeliveryChannel, DeliveryState, Purpose
from requests_app.queries.alerts import news_of, settled_until, watchers
from requests_app.queries.undoing import waits

DIGEST_HOUR = 7


def fan_out(event_id: int, now: dt.datetime) -> list[int]:
    """Write the deliveries an event causes and return the ids of those that wait. Safe to run twice.

    Nothing is written of what was undone, nor yet of what comes behind a change that still can be: the settling of that
    change queues this job again.
    """
    event = RequestEvent.objects.select_related("request", "assignee", "actor").get(pk=event_id)
    if waits(event) or not RequestEvent.objects.standing().filter(pk=event_id).exists():
        return []
    tell_of(event, now)
    _write([*_for_reporter(event), *_for_followers(event), *_for_watchers(event)], now)
    return list(
        Delivery.objects.filter(event=event, state=DeliveryState.PENDING)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _for_reporter(event: RequestEvent) -> Iterable[Delivery]:
    if template_for(event) is None:
        return
    reporter = (
        Reporter.objects.filter(request_id=event.request_id, wants_updates=True, unsubscribed_at__isnull=True)
        .exclude(email="")
        .first()
    )
    if not reporter or hears_elsewhere(event, reporter.email):
        return
    if template_for(event, choice_of(reporter.email)[0]):
        yield Delivery(
            key=key_of(event, "reporter", reporter.email),
            purpose=Purpose.REPORT,
            event=event,
            recipient=reporter.email,
        )


def choice_of(email: str) -> tuple[str, str]:
    """Which messages the owner of an address chose, and in which language ("" for none chosen)."""
    row = (
        Resident.objects.filter(email_key=email_key(email), verified_at__isnull=False)
        .values_list("updates", "language")
        .first()
    )
    return row or (UpdateChoice.ALL.value, "")


def _for_followers(event: RequestEvent) -> Iterable[Delivery]:
    if not is_news(event) or not _is_public(event.request_id):
        return
    reporter = Reporter.objects.filter(request=event.request_id).values_list("email", flat=True).first()
    followers = Follower.objects.filter(
        request=event.request_id, confirmed_at__isnull=False, stopped_at__isnull=True
    ).exclude(resident__email_key=email_key(reporter) if reporter else "")
    for pk, resident_id, email in followers.values_list("pk", "resident_id", "resident__email"):
        if hears_elsewhere(event, email, as_follower=True):
            continue
        yield Delivery(
            key=key_of(event, f"follower-{pk}", email),
            purpose=Purpose.FOLLOW,
            event=event,
            follower_id=pk,
            resident_id=resident_id,
            recipient=email,
        )


def _for_watchers(event: RequestEvent) -> Iterable[Delivery]:
    for watcher in watchers(event):
        yield Delivery(
            key=f"request-{event.request_id}.resident-{watcher.resident_id}",
            purpose=Purpose.ALERT,
            event=event,
            subscription_id=watcher.subscription_id,
            resident_id=watcher.resident_id,
            recipient=watcher.email,
        )


def sign_in_link(resident_id: int, now: dt.datetime) -> list[int]:
    """The message with a sign-in link, to addresses we know: confirmed before, or given with a report."""
    resident = Resident.objects.filter(pk=resident_id, link_sent_at__isnull=False).first()
    if resident is None or not _is_known(resident):
        return []
    key = f"sign-in-{resident.pk}.{resident.nonce}"
    return _write_one(Delivery(key=key, purpose=Purpose.SIGN_IN, resident=resident), resident.email, now)


def _is_known(resident: Resident) -> bool:
    if resident.verified_at is not None:
        return True
    return Reporter.objects.filed_with(resident.email).exists()


def confirm_follow(follower_id: int, now: dt.datetime) -> list[int]:
    """The question to somebody who is said to want the news of a report."""
    follower = (
        Follower.objects.select_related("resident")
        .filter(pk=follower_id, confirmed_at__isnull=True, stopped_at__isnull=True)
        .first()
    )
    if follower is None:
        return []
    delivery = Delivery(purpose=Purpose.CONFIRM_FOLLOW, follower=follower, resident=follower.resident)
    return _ask(delivery, follower.resident.email, now)


def confirm_subscription(subscription_id: int, now: dt.datetime) -> list[int]:
    """The question to somebody who is said to want alerts."""
    subscription = (
        Subscription.objects.select_related("resident")
        .filter(pk=subscription_id, confirmed_at__isnull=True, stopped_at__isnull=True)
        .first()
    )
    if subscription is None:
        return []
    delivery = Delivery(
        purpose=Purpose.CONFIRM_ALERT, subscription=subscription, resident=subscription.resident
    )
    return _ask(delivery, subscription.resident.email, now)


def _ask(delivery: Delivery, email: str, now: dt.datetime) -> list[int]:
    """One question a day and mailbox, in whatever spelling: the key holds for all of them."""
    day = timezone.localdate(now, City.current().zone)
    delivery.key = f"ask-{day:%Y%m%d}.{mailbox_key(email)[:32]}"
    return _write_one(delivery, email, now)


def daily_due(now: dt.datetime) -> list[int]:
    """Daily alerts to look through now: in the seventh hour of the city's day, else none."""
    if timezone.localtime(now, City.current().zone).hour != DIGEST_HOUR:
        return []
    active = Subscription.objects.filter(
        frequency=Frequency.DAILY, confirmed_at__isnull=False, stopped_at__isnull=True
    )
    return list(active.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def digest(subscription_id: int, now: dt.datetime) -> list[int]:
    """The day's message of one alert, when there is something new; what it tells is never told again."""
    subscription = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("resident")
        .filter(pk=subscription_id, confirmed_at__isnull=False, stopped_at__isnull=True)
        .first()
    )
    if subscription is None:
        return []
    after, until = subscription.seen_until, settled_until(now)
    if until <= after:
        return []
    day = timezone.localdate(now, City.current().zone)
    key = f"digest-{subscription.pk}.{day:%Y%m%d}"
    if Delivery.objects.filter(key=key).exists():
        return []
    found = news_of(subscription, after=after, until=until, limit=DIGEST_LINES)
    Subscription.objects.filter(pk=subscription.pk).update(seen_until=until)
    if not found:
        return []
    delivery = Delivery(
        key=key,
        purpose=Purpose.DIGEST,
        subscription=subscription,
        resident=subscription.resident,
        data={"after": after, "until": until},
    )
    return _write_one(delivery, subscription.resident.email, now)


def _is_public(request_id: int) -> bool:
    return ServiceRequest.objects.public().filter(pk=request_id).exists()


def _write_one(delivery: Delivery, email: str, now: dt.datetime) -> list[int]:
    delivery.recipient = email
    _write([delivery], now)
    waiting = Delivery.objects.filter(key=delivery.key, purpose=delivery.purpose, state=DeliveryState.PENDING)
    return list(waiting.values_list("pk", flat=True))


def _write(deliveries: list[Delivery], now: dt.datetime) -> None:
    for delivery in deliveries:
        delivery.channel = DeliveryChannel.EMAIL
        delivery.created_at = now
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
