"""Threats 3 and 30: hidden words are gone from everything said about a request; each look at them is written down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic311.lib import clock
from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor, close, dispose, erase, redact_photo, redact_text
from requests_app.actions.asking import ask
from requests_app.actions.door import history_door
from requests_app.actions.hiding import Phrases
from requests_app.actions.tasks import finish_task, give_task, plan_closing
from requests_app.models import (
    Comment,
    HiddenWords,
    Photo,
    RequestEvent,
    ServiceRequest,
    StaffNotice,
    Task,
    UnredactedLook,
)
from requests_app.models.photo import PhotoPurpose
from requests_app.photos.redaction import Box, redacted
from requests_app.queries.queue_lines import queue_rows
from requests_app.queries.undoing import photos_waiting
from requests_app.workflow import EventKind, Outcome
from tests import makers
from tests.security import world
from tests.security.world import SIZES, Filed

pytestmark = pytest.mark.django_db
NAME = "Zacharias Quillfeather"


def hide(request: ServiceRequest, by: StaffUser, words: str = NAME) -> RequestEvent:
    return redact_text(
        request_id=request.pk,
        version=None,
        phrases=Phrases.of(words),
        reason="A name",
        by=Actor.staff(by),
        now=makers.NOW,
    )


def redact(photo: Photo, by: StaffUser) -> Photo:
    redact_photo(
        photo=photo,
        version=None,
        redacted=redacted(photo.sha256, [Box(0, 0, 50, 50)]),
        boxes=1,
        show=False,
        reason="A face",
        by=Actor.staff(by),
        now=makers.NOW,
    )
    return Photo.objects.get(redacts=photo)


def holding(word: str, but: tuple[str, ...] = ()) -> list[str]:
    """The tables of ours in which the word stands in any column."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_name ~ '^(requests_app|notifications|procrastinate)_'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE %s', [f"%{word}%"])
            row = cursor.fetchone()
            if row and row[0] and table not in but:
                found.append(table)
    return found


@pytest.fixture
def talked_of(city: makers.SmallCity, dispatcher: StaffUser) -> ServiceRequest:
    """A request with a name in everything that can be said of it."""
    made = makers.submitted(
        city.pothole, description=f"Dug by {NAME}", email="reporter@home.example", place_note=f"At {NAME}'s"
    ).request
    by, common = Actor.staff(dispatcher), {"version": None, "now": makers.NOW}
    colleague = makers.staff("crew", city.streets)
    Comment.objects.create(
        request=made, name=NAME, text=f"{NAME} again", public_text=f"{NAME} again", created_at=makers.NOW
    )
    for _again in range(2):
        give_task(request_id=made.pk, text=f"Visit {NAME}", assignee=colleague, by=by, **common)
    plan_closing(
        request_id=made.pk, outcome=Outcome.FIXED, public_answer=f"{NAME} filled it", by=by, **common
    )
    first = Task.objects.order_by("pk").first()
    assert first is not None
    finish_task(task_id=first.pk, result=f"{NAME} was out", by=Actor.staff(colleague), now=makers.NOW)
    ask(request_id=made.pk, text=f"Do you know {NAME}?", by=by, **common)
    actions.answer(request_id=made.pk, text=f"{NAME} is my neighbour", by=Actor.reporter(), now=makers.NOW)
    actions.hold(
        request_id=made.pk,
        reason=f"{NAME} is away",
        waiting_for=NAME,
        review_on=(makers.NOW + dt.timedelta(days=9)).date(),
        by=by,
        **common,
    )
    return ServiceRequest.objects.get(pk=made.pk)


def test_hidden_words_stand_nowhere_but_among_the_hidden(
    talked_of: ServiceRequest, dispatcher: StaffUser
) -> None:
    assert len(holding(NAME)) >= 6
    hide(talked_of, dispatcher)
    assert holding(NAME) == ["requests_app_hiddenwords"]
    kept = set(HiddenWords.objects.values_list("place", flat=True))
    assert kept >= {
        "question", "reply", "task", "task_result", "closing_plan", "comment", "comment_name", "hold_reason",
        "waiting_for", "data", "description", "place_note", "reporter_note", "internal_note",
    }  # fmt: skip


def test_hidden_words_of_the_first_report_are_gone_from_those_that_follow(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    lead, follower = (makers.submitted(city.pothole).request for _each in range(2))
    by = Actor.staff(dispatcher)
    actions.take_in(request_id=lead.pk, version=None, others={follower.pk: None}, by=by, now=makers.NOW)
    close(
        request_id=lead.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer=f"Filled with {NAME}",
        by=by,
        now=makers.NOW,
    )
    assert NAME in client.get(f"/requests/{follower.number}/").content.decode()
    hide(ServiceRequest.objects.get(pk=lead.pk), dispatcher)
    assert NAME not in client.get(f"/requests/{follower.number}/").content.decode()
    assert holding(NAME) == ["requests_app_hiddenwords"]


def test_an_erased_person_is_gone_from_questions_tasks_and_lines_to_colleagues(
    talked_of: ServiceRequest,
) -> None:
    erase(request_id=talked_of.pk, by=Actor.reporter(), now=makers.NOW)
    # what neighbours wrote, and why everybody waits, are words of others
    others = ("requests_app_comment", "requests_app_servicerequest", "requests_app_closingplan")
    assert holding(NAME, but=others) == []
    talked_of.refresh_from_db()
    assert talked_of.description == ""
    assert StaffNotice.objects.filter(request=talked_of).exists()


def test_the_door_of_the_history_opens_for_typed_words_alone(
    talked_of: ServiceRequest, dispatcher: StaffUser
) -> None:
    event = RequestEvent.objects.filter(kind=EventKind.HELD).latest("pk")
    for data in (event.data | {"kind": "other words"}, {"reason": "x"}, event.data | {"more": 1}):
        with pytest.raises(DatabaseError), transaction.atomic(), history_door():
            RequestEvent.objects.filter(pk=event.pk).update(data=data, redacted_at=makers.NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        RequestEvent.objects.filter(pk=event.pk).update(data=event.data | {"reason": "x"})


@pytest.fixture
def filed(city: makers.SmallCity) -> Filed:
    return world.file_report("pothole", description=f"By {NAME}", photos=[world.picture(1)])


def test_each_look_at_the_unredacted_is_written_down(
    city: makers.SmallCity, filed: Filed, dispatcher: StaffUser
) -> None:
    before = filed.photos[0]
    supervisor = makers.staff("supervisor", city.streets)
    client = world.client_of(supervisor)
    page = f"/queue/{filed.request.number}/unredacted/"
    assert client.get(page).status_code == 200
    assert not UnredactedLook.objects.exists(), "nothing is hidden yet"
    redact(before, dispatcher)
    hide(filed.request, dispatcher)
    for url in (page, *(f"/photos/{before.public_id}/{size}.jpg" for size in SIZES)):
        assert client.get(url).status_code == 200
    assert list(UnredactedLook.objects.values_list("request", "user")) == [(filed.request.pk, supervisor.pk)]
    other = world.client_of(makers.staff("records_officer"))
    assert other.get(f"/photos/{before.public_id}/small.jpg").status_code == 200
    assert UnredactedLook.objects.count() == 2, "a picture opened by its address is a look too"
    refused = world.client_of(dispatcher)
    assert refused.get(page).status_code == 403
    assert refused.get(f"/photos/{before.public_id}/small.jpg").status_code == 404
    assert UnredactedLook.objects.count() == 2


def test_looks_are_read_by_administrators_and_changed_by_nobody(
    filed: Filed, administrator: StaffUser
) -> None:
    look = UnredactedLook.objects.create(request=filed.request, user=administrator, looked_at=makers.NOW)
    administrator.is_staff = administrator.is_superuser = True
    administrator.save()
    client = world.client_of(administrator)
    path = "/admin/requests_app/unredactedlook/"
    assert client.get(path).status_code == 200
    assert client.get(f"{path}add/").status_code == 403
    assert client.post(f"{path}{look.pk}/delete/", {"post": "yes"}).status_code == 403


def test_after_disposal_there_is_nothing_to_look_at(filed: Filed, dispatcher: StaffUser) -> None:
    hide(filed.request, dispatcher)
    officer = makers.staff("records_officer")
    dispose(
        request_id=filed.request.pk, version=None, reason="Schedule", by=Actor.staff(officer), now=makers.NOW
    )
    assert world.client_of(officer).get(f"/queue/{filed.request.number}/unredacted/").status_code == 200
    assert not UnredactedLook.objects.exists()


def test_an_unredacted_photo_is_not_counted_beside_the_one_in_its_place(
    filed: Filed, dispatcher: StaffUser
) -> None:
    redact(filed.photos[0], dispatcher)
    (row,) = queue_rows(ServiceRequest.objects.filter(pk=filed.request.pk))
    assert row["photo_count"] == 1


def test_a_photo_redacted_while_its_closing_waits_waits_too(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    filed = world.file_report("pothole", photos=[world.picture(1)], **world.SECRETS)
    shown = filed.photos[0]
    result = Photo.objects.create(
        draft_key="result", purpose=PhotoPurpose.RESULT, sha256=shown.sha256, width=64, height=48,
        created_at=makers.NOW,
    )  # fmt: skip
    close(
        request_id=filed.request.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Filled.",
        draft_key="result",
        by=Actor.staff(dispatcher),
        now=clock.now(),
    )
    result.refresh_from_db()
    assert client.get(f"/photos/{result.public_id}/small.jpg").status_code == 404
    after = redact(result, dispatcher)
    assert after.public_id in photos_waiting(filed.request.pk)
    assert client.get(f"/photos/{after.public_id}/small.jpg").status_code == 404
    again = redact(shown, dispatcher)
    assert client.get(f"/photos/{again.public_id}/small.jpg").status_code == 200, "of the report itself"


def test_the_page_of_hiding_costs_the_same_for_many_texts(filed: Filed, dispatcher: StaffUser) -> None:
    client = world.client_of(dispatcher)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/queue/{filed.request.number}/text/").status_code == 200
        counts.append(len(queries))
        for at in range(12):
            Comment.objects.create(
                request=filed.request, text=f"{at}", public_text=f"{at}", created_at=makers.NOW
            )
    assert counts[0] == counts[1]
