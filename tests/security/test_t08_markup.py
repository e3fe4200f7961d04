"""Hostile words in every name and text stay words on every page, where templates draw and where Python does."""

from __future__ import annotations

import pytest
from django.test import Client

from departments.models import Area, Category, CategoryGroup, City, Department, Partner, StaffUser
from tests import makers
from tests.security import moves, world
from tests.security.addresses import ours
from tests.security.test_t27_forms_and_hosts import path_of

pytestmark = pytest.mark.django_db

HOSTILE = "\"'></script></textarea></title><img src=x onerror=alert(1)>{{ 7 }}"
BROKEN_OUT = ("<img src=x", "</script></textarea>", "</textarea></title>", "onerror=alert(1)>", "\"'>")


def broken_out(text: str) -> list[str]:
    return [mark for mark in BROKEN_OUT if mark in text]


@pytest.fixture
def hostile(city: makers.SmallCity, administrator: StaffUser, dispatcher: StaffUser) -> world.Filed:
    """A city whose every name is an attack, and a report whose every field is one."""
    world.partner()
    filed = world.file_report(
        description=HOSTILE, address=HOSTILE, place_note=HOSTILE, name=HOSTILE, photos=[world.picture()]
    )
    client = world.client_of(administrator)
    for version, name in enumerate(("assign", "start", "note", "hold"), start=1):
        words = moves.words_of(name, city, filed.request, dispatcher)
        words |= dict.fromkeys({"public_note", "text", "reason", "waiting_for"} & set(words), HOSTILE[:100])
        sent = {"version": version, **words}
        assert client.post(f"/queue/{filed.request.number}/do/{name}/", sent).status_code == 303, name
    client.post(f"/queue/{filed.request.number}/reveal/")
    for model in (Category, CategoryGroup, Department, Area, Partner, StaffUser):
        model.objects.update(name=HOSTILE)
    Category.objects.update(description=HOSTILE, keywords=HOSTILE)
    Department.objects.update(short_name=HOSTILE[:40])
    City.objects.update(name=HOSTILE[:60], full_name=HOSTILE, emergency_text=HOSTILE)
    return filed


def test_every_page_for_everybody(hostile: world.Filed, administrator: StaffUser) -> None:
    shown = 0
    found = []
    for client in (Client(), world.client_of(administrator)):
        for address in ours():
            for query in ({}, {"q": HOSTILE, "number": HOSTILE, "next": HOSTILE, "view": HOSTILE}):
                answer = client.get(path_of(address, hostile.request), query)
                text = world.body_of(answer).decode(errors="replace")
                if "html" not in answer.get("Content-Type", ""):
                    continue
                shown += "onerror=alert" in text
                found += [(address.route, bool(query), mark) for mark in broken_out(text)]
    assert shown > 10, "the words are on the pages"
    assert found == []


def test_forms_that_come_back(hostile: world.Filed, city: makers.SmallCity, administrator: StaffUser) -> None:
    client = world.client_of(administrator)
    data = dict.fromkeys(world.report_data(), HOSTILE) | {"email": HOSTILE, "phone": HOSTILE}
    assert broken_out(client.post("/report/", data).content.decode()) == []
    assert broken_out(client.post(f"/r/{hostile.token}/reopen/", {"reason": HOSTILE}).content.decode()) == []
    url = f"/queue/{hostile.request.number}/do/"
    for name in ("close", "hold", "assign", "note", "reroute", "recategorize", "unpublish", "hand_over"):
        fields = moves.words_of(name, city, hostile.request, administrator)
        for version in (1, 5):
            answer = client.post(url + f"{name}/", {**dict.fromkeys(fields, HOSTILE), "version": version})
            if answer.status_code != 303:
                assert broken_out(answer.content.decode()) == [], (name, version)
