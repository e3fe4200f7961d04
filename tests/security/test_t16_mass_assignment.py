"""Threat 16: fields nobody asked for are not read, on the report form and on every move of staff."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import models
from django.test import Client

from dashboards.models import ContactReveal
from dashboards.queue.moves import MOVES
from departments.models import StaffUser
from requests_app.models import Photo, Reporter, RequestEvent, ServiceRequest, SubmissionKey
from tests import makers
from tests.security import moves, world
from tests.security.test_bad_input import prepared

pytestmark = pytest.mark.django_db

MODELS = (ServiceRequest, Reporter, RequestEvent, Photo, SubmissionKey, StaffUser, ContactReveal)
OWN_MARKS = {
    "id",
    "pk",
    "number",
    "token_hash",
    "request",
    "request_id",
    "public_id",
    "key",
    "draft_key",
    "version_pk",
}
NOW = dt.datetime(2026, 3, 4, 15, 0, tzinfo=dt.UTC)


def foreign_fields(sent: dict[str, Any], other: StaffUser) -> dict[str, str]:
    """A value for every field name of every model, except those the form asks for."""
    values: dict[str, str] = {}
    for model in MODELS:
        for field in model._meta.get_fields():
            names = {field.name, getattr(field, "attname", field.name)}
            for name in names - set(sent):
                values[name] = _value(field, other)
    return values | {
        "pk": "1",
        "_method": "PUT",
        "is_superuser": "on",
        "by": str(other.pk),
        "now": "2020-01-01",
    }


def _value(field: Any, other: StaffUser) -> str:
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, (models.DateTimeField, models.DateField)):
        return "2020-01-01"
    if field.is_relation:
        return str(other.pk)
    if getattr(field, "choices", None):
        return str(list(field.choices)[-1][0])
    return "7" if isinstance(field, (models.IntegerField, models.FloatField)) else "planted"


def snapshot(request: ServiceRequest) -> dict[str, Any]:
    """The row, its reporter, its events and photos, without what differs from one report to the next by nature."""

    def plain(row: models.Model) -> dict[str, Any]:
        return {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.attname not in OWN_MARKS
        }

    request = ServiceRequest.objects.get(pk=request.pk)
    events = [plain(event) for event in request.events.order_by("pk")]
    for event in events:
        event["data"] = {name: value for name, value in event["data"].items() if name != "photo"}
    return {
        "request": plain(request),
        "reporter": [plain(row) for row in Reporter.objects.filter(request=request)],
        "events": events,
        "photos": [plain(row) for row in request.photos.order_by("position")],
        "areas": sorted(request.areas.values_list("slug", flat=True)),
    }


def planted(row: dict[str, Any]) -> bool:
    return "planted" in repr(row)


def test_report_form_reads_named_fields_only(city: makers.SmallCity, other_dispatcher: StaffUser) -> None:
    with time_machine.travel(NOW, tick=False):
        plain = world.file_report(photos=[world.picture()], email="a@example.org", place_note="left")
        data = world.report_data(email="a@example.org", place_note="left", name="", phone="")
        extra = foreign_fields({**data, "photos": None}, other_dispatcher)
        laden = world.file_report(photos=[world.picture()], **{**extra, **data})
    assert snapshot(laden.request) == snapshot(plain.request)
    assert not planted(snapshot(laden.request))
    assert StaffUser.objects.count() == 1


def test_reopen_form_reads_named_fields_only(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    found = []
    with time_machine.travel(NOW, tick=False):
        for extra in ({}, foreign_fields({"reason": ""}, dispatcher)):
            made = prepared("reopen", city, dispatcher)
            filed_token = world.token_of(made)
            answer = Client().post(f"/r/{filed_token}/reopen/", {**extra, "reason": "Sank again"})
            assert answer.status_code == 303
            found.append(snapshot(made))
    assert found[0] == found[1]


@pytest.mark.parametrize("name", MOVES)
def test_every_move_reads_named_fields_only(
    city: makers.SmallCity, dispatcher: StaffUser, other_dispatcher: StaffUser, name: str
) -> None:
    client = world.client_of(dispatcher)
    found = []
    with time_machine.travel(NOW, tick=False):
        for laden in (False, True):
            made = prepared(name, city, dispatcher)
            made.refresh_from_db()
            data = {"version": made.version, **moves.words_of(name, city, made, dispatcher)}
            extra = foreign_fields(data, other_dispatcher) if laden else {}
            extra.pop("preview", None)
            answer = client.post(f"/queue/{made.number}/do/{name}/", {**extra, **data})
            assert answer.status_code == 303, answer.content.decode()[-2000:]
            found.append(snapshot(made))
    assert found[0] == found[1]
    assert not planted(found[1])
