"""Every field of every form of the desk, the queue's pages and the crew's: bad words are answered, never a 500."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client

from civic311.lib import clock
from civic311.lib.tokens import task_token
from departments.models import Article, StaffUser
from requests_app.actions import Actor
from requests_app.actions.asking import ask
from requests_app.actions.tasks import give_task
from requests_app.models import ServiceRequest, Task
from tests import makers
from tests.security import world
from tests.security.test_bad_input import VALUES

pytestmark = pytest.mark.django_db
BAD = {
    **{name: VALUES[name] for name in ("nul", "nothing", "minus", "huge", "digits", "nan", "exponent")},
    **{name: VALUES[name] for name in ("arabic digits", "no day", "first day", "last day", "emoji", "query")},
    "leading zeros": "0" * 20 + "9" * 5000,
    "beyond integer": "3000000000",
    "beyond bigint": "9" * 19,
    "pair": "1:" + "9" * 5000,
    "moment": "0001-01-01T00:00:00+14:00",
    "half": "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "separators": ",;|.\x1f\x85",
}
TELLING = ("digits",)
"""Tried in each field by itself; the others in all fields at once."""


@dataclass(frozen=True)
class Screen:
    """A form as its page sends it; ``fields`` are good words."""

    path: str
    fields: dict[str, str]


Make = Callable[[ServiceRequest, StaffUser, makers.SmallCity], Screen]


def _of(path: str, **fields: str) -> Make:
    def make(made: ServiceRequest, user: StaffUser, city: makers.SmallCity) -> Screen:
        known = {
            "VERSION": str(made.version), "USER": str(user.pk), "NUMBER": made.number, "PK": str(made.pk),
            "PHOTO": made.photos.all()[0].public_id, "WEEK": world.next_week(), "RATS": str(city.rats.pk),
            "WASTE": str(city.waste.pk),
        }  # fmt: skip
        words = {name: known.get(value, value) for name, value in fields.items()}
        return Screen(path.format(number=made.number, photo=known["PHOTO"], pk=made.pk), words)

    return make


CALL = {
    "phone": "410-555-0187", "name": "Jo", "email": "jo@home.example", "description": "A hole",
    "category": "pothole", "address": "100 Main St", "latitude": "39.3", "longitude": "-76.65", "key": "x",
    "started": "2026-06-01T10:00:00+00:00", "channel": "phone", "language": "en", "interpreter": "x",
    "number": "NUMBER", "pin": "1234", "topic": "Trees", "colleague": "USER", "other": "", "auto": "",
    "place_choice": "", "asked_address": "",
}  # fmt: skip
SCREENS: dict[str, Make] = {
    "ask": _of("/queue/{number}/ask/", version="VERSION", text="Where?"),
    "renew": _of("/queue/{number}/renew/", version="VERSION", due_on="WEEK", reason="Frost"),
    "answer": _of("/queue/{number}/answer/", version="VERSION", text="There"),
    "place": _of(
        "/queue/{number}/place/", version="VERSION", address="100 Main St", latitude="39.3",
        longitude="-76.65", reason="Seen", place_choice="39.3,-76.65,Here", confirm="1", move="on",
    ),
    "text": _of("/queue/{number}/text/", version="VERSION", phrases="hole", reason="A name"),
    "photo": _of(
        "/queue/{number}/photo/{photo}/", version="VERSION", x="1", y="1", width="50", height="50",
        reason="A face", preview="1",
    ),
    "split": _of(
        "/queue/{number}/split/", version="VERSION", category="RATS", description="Rats", remaining="Hole",
    ),
    "appeal": _of("/queue/{number}/appeal/", version="VERSION", words="No", decision="uphold"),
    "dispose": _of("/queue/{number}/unredacted/", version="VERSION", reason="Old", sure="on"),
    "task": _of(
        "/queue/{number}/tasks/give/", version="VERSION", text="Look", is_question="work", department="WASTE",
        assignee="", email="", due_on="WEEK",
    ),
    "plan": _of("/queue/{number}/tasks/plan/", version="VERSION", outcome="fixed", public_answer="Done"),
    "unplan": _of("/queue/{number}/tasks/unplan/", version="VERSION"),
    "join": _of(
        "/queue/{number}/incident/join/", **{"version": "VERSION", "numbers": "26-000001", "with": "26-1",
        "lead": "NUMBER", "version_26-1": "1"},
    ),
    "part": _of("/queue/{number}/incident/part/", version="VERSION", reason="Other"),
    "lead": _of("/queue/{number}/incident/lead/", version="VERSION"),
    "not same": _of("/queue/{number}/incident/not-same/", other="NUMBER"),
    "roll up": _of("/queue/roll-up/", n="NUMBER", lead="NUMBER"),
    "result": _of("/queue/{number}/result/", version="VERSION", words="Done"),
    "watch": _of("/queue/{number}/watch/", watch="0"),
    "view": _of("/queue/views/new/", name="Mine", share="", query="q=hole"),
    "habits": _of("/queue/habits/", columns="status", layout="list", has_shortcuts="on", query="q=a"),
    "rule": _of(
        "/queue/escalation/new/", name="Late", hours="2", side="before", department="", category="RATS",
        priority="", to_role="supervisor", to_user="USER",
    ),
    "template": _of(
        "/queue/templates/new/", name="Done", text="Filled {{number}}", language="en", outcome="fixed",
        category="RATS", department="WASTE", position="1", seen="x",
    ),
    "storm": _of(
        "/storms/new/", name="Ice", starts_at="2026-12-01T10:00", ends_at="2026-12-02T10:00",
        categories="RATS", policy="extend", extra_days="2", banner_en="Ice",
    ),
    "article": _of(
        "/knowledge/new/", title="Trees", topic="Trees", summary="a", body="b", script="c", keywords="d",
        referrals="Aid | 1 | https://aid.example | x", category="RATS", valid_until="WEEK", seen="x",
        title_es="a", body_es="b",
    ),
    "article edit": _of("/knowledge/trees/edit/", title="Trees", topic="Trees", body="b", seen="x"),
    "feedback": _of("/knowledge/trees/feedback/", helped="yes", comment="ok"),
    "help feedback": _of("/help/trees/feedback/", helped="yes"),
    "ban": _of("/moderation/bans/", who="bad@home.example", reason="Spam", until="WEEK", note="x"),
    "mail": _of("/inbox/mail/", inbox_mail="none"),
    "found": _of(
        "/crew/found/", category="pothole", other="RATS", words="Hole", address="100 Main St",
        latitude="39.3", longitude="-76.65", key="k1",
    ),
    "give work": _of("/crew/work/give/?person=1", job="1:1", to="USER"),
    "caller": _of("/desk/caller/", phone="410-555-0187", key="x"),
    **{
        f"crew {name}": _of(f"/crew/{{number}}/do/{name}/", version="VERSION", key="k2", words="Done", outcome="fixed", again_on="WEEK", department="WASTE", reason="Theirs", case_number="1", comply_by="WEEK", without_photo="x")
        for name in ("done", "no-access")
    },
    **{
        f"desk {do}": _of("/desk/", **CALL, do=do)
        for do in ("look", "report", "info")
    },
    **{
        f"constituent {do}": _of("/constituents/new/", **CALL, updates="on", place_note="x", outside_ok="", do=do)
        for do in ("look", "file")
    },
    **{
        f"bulk {name}": _of("/queue/bulk/", move=name, worded="1", do="1", pinned="1:1", query="q=a", assignee="USER", public_note="x", reason="x", waiting_for="x", review_on="WEEK", outcome="fixed", public_answer="x", internal_note="x", priority="2", category="RATS", audience="staff", text="x")
        for name in ("assign", "hold", "note")
    },
    "bulk of numbers": _of("/queue/bulk/", move="note", n="NUMBER", all="1", query="view=mine&assignee=1"),
}  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
def test_every_field_of_every_form(city: makers.SmallCity, administrator: StaffUser, name: str) -> None:
    Article.objects.create(
        slug="trees", title="Trees", topic="Trees", body="b", is_public=True, updated_at=makers.NOW
    )
    made = world.file_report(photos=[world.picture()]).request
    client = world.client_of(administrator, raise_request_exception=False)
    screen = SCREENS[name](made, administrator, city)
    failed: list[tuple[str, str, int]] = []
    tries = [({field: BAD[what]}, field, what) for field in screen.fields for what in TELLING]
    kept = {"version", "move", "do", "worded", "confirm", "key"}
    tries += [(dict.fromkeys(screen.fields.keys() - kept, value), "all", what) for what, value in BAD.items()]
    for bad, field, what in tries:
        with transaction.atomic():
            status = client.post(screen.path, {**screen.fields, **bad}).status_code
            transaction.set_rollback(True)
        if status >= 500 or status == 403:
            failed.append((field, what, status))
    assert failed == []


def test_the_signed_link_of_a_colleague(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = world.file_report().request
    client = Client(raise_request_exception=False)
    for pk in ("0", "1", "9" * 19, "9" * 40):
        for token in ("x", "%00", "A" * 5000, task_token(1, 1)):
            url = f"/colleagues/{pk}/{token}/"
            assert client.get(url).status_code in {400, 404}, url
            assert client.post(url, {"result": "x"}).status_code in {400, 404}, url
    task = _task(made, dispatcher)
    url = f"/colleagues/{task.pk}/{task_token(task.pk, task.token_version)}/"
    page = client.get(url)
    assert page.status_code == 200
    assert page["Referrer-Policy"] in {"same-origin", "no-referrer"}
    for value in BAD.values():
        with transaction.atomic():
            assert client.post(url, {"result": value}).status_code in {200, 303, 400}, value[:20]
            transaction.set_rollback(True)
    assert client.post(url, {"result": "x" * 900_000}).status_code == 400


def _task(made: ServiceRequest, dispatcher: StaffUser) -> Task:
    give_task(
        request_id=made.pk, version=None, text="Look", department=made.department,
        by=Actor.staff(dispatcher), now=clock.now(),
    )  # fmt: skip
    task = Task.objects.get()
    Task.objects.filter(pk=task.pk).update(email="pat@streets.example", department=None)
    return task


def test_what_a_reporter_answers(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    filed = world.file_report(**world.SECRETS)
    ask(request_id=filed.request.pk, version=None, text="Where?", by=Actor.staff(dispatcher), now=clock.now())
    client = Client(raise_request_exception=False)
    for field, path in (("text", "answer"), ("words", "appeal")):
        for what, value in BAD.items():
            with transaction.atomic():
                status = client.post(f"/r/{filed.token}/{path}/", {field: value}).status_code
                transaction.set_rollback(True)
            assert status in {200, 302, 303, 400, 429}, (path, what, status)


def test_addresses_with_numbers_beyond_all_numbers(city: makers.SmallCity, administrator: StaffUser) -> None:
    client = world.client_of(administrator, raise_request_exception=False)
    zeros = BAD["leading zeros"]
    box = {"bbox": "-76.7,39.2,-76.5,39.4"}
    for path, query in (
        ("/queue/news/", {"after": zeros, "at": "1"}),
        ("/queue/news/", {"after": "1", "at": zeros}),
        ("/queue/news/", {"after": "1", "at": "9" * 18}),
        ("/queue/cells.json", {**box, "zoom": zeros}),
        ("/queue/cells.json", {**box, "zoom": "9" * 18}),
    ):
        assert client.get(path, query).status_code in {200, 400}, (path, query)
    for path in (
        "/inbox/",
        "/queue/",
        "/queue/views/",
        "/knowledge/",
        "/desk/calls/",
        "/crew/",
        "/help/",
        "/constituents/",
    ):
        for value in BAD.values():
            query = dict.fromkeys(
                ("page", "start", "end", "q", "topic", "same", "lat", "lon", "order"), value
            )
            assert client.get(path, query).status_code < 500, (path, value[:20])
    assert client.get("/desk/calls/", {"start": "0001-01-01", "end": "0001-01-02"}).status_code < 500
    assert client.get("/desk/calls/", {"start": "9999-12-30", "end": "9999-12-31"}).status_code < 500
