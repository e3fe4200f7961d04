"""The pages that hide, correct and split: typed, looked at, done; overtaken screens and hostile input keep the words."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from departments.models import StaffUser
from requests_app.actions import Actor, acknowledge, appeal, close, unpublish
from requests_app.models import Ban, HiddenWords, Photo, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.workflow import EventKind, Outcome
from tests import makers
from tests.security import world

pytestmark = pytest.mark.django_db
NOW = makers.NOW
BOX = {"x": ["10", ""], "y": ["10", ""], "width": ["30", ""], "height": ["30,5", ""]}


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW + dt.timedelta(hours=2))


@pytest.fixture
def filed(city: makers.SmallCity) -> world.Filed:
    return world.file_report("pothole", photos=[world.picture(1)], description="Ask Ann Lee", **world.SECRETS)


@pytest.fixture
def made(filed: world.Filed) -> ServiceRequest:
    return filed.request


@pytest.fixture
def page(client: Client, dispatcher: StaffUser) -> Client:
    client.force_login(dispatcher)
    return client


def at(made: ServiceRequest, thing: str) -> str:
    photo = made.photos.exclude(state=PhotoState.RESTRICTED).get().public_id
    return f"/queue/{made.number}/{thing}/" + (f"{photo}/" if thing == "photo" else "")


WORK: dict[str, tuple[dict[str, object], EventKind]] = {
    "photo": ({**BOX, "reason": "A face"}, EventKind.PHOTO_REDACTED),
    "text": ({"phrases": "Ann Lee", "reason": "A name"}, EventKind.TEXT_REDACTED),
    "place": (
        {"address": "200 Main St", "latitude": "39.3", "longitude": "-76.55", "confirm": "1"},
        EventKind.PLACE_CORRECTED,
    ),
}


def work(made: ServiceRequest, thing: str, city: makers.SmallCity) -> tuple[dict[str, object], EventKind]:
    if thing != "split":
        return WORK[thing]
    photo = made.photos.get().public_id
    data = {
        "category": city.rats.pk,
        "description": "Rats",
        "remaining": "Ask Ann Lee",
        f"photo_{photo}": "both",
    }
    return data, EventKind.SPLIT


THINGS = ("photo", "text", "place", "split")


@pytest.mark.parametrize("thing", THINGS)
def test_done_by_one_press(page: Client, made: ServiceRequest, city: makers.SmallCity, thing: str) -> None:
    data, kind = work(made, thing, city)
    assert page.get(at(made, thing)).status_code == 200
    answer = page.post(at(made, thing), {"version": made.version, **data})
    assert answer.status_code == 303, answer.content.decode()[:3000]
    assert made.events.filter(kind=kind).count() == 1
    assert page.get(f"/queue/{made.number}/").status_code == 200


@pytest.mark.parametrize("thing", THINGS)
def test_an_overtaken_screen_keeps_the_words(
    page: Client, made: ServiceRequest, city: makers.SmallCity, dispatcher: StaffUser, thing: str
) -> None:
    data, kind = work(made, thing, city)
    acknowledge(request_id=made.pk, version=None, by=Actor.staff(dispatcher), now=NOW)
    answer = page.post(at(made, thing), {"version": made.version, **data})
    words = answer.content.decode()
    assert answer.status_code == 409
    assert not made.events.filter(kind=kind).exists()
    assert "Acknowledged" in words
    assert f'name="version" value="{made.version + 1}"' in words
    for value in data.values():
        typed = value[0] if isinstance(value, list) else str(value)
        assert typed in words, typed


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("version", [None, "", "x", "-1", "9" * 40, "٣"])
def test_a_form_without_its_version_is_none_of_ours(
    page: Client, made: ServiceRequest, city: makers.SmallCity, thing: str, version: str | None
) -> None:
    data, _kind = work(made, thing, city)
    if version is not None:
        data = {**data, "version": version}
    assert page.post(at(made, thing), data).status_code == 400


HOSTILE: list[tuple[str, dict[str, object]]] = [
    ("photo", {}),
    ("photo", {"x": ["a"], "y": ["1"], "width": ["1"], "height": ["1"], "reason": "r"}),
    ("photo", {"x": ["nan"], "y": ["1"], "width": ["1"], "height": ["1"], "reason": "r"}),
    ("photo", {"x": ["1e400"], "y": ["1"], "width": ["1"], "height": ["1"], "reason": "r"}),
    ("photo", {"x": ["-5"], "y": ["1"], "width": ["1"], "height": ["1"], "reason": "r"}),
    ("photo", {"x": ["5"], "y": ["1"], "width": ["0"], "height": ["1"], "reason": "r"}),
    ("photo", {"x": ["5", "6"], "y": ["1"], "width": ["1"], "height": ["1"], "reason": "r"}),
    ("photo", {name: ["5"] * 21 for name in ("x", "y", "width", "height")}),
    ("photo", {**BOX, "reason": " "}),
    ("photo", {**BOX, "reason": "r" * 1_001}),
    ("text", {"phrases": "", "reason": "r"}),
    ("text", {"phrases": "a", "reason": "r"}),
    ("text", {"phrases": "\x00\x00", "reason": "r"}),
    ("text", {"phrases": "nowhere", "reason": "r"}),
    ("text", {"phrases": "Ann Lee", "reason": ""}),
    ("text", {"phrases": "x" * 1_000_000, "reason": "r"}),
    ("place", {"address": ""}),
    ("place", {"address": "x" * 1_000_000}),
    ("place", {"address": "x", "latitude": "39.3"}),
    ("place", {"address": "x", "latitude": "999", "longitude": "0"}),
    ("place", {"address": "x\x00y"}),
    ("split", {}),
    ("split", {"category": "9" * 30, "description": "d", "remaining": "r"}),
    ("split", {"category": "1", "description": "d" * 1_000_000, "remaining": "r"}),
]


@pytest.mark.parametrize(("thing", "data"), HOSTILE)
def test_hostile_input_is_a_clear_answer(
    page: Client, made: ServiceRequest, thing: str, data: dict[str, object]
) -> None:
    answer = page.post(at(made, thing), {"version": made.version, **data})
    assert answer.status_code in {400, 413}
    assert made.events.count() == 2


def test_the_grid_and_the_preview_need_no_script(page: Client, made: ServiceRequest) -> None:
    url = at(made, "photo")
    words = page.post(url, {"version": made.version, **BOX, "preview": "1"}).content.decode()
    assert "grid.jpg?b=10,10,30,30.5" in words
    assert 'value="30,5"' in words
    assert (
        page.post(url, {"version": made.version, **BOX, "more": "1"}).content.decode().count("data-row") > 3
    )
    plain, boxed = page.get(url + "grid.jpg"), page.get(url + "grid.jpg?b=10,10,30,30")
    assert (plain.headers["Content-Type"], plain.headers["Cache-Control"]) == (
        "image/jpeg",
        "private, no-store",
    )
    with Image.open(io.BytesIO(plain.content)) as one, Image.open(io.BytesIO(boxed.content)) as other:
        assert one.tobytes() != other.tobytes()
    for wrong in ("b=1,2,3", "b=a,b,c,d", "b=nan,1,1,1", "b=1,1,1,1,1", "b=,,,"):
        assert page.get(f"{url}grid.jpg?{wrong}").status_code == 400, wrong


def test_a_photo_is_redacted_once(page: Client, made: ServiceRequest) -> None:
    url = at(made, "photo")
    page.post(url, {"version": made.version, **WORK["photo"][0]})
    assert page.get(url).status_code == 404
    assert page.get(at(made, "photo")).status_code == 200, "the one in its place can be redacted further"
    assert made.photos.count() == 2


def test_a_waiting_photo_is_shown_with_its_boxes(page: Client, made: ServiceRequest) -> None:
    Photo.objects.filter(request=made).update(state=PhotoState.WAITING)
    assert 'name="show" id="show" checked' in page.get(at(made, "photo")).content.decode()
    page.post(at(made, "photo"), {"version": made.version, "show": "on", **WORK["photo"][0]})
    assert Photo.objects.get(request=made, redacts__isnull=False).state == PhotoState.PUBLISHED


def test_the_preview_shows_what_will_stand_there(page: Client, made: ServiceRequest) -> None:
    words = page.post(
        at(made, "text"), {"version": made.version, "phrases": "ann  lee", "preview": "1"}
    ).content.decode()
    assert "Ask ▮▮▮" in words
    assert "1 place will be hidden" in words
    assert not HiddenWords.objects.exists()


def test_the_place_is_looked_at_before_it_is_written(page: Client, made: ServiceRequest) -> None:
    data = {"version": made.version, "address": "200 Main St", "latitude": "39.3", "longitude": "-76.55"}
    words = page.post(at(made, "place"), data).content.decode()
    assert "District 2" in words
    assert 'value="39.300000,-76.550000,200 Main St"' in words
    assert made.events.count() == 2
    chosen = {"version": made.version, "address": "x", "place_choice": "39.300000,-76.550000,200 Main St"}
    assert page.post(at(made, "place"), {**chosen, "confirm": "1"}).status_code == 303
    made.refresh_from_db()
    assert (made.address, made.longitude) == ("200 Main St", -76.55)


@pytest.mark.parametrize("thing", ["place", "split"])
def test_a_closed_request_says_so(
    page: Client, made: ServiceRequest, city: makers.SmallCity, dispatcher: StaffUser, thing: str
) -> None:
    close(
        request_id=made.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Done",
        by=Actor.staff(dispatcher),
        now=NOW + dt.timedelta(hours=2),
    )
    made.refresh_from_db()
    assert "not possible while the request is closed" in page.get(at(made, thing)).content.decode()
    data, _kind = work(made, thing, city)
    assert page.post(at(made, thing), {"version": made.version, **data}).status_code == 400


def test_a_retired_category_is_refused(page: Client, made: ServiceRequest, city: makers.SmallCity) -> None:
    data, _kind = work(made, "split", city)
    city.rats.is_active = False
    city.rats.save()
    from civic311.lib.cached import forget_all

    forget_all()
    answer = page.post(at(made, "split"), {"version": made.version, **data})
    assert answer.status_code == 400
    assert "retired" in answer.content.decode()


def test_an_objection_is_seen_and_answered(page: Client, filed: world.Filed, dispatcher: StaffUser) -> None:
    made, by = filed.request, Actor.staff(dispatcher)
    unpublish(request_id=made.pk, version=None, reason="r", published_reason="A name", by=by, now=NOW)
    appeal(request_id=made.pk, words="It is my own", by=Actor.reporter(), now=NOW)
    made.refresh_from_db()
    assert "The reporter objects to the hiding" in page.get(f"/queue/{made.number}/").content.decode()
    assert made.number in page.get("/moderation/").content.decode()
    url = f"/queue/{made.number}/appeal/"
    assert "It is my own" in page.get(url).content.decode()
    assert page.post(url, {"version": made.version, "decision": "uphold"}).status_code == 400
    assert page.post(url, {"version": made.version, "decision": "burn"}).status_code == 400
    assert page.post(url, {"version": 1, "decision": "uphold", "words": "Kept words"}).status_code == 409
    answer = page.post(url, {"version": made.version, "decision": "publish", "words": "You are right"})
    assert answer.status_code == 303
    made.refresh_from_db()
    assert made.is_public


def test_destroying_asks_for_a_tick_and_a_reason(client: Client, made: ServiceRequest, page: Client) -> None:
    page.post(at(made, "text"), {"version": made.version, **WORK["text"][0]})
    made.refresh_from_db()
    client.force_login(makers.staff("records_officer"))
    url, seen = f"/queue/{made.number}/unredacted/", {"version": made.version}
    assert "Ask Ann Lee" in client.get(url).content.decode()
    for lacking in (
        {"reason": "Schedule 12"},
        {"sure": "on", "reason": " "},
        {"sure": "on", "reason": "r" * 1_001},
    ):
        assert client.post(url, {**seen, **lacking}).status_code == 400
    assert client.post(url, {"version": 1, "sure": "on", "reason": "r"}).status_code == 409
    assert HiddenWords.objects.exists()
    assert client.post(url, {**seen, "sure": "on", "reason": "Schedule 12"}).status_code == 303
    assert not HiddenWords.objects.exists()
    assert client.post(url, {"version": made.version + 1, "sure": "on", "reason": "r"}).status_code == 400


@pytest.fixture
def bans_page(client: Client, city: makers.SmallCity) -> Callable[..., int]:
    client.force_login(makers.staff("supervisor", city.streets))

    def post(**data: str) -> int:
        usual = {"reason": "Forty invented reports", "until": "2026-04-04"}
        return client.post("/moderation/bans/", usual | data).status_code

    return post


@pytest.mark.parametrize(
    "data",
    [
        {"who": "nobody"},
        {"who": "a@b"},
        {"who": "26-999999"},
        {"who": "x@example.org", "until": "2026-03-04"},
        {"who": "x@example.org", "until": "2030-01-01"},
        {"who": "x@example.org", "reason": ""},
        {"who": "x" * 1_000_000},
    ],
)
def test_a_ban_that_is_no_ban(bans_page: Callable[..., int], data: dict[str, str]) -> None:
    assert bans_page(**data) in {400, 413}
    assert not Ban.objects.exists()


def test_the_reporter_of_a_report_is_banned_unseen(
    client: Client, made: ServiceRequest, bans_page: Callable[..., int]
) -> None:
    assert bans_page(who=made.number) == 303
    assert Ban.objects.count() == 2, "mailbox and telephone"
    words = client.get("/moderation/bans/").content.decode()
    assert "z…@secret.example" in words
    assert "Saturday, April 4" in words
    assert client.post(f"/moderation/bans/{Ban.objects.earliest('pk').pk}/lift/").status_code == 303
    assert "lifted by" in client.get("/moderation/bans/").content.decode()


@pytest.mark.parametrize("count", [3, 30])
def test_the_same_statements_for_many_bans(
    client: Client, bans_page: Callable[..., int], dispatcher: StaffUser, count: int
) -> None:
    for number in range(count):
        Ban.objects.create(
            key=f"{number}", shown="…", reason="r", created_by=dispatcher, created_at=NOW,
            expires_at=NOW + dt.timedelta(days=1 if number % 2 else 0, hours=1),
        )  # fmt: skip
    client.get("/moderation/bans/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/moderation/bans/")
    assert len(queries) <= 6, [query["sql"][:90] for query in queries]
