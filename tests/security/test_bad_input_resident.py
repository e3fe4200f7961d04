"""Bad input at the addresses of the resident's side: every parameter and every field they read. 500 is a defect."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from civic311.lib import clock
from civic311.lib.contacts import email_key
from civic311.lib.tokens import follow_token, sign_in_token, subscription_token
from departments.models import Category
from requests_app.models import Follower, Resident, Subscription
from tests import makers
from tests.security import world
from tests.security.addresses import Address, ours
from tests.security.test_bad_input import VALUES

pytestmark = pytest.mark.django_db

PLACE = ("lat", "lon")
FILTER = ("q", "category", "area", "status", "box", *PLACE, "radius", "zoom", "before", "page")
READ: dict[str, tuple[str, ...]] = {
    "list": FILTER,
    "map": FILTER,
    "map_cells": (*FILTER, "bbox"),
    "feed": FILTER,
    "area": FILTER,
    "category": FILTER,
    "alerts_new": FILTER,
    "report": ("category", *PLACE, "address", "q"),
    "report_aside": ("category", *PLACE, "address", "q", "description", "seen"),
    "nearby": ("category", *PLACE),
    "abuse": ("about",),
    "track": ("number", "sent"),
    "my": ("before", "sent"),
    "place_map": (*PLACE, "zoom"),
    "place_outlines": PLACE,
    "place_reverse": (*PLACE, "category"),
    "place_suggest": ("q",),
    "category_suggest": ("q",),
}
"""What each public page reads from its address."""
SENT: dict[str, tuple[str, ...]] = {
    "choose_language": ("language", "next"),
    "track": ("number", "pin"),
    "reopen": ("reason", "photos"),
    "ask_review": ("words",),
    "resolve_own": ("words",),
    "edit": ("version", "description", "place_note"),
    "messages": ("on",),
    "follow": ("email",),
    "not_solved": ("reason",),
    "comment": ("text", "name", "website"),
    "abuse": ("about", "reason", "text"),
    "my": ("email",),
    "my_choices": ("updates", "language"),
    "my_add": ("number", "pin"),
    "my_erase": ("sure",),
    "alerts_new": (
        *("email", "category", "area", "address", "latitude", "longitude"),
        *("radius", "frequency", "place_choice"),
    ),
    "alert_link": ("do",),
    "follow_link": ("do",),
}
"""What each small form sends. The report form has a test of its own."""
ODD = {
    **VALUES,
    "box": "-180,-90,180,90",
    "box turned": "1,1,0,0",
    "box of nan": "nan,nan,nan,nan",
    "box of inf": "-inf,-inf,inf,inf",
    "cursor": f"{'9' * 17}-{'9' * 18}",
    "old cursor": "0-0",
    "unknown area": "council_district:zz",
    "tiny": "1e-320",
    "spaces": " " * 400,
}
TELLING = ("minus", "huge", "digits", "nan", "last day", "query", "box of nan", "cursor", "tiny")
"""Tried in each parameter by itself; the others in all of them at once."""
GOOD = {
    "email": "ada@home.example",
    "updates": "all",
    "language": "en",
    "frequency": "daily",
    "category": "pothole",
    "address": "100 Main St",
    "latitude": "39.3",
    "longitude": "-76.65",
    "radius": "400",
    "reason": "It is still there",
    "text": "I see it too",
    "about": "report",
    "description": "A deep hole",
    "words": "Please look",
    "title": "Snow",
    "starts_at": "2026-01-01T10:00",
    "ends_at": "2026-01-02T10:00",
    "decision": "keep",
}


class World:
    """A report, its holder's token, and a resident with an alert and a follow, signed in at ``client``."""

    def __init__(self) -> None:
        Category.objects.filter(slug="pothole").update(comments_allowed=True)
        filed = world.file_report(photos=[world.picture()], email="ada@home.example")
        self.filed = filed
        now = clock.now()
        self.resident = Resident.objects.create(
            email="ada@home.example",
            email_key=email_key("ada@home.example"),
            nonce=3,
            created_at=now,
            link_sent_at=now,
        )
        self.alert = Subscription.objects.create(
            resident=self.resident, category=filed.request.category, frequency="daily", created_at=now
        )
        self.follower = Follower.objects.create(resident=self.resident, request=filed.request, created_at=now)
        self.client = Client(raise_request_exception=False)
        answer = self.client.post(f"/my/in/{self.resident.pk}/{sign_in_token(self.resident.pk, 3)}/")
        assert answer.status_code == 303

    def words(self, address: Address) -> dict[str, str]:
        """Good words for every placeholder of an address."""
        tokens = {
            "a/": subscription_token(self.alert.pk),
            "f/": follow_token(self.follower.pk),
            "my/": "A" * 22,
            "u/": "A" * 22,
        }
        token = next((t for start, t in tokens.items() if address.route.startswith(start)), self.filed.token)
        return {
            "number": self.filed.request.number,
            "token": token,
            "public_id": self.filed.photos[0].public_id if self.filed.photos else "x",
            "size": "small",
            "key": self.filed.key,
            "resident_id": str(self.resident.pk),
            "subscription_id": str(self.alert.pk),
            "follower_id": str(self.follower.pk),
            "what": "stop",
            "kind": "council_district",
            "slug": "pothole",
            "pk": "1",
            "z": "12",
            "x": "1",
            "y": "1",
        }


def resident_side() -> list[Address]:
    return [each for each in ours() if each.name.startswith(("resident:", "choose_language"))]


def with_names(table: dict[str, tuple[str, ...]]) -> list[Address]:
    """The addresses of a table; every name of it has one."""
    found = [each for each in resident_side() if each.name.removeprefix("resident:") in table]
    assert {each.name.removeprefix("resident:") for each in found} == {*table}
    return found


@pytest.fixture
def resident_world(city: makers.SmallCity) -> World:
    return World()


def test_every_parameter(resident_world: World) -> None:
    failed = []
    for address in with_names(READ):
        path, names = (
            address.path(resident_world.words(address)),
            READ[address.name.removeprefix("resident:")],
        )
        queries: list[dict[str, Any]] = [dict.fromkeys(names, (value, value)) for value in ODD.values()]
        queries += [{name: [ODD[what], ODD[what]]} for name in names for what in TELLING]
        if {*PLACE} <= {*names}:
            good = {"lat": "39.3", "lon": "-76.65", "radius": "400", "category": "pothole"}
            queries += [{**good, name: value} for name in good for value in ODD.values()]
        failed += [
            (path, query, status)
            for query in queries
            if (status := resident_world.client.get(path, query).status_code) >= 500
        ]
    assert failed == []


def test_every_field(resident_world: World) -> None:
    failed = []
    for address in with_names(SENT):
        path = address.path(resident_world.words(address))
        for name in SENT[address.name.removeprefix("resident:")]:
            for what, value in ODD.items():
                with transaction.atomic():
                    status = resident_world.client.post(path, {**GOOD, name: value}).status_code
                    transaction.set_rollback(True)
                if status >= 500:
                    failed.append((path, name, what, status))
    assert failed == []
