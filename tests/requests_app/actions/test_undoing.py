"""Undo: the columns come back, the history grows, nobody outside ever hears of it; and what goes out, goes out once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.models import Q
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from civic311.lib.cached import forget_all
from departments.models import StaffUser
from departments.roles import Role
from requests_app import actions
from requests_app.actions import Actor, CannotUndo, NotAllowed, StaleRequest
from requests_app.actions.errors import ChangeWaits
from requests_app.actions.recording import stored
from requests_app.models import Photo, RequestEvent, ServiceRequest, UndoWindow
from requests_app.models.photo import PhotoPurpose
from requests_app.notifications import writing
from requests_app.notifications.housekeeping import settle_late
from requests_app.notifications.models import Delivery
from requests_app.photos.storage import SIZES, path_of
from requests_app.queries.cells import map_cells
from requests_app.queries.front import home_figures, recently_closed
from requests_app.queries.listing import Wanted, public_list
from requests_app.queries.nearby import nearby_open
from requests_app.queries.overview import open_by_category
from requests_app.queries.public import held_request, public_request
from requests_app.workflow import Audience, EventKind, Outcome, Status
from tests import makers

pytestmark = pytest.mark.django_db
WINDOW = dt.timedelta(minutes=5)
T0 = makers.NOW + dt.timedelta(hours=1)
T1 = T0 + dt.timedelta(minutes=1)
AFTER = T0 + WINDOW + dt.timedelta(seconds=1)
KEPT = {"version", "updated_at", "held_until"}


@pytest.fixture(autouse=True)
def five_minutes(settings: LazySettings) -> None:
    settings.UNDO_WINDOW_SECONDS = 300


def fresh(made: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=made.pk)


def columns(made: ServiceRequest) -> dict[str, Any]:
    row = fresh(made)
    names = {field.attname for field in ServiceRequest._meta.concrete_fields} - KEPT
    return {name: stored(row, name) for name in names}


def closed(made: ServiceRequest, by: Actor, now: dt.datetime = T0, **words: Any) -> RequestEvent:
    defaults: dict[str, Any] = {"outcome": Outcome.FIXED, "public_answer": "Filled."}
    return actions.close(request_id=made.pk, version=None, by=by, now=now, **{**defaults, **words})


def run_jobs(now: dt.datetime) -> None:
    """What the worker has to do at this time, in its order."""
    todo = ProcrastinateJob.objects.filter(Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=now))
    while job := todo.order_by("pk").first():
        ProcrastinateJob.objects.filter(pk=job.pk).delete()
        if job.task_name.endswith(".settle"):
            actions.settle(event_id=job.args["event_id"], now=now)
        elif job.task_name.endswith(".fan_out"):
            writing.fan_out(job.args["event_id"], now)


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="ann@example.org").request


def moves(city: makers.SmallCity, made: ServiceRequest, user: StaffUser) -> dict[str, Any]:
    common = {"request_id": made.pk, "version": None, "by": Actor.staff(user), "now": T0}
    return {
        "assign": lambda: actions.assign(to=user, **common),
        "reroute": lambda: actions.reroute(department=city.waste, reason="Theirs", **common),
        "close": lambda: actions.close(outcome=Outcome.FIXED, public_answer="Filled.", **common),
        "spam": lambda: actions.close(outcome=Outcome.SPAM, public_answer="", **common),
    }


@pytest.mark.parametrize("name", ["assign", "reroute", "close", "spam"])
@pytest.mark.parametrize("before", ["new", "on_hold"])
def test_undo_gives_every_column_back(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser, name: str, before: str
) -> None:
    if before == "on_hold":
        actions.hold(
            request_id=made.pk,
            version=None,
            reason="Frost",
            waiting_for="sun",
            review_on=(T0 + dt.timedelta(days=3)).date(),
            by=Actor.staff(dispatcher),
            now=makers.NOW,
        )
    was = columns(made)
    version = fresh(made).version
    event = moves(city, made, dispatcher)[name]()
    assert columns(made) != was
    undone = actions.undo(event_id=event.pk, by=Actor.staff(dispatcher), now=T1)
    assert columns(made) == was
    row = fresh(made)
    assert (row.version, row.held_until, row.updated_at) == (version + 2, None, T1)
    assert (undone.kind, undone.undoes, undone.actor) == (EventKind.UNDONE, event, dispatcher)
    assert (undone.from_status, undone.to_status) == (event.to_status, event.from_status)
    assert UndoWindow.objects.get(event=event).undone_at == T1


def test_residents_see_nothing_until_it_goes_out(made: ServiceRequest, dispatcher: StaffUser) -> None:
    before = public_request(made.number)
    assert before is not None
    event = closed(made, Actor.staff(dispatcher))
    assert public_request(made.number) == before
    run_jobs(T1)
    assert not Delivery.objects.filter(event=event).exists()
    assert public_request(made.number) == before
    run_jobs(AFTER)
    after = public_request(made.number)
    assert after is not None
    assert (after.status, after.outcome, after.closed_at) == (Status.CLOSED, "fixed", T0)
    assert next(each.kind for each in after.events) == EventKind.CLOSED
    run_jobs(AFTER)
    assert Delivery.objects.filter(event=event).count() == 1
    assert fresh(made).held_until is None


def test_undone_is_never_told_and_never_shown(made: ServiceRequest, dispatcher: StaffUser) -> None:
    run_jobs(T0)
    before, told = public_request(made.number), Delivery.objects.count()
    event = closed(made, Actor.staff(dispatcher))
    actions.undo(event_id=event.pk, by=Actor.staff(dispatcher), now=T1)
    run_jobs(AFTER)
    settle_late(AFTER)
    assert public_request(made.number) == before
    assert Delivery.objects.count() == told
    assert writing.fan_out(event.pk, AFTER) == []


def test_what_came_meanwhile_goes_out_with_it_in_order(made: ServiceRequest, dispatcher: StaffUser) -> None:
    by = Actor.staff(dispatcher)
    run_jobs(T0)
    first = actions.assign(request_id=made.pk, version=None, to=dispatcher, by=by, now=T0)
    note = actions.add_note(
        request_id=made.pk, version=None, text="On our way", audience=Audience.EVERYONE, by=by, now=T1
    )
    last = closed(made, by, now=T1)
    run_jobs(T1)
    run_jobs(T0 + WINDOW)
    assert fresh(made).shown_status == Status.NEW, "the later window holds the earlier one back"
    assert not Delivery.objects.filter(event__gte=first.pk).exists()
    run_jobs(T1 + WINDOW)
    told = Delivery.objects.filter(event__gte=first.pk).order_by("pk").values_list("event_id", flat=True)
    assert list(told) == [first.pk, note.pk, last.pk]


def test_what_came_meanwhile_is_told_when_the_first_is_undone(
    made: ServiceRequest, dispatcher: StaffUser
) -> None:
    by = Actor.staff(dispatcher)
    actions.acknowledge(request_id=made.pk, version=None, by=by, now=makers.NOW)
    first = actions.assign(request_id=made.pk, version=None, to=dispatcher, by=by, now=T0)
    note = actions.add_note(
        request_id=made.pk, version=None, text="On our way", audience=Audience.EVERYONE, by=by, now=T1
    )
    run_jobs(T1)
    assert not Delivery.objects.filter(event=note).exists()
    actions.undo(event_id=first.pk, by=by, now=T1)
    run_jobs(T1)
    assert Delivery.objects.filter(event=note).count() == 1
    assert not Delivery.objects.filter(event=first).exists()


def test_the_worker_that_was_down_lets_it_out_later(made: ServiceRequest, dispatcher: StaffUser) -> None:
    closed(made, Actor.staff(dispatcher))
    ProcrastinateJob.objects.all().delete()
    settle_late(AFTER)
    assert fresh(made).shown_status == Status.CLOSED
    settle_late(AFTER)
    assert UndoWindow.objects.get().settled_at == AFTER


def test_send_now(made: ServiceRequest, dispatcher: StaffUser) -> None:
    event = closed(made, Actor.staff(dispatcher))
    assert actions.send_now(request_id=made.pk, by=Actor.staff(dispatcher), now=T1) == 1
    assert fresh(made).shown_status == Status.CLOSED
    run_jobs(T1)
    assert Delivery.objects.filter(event=event).count() == 1
    with pytest.raises(CannotUndo, match="it went out at"):
        actions.undo(event_id=event.pk, by=Actor.staff(dispatcher), now=T1)
    assert actions.send_now(request_id=made.pk, by=Actor.staff(dispatcher), now=T1) == 0
    manager = makers.staff(Role.MANAGER)
    with pytest.raises(NotAllowed):
        actions.send_now(request_id=made.pk, by=Actor.staff(manager), now=T1)


def test_too_late(made: ServiceRequest, dispatcher: StaffUser) -> None:
    event = closed(made, Actor.staff(dispatcher))
    with pytest.raises(CannotUndo, match="the time to undo this ended"):
        actions.undo(event_id=event.pk, by=Actor.staff(dispatcher), now=T0 + WINDOW)
    assert fresh(made).status == Status.CLOSED


def test_an_undo_cannot_be_undone_nor_done_twice(made: ServiceRequest, dispatcher: StaffUser) -> None:
    by = Actor.staff(dispatcher)
    event = closed(made, by)
    undone = actions.undo(event_id=event.pk, by=by, now=T1)
    with pytest.raises(CannotUndo, match="An undo cannot be undone"):
        actions.undo(event_id=undone.pk, by=by, now=T1)
    with pytest.raises(CannotUndo, match=f"{dispatcher.name} has undone this already"):
        actions.undo(event_id=event.pk, by=by, now=T1)
    with pytest.raises(CannotUndo, match="cannot be undone"):
        actions.undo(event_id=RequestEvent.objects.earliest("pk").pk, by=by, now=T1)


def test_somebody_built_on_it(city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser) -> None:
    by, maria = Actor.staff(dispatcher), makers.staff(Role.DISPATCHER, city.streets, name="Maria")
    first = actions.assign(request_id=made.pk, version=None, to=dispatcher, by=by, now=T0)
    actions.assign(request_id=made.pk, version=None, to=None, by=Actor.staff(maria), now=T1)
    with pytest.raises(CannotUndo, match="Maria changed the same thing since"):
        actions.undo(event_id=first.pk, by=by, now=T1)
    assert fresh(made).assignee is None


def test_another_column_is_nobodys_business(made: ServiceRequest, dispatcher: StaffUser) -> None:
    by = Actor.staff(dispatcher)
    actions.acknowledge(request_id=made.pk, version=None, by=by, now=makers.NOW)
    first = actions.assign(request_id=made.pk, version=None, to=dispatcher, by=by, now=T0)
    actions.start(request_id=made.pk, version=None, by=by, now=T1)
    actions.undo(event_id=first.pk, by=by, now=T1)
    row = fresh(made)
    assert (row.assignee, row.status, row.shown_status) == (None, Status.IN_PROGRESS, Status.IN_PROGRESS)


def test_only_who_may_make_a_move_may_undo_it(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    crew = Actor.staff(makers.staff(Role.CREW, city.streets))
    event = actions.assign(
        request_id=made.pk, version=None, to=dispatcher, by=Actor.staff(dispatcher), now=T0
    )
    for by in (crew, Actor.reporter(), Actor.system(), Actor.staff(makers.staff(Role.MANAGER))):
        with pytest.raises(NotAllowed):
            actions.undo(event_id=event.pk, by=by, now=T1)
    ending = closed(made, crew, now=T1)
    assert actions.undo(event_id=ending.pk, by=crew, now=T1).kind == EventKind.UNDONE


def test_an_old_screen_is_refused_when_it_names_its_version(
    made: ServiceRequest, dispatcher: StaffUser
) -> None:
    event = closed(made, Actor.staff(dispatcher))
    with pytest.raises(StaleRequest):
        actions.undo(event_id=event.pk, by=Actor.staff(dispatcher), now=T1, version=1)


def test_the_reporter_meets_clear_words_while_it_is_held(made: ServiceRequest, dispatcher: StaffUser) -> None:
    closed(made, Actor.staff(dispatcher))
    with pytest.raises(ChangeWaits, match=r"Somebody at the city is working on this .* after 16:05"):
        actions.withdraw(request_id=made.pk, by=Actor.reporter(), now=T1)
    assert fresh(made).status == Status.CLOSED


def test_what_the_reporter_changes_is_shown_at_once(made: ServiceRequest, dispatcher: StaffUser) -> None:
    actions.assign(request_id=made.pk, version=None, to=None, by=Actor.staff(dispatcher), now=T0)
    assert fresh(made).held_until
    actions.withdraw(request_id=made.pk, by=Actor.reporter(), now=T1)
    row = fresh(made)
    assert (row.shown_status, row.shown_outcome, row.held_until) == (Status.CLOSED, "withdrawn", None)
    assert not UndoWindow.objects.pending().exists()


def test_the_holder_sees_why_it_waits_as_before(made: ServiceRequest, dispatcher: StaffUser) -> None:
    """Closing empties the columns of the hold; the page goes on to say why it waits."""
    by = Actor.staff(dispatcher)
    review_on = (T0 + dt.timedelta(days=3)).date()
    actions.hold(
        request_id=made.pk,
        version=None,
        reason="Frost",
        waiting_for="sun",
        review_on=review_on,
        by=by,
        now=makers.NOW,
    )
    closed(made, by)
    shown = public_request(made.number)
    assert shown is not None
    assert (shown.status, shown.hold_reason, shown.review_on) == (Status.ON_HOLD, "Frost", review_on)
    assert held_request("x" * 43) is None


def test_spam_is_gone_at_once_and_comes_back(made: ServiceRequest, dispatcher: StaffUser) -> None:
    event = closed(made, Actor.staff(dispatcher), outcome=Outcome.SPAM, public_answer="")
    assert public_request(made.number) is None
    actions.undo(event_id=event.pk, by=Actor.staff(dispatcher), now=T1)
    assert public_request(made.number) is not None


def test_without_a_window_it_goes_out_at_once(
    settings: LazySettings, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    settings.UNDO_WINDOW_SECONDS = 0
    event = closed(made, Actor.staff(dispatcher))
    assert fresh(made).shown_status == Status.CLOSED
    with pytest.raises(CannotUndo, match="This step cannot be undone"):
        actions.undo(event_id=event.pk, by=Actor.staff(dispatcher), now=T1)


def test_a_photo_of_the_result_waits_with_its_closing(made: ServiceRequest, dispatcher: StaffUser) -> None:
    photo = Photo.objects.create(
        draft_key="k", sha256="0" * 64, width=8, height=8, purpose=PhotoPurpose.RESULT, created_at=T0
    )
    for size in SIZES:
        path = path_of(photo.sha256, size)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"jpeg")
    closed(made, Actor.staff(dispatcher), draft_key="k")
    url, visitor = f"/photos/{photo.public_id}/small.jpg", Client()
    shown = public_request(made.number)
    assert shown is not None
    assert shown.photos == ()
    assert [row.photo_id for row in public_list(Wanted(status="all")).rows] == [""]
    assert visitor.get(url).status_code == 404
    actions.send_now(request_id=made.pk, by=Actor.staff(dispatcher), now=T1)
    assert visitor.get(url).status_code == 200
    shown = public_request(made.number)
    assert shown is not None
    assert [each.is_result for each in shown.photos] == [True]


def test_lists_map_and_figures_wait_as_well(
    city: makers.SmallCity, made: ServiceRequest, dispatcher: StaffUser
) -> None:
    def seen() -> tuple[Any, ...]:
        forget_all()
        box = (-76.7, 39.2, -76.5, 39.4)
        spots = [cell.reports for cell in map_cells(Wanted(), box=box, zoom=12)]
        near = nearby_open(category_id=made.category_id, latitude=39.3, longitude=-76.65)
        numbers = [row.number for row in public_list(Wanted()).rows]
        return numbers, spots, [row.number for row in near], open_by_category(), home_figures(), newest()

    def newest() -> list[str]:
        return [row.number for row in recently_closed(5)]

    before = seen()
    assert before[:3] == ([made.number], [1], [made.number])
    closed(made, Actor.staff(dispatcher), now=T0)
    assert seen() == before
    actions.send_now(request_id=made.pk, by=Actor.staff(dispatcher), now=T1)
    assert seen()[:4] == ([], [], [], {})
