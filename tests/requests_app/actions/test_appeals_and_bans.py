"""Hiding with a published reason, the reporter's objection and its answer; senders who are refused for a time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from departments.models import StaffUser
from requests_app.actions import ActionRefused, Actor, appeal, publish, unpublish, uphold
from requests_app.actions.bans import Banned, ban, lift
from requests_app.models import Ban, ServiceRequest, StaffNotice
from requests_app.models.attention import StaffNoticeKind
from requests_app.notifications.messages import template_for
from requests_app.workflow import EventKind
from tests import makers
from tests.security import world

pytestmark = pytest.mark.django_db
NOW = makers.NOW
REASON = "It names a neighbor"


@pytest.fixture
def supervisor(city: makers.SmallCity) -> StaffUser:
    return makers.staff("supervisor", city.streets)


@pytest.fixture
def made(city: makers.SmallCity, dispatcher: StaffUser) -> makers.Submitted:
    made = makers.submitted(city.pothole, email="resident@example.org")
    unpublish(
        request_id=made.request.pk,
        version=None,
        reason="Names",
        published_reason=REASON,
        by=Actor.staff(dispatcher),
        now=NOW,
    )
    return made


def fresh(made: makers.Submitted) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.request.pk)


def object_to(made: makers.Submitted, words: str = "It is my own house") -> None:
    appeal(request_id=made.request.pk, words=words, by=Actor.reporter(), now=NOW)


def test_the_reason_is_published_and_nothing_else(client: Client, made: makers.Submitted) -> None:
    number = made.request.number
    page = client.get(f"/requests/{number}/")
    assert page.status_code == 404
    words = page.content.decode()
    assert f"Not shown: {REASON}" in words
    for secret in (made.request.description, made.request.address, "Pothole"):
        assert secret not in words
    assert number not in client.get("/requests/").content.decode()
    assert client.get("/track/", {"number": number}).headers["Location"] == f"/requests/{number}/"
    own = client.get(f"/r/{made.token}/").content.decode()
    assert f"Not shown: {REASON}" in own
    assert f"/r/{made.token}/appeal/" in own


def test_without_a_published_reason_the_number_does_not_exist(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole)
    unpublish(request_id=made.request.pk, version=None, reason="Names", by=Actor.staff(dispatcher), now=NOW)
    page = client.get(f"/requests/{made.request.number}/")
    assert page.status_code == 404
    assert b"ot shown" not in page.content


def test_the_reporter_objects_once_and_supervisors_hear_of_it(
    client: Client, made: makers.Submitted, supervisor: StaffUser, dispatcher: StaffUser
) -> None:
    url = f"/r/{made.token}/appeal/"
    assert REASON in client.get(url).content.decode()
    assert client.post(url, {"words": ""}).status_code == 400
    assert client.post(url, {"words": "x" * 1_000_000}).status_code in {400, 413}
    assert client.post(url, {"words": "It is my own house"}).status_code == 303
    assert fresh(made).appealed_at is not None
    notices = StaffNotice.objects.filter(kind=StaffNoticeKind.APPEAL)
    assert [notice.user for notice in notices] == [supervisor]
    event = made.request.events.get(kind=EventKind.APPEALED)
    assert template_for(event) is None, "nobody is mailed the own words"
    assert client.post(url, {"words": "Again"}).status_code == 302
    with pytest.raises(ActionRefused, match="already"):
        object_to(made)
    assert "The answer comes here." in client.get(f"/r/{made.token}/").content.decode()


def test_nothing_to_object_to(city: makers.SmallCity, client: Client) -> None:
    shown, private = makers.submitted(city.pothole), makers.submitted(city.question)
    for made in (shown, private):
        with pytest.raises(ActionRefused):
            object_to(made)
        assert client.get(f"/r/{made.token}/appeal/").status_code == 302
        assert "/appeal/" not in client.get(f"/r/{made.token}/").content.decode()


def test_shown_again(client: Client, made: makers.Submitted, dispatcher: StaffUser) -> None:
    object_to(made)
    publish(
        request_id=made.request.pk, version=None, words="You are right", by=Actor.staff(dispatcher), now=NOW
    )
    after = fresh(made)
    assert (after.is_public, after.withheld_reason, after.appealed_at) == (True, "", None)
    assert client.get(f"/requests/{made.request.number}/").status_code == 200
    assert "You are right" in client.get(f"/r/{made.token}/").content.decode()
    assert "You are right" not in client.get(f"/requests/{made.request.number}/").content.decode()


def test_upheld_with_words(client: Client, made: makers.Submitted, dispatcher: StaffUser) -> None:
    by = Actor.staff(dispatcher)
    with pytest.raises(ActionRefused, match="No objection"):
        uphold(request_id=made.request.pk, version=None, words="No", by=by, now=NOW)
    object_to(made)
    with pytest.raises(ActionRefused, match="why it stays hidden"):
        uphold(request_id=made.request.pk, version=None, words=" ", by=by, now=NOW)
    uphold(request_id=made.request.pk, version=None, words="The name is another's", by=by, now=NOW)
    after = fresh(made)
    assert (after.is_public, after.withheld_reason, after.appealed_at) == (False, REASON, None)
    own = client.get(f"/r/{made.token}/").content.decode()
    assert "We looked at it again: it stays hidden" in own
    assert "The name is another&#x27;s" in own


def banned(
    by: StaffUser, *, days: int = 30, email: str = "trouble.maker@example.org", phone: str = ""
) -> list[Ban]:
    return ban(
        email=email,
        phone=phone,
        reason="Forty invented reports",
        until=NOW + dt.timedelta(days=days),
        by=by,
        now=NOW,
    )


@pytest.fixture
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)


@pytest.mark.usefixtures("_now")
@pytest.mark.parametrize(
    "contact",
    [{"email": "TroubleMaker+new@example.org"}, {"email": "new@example.org", "phone": "(410) 555-0187"}],
)
def test_the_form_refuses_with_reason_end_and_what_to_do(
    client: Client, city: makers.SmallCity, supervisor: StaffUser, contact: dict[str, str]
) -> None:
    banned(supervisor, phone="+1 410 555 0187")
    answer = client.post("/report/", world.report_data(name="T", **contact))
    words = answer.content.decode()
    assert answer.status_code == 403
    for part in (
        "Friday, April 3",
        "Forty invented reports",
        "call us at 311",
        "call 911",
        "A deep hole by the bus stop",
    ):
        assert part in words
    assert not ServiceRequest.objects.exists()
    assert client.get("/track/").status_code == 200
    lift(ban_id=Ban.objects.earliest("pk").pk, by=supervisor, now=NOW)
    lift(ban_id=Ban.objects.latest("pk").pk, by=supervisor, now=NOW)
    assert client.post("/report/", world.report_data(name="T", **contact)).status_code == 303


def test_staff_write_down_what_a_banned_caller_says(city: makers.SmallCity, supervisor: StaffUser) -> None:
    from requests_app.actions import Contact, Submission, submit

    banned(supervisor)
    submission = Submission(city.pothole, "A hole", contact=Contact(email="trouble.maker@example.org"))
    with pytest.raises(Banned):
        submit(submission=submission, scope="web", key="1", by=Actor.reporter(), now=NOW)
    operator = Actor.staff(makers.staff("operator"))
    assert submit(submission=submission, scope="desk", key="1", by=operator, now=NOW).created


def test_it_ends_by_itself(supervisor: StaffUser) -> None:
    banned(supervisor, days=1)
    ask = {"email": "trouble.maker@example.org", "phone": ""}
    assert Ban.objects.of(**ask, now=NOW) is not None
    assert Ban.objects.of(**ask, now=NOW + dt.timedelta(days=1)) is None
    assert Ban.objects.of(email="", phone="", now=NOW) is None


def test_either_address_is_enough(supervisor: StaffUser) -> None:
    mail, phone = "trouble.maker@example.org", "410 555 0142"
    (found,) = banned(supervisor, email="", phone=phone)
    assert Ban.objects.of(email=mail, phone=phone, now=NOW) == found
    assert Ban.objects.of(email="", phone=phone, now=NOW) == found
    assert Ban.objects.of(email=mail, phone="", now=NOW) is None
    assert Ban.objects.of(email=mail, phone="410 555 0143", now=NOW) is None


@pytest.mark.parametrize("days", [0, 367])
def test_a_ban_lasts_a_day_to_a_year(supervisor: StaffUser, days: int) -> None:
    with pytest.raises(ActionRefused, match="within a year"):
        banned(supervisor, days=days)


def test_who_may_ban_and_twice(dispatcher: StaffUser, supervisor: StaffUser) -> None:
    with pytest.raises(ActionRefused, match="role"):
        banned(dispatcher)
    found = banned(supervisor)[0]
    assert (found.shown, "trouble" in found.key) == ("t…@example.org", False)
    with pytest.raises(ActionRefused, match="already"):
        banned(supervisor)
    with pytest.raises(ActionRefused, match="role"):
        lift(ban_id=found.pk, by=dispatcher, now=NOW)
    lift(ban_id=found.pk, by=supervisor, now=NOW)
    with pytest.raises(ActionRefused, match="ended"):
        lift(ban_id=found.pk, by=supervisor, now=NOW)
