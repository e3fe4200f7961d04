"""A full journey with marks in every field: none of them in a job, a log or a session."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from civic311.lib import clock
from civic311.lib.logs import without_keys
from civic311.lib.tokens import unsubscribe_token
from departments.models import StaffUser
from requests_app.models import RequestEvent
from requests_app.notifications import sending, tasks
from tests import makers
from tests.security import world
from tests.security.world import Filed

pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the configured handler writes, from the level INFO up."""
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    stream, level = io.StringIO(), logging.getLogger().level
    before = handler.setStream(stream)
    logging.getLogger().setLevel(logging.INFO)
    yield stream
    logging.getLogger().setLevel(level)
    handler.setStream(before or handler.stream)


def journey(dispatcher: StaffUser) -> Filed:
    """Everything that is done to a report, with refusals and mistakes on the way, and all jobs."""
    browser = Client(raise_request_exception=False)
    filed = world.file_report(client=browser, photos=[world.picture()], **world.SECRETS)
    number, token = filed.request.number, filed.token
    photo = filed.photos[0].public_id
    desk = world.client_of(dispatcher, raise_request_exception=False)
    url = f"/queue/{number}/"
    desk.post(url + "reveal/")
    desk.get(url)
    desk.post(url + "do/note/", {"version": 1, "audience": "staff", "text": world.INTERNAL_MARK})
    desk.post(url + "do/note/", {"version": 2, "audience": "reporter", "text": world.REPORTER_MARK})
    desk.post(url + "do/note/", {"version": 2, "audience": "reporter", "text": world.REPORTER_MARK})
    desk.post(url + "do/hide_photo/", {"version": 3, "photo": photo})
    desk.post(url + "do/close/", {"version": 4, "outcome": "fixed", "public_answer": "Filled."})
    for path in (
        "",
        "reopen/",
        "withdraw/",
        "messages/",
        f"photos/{photo}/small.jpg",
        "photos/x/small.jpg",
        "zz/",
    ):
        browser.get(f"/r/{token}/{path}")
    browser.post(f"/r/{token}/reopen/", {"reason": world.REPORTER_MARK})
    browser.get("/track/", {"number": token})
    strict = Client(enforce_csrf_checks=True)
    strict.post(f"/r/{token}/withdraw/")
    strict.put(f"/r/{token}/")
    strict.get(f"/r/{token}/", headers={"Host": "evil.example"})
    strict.get(f"/u/{number}/{unsubscribe_token(filed.request.pk)}/x/")
    strict.get(f"/u/{number}/{unsubscribe_token(filed.request.pk)}/")
    browser.get(f"/report/photos/{filed.key}/{photo}/small.jpg")
    browser.post("/report/", world.report_data(key=filed.key, **world.OTHER_SECRETS))
    for event in RequestEvent.objects.order_by("pk"):
        tasks.fan_out.func.__wrapped__(event_id=event.pk)
    for job in ProcrastinateJob.objects.filter(task_name=tasks.deliver.name):
        sending.deliver(job.args["delivery_id"], clock.now())
    return filed


def marks(filed: Filed) -> tuple[str, ...]:
    return (
        *world.fingerprints(world.SECRETS),
        *world.fingerprints(world.OTHER_SECRETS),
        world.INTERNAL_MARK,
        world.REPORTER_MARK,
        filed.token,
        unsubscribe_token(filed.request.pk),
        filed.key,
    )


def test_logs_hold_neither_contact_nor_key(
    city: makers.SmallCity, dispatcher: StaffUser, written: io.StringIO
) -> None:
    filed = journey(dispatcher)
    text = written.getvalue()
    assert "/r/…" in text, "the journey has been logged"
    assert [mark for mark in marks(filed) if mark in text] == []


def test_an_error_in_a_view_logs_no_key(
    city: makers.SmallCity, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = world.file_report(**world.SECRETS)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(f"no page for /r/{filed.token}/")

    monkeypatch.setattr("requests_app.resident.showing.page_context", broken)
    assert Client(raise_request_exception=False).get(f"/r/{filed.token}/").status_code == 500
    text = written.getvalue()
    assert "RuntimeError" in text
    assert [mark for mark in marks(filed) if mark in text] == []


def test_jobs_carry_ids_only(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    filed = journey(dispatcher)
    assert mail.outbox
    jobs = list(ProcrastinateJob.objects.values_list("task_name", "args", "lock", "queueing_lock"))
    assert len(jobs) > 5
    for _name, args, _lock, _queueing_lock in jobs:
        assert all(type(value) is int for value in args.values()), args
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(string_agg(j::text, ' '), '') FROM procrastinate_jobs j"
            " UNION ALL SELECT coalesce(string_agg(e::text, ' '), '') FROM procrastinate_events e"
        )
        rows = json.dumps(cursor.fetchall())
    assert [mark for mark in marks(filed) if mark in rows] == []


def test_sessions_and_cookies_hold_nothing_of_a_report(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    filed = journey(dispatcher)
    stored = " ".join(json.dumps(each.get_decoded()) for each in Session.objects.all())
    assert [mark for mark in marks(filed) if mark in stored] == []
    browser = Client()
    again = world.file_report(client=browser, **world.SECRETS)
    browser.get(f"/r/{again.token}/")
    cookies = " ".join(morsel.OutputString() for morsel in browser.cookies.values())
    assert [mark for mark in marks(again) if mark in cookies] == []


@pytest.mark.parametrize(
    ("line", "written_line"),
    [
        ("Not Found: /r/AAAAAAAAAAAAAAAAAAAAAA/", "Not Found: /r/…/"),
        ("/r/AAAAAAAAAAAAAAAAAAAAAA/photos/BBBBBBBBBBBBBBBBBBBBBB/small.jpg", "/r/…/photos/…/small.jpg"),
        ("/u/26-000001/AAAAAAAAAAAAAAAAAAAAAA/", "/u/26-000001/…/"),
        ("/report/photos/5c1cfa51-0f5b-4d8c-a3b5-0d5b8f6c7a11/x", "/report/photos/…/x"),
        ("/requests/26-000001/ and /report/ stay", "/requests/26-000001/ and /report/ stay"),
    ],
)
def test_keys_are_taken_out_of_paths(line: str, written_line: str) -> None:
    assert without_keys(line) == written_line
