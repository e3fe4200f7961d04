"""The reporter's page: answers, corrections and photos over HTTP, and what a person reads when it is too late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic311.lib.cached import forget_all
from civic311.lib.clock import now
from departments.models import StaffUser
from requests_app.actions import Actor, Submitted, acknowledge, add_note, close, confirm, hold
from requests_app.models import Photo, ServiceRequest
from requests_app.workflow import Audience, Outcome
from tests import makers
from tests.forms import form_of
from tests.makers import SmallCity
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def filed(city: SmallCity, *, days_ago: float = 0, **fields: Any) -> Submitted:
    return makers.submitted(city.pothole, now=now() - dt.timedelta(days=days_ago), **fields)


def closed(city: SmallCity, staff: StaffUser, outcome: Outcome = Outcome.FIXED, **details: str) -> Submitted:
    made = filed(city, days_ago=3, email="jane@example.org")
    close(
        request_id=made.request.pk, version=None, outcome=outcome, public_answer="We came.", details=details,
        by=Actor.staff(staff), now=now() - DAY,
    )  # fmt: skip
    return made


def upload(name: str = "hole.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or pictures.encoded(pictures.scene()).getvalue(), "image/jpeg")


def test_yes_is_thanked_and_a_second_yes_told(client: Client, city: SmallCity, dispatcher: StaffUser) -> None:
    made = closed(city, dispatcher)
    page = client.get(f"/r/{made.token}/")
    assert "Is it solved?" in text(page)
    yes = form_of(page, action=f"/r/{made.token}/confirm/")
    assert "You said it is solved. Thank you." in text(yes.send(client, follow=True))
    assert "You told us already" in text(yes.send(client, follow=True))
    assert client.get(f"/r/{made.token}/confirm/").status_code == 302
    assert made.request.events.filter(kind="request.confirmed").count() == 1
    public = text(client.get(f"/requests/{made.request.number}/"))
    assert "The reporter says it is solved" in public
    assert "Is it solved?" not in public


def test_yes_in_an_old_window_after_reopening_says_so(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    made = closed(city, dispatcher)
    page = client.get(f"/r/{made.token}/")
    client.post(f"/r/{made.token}/reopen/", {"reason": "Still deep"})
    yes = form_of(page, action=f"/r/{made.token}/confirm/").send(client, follow=True)
    assert "This report is open again" in text(yes)
    twice = client.post(f"/r/{made.token}/reopen/", {"reason": "Still deep"}, follow=True)
    assert "open already" in text(twice)
    made.request.refresh_from_db()
    assert made.request.reopened_count == 1


@pytest.mark.django_db(transaction=True)
def test_a_photo_can_say_no(client: Client, city: SmallCity, dispatcher: StaffUser) -> None:
    made = closed(city, dispatcher)
    bad = client.post(f"/r/{made.token}/reopen/", {"photos": upload(content=b"no picture")})
    assert "not a picture" in text(bad)
    answer = client.post(f"/r/{made.token}/reopen/", {"reason": "", "photos": upload()}, follow=True)
    assert "open again" in text(answer)
    photo = Photo.objects.get()
    assert photo.request == made.request
    assert f"/photos/{photo.public_id}/small.jpg" in text(client.get(f"/requests/{made.request.number}/"))


@pytest.mark.django_db(transaction=True)
def test_photos_are_added_while_it_is_open(client: Client, city: SmallCity, dispatcher: StaffUser) -> None:
    made = filed(city, is_anonymous=True)
    path = f"/r/{made.token}/photo/"
    assert "Choose a photo." in text(client.post(path, {}))
    answer = client.post(path, {"photos": [upload(), upload("two.jpg", b"x")]})
    assert "not a picture" in text(answer)
    assert not Photo.objects.exists()
    answer = client.post(path, {"photos": upload()}, follow=True)
    assert "A person looks at it before it is shown online" in text(answer)
    assert "Shown online after a person has looked" in text(answer)
    assert Photo.objects.get().public_id not in text(client.get(f"/requests/{made.request.number}/"))
    close(
        request_id=made.request.pk, version=None, outcome=Outcome.FIXED, public_answer="Done",
        by=Actor.staff(dispatcher), now=now(),
    )  # fmt: skip
    assert "This report is closed" in text(client.post(path, {"photos": upload()}, follow=True))


def test_the_words_are_changed_until_somebody_reads_them(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    made = filed(city)
    path = f"/r/{made.token}/edit/"
    first, second = client.get(path), client.get(path)
    saved = form_of(first, with_field="description").fill(description="Two holes").send(client, follow=True)
    assert "Your changes are saved." in text(saved)
    assert "Two holes" in text(client.get(f"/requests/{made.request.number}/"))
    other = form_of(second, with_field="description").fill(description="Three holes").send(client)
    assert other.status_code == 409
    assert "changed in another window" in text(other)
    assert "Two holes" in text(other)
    assert "Three holes" in text(other)
    form_of(other, with_field="description").send(client)
    made.request.refresh_from_db()
    assert made.request.description == "Three holes"
    empty = form_of(client.get(path), with_field="description").fill(description=" ").send(client)
    assert "Describe what is wrong." in text(empty)
    acknowledge(request_id=made.request.pk, version=None, by=Actor.staff(dispatcher), now=now())
    for answer in (
        client.get(path, follow=True),
        client.post(path, {"version": 1, "description": "x"}, follow=True),
    ):
        assert "The time to change this report is over" in text(answer)


def test_after_an_hour_the_words_stay(client: Client, city: SmallCity) -> None:
    made = filed(city, days_ago=0.1)
    assert "/edit/" not in text(client.get(f"/r/{made.token}/"))
    version = {"version": made.request.version, "description": "x", "place_note": ""}
    answer = client.post(f"/r/{made.token}/edit/", version, follow=True)
    assert "The time to change this report is over" in text(answer)


def test_past_the_target_a_review_can_be_asked(client: Client, city: SmallCity) -> None:
    made = filed(city, days_ago=20)
    page = client.get(f"/r/{made.token}/")
    assert "We missed the target of" in text(page)
    form = form_of(page, action=f"/r/{made.token}/review/")
    answer = form.fill(words="The bus hits it").send(client, follow=True)
    assert "A supervisor looks at your report." in text(answer)
    assert "You can ask again on" in text(answer)
    assert "You asked for a review already" in text(form.send(client, follow=True))
    public = text(client.get(f"/requests/{made.request.number}/"))
    assert "The reporter asked for a review" in public
    assert "The bus hits it" not in public


def test_taken_care_of_is_thanked(client: Client, city: SmallCity) -> None:
    made = filed(city)
    path = f"/r/{made.token}/taken-care/"
    assert "taken-care" not in text(client.get(f"/r/{made.token}/"))
    refused = client.post(path, {}, follow=True)
    assert "Only the department can close this report" in text(refused)
    city.pothole.self_help = {"en": {"safe": "Stay on the sidewalk.", "tools": "A shovel", "groups": []}}
    city.pothole.save()
    forget_all()
    assert "Stay on the sidewalk." in text(client.get(f"/requests/{made.request.number}/"))
    answer = form_of(client.get(path), action=path).fill(words="We filled it").send(client, follow=True)
    assert "You told us on" in text(answer)
    public = text(client.get(f"/requests/{made.request.number}/"))
    assert "Thank you to all who helped." in public
    assert "We filled it" not in public


@pytest.mark.parametrize("move", ["confirm", "reopen", "review", "taken-care", "edit", "photo", "receipt"])
def test_a_wrong_link_opens_nothing(client: Client, city: SmallCity, move: str) -> None:
    for method in (client.get, client.post):
        assert method(f"/r/{'x' * 22}/{move}/").status_code in {404, 405}
    assert client.get(f"/r/{'x' * 22}/state.json").status_code == 404


@pytest.mark.parametrize("move", ["confirm", "review", "taken-care", "edit", "photo"])
def test_a_post_without_proof_of_origin_is_refused(city: SmallCity, move: str) -> None:
    made = filed(city)
    assert (
        Client(enforce_csrf_checks=True).post(f"/r/{made.token}/{move}/", {"description": "x"}).status_code
        == 403
    )


def test_the_receipt_says_number_place_and_link(client: Client, city: SmallCity) -> None:
    made = filed(city)
    answer = client.get(f"/r/{made.token}/receipt/")
    for words in (made.request.number, "100 Main St", f"/r/{made.token}/", "Department of Streets"):
        assert words in text(answer)
    assert "no-store" in answer["Cache-Control"]


def test_the_page_asks_cheaply_whether_there_is_news(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    made = filed(city)
    own, public = f"/r/{made.token}/state.json", f"/requests/{made.request.number}/state.json"
    page = text(client.get(f"/r/{made.token}/"))
    tags = {path: client.get(path)["ETag"] for path in (own, public)}
    assert f'data-news-mark="{client.get(own).json()["state"]}"' in page

    def codes() -> list[int]:
        return [client.get(path, headers={"If-None-Match": tags[path]}).status_code for path in (own, public)]

    with CaptureQueriesContext(connection) as captured:
        assert codes() == [304, 304]
    assert len(captured) == 2
    by = Actor.staff(dispatcher)
    for audience, expected in (
        (Audience.STAFF, [200, 200]),
        (Audience.REPORTER, [200, 200]),
    ):
        add_note(request_id=made.request.pk, version=None, text="Words", audience=audience, by=by, now=now())
        assert codes() == expected  # the first note of staff also took the report up
    tags = {path: client.get(path)["ETag"] for path in (own, public)}
    add_note(request_id=made.request.pk, version=None, text="x", audience=Audience.REPORTER, by=by, now=now())
    assert codes()[0] == 200
    close(
        request_id=made.request.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Done",
        by=by,
        now=now(),
    )
    assert client.get(public).json()["open"] is False
    assert "request.js" not in text(client.get(f"/requests/{made.request.number}/"))
    assert client.get("/requests/26-999999/state.json").status_code == 404
    hidden = makers.submitted(city.container).request
    assert client.get(f"/requests/{hidden.number}/state.json").status_code == 404


def test_a_pause_says_for_whom_and_how_long(client: Client, city: SmallCity, dispatcher: StaffUser) -> None:
    made = filed(city, days_ago=10)
    hold(
        request_id=made.request.pk, version=None, reason="The State marks its lines.", waiting_for="the State",
        review_on=(now() + 3 * DAY).date(), by=Actor.staff(dispatcher), now=now() - 3 * DAY,
    )  # fmt: skip
    page = text(client.get(f"/requests/{made.request.number}/"))
    assert "Paused 3 days: waiting for the State. The reason: The State marks its lines." in page


def test_a_duplicate_leads_to_the_first_report(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    lead = closed(city, dispatcher).request
    made = closed(city, dispatcher, Outcome.DUPLICATE, lead=lead.number)
    page = text(client.get(f"/r/{made.token}/"))
    assert f"Somebody told us first: {lead.number}. You get its news; your number stays valid." in page
    assert f'href="/requests/{lead.number}/"' in page
    ServiceRequest.objects.filter(pk=lead.pk).update(is_public=False)
    assert f'href="/requests/{lead.number}/"' not in text(client.get(f"/r/{made.token}/"))


def test_before_and_after_stand_side_by_side(client: Client, city: SmallCity) -> None:
    made = filed(city)
    for purpose in ("report", "result", "report"):
        Photo.objects.create(
            request=made.request, purpose=purpose, sha256="a" * 64, width=8, height=8, created_at=now()
        )
    page = text(client.get(f"/requests/{made.request.number}/"))
    assert page.index("<b>Before</b>") < page.index("<b>After</b>") < page.index("More photos")


def test_confirmed_work_is_seen_by_staff(client: Client, city: SmallCity, dispatcher: StaffUser) -> None:
    made = closed(city, dispatcher)
    confirm(request_id=made.request.pk, by=Actor.reporter(), now=now())
    client.force_login(dispatcher)
    assert "The reporter says it is solved" in text(client.get(f"/queue/{made.request.number}/"))


def test_a_note_among_staff_is_no_news_to_residents(
    client: Client, city: SmallCity, dispatcher: StaffUser
) -> None:
    made = filed(city)
    words: dict[str, Any] = {"request_id": made.request.pk, "version": None, "by": Actor.staff(dispatcher)}
    add_note(text="This one takes it up", audience=Audience.STAFF, now=now(), **words)
    paths = (f"/r/{made.token}/state.json", f"/requests/{made.request.number}/state.json")
    before = [client.get(path).json() for path in paths]
    add_note(text="Who has the key?", audience=Audience.STAFF, now=now(), **words)
    assert [client.get(path).json() for path in paths] == before
