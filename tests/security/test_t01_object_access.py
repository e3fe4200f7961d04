"""Threat 1: what belongs to somebody else does not exist: pages, photos, actions, files."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from civic311.lib.tokens import unsubscribe_token
from departments.models import StaffUser
from requests_app.actions import Actor, close, hide_photo, publish, unpublish
from requests_app.actions.facts import refresh_facts
from requests_app.models import Photo, Reporter
from requests_app.models.photo import PhotoState
from requests_app.workflow import Outcome
from tests import makers
from tests.security import world
from tests.security.world import SIZES, Filed

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Two:
    """Two residents' reports that are not shown online, to different departments."""

    ours: Filed
    theirs: Filed


@pytest.fixture
def two(city: makers.SmallCity) -> Two:
    ours = world.file_report("pothole", photos=[world.picture(1)], **world.SECRETS)
    theirs = world.file_report("recycling-container", photos=[world.picture(2)], **world.OTHER_SECRETS)
    ours.request.is_public = False
    ours.request.save(update_fields=["is_public"])
    return Two(ours, theirs)


def own_urls(filed: Filed) -> list[str]:
    """Everything the sender of a report can open."""
    token = {"token": filed.token}
    urls = [reverse("resident:track", kwargs=token), reverse("resident:withdraw", kwargs=token)]
    for photo in filed.photos:
        for size in SIZES:
            named = {"public_id": photo.public_id, "size": size}
            urls.append(reverse("resident:own_photo", kwargs=token | named))
    return urls


def test_a_resident_opens_the_own_report_only(two: Two, client: Client) -> None:
    for url in own_urls(two.ours):
        assert client.get(url).status_code == 200, url
        assert client.get(url.replace(two.ours.token, two.theirs.token)).status_code == (
            404 if "photos" in url else 200
        ), url


def test_a_private_report_has_no_public_address(two: Two, client: Client) -> None:
    for filed in (two.ours, two.theirs):
        assert client.get(f"/requests/{filed.request.number}/").status_code == 404
        found = client.get("/track/", {"number": filed.request.number}).content
        assert f"/requests/{filed.request.number}".encode() not in found
        for photo in filed.photos:
            for size in SIZES:
                assert client.get(f"/photos/{photo.public_id}/{size}.jpg").status_code == 404
                draft = f"/report/photos/{filed.key}/{photo.public_id}/{size}.jpg"
                assert client.get(draft).status_code == 404, (
                    "the form's key opens nothing once the report is sent"
                )


def test_one_resident_cannot_act_for_the_other(two: Two, client: Client) -> None:
    wrong = reverse(
        "resident:unsubscribe",
        kwargs={"number": two.ours.request.number, "token": unsubscribe_token(two.theirs.request.pk)},
    )
    assert client.post(wrong).status_code == 404
    for name in ("reopen", "withdraw", "messages"):
        assert client.post(reverse(f"resident:{name}", kwargs={"token": "A" * 22})).status_code == 404
    assert client.post(reverse("resident:withdraw", kwargs={"token": two.theirs.token})).status_code == 303
    two.ours.request.refresh_from_db()
    assert (two.ours.request.status, two.ours.request.version) == ("new", 1)
    assert not Reporter.objects.filter(unsubscribed_at__isnull=False).exists()


def test_a_draft_photo_opens_with_its_own_key_only(city: makers.SmallCity, client: Client) -> None:
    keys = []
    for seed in (3, 4):
        data = world.report_data("", photos=[world.picture(seed)])
        assert client.post("/report/", data).status_code == 200
        keys.append(data["key"])
    mine, other = (Photo.objects.get(draft_key=key) for key in keys)
    assert client.get(f"/report/photos/{keys[0]}/{mine.public_id}/small.jpg").status_code == 200
    assert client.get(f"/report/photos/{keys[0]}/{other.public_id}/small.jpg").status_code == 404
    assert client.get(f"/photos/{mine.public_id}/small.jpg").status_code == 404
    # naming a stranger's draft among one's own neither takes nor removes it
    client.post(
        "/report/", world.report_data(key=keys[0], kept_photo=other.public_id, remove_photo=other.public_id)
    )
    other.refresh_from_db()
    assert (other.draft_key, other.request_id) == (keys[1], None)


def test_two_departments_open_every_address_the_other_saw(
    two: Two, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    clients = {"streets": world.client_of(dispatcher), "waste": world.client_of(other_dispatcher)}
    for filed, owner, stranger in ((two.ours, "streets", "waste"), (two.theirs, "waste", "streets")):
        number = filed.request.number
        urls = [f"/queue/{number}/"]
        urls += [f"/photos/{photo.public_id}/{size}.jpg" for photo in filed.photos for size in SIZES]
        for url in urls:
            assert clients[owner].get(url).status_code == 200, url
            assert clients[stranger].get(url).status_code == 404, url
        for post in (f"/queue/{number}/reveal/", f"/queue/{number}/do/start/", f"/queue/{number}/do/close/"):
            assert clients[stranger].post(post, {"version": 1}).status_code == 404, post
        link = f'href="/queue/{number}/'
        assert link in clients[owner].get("/queue/").content.decode()
        for query in (
            {},
            {"q": number},
            {"view": "closed"},
            {"department": str(filed.request.department_id)},
        ):
            assert link not in clients[stranger].get("/queue/", query).content.decode(), query


def test_rows_of_a_report_end_at_the_department(two: Two, city: makers.SmallCity) -> None:
    refresh_facts()
    manager = makers.staff("manager", city.streets)
    client = world.client_of(manager)
    everything = makers.staff("manager", sees_all_departments=True)
    figures = {"figure": "opened"}
    why = {"reason": "Records request of May 4", "kind": "csv"}
    for query in (figures, {**figures, "department": str(city.waste.pk)}):
        answer = client.post(f"{reverse('reports:extract')}?{urlencode(query)}", why)
        text = world.body_of(answer).decode()
        assert two.theirs.request.number not in text, query
        page = client.get(reverse("reports:rows"), query)
        assert two.theirs.request.number not in page.content.decode(), query
    answer = world.client_of(everything).post(f"{reverse('reports:extract')}?{urlencode(figures)}", why)
    text = world.body_of(answer).decode()
    assert two.ours.request.number in text
    assert two.theirs.request.number in text
    for detail in world.fingerprints(world.SECRETS):
        assert detail not in text


def test_a_report_turned_private_is_gone_at_once(
    city: makers.SmallCity, dispatcher: StaffUser, client: Client
) -> None:
    filed = world.file_report(photos=[world.picture(5)], email="a@example.org")
    request = filed.request
    common = {"request_id": request.pk, "version": None, "by": Actor.staff(dispatcher)}
    close(outcome=Outcome.FIXED, public_answer="Filled.", now=request.created_at, **common)
    photo = filed.photos[0]
    urls = [f"/requests/{request.number}/"] + [f"/photos/{photo.public_id}/{size}.jpg" for size in SIZES]
    etags = {url: client.get(url).get("ETag", "") for url in urls}
    assert all(client.get(url).status_code == 200 for url in urls)
    assert request.number in client.get("/").content.decode()
    assert client.get("/track/", {"number": request.number}).status_code == 303

    unpublish(reason="Names a neighbour", now=request.created_at, **common)
    for url in urls:
        assert client.get(url).status_code == 404, url
        assert client.get(url, headers={"If-None-Match": etags[url]}).status_code == 404, url
    assert request.number not in client.get("/").content.decode()
    assert client.get("/track/", {"number": request.number}).status_code == 200
    # the reporter and the department still see it
    assert client.get(f"/r/{filed.token}/").status_code == 200
    desk = world.client_of(dispatcher)
    assert all(desk.get(url).status_code == 200 for url in urls[1:])

    publish(now=request.created_at, **common)
    assert all(client.get(url).status_code == 200 for url in urls)


def test_spam_is_nowhere(city: makers.SmallCity, dispatcher: StaffUser, client: Client) -> None:
    filed = world.file_report(photos=[world.picture(6)], email="a@example.org")
    close(
        request_id=filed.request.pk, version=None, outcome=Outcome.SPAM, public_answer="",
        by=Actor.staff(dispatcher), now=filed.request.created_at,
    )  # fmt: skip
    assert client.get(f"/requests/{filed.request.number}/").status_code == 404
    assert client.get(f"/photos/{filed.photos[0].public_id}/small.jpg").status_code == 404
    assert filed.request.number not in client.get("/").content.decode()


def test_a_photo_that_waits_or_is_hidden(
    city: makers.SmallCity, dispatcher: StaffUser, other_dispatcher: StaffUser, client: Client
) -> None:
    filed = world.file_report(photos=[world.picture(7)])
    photo = filed.photos[0]
    assert photo.state == PhotoState.WAITING, "nobody has looked at the photo of an anonymous report"
    public = [f"/photos/{photo.public_id}/{size}.jpg" for size in SIZES]
    own = [f"/r/{filed.token}{url}" for url in public]
    assert {client.get(url).status_code for url in public} == {404}
    assert {client.get(url).status_code for url in own} == {200}
    assert photo.public_id not in client.get(f"/requests/{filed.request.number}/").content.decode()
    assert {world.client_of(dispatcher).get(url).status_code for url in public} == {200}
    assert {world.client_of(other_dispatcher).get(url).status_code for url in public} == {404}

    hide_photo(photo=photo, version=None, by=Actor.staff(dispatcher), now=filed.request.created_at)
    assert {client.get(url).status_code for url in public + own} == {404}
    assert photo.public_id not in client.get(f"/r/{filed.token}/").content.decode()


def test_a_photo_of_another_report_cannot_be_shown_or_hidden(two: Two, dispatcher: StaffUser) -> None:
    client = world.client_of(dispatcher)
    for move in ("publish_photo", "hide_photo"):
        answer = client.post(
            f"/queue/{two.ours.request.number}/do/{move}/",
            {"version": 1, "photo": two.theirs.photos[0].public_id},
        )
        assert answer.status_code == 404
    two.theirs.request.refresh_from_db()
    assert two.theirs.request.version == 1
