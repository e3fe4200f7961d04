"""The place is corrected, one report becomes two: areas, department, clock, photos, reporter, links both ways."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from civic311.lib.cached import forget_all
from departments.models import RoutingRule, StaffUser
from requests_app.actions import (
    ActionRefused,
    Actor,
    Goes,
    NewPlace,
    NotAllowed,
    correct_place,
    split,
    unpublish,
)
from requests_app.models import Photo, Reporter, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.notifications.messages import compose
from requests_app.workflow import EventKind
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
LATER = NOW + dt.timedelta(days=2)
EAST = NewPlace("200 Main St", 39.3, -76.55)


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(
        city.pothole,
        email="resident@example.org",
        name="Rita",
        description="A hole, and rats in it",
        language="es",
    ).request


@pytest.fixture
def waste_in_the_east(city: makers.SmallCity) -> RoutingRule:
    rule = RoutingRule.objects.create(name="East side", department=city.waste, priority=1)
    rule.areas.add(city.district_2)
    forget_all()
    return rule


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.select_related("department").get(pk=made.pk)


def test_areas_follow_the_place(city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser) -> None:
    assert list(made.areas.all()) == [city.district_1]
    due = made.due_at
    event = correct_place(
        request_id=made.pk, version=1, place=EAST, reason="She called", by=Actor.staff(dispatcher), now=LATER
    )
    after = fresh(made)
    assert (after.address, after.longitude, after.due_at) == ("200 Main St", -76.55, due)
    assert list(after.areas.all()) == [city.district_2]
    assert event.data["areas_from"] == ["District 1"]
    assert event.data["areas_to"] == ["District 2"]
    assert 8_500 < event.data["meters"] < 8_700
    assert event.internal_note == "Before: 100 Main St · 39.30000, -76.65000\nShe called"
    assert "100 Main St" not in str(event.data), "an erasure reaches notes, not data"


def test_the_department_moves_only_on_request(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, waste_in_the_east: RoutingRule
) -> None:
    by = Actor.staff(dispatcher)
    correct_place(request_id=made.pk, version=1, place=EAST, by=by, now=LATER)
    assert fresh(made).department == city.streets
    again = NewPlace("202 Main St", 39.3, -76.549)
    crew = Actor.staff(makers.staff("crew", city.streets))
    with pytest.raises(NotAllowed):
        correct_place(request_id=made.pk, version=None, place=again, move=True, by=crew, now=LATER)
    event = correct_place(request_id=made.pk, version=None, place=again, move=True, by=by, now=LATER)
    after = fresh(made)
    assert (after.department, after.routing_rule, after.assignee) == (city.waste, waste_in_the_east, None)
    assert event.department == city.waste
    assert event.data["department_to"] == "Bureau of Waste"


@pytest.mark.parametrize(
    "place", [NewPlace(""), NewPlace("100 Main St", 39.3, -76.65), NewPlace("x", 0.0, 0.0)]
)
def test_no_place_and_the_same_place(made: ServiceRequest, dispatcher: StaffUser, place: NewPlace) -> None:
    with pytest.raises(ActionRefused):
        correct_place(request_id=made.pk, version=1, place=place, by=Actor.staff(dispatcher), now=LATER)
    assert fresh(made).version == 1


def test_words_alone_leave_no_point(made: ServiceRequest, dispatcher: StaffUser) -> None:
    correct_place(
        request_id=made.pk,
        version=1,
        place=NewPlace("Behind the mill"),
        by=Actor.staff(dispatcher),
        now=LATER,
    )
    after = fresh(made)
    assert (after.latitude, after.longitude, after.areas.count()) == (None, None, 0)


def divided(city: makers.SmallCity, made: ServiceRequest, by: StaffUser, **more: object) -> ServiceRequest:
    event = split(
        request_id=made.pk,
        version=None,
        category=city.rats,
        description="Rats, call 410-555-0187",
        remaining="A hole",
        by=Actor.staff(by),
        now=LATER,
        **more,  # type: ignore[arg-type]
    )
    return ServiceRequest.objects.get(number=event.data["into"])


def test_two_reports_of_one(city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser) -> None:
    other = divided(city, made, dispatcher)
    assert (other.category, other.department, other.status) == (city.rats, city.waste, "new")
    assert (other.description, other.public_description) == ("Rats, call 410-555-0187", "Rats, call •••")
    assert (other.address, other.latitude, other.language, other.channel) == (
        "100 Main St",
        39.3,
        "es",
        "web",
    )
    assert list(other.areas.all()) == [city.district_1]
    assert (other.reporter.name, other.reporter.email) == ("Rita", "resident@example.org")
    assert other.created_at == LATER
    alike = makers.submitted(city.rats, now=NOW).request
    assert other.due_at == alike.due_at, "the clock runs since the city was told"
    after = fresh(made)
    assert (after.description, after.public_description, after.status) == ("A hole", "A hole", "open")
    assert made.events.get(kind=EventKind.SPLIT).internal_note == "A hole, and rats in it"
    assert other.token_hash != made.token_hash


def test_both_pages_say_so(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, client: Client
) -> None:
    other = divided(city, made, dispatcher)
    first = client.get(f"/requests/{made.number}/").content.decode()
    second = client.get(f"/requests/{other.number}/").content.decode()
    assert f"Split in two: the other part is report {other.number}" in first
    assert f'href="/requests/{other.number}/"' in first
    assert f"Split from report {made.number}" in second
    assert f'href="/requests/{made.number}/"' in second
    client.force_login(dispatcher)
    assert (
        f"Split in two: the other part is {other.number}"
        in client.get(f"/queue/{made.number}/").content.decode()
    )
    mail = compose(other.events.get(kind=EventKind.SUBMITTED), "en").body
    assert f"We made a second report of one of them: {other.number}." in mail


def test_a_hidden_report_stays_hidden_in_both_parts(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, client: Client
) -> None:
    by = Actor.staff(dispatcher)
    unpublish(
        request_id=made.pk, version=None, reason="r", published_reason="It names somebody", by=by, now=NOW
    )
    Reporter.objects.filter(request=made).update(wants_updates=False)
    other = divided(city, made, dispatcher)
    assert (other.is_public, other.withheld_reason) == (False, "It names somebody")
    assert other.reporter.wants_updates is False
    assert client.get(f"/requests/{other.number}/").status_code == 404


def test_photos_go_where_they_belong(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    stays, moves, both, hidden = (
        Photo.objects.create(request=made, sha256=digit * 64, width=8, height=8, created_at=NOW)
        for digit in "0123"
    )
    Photo.objects.filter(pk=hidden.pk).update(state=PhotoState.RESTRICTED)
    Photo.objects.filter(pk=moves.pk).update(redacts=hidden)
    photos = {stays.public_id: Goes.STAYS, moves.public_id: Goes.MOVES, both.public_id: Goes.BOTH}
    other = divided(city, made, dispatcher, photos=photos)
    assert set(made.photos.values_list("sha256", flat=True)) == {"0" * 64, "2" * 64}
    assert set(other.photos.values_list("sha256", flat=True)) == {"1" * 64, "2" * 64, "3" * 64}
    assert other.photos.get(sha256="2" * 64).public_id != both.public_id
    assert other.is_restricted, "the unredacted version went with its photo"
    assert not fresh(made).is_restricted


@pytest.mark.parametrize("photo", ["foreign", "restricted"])
def test_photos_of_others_are_refused(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, photo: str
) -> None:
    owner = made if photo == "restricted" else makers.submitted(city.pothole).request
    state = PhotoState.RESTRICTED if photo == "restricted" else PhotoState.PUBLISHED
    found = Photo.objects.create(
        request=owner, sha256="0" * 64, width=8, height=8, created_at=NOW, state=state
    )
    before = ServiceRequest.objects.count()
    with pytest.raises(ActionRefused):
        divided(city, made, dispatcher, photos={found.public_id: Goes.MOVES})
    assert ServiceRequest.objects.count() == before


def test_a_retired_category_and_empty_words(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    with pytest.raises(ActionRefused, match="Both reports need words"):
        split(
            request_id=made.pk,
            version=1,
            category=city.rats,
            description=" ",
            remaining="x",
            by=by,
            now=LATER,
        )
    city.rats.is_active = False
    city.rats.save()
    with pytest.raises(ActionRefused, match="retired"):
        divided(city, made, dispatcher)
    assert fresh(made).version == 1
