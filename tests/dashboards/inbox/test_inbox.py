"""The inbox: the own lines alone, read by a press, the number at the bell; mail is a choice."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dashboards.inbox.demo import fill_inboxes
from departments.models import StaffUser
from requests_app.actions import Actor, reroute
from requests_app.actions.telling import tell
from requests_app.models import ServiceRequest, StaffNotice
from requests_app.models.attention import StaffNoticeKind
from tests import makers

pytestmark = pytest.mark.django_db
NOW = makers.NOW


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole).request


def line(user: StaffUser, made: ServiceRequest | None, text: str = "Look at this") -> StaffNotice:
    tell([user], StaffNoticeKind.MENTION, request=made, text=text, now=NOW)
    return StaffNotice.objects.latest("pk")


def test_a_line_opens_its_request_and_is_read(
    client: Client, dispatcher: StaffUser, made: ServiceRequest
) -> None:
    notice = line(dispatcher, made, "<b>Look</b>")
    client.force_login(dispatcher)
    page = client.get("/inbox/").content.decode()
    assert made.number in page
    assert "&lt;b&gt;Look&lt;/b&gt;" in page
    answer = client.post(f"/inbox/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (303, f"/queue/{made.number}/")
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert made.number not in client.get("/inbox/").content.decode()
    assert made.number in client.get("/inbox/?show=all").content.decode()


def test_the_bell_counts_without_a_statement_of_its_own(
    client: Client, dispatcher: StaffUser, made: ServiceRequest, django_assert_max_num_queries: Any
) -> None:
    client.force_login(dispatcher)
    client.get("/notices/")
    with django_assert_max_num_queries(50) as before:
        assert "count--alert" not in client.get("/notices/").content.decode()
    for _each in range(3):
        line(dispatcher, made)
    with django_assert_max_num_queries(50) as after:
        page = client.get("/notices/").content.decode()
    assert 'count--alert">3<' in page
    assert len(after) == len(before)


def test_lines_of_others_do_not_exist(
    client: Client, dispatcher: StaffUser, other_dispatcher: StaffUser, made: ServiceRequest
) -> None:
    notice = line(other_dispatcher, made)
    client.force_login(dispatcher)
    assert client.post(f"/inbox/{notice.pk}/").status_code == 404
    client.post("/inbox/read/")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_what_left_the_readers_sight_keeps_its_number_alone(
    client: Client,
    city: makers.SmallCity,
    dispatcher: StaffUser,
    administrator: StaffUser,
    made: ServiceRequest,
) -> None:
    notice = line(dispatcher, made, "The caller is Mrs. Smith")
    reroute(
        request_id=made.pk,
        version=None,
        department=city.waste,
        reason="Theirs",
        by=Actor.staff(administrator),
        now=NOW,
    )
    client.force_login(dispatcher)
    page = client.get("/inbox/").content.decode()
    assert made.number in page
    assert "Mrs. Smith" not in page
    assert "100 Main St" not in page
    assert client.post(f"/inbox/{notice.pk}/")["Location"] == "/inbox/"


def test_all_are_read_and_mail_is_chosen(client: Client, dispatcher: StaffUser, made: ServiceRequest) -> None:
    line(dispatcher, made)
    line(dispatcher, None)
    client.force_login(dispatcher)
    assert client.post("/inbox/read/").status_code == 303
    assert not StaffNotice.objects.filter(read_at__isnull=True).exists()
    assert client.post("/inbox/mail/", {"inbox_mail": "none"}).status_code == 303
    assert StaffUser.objects.get(pk=dispatcher.pk).inbox_mail == "none"
    assert client.post("/inbox/mail/", {"inbox_mail": "pigeon"}).status_code == 400


@pytest.mark.parametrize("rows", [3, 30])
def test_as_many_statements_for_thirty_lines_as_for_three(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser, django_assert_num_queries: Any, rows: int
) -> None:
    for _each in range(rows):
        line(dispatcher, makers.submitted(city.pothole).request)
    client.force_login(dispatcher)
    client.get("/notices/")
    with django_assert_num_queries(9):
        client.get("/inbox/")


def test_the_demonstration_begins_with_lines(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    makers.staff("crew", city.streets)
    for _each in range(4):
        makers.submitted(city.pothole)
    assert fill_inboxes([dispatcher], NOW) == 4
    kinds = list(StaffNotice.objects.filter(user=dispatcher).values_list("kind", flat=True))
    assert (kinds.count("mention"), kinds.count("watched")) == (3, 1)
    assert fill_inboxes([dispatcher], NOW) == 0


def test_many_given_at_once_lead_to_the_own_list(client: Client, dispatcher: StaffUser) -> None:
    tell([dispatcher], StaffNoticeKind.ASSIGNED, request=None, text="12 requests were given to you.", now=NOW)
    notice = StaffNotice.objects.get()
    client.force_login(dispatcher)
    assert "12 requests were given to you." in client.get("/inbox/").content.decode()
    assert client.post(f"/inbox/{notice.pk}/")["Location"] == "/queue/?view=mine"
