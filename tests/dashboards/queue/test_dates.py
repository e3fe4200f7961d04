"""The pages of a new date, a question and an answer: forms, stale screens, hostile input, and the rules' editor."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.models import EscalationRule, StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import ReporterQuestion, ServiceRequest
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    return makers.submitted(city.pothole, email="rosa@example.org", now=timezone.now()).request


@pytest.fixture
def client(dispatcher: StaffUser) -> Client:
    browser = Client()
    browser.force_login(dispatcher)
    return browser


def in_days(days: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


def test_a_new_date_is_promised_on_its_page(client: Client, made: ServiceRequest) -> None:
    page = client.get(f"/queue/{made.number}/").content.decode()
    assert f"/queue/{made.number}/renew/" in page
    assert f"/queue/{made.number}/ask/" in page
    sent = {"version": made.version, "due_on": in_days(20), "reason": "The truck is in repair."}
    answer = client.post(f"/queue/{made.number}/renew/", sent)
    assert (answer.status_code, answer["Location"]) == (303, f"/queue/{made.number}/")
    page = client.get(f"/queue/{made.number}/").content.decode()
    assert "renewed 1 time" in page
    assert "The truck is in repair." in page
    public = Client().get(f"/requests/{made.number}/").content.decode()
    assert "New target" in public
    assert "The truck is in repair." in public


def test_an_overtaken_screen_keeps_what_was_typed(
    client: Client, made: ServiceRequest, administrator: StaffUser
) -> None:
    actions.acknowledge(request_id=made.pk, version=None, by=Actor.staff(administrator), now=timezone.now())
    sent = {"version": made.version, "due_on": in_days(20), "reason": "My own words"}
    answer = client.post(f"/queue/{made.number}/renew/", sent)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "My own words" in text
    assert administrator.name in text
    assert f'value="{made.version + 1}"' in text
    assert not made.events.filter(kind="request.renewed").exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"reason": "", "due_on": "2030-01-01"}, "This field is required"),
        ({"reason": "x" * 5_000, "due_on": "2030-01-01"}, "at most"),
        ({"reason": "Late", "due_on": "yesterday"}, "valid date"),
        ({"reason": "Late", "due_on": "2020-01-01"}, "after today"),
    ],
)
def test_bad_input_is_named(client: Client, made: ServiceRequest, sent: dict[str, str], words: str) -> None:
    answer = client.post(f"/queue/{made.number}/renew/", {"version": made.version, **sent})
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_pasted_megabyte_is_refused(client: Client, made: ServiceRequest) -> None:
    for name in ("renew", "ask", "answer"):
        sent = {"version": made.version, "text": "x" * 1_000_000, "reason": "x" * 1_000_000}
        assert client.post(f"/queue/{made.number}/{name}/", sent).status_code in {400, 413}


def test_a_missing_version_is_a_bad_request(client: Client, made: ServiceRequest) -> None:
    for name in ("renew", "ask", "answer"):
        assert client.post(f"/queue/{made.number}/{name}/", {"text": "Which?"}).status_code == 400


def test_a_question_and_its_answer(client: Client, made: ServiceRequest) -> None:
    sent = {"version": made.version, "text": "Which lane? <b>"}
    assert client.post(f"/queue/{made.number}/ask/", sent).status_code == 303
    page = client.get(f"/queue/{made.number}/").content.decode()
    assert "Which lane? &lt;b&gt;" in page
    assert f"/queue/{made.number}/answer/" in page
    made.refresh_from_db()
    sent = {"version": made.version, "text": "The left one"}
    assert client.post(f"/queue/{made.number}/answer/", sent).status_code == 303
    assert ReporterQuestion.objects.get().answer == "The left one"


def test_hold_stops_the_clock_for_waits_outside_the_city(client: Client, made: ServiceRequest) -> None:
    sent = {
        "version": made.version,
        "reason": "Lane",
        "waiting_for": "the State",
        "review_on": in_days(9),
        "kind": "material",
        "pauses": "on",
    }
    refused = client.post(f"/queue/{made.number}/do/hold/", sent)
    assert refused.status_code == 400
    assert "only while we wait for somebody outside" in refused.content.decode()
    assert client.post(f"/queue/{made.number}/do/hold/", sent | {"kind": "partner"}).status_code == 303
    made.refresh_from_db()
    assert made.paused_at is not None
    assert "the clock stands still" in client.get(f"/queue/{made.number}/").content.decode()
    assert "The clock stands still now" in Client().get(f"/requests/{made.number}/").content.decode()


RULE = {
    "name": "Two days late",
    "hours": "48",
    "side": "after",
    "department": "",
    "category": "",
    "priority": "1",
    "to_role": "supervisor",
    "to_user": "",
    "is_active": "on",
}


def test_a_supervisor_writes_rules_of_the_own_department(city: makers.SmallCity) -> None:
    client = Client()
    client.force_login(makers.staff("supervisor", city.streets))
    sent = RULE | {"department": str(city.streets.pk)}
    assert client.post("/queue/escalation/new/", sent).status_code == 303
    rule = EscalationRule.objects.get()
    assert (rule.hours, rule.department, rule.to_role) == (48, city.streets, "supervisor")
    assert "48 hours after the target" in client.get("/queue/escalation/").content.decode()
    sent |= {"side": "before", "hours": "4", "is_active": ""}
    assert client.post(f"/queue/escalation/{rule.pk}/", sent).status_code == 303
    rule.refresh_from_db()
    assert (rule.hours, rule.is_active) == (-4, False)
    assert "4 hours before the target" in client.get("/queue/escalation/").content.decode()
    for other in ({"department": ""}, {"department": str(city.waste.pk)}):
        assert client.post("/queue/escalation/new/", RULE | other | {"name": "Other"}).status_code == 400
    foreign = EscalationRule.objects.create(name="Waste", hours=1, to_role="manager", department=city.waste)
    assert client.get(f"/queue/escalation/{foreign.pk}/").status_code == 404
    assert "Waste" in client.get("/queue/escalation/").content.decode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"to_role": ""}, "Choose a role or a person"),
        ({"hours": "99999"}, "less than or equal"),
        ({"name": "TAKEN"}, "has this name already"),
        ({"to_user": "0"}, "valid choice"),
    ],
)
def test_rules_that_cannot_be(administrator: StaffUser, sent: dict[str, str], words: str) -> None:
    EscalationRule.objects.create(name="Taken", hours=1, to_role="manager")
    client = Client()
    client.force_login(administrator)
    answer = client.post("/queue/escalation/new/", RULE | sent)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_the_list_of_rules_asks_the_same_for_three_and_thirty(
    administrator: StaffUser, city: makers.SmallCity
) -> None:
    client = Client()
    client.force_login(administrator)
    counts = []
    for many in (3, 30):
        EscalationRule.objects.bulk_create(
            EscalationRule(name=f"{many} {n}", hours=n, to_role="manager", department=city.streets)
            for n in range(many)
        )
        client.get("/queue/escalation/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/queue/escalation/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
