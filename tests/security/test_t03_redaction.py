"""Threat 3: what was hidden is gone from every public address at once, stays for those allowed, and can be destroyed."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from PIL import Image

from departments.models import StaffUser
from requests_app.actions import Actor, add_note, dispose, erase, redact_photo, redact_text
from requests_app.actions.hiding import Phrases
from requests_app.models import AbuseReport, Answer, HiddenWords, Photo, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.photos import storage
from requests_app.photos.redaction import Box, redacted
from requests_app.queries.restricted import unredacted
from requests_app.workflow import Audience, EventKind
from tests import makers
from tests.security import world
from tests.security.world import SIZES, Filed

pytestmark = pytest.mark.django_db
NAME = "Zacharias Quillfeather"
PUBLIC = (
    "/",
    "/requests/",
    "/feeds/requests.rss",
    "/sitemap.xml",
    "/categories/pothole/",
    "/areas/council_district/1/",
)


@pytest.fixture
def filed(city: makers.SmallCity) -> Filed:
    return world.file_report(
        "pothole",
        description=f"The hole was dug by {NAME} from next door",
        place_note=f"Before the house of {NAME.lower()}",
        photos=[world.picture(1)],
        **world.SECRETS,
    )


def redact(filed: Filed, by: StaffUser, box: Box = Box(0, 0, 50, 50)) -> Photo:  # noqa: B008 (frozen)
    photo = filed.photos[0]
    redact_photo(
        photo=photo,
        version=None,
        redacted=redacted(photo.sha256, [box]),
        boxes=1,
        show=False,
        reason="A face",
        by=Actor.staff(by),
        now=makers.NOW,
    )
    return Photo.objects.get(redacts=photo)


def everything_public(client: Client, filed: Filed) -> str:
    """All a visitor can read of a report, and its holder too."""
    pages = [
        *PUBLIC,
        f"/requests/{filed.request.number}/",
        f"/r/{filed.token}/",
        f"/r/{filed.token}/receipt/",
    ]
    return "".join(client.get(url).content.decode() for url in pages)


def statuses(client: Client, public_id: str) -> set[int]:
    return {client.get(f"/photos/{public_id}/{size}.jpg").status_code for size in SIZES}


def test_the_old_photo_is_gone_for_all_without_the_right(
    client: Client, city: makers.SmallCity, filed: Filed, dispatcher: StaffUser
) -> None:
    before = filed.photos[0]
    assert statuses(client, before.public_id) == {200}
    after = redact(filed, dispatcher)
    assert after.public_id != before.public_id
    assert after.sha256 != before.sha256
    assert (after.state, after.position, after.purpose) == (before.state, before.position, before.purpose)
    assert statuses(client, before.public_id) == {404}
    assert statuses(client, after.public_id) == {200}
    for size in SIZES:
        assert client.get(f"/r/{filed.token}/photos/{before.public_id}/{size}.jpg").status_code == 404
        assert client.get(f"/r/{filed.token}/photos/{after.public_id}/{size}.jpg").status_code == 200
    seen = everything_public(client, filed)
    assert before.public_id not in seen
    assert after.public_id in seen
    allowed = {"supervisor", "administrator", "records_officer"}
    for role in ("dispatcher", "crew", "operator", "manager", *sorted(allowed)):
        client.force_login(makers.staff(role, city.streets))
        assert statuses(client, before.public_id) == ({200} if role in allowed else {404}), role
    client.force_login(makers.staff("supervisor", city.waste))
    assert statuses(client, before.public_id) == {404}, "of another department"


def test_the_box_is_black_in_every_size(filed: Filed, dispatcher: StaffUser) -> None:
    after = redact(filed, dispatcher, Box(0, 0, 50, 50))
    for size in storage.SIZES:
        with (
            storage.open_rendition(after.sha256, size) as file,
            Image.open(io.BytesIO(file.read())) as picture,
        ):
            across, down = picture.size
            inside = picture.crop((0, 0, across // 2 - 4, down // 2 - 4)).getextrema()
            assert max(high for _low, high in inside) < 40, size  # type: ignore[misc]
            beyond = picture.getpixel((across - 3, 3))
            assert isinstance(beyond, tuple)
            assert max(beyond) > 150, "the rest is as it was"


def test_what_points_at_the_photo_follows_it(filed: Filed, dispatcher: StaffUser) -> None:
    report = AbuseReport.objects.create(
        request=filed.request, photo=filed.photos[0], reason="personal_data", created_at=makers.NOW
    )
    after = redact(filed, dispatcher)
    report.refresh_from_db()
    assert report.photo == after
    again = filed.request.events.get(kind=EventKind.PHOTO_REDACTED)
    assert again.data == {"photo": filed.photos[0].public_id, "became": after.public_id, "boxes": 1}


def test_hidden_words_are_gone_everywhere(
    client: Client, city: makers.SmallCity, filed: Filed, dispatcher: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    for audience in Audience:
        add_note(
            request_id=filed.request.pk,
            version=None,
            text=f"{NAME} called",
            audience=audience,
            by=by,
            now=makers.NOW,
        )
    assert NAME in everything_public(client, filed)
    event = redact_text(
        request_id=filed.request.pk,
        version=None,
        phrases=Phrases.of(NAME),
        reason=f"Names {NAME}",
        by=by,
        now=makers.NOW,
    )
    seen = everything_public(client, filed)
    assert NAME.lower() not in seen.lower()
    assert "The hole was dug by ▮▮▮ from next door" in seen
    assert "Words were hidden" in seen
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM requests_app_servicerequest WHERE id = %s"
            " AND to_tsvector('english', description || ' ' || address) @@ to_tsquery('english', 'quillfeather')",
            [filed.request.pk],
        )
        assert cursor.fetchone() == (0,), "the search of staff knows the word no more"
    assert event.data["texts"] == 5
    assert event.internal_note == "Names ▮▮▮"
    notes = RequestEvent.objects.filter(request=filed.request, redacted_at__isnull=False)
    assert notes.count() == 3
    client.force_login(dispatcher)
    assert NAME not in client.get(f"/queue/{filed.request.number}/").content.decode()
    assert client.get(f"/queue/{filed.request.number}/unredacted/").status_code == 403
    client.force_login(makers.staff("supervisor", city.streets))
    page = client.get(f"/queue/{filed.request.number}/unredacted/").content.decode()
    assert page.count(NAME) == 4
    assert NAME.lower() in page


def test_the_first_original_stays(filed: Filed, dispatcher: StaffUser) -> None:
    for words in ("Quillfeather", "next door"):
        redact_text(
            request_id=filed.request.pk,
            version=None,
            phrases=Phrases.of(words),
            reason="Why",
            by=Actor.staff(dispatcher),
            now=makers.NOW,
        )
    kept = HiddenWords.objects.get(request=filed.request, place="description")
    assert kept.text == f"The hole was dug by {NAME} from next door"
    filed.request.refresh_from_db()
    assert filed.request.public_description == "The hole was dug by Zacharias ▮▮▮ from ▮▮▮"


def test_answers_lose_the_words_in_both_copies(
    city: makers.SmallCity, filed: Filed, dispatcher: StaffUser
) -> None:
    from departments.models import Question

    question = Question.objects.create(
        category=city.pothole, slug="who", label="Who?", kind="text", position=1
    )
    answer = Answer.objects.create(
        request=filed.request,
        question=question,
        label="Who?",
        value=f"{NAME} 410-555-0187",
        public_value=f"{NAME} •••",
    )
    redact_text(
        request_id=filed.request.pk,
        version=None,
        phrases=Phrases.of(NAME),
        reason="Why",
        by=Actor.staff(dispatcher),
        now=makers.NOW,
    )
    answer.refresh_from_db()
    assert (answer.value, answer.public_value) == ("▮▮▮ 410-555-0187", "▮▮▮ •••")


@pytest.mark.django_db(transaction=True)
def test_disposal_takes_the_bytes_from_the_disk(client: Client) -> None:
    city = makers.small_city()
    dispatcher, officer = makers.staff("dispatcher", city.streets), makers.staff("records_officer")
    filed = world.file_report("pothole", description=f"By {NAME}", photos=[world.picture(1)])
    before = filed.photos[0]
    after = redact(filed, dispatcher)
    redact_text(
        request_id=filed.request.pk,
        version=None,
        phrases=Phrases.of(NAME),
        reason="Why",
        by=Actor.staff(dispatcher),
        now=makers.NOW,
    )
    assert all(storage.path_of(before.sha256, size).exists() for size in storage.SIZES)
    event = dispose(
        request_id=filed.request.pk,
        version=None,
        reason="Schedule 12",
        by=Actor.staff(officer),
        now=makers.NOW,
    )
    assert event.data == {"photos": 1, "texts": 1}
    assert not any(storage.path_of(before.sha256, size).exists() for size in storage.SIZES)
    assert all(storage.path_of(after.sha256, size).exists() for size in storage.SIZES)
    assert not unredacted(filed.request.pk)
    client.force_login(officer)
    assert statuses(client, before.public_id) == {404}
    filed.request.refresh_from_db()
    assert not filed.request.is_restricted
    assert filed.request.events.filter(kind=EventKind.PHOTO_REDACTED).exists(), "the history stays"


def test_erasure_takes_the_unredacted_version_along(filed: Filed, dispatcher: StaffUser) -> None:
    redact(filed, dispatcher)
    redact_text(
        request_id=filed.request.pk,
        version=None,
        phrases=Phrases.of(NAME),
        reason="Why",
        by=Actor.staff(dispatcher),
        now=makers.NOW,
    )
    erase(request_id=filed.request.pk, by=Actor.reporter(), now=makers.NOW)
    assert not unredacted(filed.request.pk)
    assert not ServiceRequest.objects.get(pk=filed.request.pk).is_restricted


def test_a_form_sent_again_does_not_bring_the_old_photo_back(
    client: Client, filed: Filed, dispatcher: StaffUser
) -> None:
    before = filed.photos[0]
    redact(filed, dispatcher)
    answer = client.post(
        "/report/",
        world.report_data(key=filed.key, description="Another thing", kept_photo=before.public_id),
    )
    assert answer.status_code == 409
    assert before.public_id not in answer.content.decode()
    assert not Photo.objects.filter(sha256=before.sha256).exclude(state=PhotoState.RESTRICTED).exists()
