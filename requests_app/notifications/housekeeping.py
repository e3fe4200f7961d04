"""What the worker tidies up."""

import datetime as dt

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from civic311.lib.models import RateLimit
from requests_app.actions import settle
from requests_app.models import Follower, Photo, Resident, SubmissionKey, Subscription
from requests_app.notifications.models import Delivery
from requests_app.photos import storage
from requests_app.queries.undoing import due_windows

DRAFT_DAYS = 7
UNVERIFIED_DAYS = 7
FORGOTTEN_AFTER = dt.timedelta(minutes=15)


def redefer_waiting(now: dt.datetime) -> list[int]:
    """Ids of deliveries that have waited for a quarter of an hour, oldest first, at most 500."""
    waiting = Delivery.objects.due(now).filter(created_at__lt=now - FORGOTTEN_AFTER)
    return list(waiting.order_by("created_at").values_list("pk", flat=True)[:500])


def settle_late(now: dt.datetime) -> None:
    """Let out the changes whose time to be undone is over, though no job did."""
    for event_id in due_windows(now):
        settle(event_id=event_id, now=now)


def sweep(now: dt.datetime) -> None:
    """Delete spent form keys after a day, drafts after a week, idle rate limits after a day, orphan files, and
    addresses nobody confirmed in a week with what was asked for them."""
    SubmissionKey.objects.filter(
        created_at__lt=now - dt.timedelta(hours=settings.SUBMISSION_KEY_HOURS)
    ).delete()
    Photo.objects.filter(request__isnull=True, created_at__lt=now - dt.timedelta(days=DRAFT_DAYS)).delete()
    RateLimit.objects.filter(refilled_at__lt=now - dt.timedelta(days=1)).delete()
    _sweep_unverified(now - dt.timedelta(days=UNVERIFIED_DAYS))
    storage.sweep(
        lambda sha256: Photo.objects.filter(sha256=sha256).exists(), older_than=dt.timedelta(days=1)
    )


def _sweep_unverified(before: dt.datetime) -> None:
    """Whoever asked again lately keeps the time to answer; who was led to the first report keeps its news."""
    needed = Q(created_at__gte=before) | Q(confirmed_at__isnull=False, stopped_at__isnull=True)
    Resident.objects.filter(
        ~Exists(Follower.objects.filter(needed, resident=OuterRef("pk"))),
        ~Exists(Subscription.objects.filter(needed, resident=OuterRef("pk"))),
        Q(link_sent_at__isnull=True) | Q(link_sent_at__lt=before),
        verified_at__isnull=True,
        created_at__lt=before,
    ).delete()
    # a verified resident's alert or follow that was never confirmed
    for rows in (Follower.objects, Subscription.objects):
        rows.filter(confirmed_at__isnull=True, created_at__lt=before).delete()
