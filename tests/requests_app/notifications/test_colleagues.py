"""What colleagues hear: who was given work, who watches; one mail at once, the others together, read lines never."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from departments.models import StaffUser
from requests_app.actions import Actor, add_note, assign, reroute
from requests_app.actions.bulk import change_many
from requests_app.actions.bulk_moves import Assign
from requests_app.actions.staffnews import mark_read, tell_of, unwatch, watch
from requests_app.actions.telling import tell
from requests_app.models import ServiceRequest, StaffNotice
from requests_app.models.attention import StaffNoticeKind
from requests_app.notifications import colleagues, sending, tasks, writing
from requests_app.notifications.models import Delivery
from requests_app.workflow import Audience
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW
SOON = NOW + dt.timedelta(minutes=1)


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole).request


def line(user: StaffUser, made: ServiceRequest | None, at: dt.datetime = NOW, **words: str) -> StaffNotice:
    kind = StaffNoticeKind(words.pop("kind", "mention"))
    tell([user], kind, request=made, now=at, **words)
    return StaffNotice.objects.latest("pk")


def send(notice: StaffNotice, at: dt.datetime) -> colleagues.Batch:
    batch = colleagues.staff_mail(notice.pk, at)
    for pk in batch.deliveries:
        sending.deliver(pk, at)
    return batch


def test_who_is_given_a_request_hears_of_it_once(
    city: makers.SmallCity, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    crew = makers.staff("crew", city.streets)
    event = assign(request_id=made.pk, version=None, to=crew, by=Actor.staff(dispatcher), now=NOW)
    assert not StaffNotice.objects.exists()
    writing.fan_out(event.pk, SOON)
    writing.fan_out(event.pk, SOON)
    notice = StaffNotice.objects.get()
    assert (notice.user, notice.kind) == (crew, "assigned")
    mine = assign(request_id=made.pk, version=None, to=dispatcher, by=Actor.staff(dispatcher), now=SOON)
    writing.fan_out(mine.pk, SOON)
    assert StaffNotice.objects.count() == 1


def test_many_given_at_once_are_one_line(
    city: makers.SmallCity, dispatcher: StaffUser, made: ServiceRequest, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 300
    crew = makers.staff("crew", city.streets)
    other = makers.submitted(city.pothole).request
    done = change_many(
        chosen={made.pk: None, other.pk: None}, change=Assign(crew), by=Actor.staff(dispatcher), now=NOW
    )
    for event in done.events:
        tell_of(event, NOW)
    assert StaffNotice.objects.get(user=crew).text == "2 requests were given to you."


def test_watchers_hear_of_what_others_do_while_they_see_it(
    city: makers.SmallCity, dispatcher: StaffUser, administrator: StaffUser, made: ServiceRequest
) -> None:
    watcher = makers.staff("crew", city.streets)
    watch(request_id=made.pk, by=watcher, now=NOW)
    watch(request_id=made.pk, by=watcher, now=NOW)

    def note(by: StaffUser) -> None:
        event = add_note(
            request_id=made.pk,
            version=None,
            text="A word",
            audience=Audience.STAFF,
            by=Actor.staff(by),
            now=NOW,
        )
        writing.fan_out(event.pk, NOW)

    note(watcher)
    assert not StaffNotice.objects.exists()
    note(dispatcher)
    assert StaffNotice.objects.get(user=watcher).text.endswith("· A word")
    reroute(
        request_id=made.pk,
        version=None,
        department=city.waste,
        reason="Theirs",
        by=Actor.staff(administrator),
        now=NOW,
    )
    note(administrator)
    assert StaffNotice.objects.count() == 1
    unwatch(request_id=made.pk, by=watcher)
    assert not made.watchers.exists()


def test_the_first_line_is_mailed_at_once_and_the_rest_together(
    dispatcher: StaffUser, made: ServiceRequest
) -> None:
    send(line(dispatcher, made, text="One"), NOW)
    assert [(message.to, made.number in message.subject) for message in mail.outbox] == [
        ([dispatcher.email], True)
    ]
    others = [line(dispatcher, made, SOON, text=f"Text {n}") for n in range(25)]
    batch = send(others[0], SOON)
    assert (batch.deliveries, batch.again_at) == ([], NOW + colleagues.PAUSE)
    assert len(mail.outbox) == 1
    later = NOW + colleagues.PAUSE
    send(others[0], later)
    send(others[1], later)
    assert len(mail.outbox) == 2
    assert mail.outbox[1].subject == "25 new lines in your inbox"
    assert "And 5 more." in mail.outbox[1].body
    assert Delivery.objects.count() == 2


def test_read_lines_and_unwanted_mail_are_not_sent(dispatcher: StaffUser, made: ServiceRequest) -> None:
    notice = line(dispatcher, made)
    [delivery] = colleagues.staff_mail(notice.pk, NOW).deliveries
    mark_read(by=dispatcher, now=NOW)
    sending.deliver(delivery, NOW)
    assert Delivery.objects.get().state == "skipped"
    StaffUser.objects.filter(pk=dispatcher.pk).update(inbox_mail="direct")
    later = NOW + dt.timedelta(hours=1)
    assert send(line(dispatcher, made, later, kind="watched"), later).deliveries == []
    assert len(send(line(dispatcher, made, later), later).deliveries) == 1
    StaffUser.objects.filter(pk=dispatcher.pk).update(inbox_mail="none")
    assert send(line(dispatcher, made, later + colleagues.PAUSE), later + colleagues.PAUSE).deliveries == []
    assert len(mail.outbox) == 1


def test_a_mail_tells_nothing_of_what_left_the_readers_sight(
    city: makers.SmallCity, dispatcher: StaffUser, administrator: StaffUser, made: ServiceRequest
) -> None:
    notice = line(dispatcher, made, text="Mrs. Smith called")
    reroute(
        request_id=made.pk,
        version=None,
        department=city.waste,
        reason="Theirs",
        by=Actor.staff(administrator),
        now=NOW,
    )
    send(notice, NOW)
    assert made.number in mail.outbox[0].body
    assert "Smith" not in mail.outbox[0].body


def test_one_job_waits_for_everything_that_follows(
    dispatcher: StaffUser, made: ServiceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    send(line(dispatcher, made), dt.datetime.now(dt.UTC))
    for _each in range(3):
        notice = line(dispatcher, made, dt.datetime.now(dt.UTC))
        tasks.tell_staff(notice.pk)
    waiting = ProcrastinateJob.objects.filter(queueing_lock=f"staff-{dispatcher.pk}", status="todo")
    assert waiting.count() == 1
