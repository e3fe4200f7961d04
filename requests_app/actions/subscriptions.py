"""Alerts and follows of residents: asked for, confirmed by the owner of the address, stopped with one press."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from requests_app.actions.errors import ActionRefused
from requests_app.models import Follower, RequestEvent, Resident, Subscription
from requests_app.models.subscription import Frequency

CONFIRM_TASK = "requests_app.notifications.confirm_subscription"
ALERTS_MOST = 20


@dataclass(frozen=True)
class Watch:
    """What an alert is to watch: any of a circle, an area and a category, together."""

    place_label: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius_m: int | None = None
    area_id: int | None = None
    category_id: int | None = None
    frequency: str = Frequency.DAILY


@transaction.atomic
def subscribe(*, resident_id: int, watch: Watch, confirmed: bool, now: dt.datetime) -> Subscription:
    """Keep an alert. ``confirmed`` when the resident is signed in; otherwise a job asks the owner of the address.

    The same alert asked for twice is one. Raises `ActionRefused` when it watches nothing, or for the twenty-first.
    """
    if watch.radius_m is None and watch.area_id is None and watch.category_id is None:
        raise ActionRefused(_("Choose a place, an area or a kind of problem."))
    Resident.objects.select_for_update().get(pk=resident_id)
    own = Subscription.objects.filter(resident=resident_id, stopped_at__isnull=True)
    same = own.filter(
        latitude=watch.latitude,
        longitude=watch.longitude,
        radius_m=watch.radius_m,
        area=watch.area_id,
        category=watch.category_id,
        frequency=watch.frequency,
    ).first()
    if same is None and own.count() >= ALERTS_MOST:
        raise ActionRefused(_("You have 20 alerts. Stop one under “My reports” first."))
    subscription = same or Subscription.objects.create(
        resident_id=resident_id,
        place_label=watch.place_label,
        latitude=watch.latitude,
        longitude=watch.longitude,
        radius_m=watch.radius_m,
        area_id=watch.area_id,
        category_id=watch.category_id,
        frequency=watch.frequency,
        created_at=now,
    )
    if subscription.confirmed_at is None:
        if confirmed:
            confirm_alert(subscription_id=subscription.pk, now=now)
        else:
            jobs.configure_task(name=CONFIRM_TASK, queue="email").defer(subscription_id=subscription.pk)
    return subscription


@transaction.atomic
def confirm_alert(*, subscription_id: int, now: dt.datetime) -> None:
    """The owner of the address wants it: news begin now. It proves the address too."""
    row = Subscription.objects.select_for_update().get(pk=subscription_id)
    if row.confirmed_at is not None and row.stopped_at is None:
        return
    row.confirmed_at, row.stopped_at, row.seen_until = now, None, _newest_event()
    row.save(update_fields=["confirmed_at", "stopped_at", "seen_until"])
    _verified(row.resident_id, now)


@transaction.atomic
def stop_alert(*, subscription_id: int, now: dt.datetime) -> None:
    """No further messages of this alert."""
    Subscription.objects.filter(pk=subscription_id, stopped_at__isnull=True).update(stopped_at=now)


@transaction.atomic
def confirm_follow(*, follower_id: int, now: dt.datetime) -> None:
    """The owner of the address wants the news of a report."""
    row = Follower.objects.select_for_update().get(pk=follower_id)
    if row.confirmed_at is not None and row.stopped_at is None:
        return
    row.confirmed_at, row.stopped_at = row.confirmed_at or now, None
    row.save(update_fields=["confirmed_at", "stopped_at"])
    _verified(row.resident_id, now)


@transaction.atomic
def stop_follow(*, follower_id: int, now: dt.datetime) -> None:
    """No further news of this report."""
    Follower.objects.filter(pk=follower_id, stopped_at__isnull=True).update(stopped_at=now)


def _verified(resident_id: int, now: dt.datetime) -> None:
    Resident.objects.filter(pk=resident_id, verified_at__isnull=True).update(verified_at=now)


def _newest_event() -> int:
    return RequestEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
