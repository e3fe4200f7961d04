"""Digests for boards: who may add whom, small numbers left out, private kinds never counted, one click to stop."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from civic311.lib.tokens import board_token
from dashboards.reports.mail import sending
from dashboards.reports.mail.boards import Refused, add_reader, digest, few, kinds_to_name, stop_reader
from dashboards.reports.models import BoardReader, Every
from departments.models import StaffUser
from requests_app.actions import Actor, confirm
from requests_app.actions.facts import refresh_facts
from requests_app.models import ServiceRequest
from requests_app.workflow import Population
from tests import makers
from tests.dashboards.reports.scenes import ZONE, at, closed, opened

pytestmark = pytest.mark.django_db
ASKED = dt.datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)
APRIL = dt.datetime(2026, 4, 1, 7, 30, tzinfo=ZONE)
MARCH = (dt.datetime(2026, 3, 1, tzinfo=ZONE), dt.datetime(2026, 4, 1, tzinfo=ZONE))


def reader(city: makers.SmallCity, by: StaffUser, email: str = "board@example.org") -> BoardReader:
    return add_reader(email=email, area=city.district_1, every=Every.MONTHLY, by=by, now=ASKED)


def fill(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    """In March 14 potholes in district 1, 3 missed collections, and what is not counted."""
    by = Actor.staff(dispatcher)
    for n in range(14):
        hole = opened(city.pothole, at(3))
        if n < 12:
            closed(hole, at(5), by)
            confirm(request_id=hole.pk, by=Actor.reporter(), now=at(6))
    for _each in range(3):
        opened(city.missed_trash, at(4))
    for _each in range(20):
        opened(city.question, at(4))
    makers.submitted(city.pothole, now=at(4), longitude=-76.55)
    hidden, found = opened(city.pothole, at(4)), opened(city.pothole, at(4))
    ServiceRequest.objects.filter(pk=hidden.pk).update(is_public=False)
    ServiceRequest.objects.filter(pk=found.pk).update(population=Population.STAFF_FOUND)
    opened(city.pothole, at(27, month=2))
    refresh_facts()


def test_a_digest_counts_public_reports_of_its_area(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    fill(city, dispatcher)
    found = digest(city.district_1.pk, *MARCH, APRIL)
    assert (found.opened, found.closed, found.open_now) == (17, 12, 6)
    assert found.kinds == (), "17 less 14 potholes are the 3 of another kind"
    # the one of February was due in March
    assert (found.due, found.due_solved, found.answered, found.solved) == (18, 12, 12, 12)


def test_small_numbers_and_private_kinds_are_not_in_the_mail(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    fill(city, dispatcher)
    reader(city, manager)
    for mail_id in sending.make_mails(APRIL):
        sending.send_mail(mail_id, APRIL)
    (message,) = mail.outbox
    assert message.to == ["board@example.org"]
    assert "Opened: 17" in message.body
    assert "Open now: fewer than 10" in message.body
    assert "Pothole" not in message.body, "beside it the mail would tell of 3 others"
    assert manager.name in message.body
    html = str(message.alternatives[0][0])  # type: ignore[attr-defined]
    for hidden in ("Missed trash", "Ask a question", "26-0"):
        assert hidden not in message.body + html
    assert board_token(BoardReader.objects.get().pk) in message.extra_headers["List-Unsubscribe"]
    assert sending.make_mails(APRIL) == []


@given(st.lists(st.integers(1, 60), max_size=12))
def test_what_is_left_beside_the_kinds_is_none_or_ten(counts: list[int]) -> None:
    shown = kinds_to_name(dict(enumerate(counts)))
    left = sum(counts) - sum(n for _pk, n in shown)
    assert left == 0 or left >= 10 or not shown
    assert all(n >= 10 and n == counts[pk] for pk, n in shown)
    assert len(shown) <= 5


def test_kinds_are_named_as_long_as_no_small_number_is_left() -> None:
    assert kinds_to_name({1: 40, 2: 20, 3: 4}) == [(1, 40)]
    assert kinds_to_name({1: 40, 2: 20, 3: 6, 4: 4}) == [(1, 40), (2, 20)]
    assert kinds_to_name({1: 40, 2: 20}) == [(1, 40), (2, 20)]
    assert kinds_to_name({1: 14, 2: 3}) == []


@pytest.mark.parametrize(
    ("n", "words"), [(0, "fewer than 10"), (9, "fewer than 10"), (10, "10"), (1234, "1,234")]
)
def test_under_ten_is_not_said(n: int, words: str) -> None:
    assert few(n) == words


def test_one_click_stops_it_and_a_look_does_not(
    client: Client, city: makers.SmallCity, manager: StaffUser
) -> None:
    row = reader(city, manager)
    url = f"/digests/{row.pk}/{board_token(row.pk)}/"
    assert client.get(f"/digests/{row.pk}/{board_token(row.pk + 1)}/").status_code == 404
    assert "<form" in client.get(url).content.decode()
    row.refresh_from_db()
    assert row.stopped_at is None
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    row.refresh_from_db()
    assert row.stopped_at is not None
    assert sending.make_mails(APRIL) == []
    with pytest.raises(Refused):
        reader(city, manager, "Board@Example.org")


def test_staff_stop_and_start_again_but_never_twice(city: makers.SmallCity, manager: StaffUser) -> None:
    row = reader(city, manager)
    with pytest.raises(Refused):
        reader(city, manager, "BOARD@example.org")
    stop_reader(reader_id=row.pk, is_refused=False, now=ASKED)
    assert reader(city, manager).stopped_at is None
    assert BoardReader.objects.count() == 1


def test_an_aide_keeps_the_readers_of_the_own_district(
    client: Client, city: makers.SmallCity, manager: StaffUser
) -> None:
    other = add_reader(
        email="two@example.org", area=city.district_2, every=Every.WEEKLY, by=manager, now=ASKED
    )
    client.force_login(makers.staff("council_aide", area=city.district_1))
    data = {"email": "one@example.org", "every": "monthly"}
    assert client.post("/reports/digests/", {**data, "area": str(city.district_2.pk)}).status_code == 400
    assert client.post("/reports/digests/", {**data, "area": str(city.district_1.pk)}).status_code == 303
    html = client.get("/reports/digests/").content.decode()
    assert "one@example.org" in html
    assert "two@example.org" not in html
    assert client.post(f"/reports/digests/{other.pk}/stop/").status_code == 404
    mine = BoardReader.objects.get(email="one@example.org")
    assert client.post(f"/reports/digests/{mine.pk}/stop/").status_code == 303


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_adds_one_reader(city: makers.SmallCity, manager: StaffUser) -> None:
    added = threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                reader(city, manager)
                added.set()
                time.sleep(0.5)  # the other one looks, finds nobody yet, and waits for this one's row
        finally:
            added.set()
            connection.close()

    other = threading.Thread(target=first)
    other.start()
    assert added.wait(60)
    with pytest.raises(Refused):
        reader(city, manager)
    other.join(60)
    assert BoardReader.objects.count() == 1
