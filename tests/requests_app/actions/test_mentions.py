"""Mentions: whole names and handles; a wrong one is said and nothing is written."""

from __future__ import annotations

import pytest

from departments.models import StaffUser
from requests_app.actions import ActionRefused, Actor, add_note
from requests_app.actions.mentions import mentioned
from requests_app.models import ServiceRequest, StaffNotice
from requests_app.workflow import Audience
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole).request


@pytest.fixture
def maria(city: makers.SmallCity) -> StaffUser:
    makers.staff("crew", city.streets, name="Maria Lopez-Ortiz")
    return makers.staff("crew", city.streets, name="Maria Lopez")


def note(made: ServiceRequest, by: StaffUser, text: str, audience: Audience = Audience.STAFF) -> None:
    add_note(request_id=made.pk, version=None, text=text, audience=audience, by=Actor.staff(by), now=NOW)


def test_named_colleagues_are_told(made: ServiceRequest, dispatcher: StaffUser, maria: StaffUser) -> None:
    handle = maria.email.partition("@")[0]
    note(made, dispatcher, f"@maria lopez, please look. @{handle}: thanks! Mail bob@example.org @ 5")
    notice = StaffNotice.objects.get()
    assert (notice.user, notice.kind, notice.event_id) == (maria, "mention", made.events.latest("pk").pk)
    assert notice.text.startswith(f"{dispatcher.name}: @maria lopez, please look.")


def test_the_longest_name_counts(made: ServiceRequest, maria: StaffUser) -> None:
    assert [each.name for each in mentioned("@Maria Lopez-Ortiz?", request_id=made.pk)] == [
        "Maria Lopez-Ortiz"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@Mria Lopez look", "Did you mean Maria Lopez"),
        ("@cityhall", "No colleague is called “@cityhall”"),
        (" ".join(["@Maria Lopez"] * 21), "20 colleagues at most"),
        ("@Wanda Waste", "does not see this request"),
    ],
)
def test_wrong_names_are_said_and_nothing_is_written(
    made: ServiceRequest,
    dispatcher: StaffUser,
    other_dispatcher: StaffUser,
    maria: StaffUser,
    text: str,
    words: str,
) -> None:
    before = made.events.count()
    with pytest.raises(ActionRefused, match=words):
        note(made, dispatcher, text)
    assert made.events.count() == before
    assert not StaffNotice.objects.exists()


def test_two_of_the_same_name_are_told_apart(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, maria: StaffUser
) -> None:
    other = makers.staff("crew", city.streets, name="Maria Lopez")
    with pytest.raises(ActionRefused, match=other.email.partition("@")[0]):
        note(made, dispatcher, "@Maria Lopez")


def test_words_for_residents_mention_nobody(made: ServiceRequest, dispatcher: StaffUser) -> None:
    note(made, dispatcher, "Follow us at @cityhall", Audience.EVERYONE)
    assert not StaffNotice.objects.exists()
