"""A dispatcher in the browser: from signing in to an answer, two tabs, the keyboard."""

from __future__ import annotations

import pytest
from django.core import mail
from playwright.sync_api import expect

from departments.models import StaffUser
from requests_app.models import ServiceRequest
from requests_app.workflow import Status
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_from_queue_to_answer(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size, js: bool
) -> None:
    colleague = makers.staff("crew", city.streets, name="Rosa Ramirez")
    made = makers.submitted(city.pothole, email="jane@example.org").request
    makers.submitted(city.pothole, description="A small one elsewhere", address="7 Side Street")
    page = visitor(size, js=js)
    steps.sign_in(page, dispatcher)
    page.get_by_label("Search").fill("bus stop")
    page.get_by_label("Search").press("Enter")
    page.wait_for_url("**q=bus**")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=made.number).click()
    page.wait_for_url(f"**/queue/{made.number}/")
    if js:
        frame.wait_for_map(page)
        expect(page.locator(".leaflet-marker-icon")).to_be_visible()
    page.get_by_text("Assign to a colleague").click()
    page.get_by_label("Give it to").select_option(label=colleague.name)
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("Assigned.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Start work").click()
    expect(page.get_by_text("Work is marked as started.")).to_be_visible()
    page.locator("summary", has_text="Close with an answer").click()
    page.get_by_label("Fixed", exact=True).check()
    page.get_by_label("Answer everyone reads").fill("Highways filled the hole.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Residents will read")).to_be_visible()
    if js:
        frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Close with an answer").click()
    expect(page.get_by_text("Closed. Residents see it now.")).to_be_visible()
    frame.assert_no_sideways_scroll(page)
    row = ServiceRequest.objects.get(pk=made.pk)
    assert (row.status, row.outcome, row.assignee) == (Status.CLOSED, "fixed", colleague)
    frame.do_the_workers_jobs()
    assert "Highways filled the hole." in mail.outbox[-1].body


def test_second_tab_is_told_and_keeps_its_words(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, watch: frame.Watch
) -> None:
    made = makers.submitted(city.pothole).request
    first = visitor(frame.DESK, user=dispatcher)
    second = watch.over(first.context.new_page())
    for tab in (first, second):
        tab.goto(f"/queue/{made.number}/")
    first.get_by_role("button", name="Start work").click()
    expect(first.get_by_text("Work is marked as started.")).to_be_visible()
    watch.expect(409)
    second.get_by_label("Note", exact=True).fill("Typed with care")
    second.get_by_role("button", name="Add note").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("This request changed while you had it open")
    expect(second.get_by_label("Note", exact=True)).to_have_value("Typed with care")
    frame.assert_accessible(second)
    second.get_by_role("button", name="Send it again").click()
    expect(second.get_by_text("Note added.")).to_be_visible()
    assert made.events.latest("id").internal_note == "Typed with care"  # type: ignore[attr-defined]


def test_by_keyboard_alone(city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor) -> None:
    made = makers.submitted(city.pothole).request
    page = visitor(frame.DESK, user=dispatcher)
    page.goto(f"/queue/{made.number}/")
    walked: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        tag, name, ring = steps.focused(page)
        walked.append(name)
        assert ring == "seen", f"no visible focus on {tag} {name!r}"
        if name == "Start work":
            page.keyboard.press("Enter")
            break
    expect(page.get_by_text("Work is marked as started.")).to_be_visible()
    assert walked.index("Assign to me") < walked.index("Start work")


def test_filters_send_themselves_and_keep_the_order(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor
) -> None:
    makers.submitted(city.pothole, address="1 First Street")
    makers.submitted(city.pothole, address="2 Second Street")
    makers.submitted(city.praise, address="3 Third Street")
    page = visitor(frame.DESK, user=dispatcher)
    page.goto("/queue/?sort=where")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Where")
    page.get_by_role("columnheader", name="Where").get_by_role("link").click()
    page.wait_for_url("**sort=-where**")
    expect(page.locator("tbody tr").first).to_contain_text("3 Third Street")
    page.get_by_role("search").get_by_label("Category").select_option(label="Pothole")
    page.wait_for_url("**category=**")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").first).to_contain_text("2 Second Street")
