"""A question goes from the dispatcher's browser to the reporter's and back; a date is promised anew; axe looks on."""

from __future__ import annotations

import datetime as dt

import pytest

from civic311.lib import clock
from departments.models import EscalationRule, StaffUser
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_two_browsers_ask_and_answer(
    city: makers.SmallCity, administrator: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    sent = makers.submitted(city.pothole, email="rosa@example.org", now=clock.now())
    EscalationRule.objects.create(name="Two days late", hours=48, to_role="supervisor")
    staff, resident = visitor(size, user=administrator), visitor(size)
    staff.goto(f"/queue/{sent.request.number}/")
    staff.get_by_role("link", name="Ask the reporter a question").click()
    staff.get_by_label("Your question").fill("Which lane is it?")
    frame.assert_accessible(staff)
    frame.assert_no_sideways_scroll(staff)
    staff.keyboard.press("Tab")
    staff.keyboard.press("Enter")
    staff.get_by_text("The question is sent.").wait_for()

    resident.goto(f"/r/{sent.token}/")
    resident.get_by_text("Which lane is it?").first.wait_for()
    frame.assert_accessible(resident)
    frame.assert_no_sideways_scroll(resident)
    resident.get_by_label("Your answer").fill("The left one")
    resident.get_by_role("button", name="Send the answer").click()
    resident.get_by_text("The department has your answer").wait_for()

    staff.reload()
    staff.get_by_text("The left one").first.wait_for()
    frame.assert_accessible(staff)
    staff.get_by_role("link", name="Promise a new date").click()
    staff.get_by_label("New target").fill((clock.now().date() + dt.timedelta(days=20)).isoformat())
    staff.get_by_label("Why is it late?").fill("The truck is in repair.")
    frame.assert_accessible(staff)
    frame.assert_no_sideways_scroll(staff)
    staff.get_by_role("button", name="Promise this date").click()
    staff.get_by_text("renewed 1 time").wait_for()
    for path in ("/queue/escalation/", "/queue/escalation/new/"):
        staff.goto(path)
        frame.assert_accessible(staff)
        frame.assert_no_sideways_scroll(staff)
