"""The public page of figures: only what is published, only public kinds, no small numbers, the front page's own numbers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from civic311.lib.cached import forget_all
from dashboards.reports.models import PublishedFigures
from dashboards.reports.public.choosing import publish
from departments.models import StaffUser
from requests_app.actions import Actor, confirm
from requests_app.actions.facts import rebuild_facts, refresh_facts
from requests_app.models import RequestFact
from requests_app.queries.front import home_figures
from requests_app.queries.performance import performance, quarters_before
from requests_app.resident.performed import FIGURES
from requests_app.workflow import Outcome
from tests import makers
from tests.dashboards.reports.scenes import NOW, at, closed, opened, reopened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW)


def fill(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    """20 potholes due in March: 12 fixed in time, 3 closed without success, 2 reopened, 3 open. Private kinds beside."""
    by = Actor.staff(dispatcher)
    for n in range(20):
        hole = opened(city.pothole, at(3))
        if n < 17:
            closed(hole, at(5), by, Outcome.FIXED if n < 12 or n > 14 else Outcome.NOT_FOUND)
        if n < 11:
            confirm(request_id=hole.pk, by=Actor.reporter(), now=at(6))
        if n > 14 and n < 17:
            reopened(hole, at(7), by)
    for _each in range(30):
        makers.submitted(city.question, now=at(3), name="Ann Canary", email="ann@example.org")
    for _each in range(4):
        opened(city.rats, at(3))
    refresh_facts()


def everything(by: StaffUser) -> None:
    publish(keys=list(FIGURES), by=by, now=NOW)


def page(client: Client) -> str:
    response = client.get("/performance/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_without_a_choice_the_page_says_so(client: Client, city: makers.SmallCity) -> None:
    assert "has not published figures yet" in page(client)


def test_numbers_are_of_the_last_whole_quarter(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    fill(city, dispatcher)
    counts = performance().last.counts
    # four rats were due in March as well
    assert (counts["due"], counts["due_closed"], counts["due_solved"]) == (24, 15, 12)
    assert (counts["counted"], counts["reopened"], counts["answered"], counts["solved"]) == (17, 2, 11, 11)
    everything(manager)
    html = page(client)
    assert "50\u00a0% of reports due in January to March 2026 were closed on time and solved." in html
    assert "100\u00a0% of residents who answered" in html
    figures = home_figures()
    assert (figures.due, figures.on_time, figures.on_time_percent) == (24, 12, 50)
    assert (figures.answers, figures.confirmed) == (11, 11)


def test_reopenings_of_a_quarter_are_told_when_its_last_thirty_days_are_over(
    client: Client,
    city: makers.SmallCity,
    dispatcher: StaffUser,
    manager: StaffUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(city, dispatcher)
    publish(keys=["reopened"], by=manager, now=NOW)
    html = page(client)
    assert "We cannot say yet how many reports closed in January to March 2026 were opened again." in html
    # how many were closed is known, and not "fewer than ten"
    assert "<td>too early to say</td><td>17</td>" in html
    text = b"".join(client.get("/performance.csv").streaming_content).decode()  # type: ignore[attr-defined]
    (share, closings) = list(csv.DictReader(io.StringIO(text)))[:2]
    assert (share["Number"], share["Text"], closings["Number"]) == ("", "too early to say", "17")
    monkeypatch.setattr("civic311.lib.clock.now", lambda: NOW + dt.timedelta(days=16))
    forget_all()
    html = page(client)
    assert "12\u00a0% of reports closed in January to March 2026 were opened again." in html
    assert "too early to say" not in html


def test_private_kinds_and_people_are_nowhere(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    fill(city, dispatcher)
    everything(manager)
    body = page(client) + b"".join(client.get("/performance.csv").streaming_content).decode()  # type: ignore[attr-defined]
    for hidden in ("Ask a question", "Canary", "ann@example.org", "26-0"):
        assert hidden not in body
    assert "Pothole" in body


def test_small_numbers_are_not_given(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    fill(city, dispatcher)
    everything(manager)
    html = page(client)
    assert "Fewer than 10 reports are open now." in html
    assert "Rats" not in html
    text = b"".join(client.get("/performance.csv").streaming_content).decode()  # type: ignore[attr-defined]
    for row in csv.DictReader(io.StringIO(text)):
        if row["Number"] and row["Column"] in {"Reports due", "Answers", "Closed", "Reports", "Open"}:
            assert float(row["Number"]) >= 10, row


def test_an_unpublished_figure_is_absent_and_order_is_kept(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    fill(city, dispatcher)
    client.force_login(manager)
    places = dict.fromkeys(FIGURES, "")
    assert client.post("/reports/published/", {**places, "open": "9"}).status_code == 400
    answer = client.post("/reports/published/", {**places, "open": "1", "on_time": "2", "solved": "1"})
    assert answer.status_code == 303
    assert PublishedFigures.objects.get().keys == ["solved", "open", "on_time"]
    preview = client.get("/reports/published/").content.decode()
    assert all(f'id="{key}"' in preview for key in FIGURES)
    client.logout()
    html = page(client)
    assert html.index('id="solved"') < html.index('id="open"') < html.index('id="on_time"')
    for key in set(FIGURES) - {"solved", "open", "on_time"}:
        assert f'id="{key}"' not in html
    assert "solved on time" not in html


def test_estimates_are_judged_when_their_time_is_over(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    born = NOW - dt.timedelta(days=120)
    by = Actor.staff(dispatcher)
    for n in range(12):
        hole = makers.submitted(city.pothole, now=born).request
        if n < 8:
            closed(hole, born + dt.timedelta(days=2 if n < 5 else 6), by)
    young = makers.submitted(city.pothole, now=NOW - dt.timedelta(days=20)).request
    rebuild_facts()
    RequestFact.objects.update(median_days=3, p90_days=8)
    found = performance().calibration
    assert found.median is not None
    assert found.p90 is not None
    assert (found.told, found.median.share.n, round(found.median.share.value * 12)) == (12, 12, 5)
    assert round(found.p90.share.value * 12) == 8
    assert young.pk not in RequestFact.objects.filter(created_at__lte=found.until).values_list(
        "pk", flat=True
    )


def test_it_is_light_cached_and_costs_the_same(
    client: Client, city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser
) -> None:
    everything(manager)
    counts = []
    for many in (3, 27):
        for _each in range(many):
            opened(city.pothole, at(3))
        refresh_facts()
        forget_all()
        with CaptureQueriesContext(connection) as seen:
            response = client.get("/performance/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12
    assert len(response.content) < 40_000
    assert response["Cache-Control"] == "private, max-age=60"
    with CaptureQueriesContext(connection) as seen:
        client.get("/performance/")
    assert len(seen) <= 3


def test_the_page_is_linked(client: Client, city: makers.SmallCity) -> None:
    html: Any = client.get("/").content.decode()
    assert html.count('href="/performance/"') == 2


@given(st.dates(dt.date(1995, 1, 1), dt.date(2090, 1, 1)))
def test_quarters_are_whole_and_follow_each_other(today: dt.date) -> None:
    found = quarters_before(today)
    assert len(found) == 5
    assert found[0][1] <= today < found[0][1] + dt.timedelta(days=92)
    for (start, after), (_older, older_after) in itertools.pairwise(found):
        assert start == older_after
        assert start.day == after.day == 1
        assert start.month in {1, 4, 7, 10}
        assert 90 <= (after - start).days <= 92
