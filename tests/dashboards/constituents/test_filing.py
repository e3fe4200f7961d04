"""Filing for a constituent: one page, as a phone report behaves, seen by the one who filed it."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from civic311.lib import clock
from civic311.lib.tokens import read_out_pin
from departments.models import Category, Question, StaffUser
from requests_app.models import Call, Reporter, ServiceRequest, StaffNotice, Watcher
from requests_app.notifications import writing
from requests_app.notifications.models import Delivery
from tests import makers
from tests.browser import steps

pytestmark = pytest.mark.django_db
HERE = {"latitude": "39.3", "longitude": "-76.65", "address": "100 Main St"}
ELSEWHERE = {"latitude": "39.3", "longitude": "-76.55", "address": "9 East St"}
CANARY = "canary@example.org"


@pytest.fixture
def aide(city: makers.SmallCity) -> StaffUser:
    return makers.staff("council_aide", area=city.district_1, name="Alex Aide")


@pytest.fixture
def office(client: Client, aide: StaffUser) -> Client:
    client.force_login(aide)
    return client


def typed(**fields: Any) -> dict[str, Any]:
    words = {"description": "A deep hole", "category": "pothole", "language": "en", "do": "file"}
    return {"key": str(uuid.uuid4()), **words, **HERE, **fields}


def errors(answer: Any) -> str:
    return " ".join(str(error) for each in answer.context["form"].errors.values() for error in each)


def test_a_request_is_filed_as_a_phone_report_is(
    office: Client, aide: StaffUser, city: makers.SmallCity
) -> None:
    sent = typed(name="Jane Doe", email=CANARY, phone="410-555-0100", updates="on", language="es")
    answer = office.post("/constituents/new/", sent, follow=True)
    made = ServiceRequest.objects.get()
    assert answer.redirect_chain == [(f"/constituents/{made.number}/done/", 303)]
    assert made.number in answer.text
    assert re.search(rf"PIN <b>{read_out_pin(made.pk, made.token_version)}</b>", answer.text)
    assert (made.channel, made.population, made.language) == ("council", "resident", "es")
    assert (made.department, made.address) == (city.streets, "100 Main St")
    assert made.due_at is not None
    assert made.reporter.email == CANARY
    assert made.reporter.wants_updates
    born = made.events.get(kind="request.submitted")
    assert (born.actor_kind, born.actor, born.data["channel"]) == ("staff", aide, "council")
    assert Watcher.objects.get().user == aide
    assert not Call.objects.exists(), "the phone desk's figures count telephone calls"
    writing.fan_out(born.pk, clock.now())
    assert Delivery.objects.filter(event=born).exists(), "the constituent is told"
    assert not StaffNotice.objects.filter(user=aide).exists(), "nobody is told what they did themselves"


def test_without_consent_nothing_is_sent(office: Client) -> None:
    office.post("/constituents/new/", typed(email=CANARY))
    made = ServiceRequest.objects.get()
    assert not made.reporter.wants_updates
    writing.fan_out(made.events.get(kind="request.submitted").pk, clock.now())
    assert not Delivery.objects.exists()


def test_the_contact_is_not_read_again(office: Client, administrator: StaffUser) -> None:
    pages = [office.post("/constituents/new/", typed(name="Canary Bird", email=CANARY), follow=True)]
    made = ServiceRequest.objects.get()
    pages += [office.get(f"/queue/{made.number}/"), office.get("/constituents/?show=all")]
    pages += [Client().get(f"/requests/{made.number}/")]
    for page in pages:
        assert page.status_code == 200
        assert "canary" not in page.text.lower()
    assert office.post(f"/queue/{made.number}/reveal/").status_code == 403


def test_contact_may_stay_empty_where_the_kind_allows(office: Client) -> None:
    assert office.post("/constituents/new/", typed()).status_code == 303
    assert ServiceRequest.objects.get().is_anonymous
    assert not Reporter.objects.exists()


def test_news_need_a_way(office: Client) -> None:
    answer = office.post("/constituents/new/", typed(name="Jane", updates="on"))
    assert answer.status_code == 400
    assert "untick the news" in errors(answer)
    assert 'value="Jane"' in answer.text, "what was typed is kept"


def test_outside_the_district_only_the_filer_opens_it(
    office: Client, aide: StaffUser, city: makers.SmallCity
) -> None:
    office.post("/constituents/new/", typed(**ELSEWHERE))
    made = ServiceRequest.objects.get()
    other_there = makers.submitted(city.pothole, longitude=-76.55).request
    assert office.get(f"/queue/{made.number}/").status_code == 200
    assert office.get(f"/queue/{other_there.number}/").status_code == 404
    assert list(ServiceRequest.objects.listed_for(aide)) == [], "lists and figures stay the district's"
    assert made.number not in office.get("/queue/?view=all").text
    colleague = Client()
    colleague.force_login(makers.staff("council_aide", area=city.district_1))
    for path in (f"/queue/{made.number}/", f"/constituents/{made.number}/done/"):
        assert colleague.get(path).status_code == 404
    assert colleague.post(f"/queue/{made.number}/watch/").status_code == 404
    local = Client()
    local.force_login(makers.staff("council_aide", area=city.district_2))
    assert local.get(f"/queue/{made.number}/").status_code == 200, "it lies in this aide's district"
    assert local.get(f"/constituents/{made.number}/done/").status_code == 404, (
        "the PIN is the filer's to give"
    )


def test_a_retry_is_the_first_request(office: Client, aide: StaffUser, city: makers.SmallCity) -> None:
    sent = typed()
    first = office.post("/constituents/new/", sent)
    made = ServiceRequest.objects.get()
    office.post(f"/queue/{made.number}/watch/", {"watch": "0"})
    again = office.post("/constituents/new/", sent)
    assert first["Location"] == again["Location"]
    assert not Watcher.objects.exists(), "a retry follows nothing that was let go"
    other = office.post("/constituents/new/", {**sent, "description": "Another hole"})
    assert other.status_code == 409
    assert made.number in other.context["problem"]
    assert other.context["key"] != sent["key"]
    assert ServiceRequest.objects.count() == 1
    colleague = Client()
    colleague.force_login(makers.staff("council_aide", area=city.district_1))
    colleague.post("/constituents/new/", sent)
    assert ServiceRequest.objects.count() == 2, "a key is one person's"


def test_required_questions_are_asked(office: Client, city: makers.SmallCity) -> None:
    options = [{"value": "left", "label": "Left"}, {"value": "right", "label": "Right"}]
    asked = Question.objects.create(
        category=city.pothole,
        slug="lane",
        label="Which lane?",
        kind="single",
        options=options,
        is_required=True,
    )
    answer = office.post("/constituents/new/", typed())
    assert answer.status_code == 400
    assert "Which lane?" in answer.text
    name = next(iter(answer.context["questions"].asked)).name
    assert office.post("/constituents/new/", typed(**{name: "left"})).status_code == 303
    assert ServiceRequest.objects.get().answers.get(question=asked).value == "Left"


def test_looking_files_nothing_and_blames_nobody(office: Client, city: makers.SmallCity) -> None:
    near = makers.submitted(city.pothole).request
    words = typed(do="look", category="", description="a pothole")
    answer = office.post("/constituents/new/", words)
    assert answer.status_code == 200
    assert not answer.context["form"].errors
    assert [each.slug for each in answer.context["top"]][:1] == ["pothole"]
    chosen = office.post("/constituents/new/", typed(do="look"))
    assert near.number in chosen.text
    assert "Department of Streets" in chosen.text
    assert ServiceRequest.objects.get() == near


def test_a_kind_chosen_from_the_list_counts(office: Client, city: makers.SmallCity) -> None:
    office.post("/constituents/new/", typed(other="rats"))
    assert ServiceRequest.objects.get().category == city.rats


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"category": "no-such-kind"}, "no longer offered"),
        ({"category": ""}, "Choose what it is about"),
        ({"description": ""}, ""),
        ({"description": "x" * 300_000}, "300,000 characters"),
        ({"description": "a\x00b"}, "Null characters"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"category": "a\x00b"}, "Null characters"),
        ({"other": "a\x00b"}, "Null characters"),
        ({"address": "a\x00b"}, "Null characters"),
        ({"latitude": "52.5", "longitude": "13.4"}, "outside Smallville"),
        ({"latitude": "95", "longitude": "13.4"}, "not a place on Earth"),
        ({"latitude": "nan"}, ""),
        ({"longitude": ""}, "Give both"),
        ({"latitude": "", "longitude": "", "address": ""}, ""),
        ({"email": "jane"}, "e-mail address"),
        ({"phone": "12"}, "phone number"),
        ({"language": "xx"}, ""),
    ],
)
def test_bad_input_is_said(office: Client, fields: dict[str, str], words: str) -> None:
    answer = office.post("/constituents/new/", typed(**fields))
    assert answer.status_code == 400
    assert errors(answer)
    assert words in errors(answer)
    assert not ServiceRequest.objects.exists()


def test_a_megabyte_is_too_large(office: Client) -> None:
    answer = office.post("/constituents/new/", typed(description="x" * 1_000_000))
    assert answer.status_code == 413
    assert not ServiceRequest.objects.exists()


def test_a_kind_that_needs_a_contact_asks_for_one(office: Client, city: makers.SmallCity) -> None:
    Category.objects.filter(pk=city.rats.pk).update(anonymous_allowed=False)
    answer = office.post("/constituents/new/", typed(category="rats"))
    assert answer.status_code == 400
    assert "only when we can reach you" in errors(answer)
    assert office.post("/constituents/new/", typed(category="rats", phone="410-555-0100")).status_code == 303


def test_a_place_outside_is_sent_when_meant(office: Client) -> None:
    far = {"latitude": "39.5", "longitude": "-76.65", "address": "Over the line"}
    assert office.post("/constituents/new/", typed(**far, outside_ok="on")).status_code == 303


def test_several_places_are_a_question(office: Client) -> None:
    steps.main_street()
    words = typed(latitude="", longitude="", address="Main")
    answer = office.post("/constituents/new/", words)
    assert answer.status_code == 400
    assert answer.context["question"].choices
    kept = {**words, "place_choice": "words", "asked_address": "Main"}
    assert office.post("/constituents/new/", kept).status_code == 303
    assert ServiceRequest.objects.get().address == "Main"


def test_odd_keys_are_new_ones(office: Client) -> None:
    assert office.post("/constituents/new/", typed(key="a\x00b")).status_code == 303


def test_an_aide_without_a_district_files_nothing(client: Client, city: makers.SmallCity) -> None:
    aide = makers.staff("council_aide", area=city.district_1)
    client.force_login(aide)
    client.post("/constituents/new/", typed())
    made = ServiceRequest.objects.get()
    aide.area = None
    aide.save()
    assert client.get("/constituents/new/").status_code == 403
    assert client.post("/constituents/new/", typed()).status_code == 403
    page = client.get("/constituents/?show=all")
    assert page.status_code == 200
    assert "no council district yet" in page.text
    assert made.number not in page.text
    assert client.get(f"/queue/{made.number}/").status_code == 404
    assert client.get(f"/constituents/{made.number}/done/").status_code == 404
    assert ServiceRequest.objects.count() == 1
