"""Alerts: which residents a new public report concerns, and which reports a daily alert tells of.

The place of a sensitive category takes part rounded to the block, as it is shown. Nobody is told of the own report.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from civic311.lib.contacts import email_key
from requests_app.models import Reporter, RequestEvent, ServiceRequest, Subscription
from requests_app.queries.listing import DEGREE_M, Circle, Wanted, wanted_rows
from requests_app.queries.public import BLOCK_DECIMALS
from requests_app.workflow import EventKind

SETTLED_AFTER = dt.timedelta(minutes=2)
"""Older events are all committed: a transaction that takes its id first may commit last."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """A resident an event concerns, and by which alert."""

    subscription_id: int
    resident_id: int
    email: str


# One statement over the partial index of active alerts, whatever their number.
_WATCHERS = """
SELECT DISTINCT ON (s.resident_id) s.id, s.resident_id, r.email
  FROM requests_app_subscription AS s JOIN requests_app_resident AS r ON r.id = s.resident_id
 WHERE s.frequency = 'immediate' AND s.confirmed_at IS NOT NULL AND s.stopped_at IS NULL
   AND s.seen_until < %(event)s AND r.email_key <> %(reporter)s
   AND (s.category_id IS NULL OR s.category_id = %(category)s)
   AND (s.area_id IS NULL OR s.area_id = ANY(%(areas)s))
   AND (s.radius_m IS NULL
        OR (s.latitude - %(latitude)s) ^ 2
           + ((s.longitude - %(longitude)s) * greatest(0.01, cos(radians(s.latitude)))) ^ 2
           <= (s.radius_m / %(degree)s) ^ 2)
 ORDER BY s.resident_id, s.id
"""


def watchers(event: RequestEvent) -> list[Watcher]:
    """Whose immediate alerts an event sets off; nobody's when it is not the birth of a public report."""
    if not is_birth(event):
        return []
    row = (
        ServiceRequest.objects.public()
        .filter(pk=event.request_id, is_imported=False)
        .values(
            "shown_category_id",
            "shown_category__place_is_sensitive",
            "latitude",
            "longitude",
            "place_is_fallback",
        )
        .first()
    )
    if row is None:
        return []
    areas = ServiceRequest.areas.through.objects.filter(servicerequest_id=event.request_id)
    reporter = Reporter.objects.filter(request=event.request_id).values_list("email", flat=True).first()
    latitude, longitude = row["latitude"], row["longitude"]
    if row["place_is_fallback"]:
        latitude = longitude = None
    elif row["shown_category__place_is_sensitive"] and latitude is not None and longitude is not None:
        latitude, longitude = round(latitude, BLOCK_DECIMALS), round(longitude, BLOCK_DECIMALS)
    with connection.cursor() as cursor:
        cursor.execute(
            _WATCHERS,
            {
                "event": event.pk,
                "reporter": email_key(reporter) if reporter else "",
                "category": row["shown_category_id"],
                "areas": list(areas.values_list("area_id", flat=True)),
                "latitude": latitude,
                "longitude": longitude,
                "degree": DEGREE_M,
            },
        )
        return [Watcher(*found) for found in cursor.fetchall()]


def is_birth(event: RequestEvent) -> bool:
    """Whether an event can make a report public for the first time: shown again after it was taken offline is no news."""
    if event.kind == EventKind.PUBLISHED:
        return not RequestEvent.objects.filter(
            request=event.request_id, kind=EventKind.UNPUBLISHED, pk__lt=event.pk
        ).exists()
    return event.kind == EventKind.SUBMITTED


def settled_until(now: dt.datetime) -> int:
    """The newest event that can no longer be overtaken; 0 without any."""
    newest = (
        RequestEvent.objects.filter(occurred_at__lt=now - SETTLED_AFTER)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    return newest or 0


def wanted_of(subscription: Subscription) -> Wanted:
    """What an alert watches, as a filter of the public list."""
    circle = None
    if (
        subscription.latitude is not None
        and subscription.longitude is not None
        and subscription.radius_m is not None
    ):
        circle = Circle(subscription.latitude, subscription.longitude, subscription.radius_m)
    return Wanted(
        status="all", category_id=subscription.category_id, area_id=subscription.area_id, circle=circle
    )


def news_of(subscription: Subscription, *, after: int, until: int, limit: int) -> list[ServiceRequest]:
    """The public reports born between two events that a daily alert watches, newest first."""
    births = RequestEvent.objects.filter(
        Q(kind=EventKind.SUBMITTED)
        | (
            Q(kind=EventKind.PUBLISHED)
            & ~Exists(
                RequestEvent.objects.filter(
                    request=OuterRef("request"), kind=EventKind.UNPUBLISHED, pk__lt=OuterRef("pk")
                )
            )
        ),
        pk__gt=after,
        pk__lte=until,
    )
    own = Reporter.objects.filter(request=OuterRef("pk"), email__iexact=subscription.resident.email)
    return list(
        wanted_rows(wanted_of(subscription))
        .filter(~Exists(own), pk__in=births.values("request"), is_imported=False)
        .only("number", "shown_category", "address", "public_description", "created_at")
        .order_by("-created_at", "-pk")[:limit]
    )
