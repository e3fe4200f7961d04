"""The report form: one report for one form, nothing typed lost, no input that breaks it."""

from __future__ import annotations

import io
import threading
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Category
from requests_app.models import Photo, Reporter, ServiceRequest
from requests_app.photos import storage
from tests import makers
from tests.forms import form_of
from tests.makers import SmallCity
from tests.requests_app.photos import pictures

POINT = {"latitude": "39.3", "longitude": "-76.65"}


def valid(**more: Any) -> dict[str, Any]:
    return {"key": str(uuid.uuid4()), "category": "pothole", "description": "A deep hole", **POINT, **more}


def send(client: Client, **more: Any) -> Any:
    return client.post("/report/", valid(**more))


@pytest.mark.django_db(transaction=True)
def test_eight_parallel_retries_make_one_report() -> None:
    makers.small_city()
    data = valid(email="jane@example.org")
    picture = pictures.encoded(pictures.scene()).getvalue()
    answers: list[Any] = []
    start = threading.Barrier(8)

    def retry() -> None:
        start.wait()
        try:
            answers.append(
                Client().post("/report/", {**data, "photos": SimpleUploadedFile("a.jpg", picture)})
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=retry) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [303] * 8
    assert len({answer["Location"] for answer in answers}) == 1
    assert ServiceRequest.objects.count() == Reporter.objects.count() == 1
    assert Photo.objects.filter(request__isnull=False).count() == 1


@pytest.mark.django_db
def test_submit_takes_at_most_25_statements(client: Client, city: SmallCity) -> None:
    send(client)
    with CaptureQueriesContext(connection) as captured:
        assert send(client, email="jane@example.org", asked="on").status_code == 303
    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 25, "\n".join(statements)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("description", "a\x00b", "Null characters are not allowed"),
        ("description", "x" * 4001, "Shorten it to 4,000"),
        ("description", "", "Describe what is wrong"),
        ("description", "   ", "Describe what is wrong"),
        ("latitude", "NaN", "Enter a number"),
        ("latitude", "inf", "Enter a number"),
        ("latitude", "91", "not a place on Earth"),
        ("longitude", "1e999", "Enter a number"),
        ("longitude", "", "Give both latitude and longitude"),
        ("category", "no-such-thing", "no longer offered"),
        ("category", "", "Choose what it is about"),
        ("category", "a\x00", "Null characters are not allowed"),
        ("email", "nobody", "does not look like an e-mail address"),
        ("email", "a@example.org\nBcc: b@example.org", "does not look like an e-mail address"),
        ("phone", "12", "does not look like a phone number"),
        ("address", "x" * 301, "300 characters"),
        ("website", "http://spam.example", "hidden field"),
    ],
)
def test_bad_input_is_said_and_stores_nothing(
    client: Client, city: SmallCity, field: str, value: str, message: str
) -> None:
    answer = send(client, **{field: value})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not ServiceRequest.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "nonsense", "a\x00", "x" * 5000])
def test_a_form_without_a_proper_key_still_reports(client: Client, city: SmallCity, key: str) -> None:
    assert send(client, key=key).status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize(
    "field", ["place_choice", "kept_photo", "remove_photo", "issued", "outside_ok", "asked_address"]
)
@pytest.mark.parametrize("value", ["\x00", "x" * 5000, "1e999,0,there", "nan,nan,there", "39,-76,"])
def test_strange_hidden_fields_never_break_it(
    client: Client, city: SmallCity, field: str, value: str
) -> None:
    assert send(client, **{field: value}).status_code in {200, 303, 400}


@pytest.mark.django_db
def test_zero_point_is_no_place(client: Client, city: SmallCity) -> None:
    answer = send(client, latitude="0", longitude="0")
    assert "not a place on Earth" in answer.content.decode()


@pytest.mark.django_db
def test_retired_category_is_refused_and_the_text_kept(client: Client, city: SmallCity) -> None:
    Category.objects.filter(pk=city.pothole.pk).update(is_active=False)
    answer = send(client, description="Keep these words")
    assert form_of(answer, with_field="description").values["description"] == ["Keep these words"]
    assert not ServiceRequest.objects.exists()


@pytest.mark.django_db
def test_other_columns_cannot_be_set(client: Client, city: SmallCity) -> None:
    extra = {
        "status": "closed", "outcome": "fixed", "number": "99-999999", "department": str(city.waste.pk), "priority": "4",
        "is_public": "", "token_version": "9", "population": "staff_found", "channel": "phone", "assignee": "1",
        "id": "77", "closed_at": "2020-01-01", "public_description": "x", "routing_reason": "x", "version": "50",
    }  # fmt: skip
    assert send(client, **extra).status_code == 303
    row = ServiceRequest.objects.get()
    assert (row.status, row.outcome, row.department, row.priority) == ("new", "", city.streets, 2)
    assert (row.is_public, row.token_version, row.population, row.channel) == (True, 1, "resident", "web")
    assert (row.assignee, row.closed_at, row.public_description, row.version) == (
        None,
        None,
        "A deep hole",
        1,
    )
    assert row.number != "99-999999"


@pytest.mark.django_db
def test_place_is_asked_for_only_where_the_category_needs_one(client: Client, city: SmallCity) -> None:
    nowhere = {"latitude": "", "longitude": ""}
    assert "Say where it is" in send(client, **nowhere).content.decode()
    assert send(client, category="praise", **nowhere).status_code == 303
    assert send(client, category="question").status_code == 303
    assert ServiceRequest.objects.get(category=city.question).latitude is None


@pytest.mark.django_db
def test_a_point_outside_the_city_is_said_and_can_be_sent(client: Client, city: SmallCity) -> None:
    outside = {"latitude": "40.7", "longitude": "-74.0"}
    answer = send(client, **outside)
    assert "outside Smallville" in answer.content.decode()
    assert form_of(answer, with_field="description").fill(outside_ok="on").send(client).status_code == 303


@pytest.mark.django_db
def test_anonymous_stores_no_contact_and_its_photo_waits(client: Client, city: SmallCity) -> None:
    answer = send(client, anonymous="on", email="jane@example.org", photos=pictures.encoded(pictures.scene()))
    assert answer.status_code == 303
    assert not Reporter.objects.exists()
    assert ServiceRequest.objects.get().is_anonymous
    assert Photo.objects.get().state == "waiting"


@pytest.mark.django_db
def test_anonymous_is_refused_where_the_law_needs_a_name(client: Client, city: SmallCity) -> None:
    Category.objects.filter(pk=city.pothole.pk).update(anonymous_allowed=False)
    assert "only when we can reach you" in send(client).content.decode()
    assert send(client, email="jane@example.org").status_code == 303


@pytest.mark.django_db
def test_a_refused_photo_is_named_and_the_good_one_kept(client: Client, city: SmallCity) -> None:
    good, bad = pictures.encoded(pictures.scene()), io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    answer = send(client, photos=[good, bad])
    assert "Photo 2" in answer.content.decode()
    form = form_of(answer, with_field="description")
    assert len(form.values["kept_photo"]) == 1
    assert form.send(client).status_code == 303
    assert Photo.objects.get().request is not None


@pytest.mark.django_db
def test_a_kept_photo_can_be_removed_and_only_by_its_own_form(client: Client, city: SmallCity) -> None:
    form = form_of(
        send(client, category="", photos=pictures.encoded(pictures.scene())), with_field="description"
    )
    public_id = Photo.objects.get().public_id
    send(client, category="", remove_photo=public_id)
    assert Photo.objects.count() == 1
    assert client.get(f"/report/photos/{uuid.uuid4()}/{public_id}/small.jpg").status_code == 404
    form.fill(remove_photo=public_id, category="pothole").send(client)
    assert not Photo.objects.exists()
    assert ServiceRequest.objects.count() == 1


@pytest.mark.django_db
def test_stored_photo_holds_nothing_of_the_file_sent(client: Client, city: SmallCity) -> None:
    sent = (
        pictures.encoded(pictures.scene(), comment=b"secret comment").getvalue()
        + b"<script>trailer</script>PK\x03\x04"
    )
    send(client, photos=io.BytesIO(sent))
    for size in storage.SIZES:
        with storage.open_rendition(Photo.objects.get().sha256, size) as file:
            stored = file.read()
        assert b"secret comment" not in stored
        assert b"trailer" not in stored


@pytest.mark.django_db
def test_over_the_limit_the_text_is_kept(client: Client, city: SmallCity, settings: Any) -> None:
    settings.RATE_LIMIT_FACTOR = 1
    for _ in range(10):
        assert send(client, asked="on").status_code == 303
    answer = send(client, description="The eleventh", asked="on")
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert form_of(answer, with_field="description").values["description"] == ["The eleventh"]
