"""The list of what an aide filed or follows; following; the menu."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic311.lib import clock
from dashboards.constituents.demo import let_aides_follow
from dashboards.models import ContactReveal
from dashboards.reports.scope import READERS
from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor, Contact, Submission
from requests_app.actions.constituents import file_for_constituent
from requests_app.actions.staffnews import tell_of
from requests_app.models import ServiceRequest, StaffNotice, Watcher
from requests_app.workflow import Audience, Outcome
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW


@pytest.fixture
def aide(city: makers.SmallCity) -> StaffUser:
    return makers.staff("council_aide", area=city.district_1, name="Alex Aide")


@pytest.fixture
def office(client: Client, aide: StaffUser) -> Client:
    client.force_login(aide)
    return client


def filed(
    aide: StaffUser,
    city: makers.SmallCity,
    *,
    name: str = "",
    now: dt.datetime = NOW,
    longitude: float = -76.65,
) -> ServiceRequest:
    submission = Submission(
        category=city.pothole,
        description="A deep hole",
        latitude=39.3,
        longitude=longitude,
        address="100 Main St",
        contact=Contact(name=name),
        is_anonymous=not name,
    )
    return file_for_constituent(submission=submission, key=str(uuid.uuid4()), by=aide, now=now).request


def numbers(office: Client, query: str = "") -> list[str]:
    answer = office.get(f"/constituents/{query}")
    assert answer.status_code == 200
    return [row.number for row in answer.context["rows"]]


def test_filed_and_followed_newest_first(office: Client, aide: StaffUser, city: makers.SmallCity) -> None:
    own = filed(aide, city)
    district = makers.submitted(city.rats, now=NOW + dt.timedelta(hours=1)).request
    makers.submitted(city.pothole)
    filed(makers.staff("council_aide", area=city.district_1), city)
    assert numbers(office) == [own.number]
    answer = office.post(f"/queue/{district.number}/watch/")
    assert (answer.status_code, answer["Location"]) == (303, f"/queue/{district.number}/")
    assert numbers(office) == [district.number, own.number]
    office.post(f"/queue/{district.number}/watch/", {"watch": "0"})
    office.post(f"/queue/{own.number}/watch/", {"watch": "0"})
    assert numbers(office) == [own.number], "what one filed stays"
    assert "not followed any more" in office.get("/constituents/").text


def test_open_closed_all(
    office: Client, aide: StaffUser, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    shut, still = filed(aide, city), filed(aide, city, now=NOW + dt.timedelta(hours=1))
    actions.close(
        request_id=shut.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Highways filled the hole.",
        by=Actor.staff(dispatcher),
        now=NOW + dt.timedelta(days=1),
    )
    assert numbers(office) == [still.number]
    assert numbers(office, "?show=closed") == [shut.number]
    assert numbers(office, "?show=all") == [still.number, shut.number]
    assert office.get("/constituents/?show=nonsense").status_code == 400


def test_what_was_said_last_to_residents(
    office: Client, aide: StaffUser, city: makers.SmallCity, dispatcher: StaffUser, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    made, by = filed(aide, city), Actor.staff(dispatcher)
    for at, (audience, text) in enumerate(
        (
            (Audience.EVERYONE, "First words"),
            (Audience.EVERYONE, "Second words"),
            (Audience.REPORTER, "For the reporter"),
            (Audience.STAFF, "For staff"),
        )
    ):
        actions.add_note(
            request_id=made.pk,
            version=None,
            text=text,
            audience=audience,
            by=by,
            now=NOW + dt.timedelta(hours=at),
        )
    assert office.get("/constituents/").context["rows"][0].said == "Second words"
    closed = actions.close(
        request_id=made.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Not out yet.",
        by=by,
        now=clock.now(),
    )
    row = office.get("/constituents/?show=all").context["rows"][0]
    assert row.said == "Second words", "what can still be undone was not said yet"
    actions.undo(event_id=closed.pk, by=by, now=clock.now())
    assert office.get("/constituents/?show=all").context["rows"][0].said == "Second words"


def test_found_by_number_and_by_the_name_one_typed(
    office: Client, aide: StaffUser, city: makers.SmallCity
) -> None:
    jane, joe = filed(aide, city, name="Jane Canary"), filed(aide, city, name="Joe Doe")
    followed = makers.submitted(city.pothole, name="Jane Canary", email="jane@example.org").request
    office.post(f"/queue/{followed.number}/watch/")
    year, digits = jane.number.split("-")
    for typed in (jane.number, f"{year} {int(digits)}", f"%23{jane.number}", f"{year}{digits}", digits):
        assert numbers(office, f"?q={typed}") == [jane.number]
    assert numbers(office, "?q=-1") == []
    assert not ContactReveal.objects.exists()
    assert numbers(office, "?q=jane+canary") == [jane.number], "others' reporters cannot be looked for"
    look = ContactReveal.objects.get()
    assert (look.request, look.user) == (jane, aide)
    assert "Canary" not in office.get(f"/constituents/?q={joe.number}").text
    assert office.get("/constituents/?q=%00").status_code == 400
    assert office.get("/constituents/?q=" + "x" * 5000).status_code == 400
    for odd in ("'", "%25", "\\", "é" * 100, "٣"):
        assert numbers(office, f"?q={odd}") == []


def test_pages_of_25(office: Client, aide: StaffUser, city: makers.SmallCity) -> None:
    for at in range(27):
        filed(aide, city, now=NOW + dt.timedelta(minutes=at))
    assert len(numbers(office)) == 25
    assert len(numbers(office, "?page=2")) == 2
    assert len(numbers(office, "?page=nonsense")) == 25


def test_the_number_of_statements_does_not_grow(
    office: Client, aide: StaffUser, city: makers.SmallCity
) -> None:
    counts = []
    for rows in (3, 30):
        for _each in range(rows - ServiceRequest.objects.count()):
            filed(aide, city, name="Jane Doe")
        office.get("/constituents/")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert len(numbers(office)) == min(rows, 25)
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[0] <= 9


def test_an_empty_list_says_what_to_do(office: Client) -> None:
    page = office.get("/constituents/").text
    assert "press Watch" in page
    assert "/constituents/new/" in page
    assert "Look among all" in office.get("/constituents/?q=Nobody").text


def test_news_come_into_the_inbox_as_long_as_it_is_in_sight(
    office: Client, aide: StaffUser, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    own, district = filed(aide, city, longitude=-76.55), makers.submitted(city.pothole).request
    office.post(f"/queue/{district.number}/watch/")
    for target in (own, district):
        event = actions.add_note(
            request_id=target.pk,
            version=None,
            text="A crew comes on Monday.",
            audience=Audience.EVERYONE,
            by=Actor.staff(dispatcher),
            now=NOW,
        )
        tell_of(event, NOW)
    assert {line.request for line in StaffNotice.objects.filter(user=aide)} == {own, district}
    assert "A crew comes on Monday." in office.get("/inbox/").text
    aide.area = city.district_2
    aide.save()
    assert numbers(office) == [own.number], "what was followed left the sight, what was filed did not"


def test_the_request_page_offers_watching_alone(
    office: Client, aide: StaffUser, city: makers.SmallCity
) -> None:
    made = filed(aide, city)
    page = office.get(f"/queue/{made.number}/").text
    forms = set(re.findall(r'<form[^>]*action="([^"]+)"', page.partition("<main")[2]))
    assert forms == {f"/queue/{made.number}/watch/"}


def test_nobody_files_who_could_not_see_it(city: makers.SmallCity) -> None:
    with pytest.raises(actions.ActionRefused):
        filed(makers.staff("council_aide"), city)
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("role", Role.values)
def test_the_menu_has_what_the_role_can_open(client: Client, city: makers.SmallCity, role: str) -> None:
    client.force_login(
        makers.staff(role, city.streets, area=city.district_1 if role == "council_aide" else None)
    )
    menu = client.get("/queue/").text.partition("<main")[0]
    for href in ("/reports/", "/constituents/"):
        assert (f'href="{href}"' in menu) == (client.get(href).status_code == 200)
    assert ('href="/reports/"' in menu) == (role in READERS)


def test_work_begins_with_the_constituents(client: Client, aide: StaffUser, dispatcher: StaffUser) -> None:
    for user, start in ((aide, "/constituents/"), (dispatcher, "/queue/")):
        answer = Client().post("/accounts/login/", {"login": user.email, "password": makers.PASSWORD})
        assert answer["Location"] == start


def test_the_demonstrations_aide_follows_something_once(aide: StaffUser, city: makers.SmallCity) -> None:
    made = [makers.submitted(city.pothole).request for _each in range(8)]
    makers.submitted(city.pothole, longitude=-76.55)
    assert let_aides_follow([aide], NOW) == 6
    assert let_aides_follow([aide], NOW) == 0
    assert set(Watcher.objects.values_list("request", flat=True)) <= {each.pk for each in made}


def test_an_administrator_has_a_list_too(client: Client, administrator: StaffUser, city: Any) -> None:
    own = filed(administrator, city)
    client.force_login(administrator)
    assert numbers(client) == [own.number]


def test_what_an_aide_took_down_in_an_earlier_job_is_not_theirs(
    office: Client, aide: StaffUser, city: makers.SmallCity
) -> None:
    words = Submission(
        category=city.pothole,
        description="Rats",
        latitude=39.3,
        longitude=-76.55,
        address="9 East St",
        contact=Contact(name="Jane Doe"),
        channel="phone",
    )
    call = actions.submit(
        submission=words, scope="desk", key=str(uuid.uuid4()), by=Actor.staff(aide), now=NOW
    )
    mine = filed(aide, city, longitude=-76.55)
    assert set(ServiceRequest.objects.visible_to(aide)) == {mine}
    assert office.get(f"/constituents/{mine.number}/done/").status_code == 200
    assert office.get(f"/constituents/{call.request.number}/done/").status_code == 404
    assert call.request.number not in office.get("/constituents/?show=all").text
