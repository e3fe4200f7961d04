"""Reports by mail: asked for on a page, sent once a turn, with the rights of the day, and stopped with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from dashboards import tasks
from dashboards.reports.mail import sending, subscribing
from dashboards.reports.mail.subscribing import Rhythm, TooMany, subscribe
from dashboards.reports.mail.turns import span_days, turn
from dashboards.reports.models import Every, ReportMail, ReportSubscription, Span, StopReason
from departments.models import Membership, StaffUser
from requests_app.actions.facts import refresh_facts
from requests_app.notifications.models import DeliveryState
from requests_app.notifications.sending import TryAgain, hand_over
from tests import makers
from tests.dashboards.reports.scenes import ZONE, at
from tests.requests_app.notifications.smtp_sink import Sink, smtp_sink

pytestmark = pytest.mark.django_db
ASKED = dt.datetime(2026, 3, 25, 12, 0, tzinfo=ZONE)
MONDAY = dt.datetime(2026, 3, 30, 7, 10, tzinfo=ZONE)
WEEKLY = Rhythm(Span.MONTH, Every.WEEKLY, 0)
CHOICES = {"span": "week", "every": "weekly", "weekday": "0", "monthday": "1"}


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp_sink() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server


def asked(
    owner: StaffUser, page: str = "volume", query: str = "", rhythm: Rhythm = WEEKLY
) -> ReportSubscription:
    return subscribe(page=page, query=query, rhythm=rhythm, by=owner, now=ASKED)


def send_all(now: dt.datetime = MONDAY) -> None:
    for mail_id in sending.make_mails(now):
        sending.send_mail(mail_id, now)


def test_a_mail_reaches_the_server_once(
    city: makers.SmallCity, manager: StaffUser, sink: Sink, settings: Any
) -> None:
    settings.SITE_URL = "https://311.example"
    for day in (3, 4, 5):
        makers.submitted(city.pothole, now=at(day, month=2), name="Ann Canary", email="ann@example.org")
    refresh_facts()
    subscription = asked(manager, query=f"category={city.pothole.pk}")
    send_all()
    send_all()
    send_all(MONDAY + dt.timedelta(hours=3))
    (message,) = sink.messages
    assert message["To"] == manager.email
    assert message["Auto-Submitted"] == "auto-generated"
    assert "weekly-2026-03-30" in message["Message-ID"]
    text, html = (part.get_payload(decode=True).decode() for part in message.get_payload())  # type: ignore[union-attr]
    assert "Pothole is reported most: 3 of 3 requests" in text
    page = f"https://311.example/reports/volume/?start=2026-02-01&end=2026-02-28&category={city.pothole.pk}"
    assert page in text
    assert page.replace("&", "&amp;") in html
    for secret in ("Canary", "ann@example.org"):
        assert secret not in str(message)
    subscription.refresh_from_db()
    assert subscription.last_sent_at == MONDAY
    assert ReportMail.objects.get().state == DeliveryState.SENT


def test_a_mail_the_server_refuses_is_tried_again_under_the_same_id(
    city: makers.SmallCity, manager: StaffUser, sink: Sink
) -> None:
    asked(manager)
    (mail_id,) = sending.make_mails(MONDAY)
    sink.refuse = ["451 later"]
    with pytest.raises(TryAgain):
        sending.send_mail(mail_id, MONDAY)
    sending.send_mail(mail_id, MONDAY)
    assert len(sink.messages) == 1
    sink.refuse = ["550 nobody here"]
    later = MONDAY + dt.timedelta(days=7)
    send_all(later)
    assert ReportMail.objects.get(period="weekly 2026-04-06").state == DeliveryState.FAILED
    assert "550" in ReportMail.objects.get(period="weekly 2026-04-06").error


def test_two_workers_do_not_send_the_same_mail(
    city: makers.SmallCity, manager: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(manager)
    (mail_id,) = sending.make_mails(MONDAY)
    real = hand_over

    def meanwhile(message: Any) -> Any:
        sending.send_mail(mail_id, MONDAY)
        return real(message)

    monkeypatch.setattr(sending, "hand_over", meanwhile)
    sending.send_mail(mail_id, MONDAY)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("now", "many"),
    [
        (MONDAY.replace(hour=6, minute=59), 0),
        (MONDAY, 1),
        (MONDAY.replace(hour=22), 1),
        (MONDAY + dt.timedelta(days=1), 0),
    ],
)
def test_it_comes_from_the_seventh_hour_of_its_day(
    city: makers.SmallCity, manager: StaffUser, now: dt.datetime, many: int
) -> None:
    asked(manager)
    assert len(sending.make_mails(now)) == many


def test_another_day_in_the_same_week_brings_no_second_mail(
    city: makers.SmallCity, manager: StaffUser
) -> None:
    row = asked(manager)
    send_all()
    subscribing.change(
        subscription_id=row.pk, rhythm=Rhythm(Span.WEEK, Every.WEEKLY, 2), by=manager, now=MONDAY
    )
    send_all(MONDAY + dt.timedelta(days=2))
    assert len(mail.outbox) == 1
    send_all(MONDAY + dt.timedelta(days=9))
    assert len(mail.outbox) == 2


def test_what_is_asked_for_after_seven_comes_the_next_time(
    city: makers.SmallCity, manager: StaffUser
) -> None:
    now = MONDAY.replace(hour=9)
    subscribe(page="volume", query="", rhythm=WEEKLY, by=manager, now=now)
    assert sending.make_mails(now + dt.timedelta(minutes=20)) == []
    assert len(sending.make_mails(now + dt.timedelta(days=7))) == 1


def stopped(row: ReportSubscription) -> StopReason:
    send_all()
    assert mail.outbox == []
    row.refresh_from_db()
    assert row.stopped_at == MONDAY
    assert ReportMail.objects.get().state == DeliveryState.SKIPPED
    return StopReason(row.stop_reason)


def test_a_subscription_whose_owner_left(
    client: Client, city: makers.SmallCity, manager: StaffUser, administrator: StaffUser
) -> None:
    row = asked(manager)
    StaffUser.objects.filter(pk=manager.pk).update(is_active=False)
    assert stopped(row) == StopReason.LEFT
    client.force_login(administrator)
    html = client.get("/reports/subscriptions/").content.decode()
    assert "no longer in use" in html
    assert manager.name in html


def test_a_subscription_whose_owner_lost_the_role(city: makers.SmallCity, manager: StaffUser) -> None:
    row = asked(manager)
    StaffUser.objects.filter(pk=manager.pk).update(role="crew")
    assert stopped(row) == StopReason.ROLE


@pytest.mark.parametrize("with_filter", [True, False])
def test_a_subscription_whose_owner_lost_the_department(city: makers.SmallCity, with_filter: bool) -> None:
    owner = makers.staff("manager", city.streets)
    row = asked(owner, query=f"department={city.streets.pk}" if with_filter else "")
    Membership.objects.filter(user=owner).delete()
    if with_filter:
        Membership.objects.create(user=owner, department=city.waste)
    assert stopped(row) == StopReason.SIGHT


def test_a_subscription_whose_owner_has_another_district(city: makers.SmallCity) -> None:
    owner = makers.staff("council_aide", area=city.district_1)
    row = asked(owner)
    StaffUser.objects.filter(pk=owner.pk).update(area=city.district_2)
    assert stopped(row) == StopReason.AREA


def test_a_mail_holds_what_its_owner_may_see_on_that_day(city: makers.SmallCity) -> None:
    owner = makers.staff("manager", city.streets)
    makers.submitted(city.pothole, now=at(3, month=2))
    makers.submitted(city.missed_trash, now=at(3, month=2))
    refresh_facts()
    asked(owner)
    send_all()
    assert "1 of 1 requests" in mail.outbox[0].body
    assert "Missed trash" not in mail.outbox[0].body


def test_a_filter_that_is_retired_is_said(city: makers.SmallCity, manager: StaffUser) -> None:
    asked(manager, query=f"department={city.waste.pk}&category={city.pothole.pk}")
    city.waste.is_active = city.pothole.is_active = False
    city.waste.save()
    city.pothole.save()
    send_all()
    assert "“Bureau of Waste” is retired" in mail.outbox[0].body
    assert "“Pothole” is retired" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        ("volume", "category=9999999", "Category"),
        ("volume", "department=9999999", "Department"),
        ("gone", "", "the page"),
    ],
)
def test_a_filter_that_no_longer_exists_is_said_and_the_mail_ends(
    city: makers.SmallCity, manager: StaffUser, page: str, query: str, said: str
) -> None:
    row = asked(manager, page, query)
    send_all()
    send_all(MONDAY + dt.timedelta(days=7))
    (message,) = mail.outbox
    assert f"No longer there: {said}." in message.body
    row.refresh_from_db()
    assert row.stop_reason == StopReason.GONE


def test_asking_changing_and_stopping_on_the_pages(
    client: Client, city: makers.SmallCity, manager: StaffUser, dispatcher: StaffUser
) -> None:
    client.force_login(manager)
    page = client.get(f"/reports/volume/?category={city.pothole.pk}&storms=without").content.decode()
    assert "/reports/subscriptions/new/?page=volume&amp;start=" in page
    url = f"/reports/subscriptions/new/?page=volume&category={city.pothole.pk}&storms=without"
    assert "Pothole" in client.get(url).content.decode()
    assert client.post(url, {**CHOICES, "every": "hourly"}).status_code == 400
    assert client.post(url, CHOICES).status_code == 303
    row = ReportSubscription.objects.get()
    assert (row.owner, row.query) == (manager, f"category={city.pothole.pk}&storms=without")
    own = f"/reports/subscriptions/{row.pk}/"
    monthly = {**CHOICES, "every": "monthly", "monthday": "29"}
    assert client.post(own, monthly).status_code == 400
    assert client.post(own, {**monthly, "monthday": "28"}).status_code == 303
    row.refresh_from_db()
    assert (row.every, row.day) == ("monthly", 28)
    client.force_login(dispatcher)
    assert client.get(own).status_code == client.post(f"{own}stop/").status_code == 404
    assert "Pothole" not in client.get("/reports/subscriptions/").content.decode()
    client.force_login(manager)
    assert "Pothole" in client.get("/reports/subscriptions/").content.decode()
    assert client.post(f"{own}stop/").status_code == 303
    row.refresh_from_db()
    assert row.stop_reason == StopReason.OWNER
    assert client.get(own).status_code == 404


def test_filters_out_of_sight_cannot_be_asked_for(client: Client, city: makers.SmallCity) -> None:
    client.force_login(makers.staff("manager", city.streets))
    url = f"/reports/subscriptions/new/?page=volume&department={city.waste.pk}"
    assert client.get(url).status_code == client.post(url, CHOICES).status_code == 400


def test_nobody_has_more_than_some(city: makers.SmallCity, manager: StaffUser) -> None:
    for _each in range(subscribing.MOST):
        asked(manager)
    with pytest.raises(TooMany):
        asked(manager)


def test_the_job_queues_each_mail_once(
    city: makers.SmallCity, manager: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.tasks.now", lambda: MONDAY)
    monkeypatch.setattr("requests_app.notifications.tasks.close_old_connections", lambda: None)
    row = asked(manager)
    tasks.report_mails(timestamp=0)
    tasks.report_mails(timestamp=0)
    jobs = ProcrastinateJob.objects.filter(task_name="dashboards.send_report_mail")
    assert [job.args for job in jobs] == [{"mail_id": ReportMail.objects.get(subscription=row).pk}]
    tasks.send_report_mail(mail_id=ReportMail.objects.get().pk)
    assert len(mail.outbox) == 1


days = st.dates(dt.date(1995, 1, 1), dt.date(2090, 1, 1))


@given(st.sampled_from(Span), days)
def test_a_period_is_whole_and_over(span: Span, today: dt.date) -> None:
    start, end = span_days(span, today)
    assert start <= end < today
    assert (today - start).days <= 92 + 92
    if span == Span.WEEK:
        assert (start.weekday(), end.weekday(), (end - start).days) == (0, 6, 6)
    if span in {Span.MONTH, Span.QUARTER}:
        assert start.day == (end + dt.timedelta(days=1)).day == 1
    if span == Span.QUARTER:
        assert start.month in {1, 4, 7, 10}
        assert (end + dt.timedelta(days=1)).month == (start.month + 3 - 1) % 12 + 1


@given(days, st.integers(0, 6), st.integers(1, 28))
def test_each_week_and_month_has_one_turn(first: dt.date, weekday: int, monthday: int) -> None:
    year = [first + dt.timedelta(days=n) for n in range(364)]
    weekly = [name for day in year if (name := turn(Every.WEEKLY, weekday, day))]
    assert len(set(weekly)) == len(weekly) == 52
    monthly = [name for day in year if (name := turn(Every.MONTHLY, monthday, day))]
    assert len(set(monthly)) == len(monthly)
    assert len(monthly) in {11, 12}
