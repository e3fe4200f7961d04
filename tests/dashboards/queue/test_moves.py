"""Each button: one POST, one action, one event; what is typed comes back; nothing else is read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from departments.models import Partner, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import Photo, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoState
from requests_app.workflow import EventKind, Outcome, Status
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
TOMORROW = (NOW + dt.timedelta(days=1)).date().isoformat()


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW + dt.timedelta(hours=2))


@pytest.fixture
def page(client: Client, dispatcher: StaffUser) -> Client:
    client.force_login(dispatcher)
    return client


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="resident@example.org").request


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


def do(page: Client, made: ServiceRequest, move: str, **data: object) -> int:
    """Press a button on a screen of the present version; the answer's status."""
    answer = page.post(f"/queue/{made.number}/do/{move}/", {"version": fresh(made).version, **data})
    return answer.status_code


def last(made: ServiceRequest) -> RequestEvent:
    event = made.events.order_by("-id").first()
    assert event is not None
    return event


def test_every_move_is_one_event(
    page: Client, city: makers.SmallCity, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    partner = Partner.objects.create(slug="state", name="State Highways")
    steps: list[tuple[str, dict[str, object], EventKind, Status]] = [
        ("acknowledge", {}, EventKind.ACKNOWLEDGED, Status.OPEN),
        ("assign", {"assignee": dispatcher.pk}, EventKind.ASSIGNED, Status.OPEN),
        ("start", {}, EventKind.STARTED, Status.IN_PROGRESS),
        (
            "hold",
            {"reason": "Rain", "waiting_for": "dry weather", "review_on": TOMORROW},
            EventKind.HELD,
            Status.ON_HOLD,
        ),
        ("resume", {}, EventKind.RESUMED, Status.OPEN),
        ("hand_over", {"partner": partner.pk}, EventKind.HANDED_OVER, Status.WITH_PARTNER),
        ("resume", {}, EventKind.RESUMED, Status.OPEN),
        ("note", {"audience": "staff", "text": "Seen it"}, EventKind.NOTED, Status.OPEN),
        ("unpublish", {"reason": "A name in the text"}, EventKind.UNPUBLISHED, Status.OPEN),
        ("publish", {}, EventKind.PUBLISHED, Status.OPEN),
        ("close", {"outcome": "fixed", "public_answer": "Filled."}, EventKind.CLOSED, Status.CLOSED),
        ("reopen", {"reason": "Wrong one"}, EventKind.REOPENED, Status.OPEN),
        ("assign", {"assignee": "none"}, EventKind.ASSIGNED, Status.OPEN),
    ]
    for move, data, kind, status in steps:
        before = made.events.count()
        assert do(page, made, move, **data) == 303, move
        assert made.events.count() == before + 1, move
        assert last(made).kind == kind
        assert last(made).actor == dispatcher
        assert fresh(made).status == status
        assert page.get(f"/queue/{made.number}/").status_code == 200


def test_first_action_of_staff_acknowledges(
    page: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    do(page, made, "assign", assignee=dispatcher.pk)
    assert fresh(made).status == Status.OPEN
    assert fresh(made).acknowledged_at == NOW + dt.timedelta(hours=2)


def test_close_needs_an_answer_and_keeps_what_was_typed(page: Client, made: ServiceRequest) -> None:
    answer = page.post(
        f"/queue/{made.number}/do/close/",
        {"version": 1, "outcome": "fixed", "internal_note": "Crew 7 was there"},
    )
    body = answer.content.decode()
    assert answer.status_code == 400
    assert "Write the answer residents will read." in body
    assert "Crew 7 was there" in body
    assert fresh(made).status == Status.NEW


def test_outcomes_are_those_of_the_kind(page: Client, made: ServiceRequest) -> None:
    body = page.get(f"/queue/{made.number}/").content.decode()
    assert 'value="fixed"' in body
    assert 'value="violation_found"' not in body
    assert do(page, made, "close", outcome="violation_found", public_answer="x") == 400
    assert do(page, made, "close", outcome="withdrawn", public_answer="x") == 400


def test_preview_writes_nothing(page: Client, made: ServiceRequest) -> None:
    data = {"version": 1, "outcome": "fixed", "public_answer": "We filled the hole.", "preview": "1"}
    answer = page.post(f"/queue/{made.number}/do/close/", data)
    assert answer.status_code == 200
    body = answer.content.decode()
    assert "Residents will read" in body
    assert "Wednesday, March 4" in body
    assert fresh(made).version == 1


def test_spam_needs_no_answer(page: Client, made: ServiceRequest) -> None:
    assert do(page, made, "close", outcome="spam") == 303
    assert fresh(made).outcome == Outcome.SPAM


@pytest.mark.parametrize("day", ["2026-03-04", "2020-01-01", "2226-01-01", "soon", ""])
def test_hold_needs_a_day_ahead(page: Client, made: ServiceRequest, day: str) -> None:
    assert do(page, made, "hold", reason="Rain", waiting_for="sun", review_on=day) == 400
    assert fresh(made).status == Status.NEW


def test_rerouted_out_of_sight_leads_to_the_queue(
    page: Client, city: makers.SmallCity, made: ServiceRequest, other_dispatcher: StaffUser
) -> None:
    answer = page.post(
        f"/queue/{made.number}/do/reroute/",
        {"version": 1, "department": city.waste.pk, "reason": "Trash, not a hole"},
        follow=True,
    )
    assert answer.redirect_chain == [("/queue/", 303)]
    assert "left your queue" in answer.content.decode()
    assert page.get(f"/queue/{made.number}/").status_code == 404
    theirs = Client()
    theirs.force_login(other_dispatcher)
    assert "Trash, not a hole" in theirs.get(f"/queue/{made.number}/").content.decode()


def test_new_category_routes_anew(page: Client, city: makers.SmallCity, made: ServiceRequest) -> None:
    answer = page.post(f"/queue/{made.number}/do/recategorize/", {"version": 1, "category": city.rats.pk})
    assert answer["Location"] == "/queue/"
    assert fresh(made).department == city.waste
    assert fresh(made).category == city.rats


def test_same_category_is_refused_in_words(
    page: Client, city: makers.SmallCity, made: ServiceRequest
) -> None:
    answer = page.post(f"/queue/{made.number}/do/recategorize/", {"version": 1, "category": city.pothole.pk})
    assert answer.status_code == 400
    assert "has this category already" in answer.content.decode()


def test_assigned_only_to_people_who_work_there(
    page: Client, made: ServiceRequest, other_dispatcher: StaffUser
) -> None:
    assert do(page, made, "assign", assignee=other_dispatcher.pk) == 400
    assert fresh(made).assignee is None


@pytest.mark.parametrize(
    ("role", "move"),
    [
        ("manager", "close"),
        ("manager", "assign"),
        ("crew", "assign"),
        ("crew", "reroute"),
        ("operator", "close"),
        ("records_officer", "close"),
        ("council_aide", "note"),
    ],
)
def test_moves_outside_the_role_are_neither_offered_nor_done(
    client: Client, city: makers.SmallCity, made: ServiceRequest, role: str, move: str
) -> None:
    client.force_login(makers.staff(role, city.streets, area=city.district_1))
    assert f"/do/{move}/" not in client.get(f"/queue/{made.number}/").content.decode()
    answer = client.post(
        f"/queue/{made.number}/do/{move}/", {"version": 1, "outcome": "fixed", "public_answer": "x"}
    )
    assert answer.status_code == 403
    assert fresh(made).version == 1


def test_moves_the_status_forbids_are_not_offered(page: Client, made: ServiceRequest) -> None:
    do(page, made, "close", outcome="fixed", public_answer="Done")
    body = page.get(f"/queue/{made.number}/").content.decode()
    assert "/do/reopen/" in body
    assert "/do/start/" not in body
    assert do(page, made, "start") == 400


def test_photos_are_shown_and_hidden(page: Client, made: ServiceRequest) -> None:
    photo = Photo.objects.create(
        request=made, sha256="0" * 64, width=800, height=600, state=PhotoState.WAITING, created_at=NOW
    )
    assert do(page, made, "publish_photo", photo=photo.public_id) == 303
    photo.refresh_from_db()
    assert photo.state == PhotoState.PUBLISHED
    assert do(page, made, "hide_photo", photo=photo.public_id) == 303
    photo.refresh_from_db()
    assert photo.state == PhotoState.HIDDEN


def test_a_photo_of_another_request_is_not_reached(
    page: Client, city: makers.SmallCity, made: ServiceRequest
) -> None:
    other = makers.submitted(city.missed_trash).request
    photo = Photo.objects.create(request=other, sha256="0" * 64, width=8, height=6, created_at=NOW)
    assert do(page, made, "hide_photo", photo=photo.public_id) == 404


def test_unknown_move_and_missing_version(page: Client, made: ServiceRequest) -> None:
    assert page.post(f"/queue/{made.number}/do/explode/", {"version": 1}).status_code == 404
    assert page.post(f"/queue/{made.number}/do/acknowledge/", {}).status_code == 400
    assert page.post(f"/queue/{made.number}/do/acknowledge/", {"version": "x"}).status_code == 400
    assert page.get(f"/queue/{made.number}/do/acknowledge/").status_code == 405


def test_fields_of_the_model_are_not_read_from_the_form(page: Client, city: makers.SmallCity) -> None:
    plain = makers.submitted(city.pothole).request
    stuffed = makers.submitted(city.pothole).request
    extra = {
        field.name: "1"
        for field in ServiceRequest._meta.get_fields()
        if field.name not in {"version"} and not field.is_relation
    } | {"category": city.rats.pk, "department": city.waste.pk, "is_public": "", "assignee": "1"}
    do(page, plain, "start")
    do(page, stuffed, "start", **extra)
    own = {"id", "number", "token_hash"}
    rows = [
        {key: value for key, value in row.items() if key not in own}
        for row in ServiceRequest.objects.filter(pk__in=[plain.pk, stuffed.pk]).values()
    ]
    assert rows[0] == rows[1]


def test_nothing_is_done_without_the_forms_proof(made: ServiceRequest, dispatcher: StaffUser) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(dispatcher)
    assert strict.post(f"/queue/{made.number}/do/acknowledge/", {"version": 1}).status_code == 403
    assert strict.post(f"/queue/{made.number}/reveal/").status_code == 403


def test_note_to_the_reporter_says_who_reads_it(page: Client, made: ServiceRequest) -> None:
    assert do(page, made, "note", audience="reporter", text="Which lane?") == 303
    assert last(made).reporter_note == "Which lane?"
    assert last(made).public_note == last(made).internal_note == ""
    assert "This reporter" in page.get(f"/queue/{made.number}/").content.decode()


def test_reopened_by_the_reporter_is_said(page: Client, made: ServiceRequest) -> None:
    do(page, made, "close", outcome="fixed", public_answer="Done")
    actions.reopen(
        request_id=made.pk,
        version=None,
        reason="Still there",
        by=Actor.reporter(),
        now=NOW + dt.timedelta(days=1),
    )
    body = page.get(f"/queue/{made.number}/").content.decode()
    assert "Reopened by the reporter: it is not solved" in body
    assert "Still there" in body
