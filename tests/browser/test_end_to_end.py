"""The whole chain once: resident, department, dispatcher, resident, manager."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import expect

from departments.models import StaffUser
from requests_app.actions.facts import refresh_facts
from requests_app.models import ServiceRequest
from requests_app.workflow import Status
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_report_travels(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser, visitor: Visitor, tmp_path: Path
) -> None:
    resident = visitor(frame.PHONE)
    steps.fill_report(resident, email="jane@example.org", photos=[frame.save_photo(tmp_path)])
    number = steps.send_report(resident)
    own_page = resident.url
    frame.do_the_workers_jobs()
    assert mail.outbox[-1].to == ["jane@example.org"]
    assert own_page in mail.outbox[-1].body

    desk = visitor(frame.DESK)
    steps.sign_in(desk, dispatcher)
    desk.get_by_role("link", name=number).click()
    expect(desk.get_by_text("Department of Streets").first).to_be_visible()
    desk.get_by_role("button", name="Assign to me").click()
    desk.get_by_role("button", name="Start work").click()
    expect(desk.get_by_text("Work is marked as started.")).to_be_visible()
    desk.locator("summary", has_text="Close with an answer").click()
    desk.get_by_label("Fixed", exact=True).check()
    desk.get_by_label("Answer everyone reads").fill("Highways filled the hole on Main Street.")
    desk.get_by_role("button", name="Close with an answer").click()
    expect(desk.get_by_text("Closed. Residents see it now.")).to_be_visible()
    frame.do_the_workers_jobs()
    assert "Highways filled the hole on Main Street." in mail.outbox[-1].body

    refresh_facts()
    boss = visitor(frame.DESK, user=manager)
    boss.goto("/reports/")
    boss.get_by_role("link", name="Pothole", exact=False).first.click()
    expect(boss.get_by_role("link", name=number)).to_be_visible()
    boss.get_by_role("link", name="Take as a file").click()
    boss.get_by_label("What do you need them for?").fill("Council meeting of May 4")
    with boss.expect_download() as download:
        boss.get_by_role("button", name="Download").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["Number"], row["Outcome"]) == (number, "Fixed")

    resident.reload()
    expect(resident.get_by_text("Highways filled the hole on Main Street.").first).to_be_visible()
    resident.locator("#reopen > summary").click()
    resident.get_by_label("What is not right?").fill("It is open again after the rain.")
    resident.get_by_role("button", name="It is not solved", exact=True).click()
    expect(resident.get_by_text("Your report is open again.", exact=False).first).to_be_visible()
    frame.assert_accessible(resident)
    made = ServiceRequest.objects.get(number=number)
    assert (made.status, made.reopened_count) == (Status.OPEN, 1)
    desk.goto(f"/queue/{number}/")
    expect(desk.get_by_text("It is open again after the rain.").first).to_be_visible()
