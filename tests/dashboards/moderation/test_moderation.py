"""What waits for a look: who decides, what is published, and two moderators at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Category, StaffUser
from requests_app.actions import Actor
from requests_app.actions.moderation import AlreadyDecided, publish_comment, remove_comment
from requests_app.actions.visibility import unpublish
from requests_app.models import AbuseReport, Comment, Photo, RequestEvent, ServiceRequest
from requests_app.models.photo import PhotoState
from tests import makers
from tests.forms import form_of

pytestmark = pytest.mark.django_db
NOW = makers.NOW


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    """A pothole of the streets department, whose category lets residents comment."""
    Category.objects.filter(pk=city.pothole.pk).update(comments_allowed=True)
    return makers.submitted(city.pothole).request


def comment_on(made: ServiceRequest, text: str = "It is deep.") -> Comment:
    return Comment.objects.create(request=made, text=text, public_text=text, created_at=NOW)


def photo_of(made: ServiceRequest, state: PhotoState = PhotoState.WAITING) -> Photo:
    return Photo.objects.create(request=made, sha256="0" * 64, width=8, height=8, state=state, created_at=NOW)


def abuse_of(made: ServiceRequest, **about: Any) -> AbuseReport:
    return AbuseReport.objects.create(request=made, reason="offensive", created_at=NOW, **about)


def client_of(user: StaffUser) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(dispatcher: StaffUser) -> Client:
    """The browser of a dispatcher of the streets department."""
    return client_of(dispatcher)


def test_showing_a_comment(made: ServiceRequest, desk: Client, dispatcher: StaffUser) -> None:
    comment = comment_on(made)
    form = form_of(desk.get("/moderation/"), action=f"/moderation/comments/{comment.pk}/")
    form.values["decision"] = ["publish"]
    assert "The comment is shown." in form.send(desk, follow=True).content.decode()
    comment.refresh_from_db()
    assert (comment.state, comment.decided_by) == ("published", dispatcher)
    assert "It is deep." in Client().get(f"/requests/{made.number}/").content.decode()


def test_a_removal_needs_a_reason_and_shows_it(made: ServiceRequest, desk: Client) -> None:
    comment = comment_on(made, "Rude words")
    url = f"/moderation/comments/{comment.pk}/"
    answer = desk.post(url, {"decision": "remove", "reason": " "})
    assert answer.status_code == 400
    assert "Give the reason" in answer.content.decode()
    assert desk.post(url, {"decision": "remove", "reason": "x" * 301}).status_code == 400
    assert desk.post(url, {"decision": "remove", "reason": "It insults a person."}).status_code == 303
    page = Client().get(f"/requests/{made.number}/").content.decode()
    assert "Removed: It insults a person." in page
    assert "Rude words" not in page


def test_the_second_moderator_is_told_who_decided(made: ServiceRequest, desk: Client, city: Any) -> None:
    comment = comment_on(made)
    first = makers.staff("supervisor", city.streets, name="Quick Quentin")
    publish_comment(comment_id=comment.pk, by=first, now=NOW)
    answer = desk.post(f"/moderation/comments/{comment.pk}/", {"decision": "publish"})
    assert answer.status_code == 409
    assert "Quick Quentin decided this before you." in answer.content.decode()
    remove_comment(comment_id=comment.pk, reason="After all", by=first, now=NOW)
    answer = desk.post(f"/moderation/comments/{comment.pk}/", {"decision": "remove", "reason": "Rude"})
    assert answer.status_code == 409
    comment.refresh_from_db()
    assert comment.removal_reason == "After all"


@pytest.mark.parametrize("decision", ["", "burn"])
def test_no_decision_is_a_bad_request(made: ServiceRequest, desk: Client, decision: str) -> None:
    comment, photo = comment_on(made), photo_of(made)
    for url in (f"/moderation/comments/{comment.pk}/", f"/moderation/photos/{photo.public_id}/"):
        assert desk.post(url, {"decision": decision}).status_code == 400


def test_another_departments_words_do_not_exist(made: ServiceRequest, other_dispatcher: StaffUser) -> None:
    comment, photo, abuse = comment_on(made), photo_of(made), abuse_of(made)
    other = client_of(other_dispatcher)
    page = other.get("/moderation/").content.decode()
    assert made.number not in page
    sent = {"decision": "publish", "remedy": "keep", "words": "Fine"}
    for url in (f"comments/{comment.pk}/", f"photos/{photo.public_id}/", f"abuse/{abuse.pk}/"):
        assert other.post(f"/moderation/{url}", sent).status_code == 404
    comment.refresh_from_db()
    assert comment.state == "waiting"


@pytest.mark.parametrize("role", ["operator", "crew", "manager", "council_aide"])
def test_other_roles_decide_nothing(made: ServiceRequest, city: Any, role: str) -> None:
    comment = comment_on(made)
    client = client_of(makers.staff(role, city.streets, sees_all_departments=True))
    assert client.get("/moderation/").status_code == 403
    assert client.post(f"/moderation/comments/{comment.pk}/", {"decision": "publish"}).status_code == 403
    assert 'href="/moderation/"' not in client.get("/queue/").content.decode()


def test_a_records_officer_decides_words_but_not_photos(made: ServiceRequest) -> None:
    comment, photo, abuse = comment_on(made), photo_of(made), abuse_of(made)
    officer = client_of(makers.staff("records_officer"))
    page = officer.get("/moderation/").content.decode()
    assert f"/moderation/photos/{photo.public_id}/" not in page
    assert "Take the whole report offline" not in page
    assert officer.post(f"/moderation/photos/{photo.public_id}/", {"decision": "publish"}).status_code == 403
    offline = {"remedy": "offline", "words": "A name"}
    assert officer.post(f"/moderation/abuse/{abuse.pk}/", offline).status_code == 400
    assert officer.post(f"/moderation/comments/{comment.pk}/", {"decision": "publish"}).status_code == 303
    photo.refresh_from_db()
    assert photo.state == "waiting"


def test_waiting_photos_are_shown_or_hidden_once(
    made: ServiceRequest, desk: Client, dispatcher: StaffUser
) -> None:
    shown, hidden = photo_of(made), photo_of(made)
    for photo, decision in ((shown, "publish"), (hidden, "hide")):
        url = f"/moderation/photos/{photo.public_id}/"
        form_of(desk.get("/moderation/"), action=url)
        assert desk.post(url, {"decision": decision}).status_code == 303
        again = desk.post(url, {"decision": "publish"})
        assert again.status_code == 409
        assert f"{dispatcher.name} decided this before you." in again.content.decode()
    shown.refresh_from_db()
    hidden.refresh_from_db()
    assert (shown.state, hidden.state) == ("published", "hidden")
    kinds = set(RequestEvent.objects.filter(request=made, actor=dispatcher).values_list("kind", flat=True))
    assert kinds == {"request.photo_published", "request.photo_hidden"}


def decide(desk: Client, abuse: AbuseReport, remedy: str, words: str = "It names a person.") -> Any:
    form = form_of(desk.get("/moderation/"), action=f"/moderation/abuse/{abuse.pk}/")
    return form.fill(remedy=remedy, words=words).send(desk, follow=True)


def test_an_abuse_report_kept_with_words(made: ServiceRequest, desk: Client, dispatcher: StaffUser) -> None:
    abuse = abuse_of(made)
    assert "Decided." in decide(desk, abuse, "keep", "Nothing is wrong with it.").content.decode()
    abuse.refresh_from_db()
    assert (abuse.decided_by, abuse.decision) == (dispatcher, "Nothing is wrong with it.")
    assert ServiceRequest.objects.get(pk=made.pk).is_public
    again = desk.post(f"/moderation/abuse/{abuse.pk}/", {"remedy": "offline", "words": "Again"})
    assert again.status_code == 409
    assert ServiceRequest.objects.get(pk=made.pk).is_public


def test_an_abuse_report_takes_a_comment_down(
    made: ServiceRequest, desk: Client, dispatcher: StaffUser
) -> None:
    comment = comment_on(made, "Rude words")
    publish_comment(comment_id=comment.pk, by=dispatcher, now=NOW)
    decide(desk, abuse_of(made, comment=comment), "comment")
    page = Client().get(f"/requests/{made.number}/").content.decode()
    assert "Removed: It names a person." in page


def test_an_abuse_report_hides_a_photo(made: ServiceRequest, desk: Client) -> None:
    photo = photo_of(made, PhotoState.PUBLISHED)
    decide(desk, abuse_of(made, photo=photo), "photo")
    photo.refresh_from_db()
    assert photo.state == "hidden"
    assert Client().get(f"/photos/{photo.public_id}/small.jpg").status_code == 404


def test_an_abuse_report_takes_a_request_offline_and_the_reporter_reads_why(
    city: makers.SmallCity, desk: Client
) -> None:
    filed = makers.submitted(city.pothole)
    decide(desk, abuse_of(filed.request), "offline")
    assert Client().get(f"/requests/{filed.request.number}/").status_code == 404
    assert "It names a person." in Client().get(f"/r/{filed.token}/").content.decode()
    event = RequestEvent.objects.get(kind="request.unpublished")
    assert (event.public_note, event.reporter_note) == ("", "It names a person.")


def test_what_is_gone_already_needs_no_second_removal(
    made: ServiceRequest, desk: Client, dispatcher: StaffUser
) -> None:
    abuse = abuse_of(made)
    page = desk.get("/moderation/")
    form = form_of(page, action=f"/moderation/abuse/{abuse.pk}/").fill(remedy="offline", words="A name")
    unpublish(request_id=made.pk, version=None, reason="x", by=Actor.staff(dispatcher), now=NOW)
    assert form.send(desk).status_code == 400, "the choice is gone: the page says what is left"
    assert decide(desk, abuse, "keep", "Offline already.").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"remedy": "keep"},
        {"remedy": "keep", "words": " "},
        {"remedy": "keep", "words": "x" * 301},
        {"remedy": "comment", "words": "There is none"},
        {"remedy": "photo", "words": "There is none"},
        {"remedy": "burn", "words": "x"},
    ],
)
def test_a_decision_is_whole(made: ServiceRequest, desk: Client, sent: dict[str, str]) -> None:
    abuse = abuse_of(made)
    answer = desk.post(f"/moderation/abuse/{abuse.pk}/", sent)
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    abuse.refresh_from_db()
    assert abuse.decided_at is None


def test_empty_is_said_and_counts_are_shown(made: ServiceRequest, desk: Client) -> None:
    page = desk.get("/moderation/").content.decode()
    for words in ("No comment waits.", "Nobody says that", "No photo waits."):
        assert words in page
    comment_on(made)
    assert '<span class="count count--alert">1</span>' in desk.get("/moderation/").content.decode()


@pytest.mark.parametrize("count", [3, 30])
def test_the_same_statements_however_much_waits(made: ServiceRequest, desk: Client, count: int) -> None:
    for _number in range(count):
        abuse_of(made, comment=comment_on(made))
        photo_of(made)
    desk.get("/moderation/")
    with CaptureQueriesContext(connection) as queries:
        desk.get("/moderation/")
    assert len(queries) <= 11, [query["sql"][:90] for query in queries]


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_holds() -> None:
    city = makers.small_city()
    made = makers.submitted(city.pothole).request
    people = [makers.staff("dispatcher", city.streets, name=f"Person {at}") for at in range(6)]
    comment = comment_on(made)
    barrier, answers = threading.Barrier(6), []

    def run(person: StaffUser) -> None:
        barrier.wait()
        try:
            answers.append(publish_comment(comment_id=comment.pk, by=person, now=NOW))
        except AlreadyDecided as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    comment.refresh_from_db()
    refusals = [answer for answer in answers if isinstance(answer, AlreadyDecided)]
    assert len(refusals) == 5
    assert {refusal.who for refusal in refusals} == {comment.decided_by.name}  # type: ignore[union-attr]


def test_the_requests_page_shows_comments_and_support(
    made: ServiceRequest, desk: Client, dispatcher: StaffUser
) -> None:
    comment = comment_on(made, "Still deep.")
    publish_comment(comment_id=comment.pk, by=dispatcher, now=NOW)
    ServiceRequest.objects.filter(pk=made.pk).update(support_count=7)
    page = desk.get(f"/queue/{made.number}/")
    for words in (
        "Still deep.",
        "7 other residents have this problem",
        "The number does not change the priority.",
    ):
        assert words in page.content.decode()
    form = form_of(page, action=f"/moderation/comments/{comment.pk}/").fill(reason="It insults a person.")
    form.values["decision"] = ["remove"]
    assert "The comment is removed." in form.send(desk, follow=True).content.decode()
    assert '<td class="num col-count">7</td>' in desk.get("/queue/").content.decode()
