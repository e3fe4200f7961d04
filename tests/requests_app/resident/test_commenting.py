"""Comments and abuse reports: off by default, looked at first, masked, and removed with a reason everybody reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Category
from requests_app.actions.comments import WAITING_MAX
from requests_app.actions.moderation import publish_comment, remove_comment
from requests_app.models import AbuseReport, Comment, Photo, ServiceRequest
from requests_app.models.comment import CommentState
from requests_app.models.photo import PhotoState
from tests import makers
from tests.forms import form_of, forms_of

pytestmark = pytest.mark.django_db
NOW = makers.NOW + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    """A pothole, whose category lets residents comment."""
    Category.objects.filter(pk=city.pothole.pk).update(comments_allowed=True)
    return makers.submitted(city.pothole).request


def write(client: Client, made: ServiceRequest, **words: str) -> Any:
    """Type a comment into the form of the page and send it."""
    page = client.get(f"/requests/{made.number}/")
    form = form_of(page, action=f"/requests/{made.number}/comments/")
    return form.fill(**{"text": "It is deep.", **words}).send(client, follow=True)


def shown(made: ServiceRequest, name: str = "", text: str = "It is deep.") -> Comment:
    """A comment staff let be seen."""
    comment = Comment.objects.create(request=made, name=name, text=text, public_text=text, created_at=NOW)
    return publish_comment(comment_id=comment.pk, by=makers.staff("dispatcher"), now=NOW)


def test_comments_are_off_by_default(city: makers.SmallCity, client: Client) -> None:
    quiet = makers.submitted(city.pothole).request
    assert "Comments" not in client.get(f"/requests/{quiet.number}/").content.decode()
    assert client.post(f"/requests/{quiet.number}/comments/", {"text": "Hi"}).status_code == 404
    assert not Comment.objects.exists()


def test_a_comment_waits_until_staff_show_it(made: ServiceRequest, client: Client) -> None:
    answer = write(client, made, name="Ann", text="It is deep. Call 410-555-0123 or ann@example.org")
    assert "after a person has looked at it" in answer.content.decode()
    page = client.get(f"/requests/{made.number}/").content.decode()
    assert "It is deep" not in page
    assert "There are no comments yet." in page
    publish_comment(comment_id=Comment.objects.get().pk, by=makers.staff("dispatcher"), now=NOW)
    page = client.get(f"/requests/{made.number}/").content.decode()
    assert "It is deep. Call ••• or •••" in page
    assert "Ann" in page
    assert "555-0123" not in page


def test_a_removed_comment_leaves_its_reason(made: ServiceRequest, client: Client) -> None:
    comment = shown(made, name="Rude Person", text="Rude words")
    remove_comment(
        comment_id=comment.pk, reason="It insults a person.", by=makers.staff("dispatcher"), now=NOW
    )
    page = client.get(f"/requests/{made.number}/").content.decode()
    assert "Removed: It insults a person." in page
    assert "Rude" not in page


def test_a_comment_without_a_name_is_a_residents(made: ServiceRequest, client: Client) -> None:
    shown(made)
    assert "A resident" in client.get(f"/requests/{made.number}/").content.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"text": ""}, "Write your comment."),
        ({"text": "   "}, "Write your comment."),
        ({"text": "x" * 2_001}, "2,000 characters at most"),
        ({"text": "ok", "name": "x" * 81}, "80 characters at most"),
        ({"text": "ok\x00"}, "Null characters"),
        ({"text": "Buy this", "website": "http://spam.example"}, "A hidden field was filled in"),
    ],
)
def test_mistakes_are_said_and_words_kept(
    made: ServiceRequest, client: Client, words: dict[str, str], said: str
) -> None:
    answer = client.post(f"/requests/{made.number}/comments/", words)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert words["text"][:50].strip("\x00 ") in answer.content.decode()
    assert not Comment.objects.exists()


def test_markup_and_turned_writing_stay_words(made: ServiceRequest, client: Client) -> None:
    shown(made, name="<b>x</b>", text="<script>alert(1)</script> \u202etxet 😀")
    page = client.get(f"/requests/{made.number}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "😀" in page


def test_ten_megabytes_are_refused(made: ServiceRequest, client: Client) -> None:
    answer = client.post(f"/requests/{made.number}/comments/", {"text": "x" * 10_000_000})
    assert answer.status_code in {400, 413}
    assert not Comment.objects.exists()


def test_moderators_are_not_buried(made: ServiceRequest, client: Client) -> None:
    Comment.objects.bulk_create(
        Comment(request=made, text="x", public_text="x", created_at=NOW) for _number in range(WAITING_MAX)
    )
    answer = client.post(f"/requests/{made.number}/comments/", {"text": "One more"})
    assert (answer.status_code, Comment.objects.count()) == (400, WAITING_MAX)
    assert "Please come back later" in answer.content.decode()


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_asks_once_for_comments(made: ServiceRequest, client: Client, count: int) -> None:
    by = makers.staff("dispatcher")
    Comment.objects.bulk_create(
        Comment(
            request=made,
            text="x",
            public_text="x",
            created_at=NOW,
            state=CommentState.PUBLISHED,
            decided_at=NOW,
            decided_by=by,
        )
        for _number in range(count)
    )
    client.get(f"/requests/{made.number}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/requests/{made.number}/")
    assert sum("requests_app_comment" in query["sql"] for query in queries) == 1


def test_abuse_names_the_comment_it_is_about(made: ServiceRequest, client: Client) -> None:
    comment = shown(made, text="Rude words")
    page = client.get(f"/requests/{made.number}/abuse/?about=comment-{comment.pk}")
    form = form_of(page, with_field="about")
    assert form.values["about"] == [f"comment-{comment.pk}"]
    answer = form.fill(reason="offensive", text="Look at the second word").send(client, follow=True)
    assert "Staff look at it and decide." in answer.content.decode()
    report = AbuseReport.objects.get()
    assert (report.comment, report.photo, report.reason) == (comment, None, "offensive")
    assert "Rude words" in client.get(f"/requests/{made.number}/").content.decode(), "until staff decide"


def test_abuse_names_a_photo_that_is_shown(made: ServiceRequest, client: Client) -> None:
    photos = [
        Photo.objects.create(
            request=made, sha256="0" * 64, width=8, height=8, state=state, created_at=NOW, position=at
        )
        for at, state in enumerate((PhotoState.PUBLISHED, PhotoState.WAITING))
    ]
    form = form_of(client.get(f"/requests/{made.number}/abuse/"), with_field="about")
    assert form.options["about"] == ["report", f"photo-{photos[0].public_id}"]
    form.fill(about=f"photo-{photos[0].public_id}", reason="personal_data").send(client)
    assert AbuseReport.objects.get().photo == photos[0]


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"about": "report"},
        {"about": "report", "reason": "hate"},
        {"about": "comment-99999", "reason": "offensive"},
        {"about": "comment-x", "reason": "offensive"},
        {"about": "photo-../../etc", "reason": "offensive"},
        {"about": "report", "reason": "other"},
        {"about": "report", "reason": "false", "text": "x" * 1_001},
        {"about": "report", "reason": "false", "text": "\x00"},
        {"about": "report", "reason": "false", "website": "spam"},
    ],
)
def test_what_makes_no_sense_is_said(made: ServiceRequest, client: Client, words: dict[str, str]) -> None:
    answer = client.post(f"/requests/{made.number}/abuse/", words)
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    assert not AbuseReport.objects.exists()


def test_every_shown_report_can_be_named(city: makers.SmallCity, client: Client) -> None:
    made = makers.submitted(city.rats).request
    page = client.get(f"/requests/{made.number}/")
    assert f'href="/requests/{made.number}/abuse/"' in page.content.decode()
    assert [form.action for form in forms_of(client.get(f"/requests/{made.number}/abuse/"))][-1].endswith(
        "/abuse/"
    )
