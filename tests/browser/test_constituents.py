"""A council aide in the browser: a constituent's pothole filed without scripts, followed, and found again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from departments.models import StaffUser
from requests_app.models import ServiceRequest
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def aide(city: makers.SmallCity) -> StaffUser:
    return makers.staff("council_aide", area=city.district_1, name="Alex Aide")


def look_at(page: Page) -> None:
    """Accessible, and not wider than the window."""
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)


def test_filed_followed_and_found(
    city: makers.SmallCity, aide: StaffUser, visitor: Visitor, watch: frame.Watch, size: frame.Size
) -> None:
    watch.expect(400)
    near = makers.submitted(city.pothole, longitude=-76.645).request
    page = visitor(size, user=aide)
    page.goto("/constituents/")
    look_at(page)
    page.get_by_role("link", name="File for a constituent").first.click()
    look_at(page)
    page.get_by_role("button", name="File the request").click()
    expect(page.locator(".summary")).to_be_focused()
    look_at(page)
    page.get_by_label("What the constituent says").fill("a deep pothole")
    page.get_by_role("combobox", name="Where", exact=True).fill("150 Main Street")
    expect(page.locator("#id_address_list li").first).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show kinds, questions").click()
    page.locator("label", has_text="Pothole").click()
    page.get_by_role("button", name="Show kinds, questions").click()
    expect(page.get_by_text("Goes to Department of Streets.")).to_be_visible()
    expect(page.get_by_role("link", name=near.number)).to_be_visible()
    look_at(page)
    page.get_by_label("Name", exact=True).fill("Jane Doe")
    page.get_by_label("E-mail").fill("jane@example.org")
    page.get_by_label("The constituent agreed").check()
    page.get_by_role("button", name="File the request").click()
    page.wait_for_url("**/done/")
    made = ServiceRequest.objects.exclude(pk=near.pk).get()
    expect(page.locator(".desk-done__number")).to_have_text(made.number)
    assert (made.channel, made.address, made.reporter.wants_updates) == ("council", "150 Main Street", True)
    look_at(page)
    page.goto(f"/queue/{near.number}/")
    page.get_by_role("button", name="Watch", exact=True).click()
    look_at(page)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Constituents").click()
    expect(page.locator(".inbox__row")).to_have_count(2)
    look_at(page)
    page.get_by_label("Number or constituent's name").fill("jane")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator(".inbox__row")).to_have_count(1)
    expect(page.locator(".inbox__row")).to_contain_text(made.number)


def test_without_scripts(
    city: makers.SmallCity, aide: StaffUser, visitor: Visitor, watch: frame.Watch, size: frame.Size
) -> None:
    watch.expect(400)
    page = visitor(size, user=aide, js=False)
    page.goto("/constituents/new/")
    page.get_by_label("What the constituent says").fill("a deep pothole")
    page.get_by_label("Where", exact=True).fill("Main")
    page.get_by_label("Choose from all kinds").select_option("Pothole")
    page.get_by_role("button", name="File the request").click()
    page.get_by_role("radio", name="Main Street").check()
    page.get_by_role("button", name="File the request").click()
    expect(page.locator(".desk-done__number")).to_have_text(ServiceRequest.objects.get().number)
    assert ServiceRequest.objects.get().category == city.pothole
