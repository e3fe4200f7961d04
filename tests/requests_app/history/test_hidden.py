"""What staff hid in the invented history: each scene happened once, by the real actions."""

from __future__ import annotations

import datetime as dt

import pytest

from requests_app.history.hidden import NAME, write_hidden
from requests_app.models import Ban, HiddenWords, Photo, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.photos.pipeline import process
from requests_app.workflow import EventKind
from tests import makers
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db


def test_each_scene_happens_once(city: makers.SmallCity) -> None:
    # as in a fresh demonstration, whose accounts come after the history: there is no supervisor yet
    stored = process(pictures.encoded(pictures.scene()))
    for number in range(7):
        made = makers.submitted(city.pothole, now=makers.NOW + dt.timedelta(minutes=number)).request
        if number == 0:
            Photo.objects.create(request=made, sha256=stored.sha256, width=8, height=8, created_at=makers.NOW)
    write_hidden(seed=1, until=makers.NOW + dt.timedelta(days=3))
    happened = {kind: RequestEvent.objects.filter(kind=kind).count() for kind in EventKind}
    for kind in (
        EventKind.PHOTO_REDACTED,
        EventKind.TEXT_REDACTED,
        EventKind.PLACE_CORRECTED,
        EventKind.SPLIT,
    ):
        assert happened[kind] == 1, kind
    assert (happened[EventKind.APPEALED], happened[EventKind.UNPUBLISHED]) == (2, 3)
    assert ServiceRequest.objects.filter(appealed_at__isnull=False).count() == 1
    assert ServiceRequest.objects.exclude(withheld_reason="").count() == 2
    assert Photo.objects.filter(state=PhotoState.RESTRICTED).count() == 1
    assert NAME in HiddenWords.objects.get().text
    assert Ban.objects.in_force(makers.NOW + dt.timedelta(days=3)).count() == 1


def test_nothing_to_hide_is_no_mistake(city: makers.SmallCity) -> None:
    write_hidden(seed=1, until=makers.NOW)
    assert not RequestEvent.objects.exists()
