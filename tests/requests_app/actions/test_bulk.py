"""Many at once: the same rows and events as one by one, in a handful of statements, and whatever cannot is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from departments.kinds import Priority
from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import ActionRefused, Actor, bulk, bulk_moves
from requests_app.actions.priority import prioritize
from requests_app.models import BulkChange, RequestEvent, ServiceRequest, StaffNotice, UndoWindow
from requests_app.workflow import Audience, Outcome, Status
from tests import makers
from tests.requests_app.actions.cast import LATER, NEXT_WEEK

pytestmark = pytest.mark.django_db
SAME_EVENT = (
    "kind",
    "from_status",
    "to_status",
    "department_id",
    "assignee_id",
    "actor_kind",
    "actor_id",
    "actor_label",
    "public_note",
    "reporter_note",
    "internal_note",
    "data",
    "undoes_id",
    "occurred_at",
    "redacted_at",
)
NOT_THE_SAME = {"id", "number", "token_hash"}

Single = Callable[..., RequestEvent]


def pairs(
    city: makers.SmallCity, crew: StaffUser
) -> dict[str, tuple[bulk_moves.Change, Single, dict[str, Any]]]:
    """Each change with the single action and words that do the same."""
    return {
        "assign": (bulk_moves.Assign(crew), actions.assign, {"to": crew}),
        "give away": (bulk_moves.Assign(None), actions.assign, {"to": None}),
        "acknowledge": (bulk_moves.Acknowledge(), actions.acknowledge, {}),
        "start": (bulk_moves.Start("On our way"), actions.start, {"public_note": "On our way"}),
        "hold": (
            bulk_moves.Hold("Rain", "sun", NEXT_WEEK),
            actions.hold,
            {"reason": "Rain", "waiting_for": "sun", "review_on": NEXT_WEEK},
        ),
        "resume": (bulk_moves.Resume(), actions.resume, {}),
        "close": (
            bulk_moves.Close(Outcome.FIXED, "Filled.", "by two"),
            actions.close,
            {"outcome": Outcome.FIXED, "public_answer": "Filled.", "internal_note": "by two"},
        ),
        "spam": (
            bulk_moves.Close(Outcome.SPAM, ""),
            actions.close,
            {"outcome": Outcome.SPAM, "public_answer": ""},
        ),
        "prioritize": (bulk_moves.Prioritize(Priority.URGENT), prioritize, {"priority": Priority.URGENT}),
        "recategorize": (bulk_moves.Recategorize(city.rats), actions.recategorize, {"category": city.rats}),
        "note": (
            bulk_moves.Note("Same here", Audience.EVERYONE),
            actions.add_note,
            {"text": "Same here", "audience": Audience.EVERYONE},
        ),
    }


def two_of_each(city: makers.SmallCity, by: Actor) -> tuple[list[ServiceRequest], list[ServiceRequest]]:
    """The same four requests twice: new, started, on hold, closed."""
    halves: tuple[list[ServiceRequest], list[ServiceRequest]] = ([], [])
    for half in halves:
        for status in (Status.NEW, Status.IN_PROGRESS, Status.ON_HOLD, Status.CLOSED):
            made = makers.submitted(city.pothole).request
            words: dict[str, Any] = {"request_id": made.pk, "version": None, "by": by, "now": makers.NOW}
            if status == Status.IN_PROGRESS:
                actions.start(**words)
            if status == Status.ON_HOLD:
                actions.hold(reason="Rain", waiting_for="sun", review_on=NEXT_WEEK, **words)
            if status == Status.CLOSED:
                actions.close(outcome=Outcome.FIXED, public_answer="Done", **words)
            half.append(ServiceRequest.objects.get(pk=made.pk))
    return halves


def row(request: ServiceRequest) -> dict[str, Any]:
    """The columns of a request but those no two can share."""
    stored = ServiceRequest.objects.filter(pk=request.pk).values().get()
    return {name: value for name, value in stored.items() if name not in NOT_THE_SAME}


def last_event(request: ServiceRequest) -> dict[str, Any]:
    event = RequestEvent.objects.filter(request=request).order_by("-id").values("pk", *SAME_EVENT)[0]
    window = UndoWindow.objects.filter(event=event["pk"]).values("before", "until", "user_id").first()
    names = ProcrastinateJob.objects.filter(args__event_id=event["pk"]).values_list(
        "task_name", "queue_name", "scheduled_at"
    )
    return {name: event[name] for name in SAME_EVENT} | {"window": window, "jobs": list(names)}


ALL = (
    "assign",
    "give away",
    "acknowledge",
    "start",
    "hold",
    "resume",
    "close",
    "spam",
    "prioritize",
    "recategorize",
    "note",
)


@pytest.mark.parametrize(
    ("name", "window"), [*((name, 0) for name in ALL), ("assign", 300), ("close", 300), ("spam", 300)]
)
def test_many_at_once_write_what_each_alone_writes(
    city: makers.SmallCity, dispatcher: StaffUser, settings: Settings, name: str, window: int
) -> None:
    crew = makers.staff(Role.CREW, city.streets)
    change, single, words = pairs(city, crew)[name]
    by = Actor.staff(dispatcher)
    together, alone = two_of_each(city, by)
    settings.UNDO_WINDOW_SECONDS = window
    done = bulk.change_many(
        chosen={request.pk: request.version for request in together}, change=change, by=by, now=LATER
    )
    refused = {wont.request.pk: wont.why for wont in done.outlook.wont}
    for one, other in zip(together, alone, strict=True):
        why = None
        try:
            single(request_id=other.pk, version=other.version, by=by, now=LATER, **words)
        except ActionRefused as refusal:
            why = str(refusal)
        assert refused.get(one.pk) == why
        assert row(one) == row(other)
        assert last_event(one) == last_event(other)
    assert len(done.events) == len(done.outlook.will) >= 1
    assert len(done.events) + len(refused) == 4


def many(city: makers.SmallCity, count: int) -> list[ServiceRequest]:
    """Copies of one request made through the intake, written at once; every tenth was reopened twice."""
    first = makers.submitted(city.pothole).request
    fields = ServiceRequest.objects.filter(pk=first.pk).values().get()
    for name in ("id", "number", "token_hash", "cell_x", "cell_y"):
        del fields[name]
    made = ServiceRequest.objects.bulk_create(
        ServiceRequest(
            number=f"77-{index:06}",
            token_hash=f"{index:064}",
            **fields | {"reopened_count": 2 if index % 10 == 0 else 0},
        )
        for index in range(count)
    )
    return list(ServiceRequest.objects.filter(pk__in=[each.pk for each in made]))


@pytest.mark.parametrize("name", ["assign", "recategorize", "close"])
def test_five_hundred_cost_sixty_statements_at_most(
    city: makers.SmallCity, dispatcher: StaffUser, settings: Settings, name: str
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    change, _single, _words = pairs(city, makers.staff(Role.CREW, city.streets))[name]
    rows = many(city, bulk.MOST)
    chosen = {each.pk: each.version for each in rows}
    with CaptureQueriesContext(connection) as asked:
        done = bulk.change_many(chosen=chosen, change=change, by=Actor.staff(dispatcher), now=LATER)
    assert len(asked) <= 60
    assert len(done.events) == UndoWindow.objects.filter(bulk=done.bulk).count() == bulk.MOST
    settling = ProcrastinateJob.objects.filter(task_name="requests_app.notifications.settle")
    assert settling.count() == bulk.MOST
    assert (
        ServiceRequest.objects.filter(pk__in=chosen, version=2, held_until__isnull=False).count() == bulk.MOST
    )


def test_more_than_five_hundred_are_refused(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    chosen = dict.fromkeys(range(1, bulk.MOST + 2))
    with pytest.raises(ActionRefused, match="500"):
        bulk.change_many(
            chosen=chosen, change=bulk_moves.Acknowledge(), by=Actor.staff(dispatcher), now=LATER
        )
    with pytest.raises(ActionRefused, match="500"):
        bulk.foresee(chosen=chosen, change=bulk_moves.Acknowledge(), by=Actor.staff(dispatcher), now=LATER)


def test_what_somebody_changed_meanwhile_stays_and_is_named(
    city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    maria = makers.staff(Role.DISPATCHER, city.streets, name="Maria Lopez")
    rows = [makers.submitted(city.pothole).request for _index in range(3)]
    chosen: dict[int, int | None] = {each.pk: each.version for each in rows}
    actions.start(request_id=rows[0].pk, version=None, by=Actor.staff(maria), now=LATER)
    chosen[987_654_321] = 1
    by = Actor.staff(dispatcher)
    foreseen = bulk.foresee(chosen=chosen, change=bulk_moves.Acknowledge(), by=by, now=LATER)
    done = bulk.change_many(chosen=chosen, change=bulk_moves.Acknowledge(), by=by, now=LATER)
    for outlook in (foreseen, done.outlook):
        assert {will.request.pk for will in outlook.will} == {rows[1].pk, rows[2].pk}
        assert [(wont.request.pk, "Maria Lopez" in wont.why) for wont in outlook.wont] == [(rows[0].pk, True)]
        assert (outlook.gone, outlook.refused) == (1, 2)
    assert done.bulk is not None
    assert (done.bulk.changed, done.bulk.refused, done.bulk.move) == (2, 2, "acknowledge")
    assert ServiceRequest.objects.get(pk=rows[0].pk).status == Status.IN_PROGRESS


def test_a_preview_writes_nothing(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    before = (row(made), RequestEvent.objects.count(), BulkChange.objects.count())
    with CaptureQueriesContext(connection) as asked:
        bulk.foresee(chosen={made.pk: 1}, change=bulk_moves.Start(), by=Actor.staff(dispatcher), now=LATER)
    assert all(query["sql"].startswith("SELECT") and "FOR UPDATE" not in query["sql"] for query in asked)
    assert (row(made), RequestEvent.objects.count(), BulkChange.objects.count()) == before


def test_nothing_to_change_leaves_no_trace(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    done = bulk.change_many(
        chosen={made.pk: 1}, change=bulk_moves.Resume(), by=Actor.staff(dispatcher), now=LATER
    )
    assert (done.bulk, done.events) == (None, [])
    assert not BulkChange.objects.exists()


def test_who_gets_many_hears_it_once(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    crew = makers.staff(Role.CREW, city.streets)
    rows = [makers.submitted(city.pothole).request for _index in range(3)]
    bulk.change_many(
        chosen={each.pk: each.version for each in rows},
        change=bulk_moves.Assign(crew),
        by=Actor.staff(dispatcher),
        now=LATER,
    )
    notice = StaffNotice.objects.get(user=crew)
    assert (notice.kind, notice.text) == ("assigned", "3 requests were given to you.")


def test_any_change_of_many_can_be_taken_back(
    city: makers.SmallCity, dispatcher: StaffUser, settings: Settings
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    rows = [makers.submitted(city.pothole).request for _index in range(2)]
    done = bulk.change_many(
        chosen={each.pk: each.version for each in rows},
        change=bulk_moves.Note("Same here", Audience.EVERYONE),
        by=Actor.staff(dispatcher),
        now=LATER,
    )
    windows = UndoWindow.objects.filter(bulk=done.bulk)
    assert {window.until for window in windows} == {LATER + dt.timedelta(seconds=300)}
    assert {window.event_id for window in windows} == {event.pk for event in done.events}
    fan_out = ProcrastinateJob.objects.filter(task_name="requests_app.notifications.fan_out")
    assert not fan_out.filter(args__event_id__in=[event.pk for event in done.events]).exists()


def test_a_role_without_the_move_changes_nothing(city: makers.SmallCity) -> None:
    made = makers.submitted(city.pothole).request
    manager = makers.staff(Role.MANAGER, city.streets)
    done = bulk.change_many(
        chosen={made.pk: 1}, change=bulk_moves.Start(), by=Actor.staff(manager), now=LATER
    )
    assert [wont.request.pk for wont in done.outlook.wont] == [made.pk]
