"""What the worker tidies up."""

import datetime as dt

from django.conf import settings

from civic311.lib.models import RateLimit
from requests_app.models import Photo, SubmissionKey
from requests_app.notifications.models import Delivery
from requests_app.photos import storage

DRAFT_DAYS = 7
FORGOTTEN_AFTER = dt.timedelta(minutes=15)


def redefer_waiting(now: dt.datetime) -> list[int]:
    """Ids of deliveries that have waited for a quarter of an hour, oldest first, at most 500."""
    waiting = Delivery.objects.due(now).filter(created_at__lt=now - FORGOTTEN_AFTER)
    return list(waiting.order_by("created_at").values_list("pk", flat=True)[:500])


def sweep(now: dt.datetime) -> None:
    """Delete spent form keys after a day, drafts after a week, idle rate limits after a day, and orphan files."""
    SubmissionKey.objects.filter(
        created_at__lt=now - dt.timedelta(hours=settings.SUBMISSION_KEY_HOURS)
    ).delete()
    Photo.objects.filter(request__isnull=True, created_at__lt=now - dt.timedelta(days=DRAFT_DAYS)).delete()
    RateLimit.objects.filter(refilled_at__lt=now - dt.timedelta(days=1)).delete()
    storage.sweep(
        lambda sha256: Photo.objects.filter(sha256=sha256).exists(), older_than=dt.timedelta(days=1)
    )
