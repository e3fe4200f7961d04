"""With script the queue exchanges its list only: the address stays true, the focus stays, the count is announced."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from departments.models import StaffUser
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_lists_and_filters_exchange_the_list_alone(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    made = makers.submitted(city.pothole, description="A hole by the bus stop").request
    makers.submitted(city.pothole, description="Another one", address="7 Side Street")
    page = visitor(size)
    steps.sign_in(page, dispatcher)
    page.evaluate("document.body.dataset.stays = 'yes'")
    expect(page.locator("#list-count")).to_contain_text("2 ")

    page.locator("#view-mine").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**view=mine**")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    expect(page.locator("#list-count")).to_contain_text("0 ")
    expect(page.locator("#view-mine")).to_be_focused()

    page.locator("#view-open").click()
    page.wait_for_url("**view=open**")
    page.get_by_label("Search").fill("bus stop")
    page.get_by_label("Search").press("Enter")
    page.wait_for_url("**q=bus**")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name=made.number)).to_be_visible()
    assert page.evaluate("document.body.dataset.stays") == "yes", "the page was loaded anew"
    frame.assert_accessible(page)

    page.go_back()
    page.wait_for_url("**view=open**")
    expect(page.locator("tbody tr")).to_have_count(2)
