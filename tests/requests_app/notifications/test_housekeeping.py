"""What the worker tidies up, and what it must leave."""

import datetime as dt
import io
import uuid

import pytest

from civic311.lib.models import RateLimit
from requests_app.models import Photo, SubmissionKey
from requests_app.notifications import writing
from requests_app.notifications.housekeeping import redefer_waiting, sweep
from requests_app.photos import storage
from requests_app.photos.pipeline import process
from tests import makers
from tests.makers import NOW
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db


def draft(created_at: dt.datetime) -> Photo:
    upload = pictures.encoded(pictures.scene())
    file = process(io.BytesIO(upload.read() if hasattr(upload, "read") else upload))
    return Photo.objects.create(
        draft_key=str(uuid.uuid4()),
        sha256=file.sha256,
        width=file.width,
        height=file.height,
        created_at=created_at,
    )


def test_sweep_removes_what_has_served_its_time(city: makers.SmallCity) -> None:
    makers.submitted(city.pothole, key="old", now=NOW - dt.timedelta(days=2))
    makers.submitted(city.pothole, key="fresh", now=NOW)
    old = draft(NOW - dt.timedelta(days=8))
    fresh = draft(NOW)
    RateLimit.objects.create(key="old", tokens=1, refilled_at=NOW - dt.timedelta(days=2))
    RateLimit.objects.create(key="fresh", tokens=1, refilled_at=NOW)
    sweep(NOW)
    assert list(SubmissionKey.objects.values_list("key", flat=True)) == ["fresh"]
    assert list(Photo.objects.values_list("pk", flat=True)) == [fresh.pk]
    assert list(RateLimit.objects.values_list("key", flat=True)) == ["fresh"]
    assert old.pk != fresh.pk


def test_sweep_keeps_files_somebody_refers_to(city: makers.SmallCity) -> None:
    photo = draft(NOW)
    sweep(NOW)
    with storage.open_rendition(photo.sha256, 240) as file:
        assert file.read(2) == b"\xff\xd8"


def test_messages_no_job_remembers_are_queued_again(city: makers.SmallCity) -> None:
    result = makers.submitted(city.pothole, email="jo@example.org")
    (delivery_id,) = writing.fan_out(result.request.events.earliest("id").pk, NOW)
    assert redefer_waiting(NOW + dt.timedelta(minutes=5)) == []
    assert redefer_waiting(NOW + dt.timedelta(minutes=20)) == [delivery_id]
