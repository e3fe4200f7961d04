"""Answering in the browser: a template fills the answer, only the outcome's fields are asked, an @ finds a colleague."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from departments.models import ReplyTemplate, StaffUser
from requests_app.models import ServiceRequest, StaffNotice
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_template_and_a_mention(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    rosa = makers.staff("crew", city.streets, name="Rosa Ramirez")
    made = makers.submitted(city.pothole, email="jane@example.org").request
    ReplyTemplate.objects.create(
        slug="gone", name="Gone", outcome="fixed", text="Filled {address}, {number}."
    )
    ReplyTemplate.objects.create(slug="no", name="No money", outcome="declined", text="Not this year.")
    page = visitor(size, user=dispatcher)
    page.goto(f"/queue/{made.number}/")

    page.locator("summary", has_text="Close with an answer").click()
    close = page.locator("#move-close")
    instead = close.get_by_label("Declined: what they can do instead")
    expect(instead).to_be_hidden()
    close.get_by_label("Declined", exact=True).check()
    expect(instead).to_be_visible()
    close.get_by_label("Fixed", exact=True).check()
    expect(instead).to_be_hidden()
    expect(close.get_by_role("button", name="Use this text")).to_have_count(0)
    close.get_by_label("Begin with a template").select_option(label="Gone")
    answer = close.get_by_label("Answer everyone reads")
    expect(answer).to_have_value(f"Filled 100 Main St, {made.number}.")
    frame.assert_accessible(page)

    note = page.get_by_label("Note", exact=True)
    note.click()
    page.keyboard.type("Please look, @ros")
    expect(page.get_by_role("button", name="Rosa Ramirez")).to_be_visible()
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(note).to_be_focused()
    expect(note).to_have_value("Please look, @Rosa Ramirez ")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("Note added.")).to_be_visible()
    assert StaffNotice.objects.get().user == rosa
    assert ServiceRequest.objects.get(pk=made.pk).is_open

    desk = visitor(size, user=rosa)
    desk.goto("/inbox/")
    expect(desk.get_by_role("link", name="Inbox 1 new")).to_be_visible()
    frame.assert_accessible(desk)
    frame.assert_no_sideways_scroll(desk)
    desk.get_by_role("button", name="Open").click()
    desk.wait_for_url(f"**/queue/{made.number}/")
    expect(desk.get_by_role("link", name="Inbox", exact=True)).to_be_visible()
