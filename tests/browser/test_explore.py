"""The public map and list in a browser: groups as buttons, an address that lasts, the same reports as a list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from requests_app.models import ServiceRequest
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def reports(city: makers.SmallCity) -> list[ServiceRequest]:
    """Three close together in the north, one in the south."""
    places = [(39.35, -76.6500), (39.3501, -76.6512), (39.3502, -76.6524), (39.25, -76.55)]
    return [
        makers.submitted(city.pothole, latitude=latitude, longitude=longitude).request
        for latitude, longitude in places
    ]


def opened(page: Page, path: str = "/map/") -> Page:
    page.goto(path)
    expect(page.locator("[data-explore] [role=status]")).to_contain_text("open report")
    return page


def test_groups_are_buttons_and_the_count_is_said(
    reports: list[ServiceRequest], visitor: Visitor, size: frame.Size
) -> None:
    page = opened(visitor(size))
    expect(page.get_by_text("4 open reports here")).to_be_visible()
    expect(page.get_by_role("button", name="3 open reports. Zoom in.")).to_have_text("3")
    expect(page.get_by_role("button", name="Pothole, New, 100 Main St")).to_be_visible()
    expect(page.locator(".report-line")).to_have_count(4)
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)


def test_with_the_keyboard_alone(reports: list[ServiceRequest], visitor: Visitor) -> None:
    page = opened(visitor(frame.DESK))
    page.get_by_role("button", name="3 open reports. Zoom in.").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/map/\?lat=39\.35\d+&lon=-76\.65\d+&zoom=\d+"))
    expect(page.locator("#explore")).to_be_focused()
    for _ in range(4):
        if page.get_by_role("button", name="Pothole, New, 100 Main St").count() == 3:
            break
        page.keyboard.press("+")
        page.wait_for_timeout(600)
    single = page.get_by_role("button", name="Pothole, New, 100 Main St").first
    single.focus()
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup a[href*='/requests/']")
    expect(link).to_be_focused()
    frame.assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    single.focus()
    page.keyboard.press("Enter")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Pothole")


def test_the_address_brings_the_same_view_back(reports: list[ServiceRequest], visitor: Visitor) -> None:
    page = opened(visitor(frame.PHONE), "/map/?category=pothole&lat=39.25&lon=-76.55&zoom=16")
    expect(page.get_by_text("1 open report here")).to_be_visible()
    expect(page.locator(".report-line")).to_have_count(1)
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"lat=39\.25\d*&lon=-76\.55\d*&zoom=16"))
    expect(page.get_by_text("1 open report here")).to_be_visible()


def test_an_area_is_shown_whole_and_outlined(reports: list[ServiceRequest], visitor: Visitor) -> None:
    page = opened(visitor(frame.DESK), "/map/?area=council_district:2")
    expect(page.get_by_text("1 open report here")).to_be_visible()
    expect(page.locator("#explore path")).to_have_count(2)


def test_without_script_the_list_is_there(reports: list[ServiceRequest], visitor: Visitor) -> None:
    page = visitor(frame.PHONE, js=False)
    page.goto("/map/")
    expect(page.locator(".report-line")).to_have_count(4)
    expect(page.locator("[data-explore]")).to_be_hidden()
    page.get_by_text("Choose what to see").click()
    page.get_by_label("Area").select_option(label="District 2")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".report-line")).to_have_count(1)


@pytest.mark.parametrize("path", ["/map/", "/requests/", "/areas/", "/categories/pothole/"])
def test_the_smallest_screen(reports: list[ServiceRequest], visitor: Visitor, path: str) -> None:
    page = visitor(frame.SMALLEST)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    frame.assert_no_sideways_scroll(page)
    frame.assert_accessible(page)


def test_filters_and_older_pages_of_the_list(city: makers.SmallCity, page: Page) -> None:
    for _ in range(27):
        makers.submitted(city.pothole)
    page.goto("/requests/")
    expect(page.get_by_role("heading", name="27 reports")).to_be_visible()
    page.get_by_role("link", name="Older reports").click()
    expect(page.locator(".report-line")).to_have_count(2)
    page.get_by_role("link", name="Newest").click()
    page.get_by_text("Choose what to see").click()
    page.get_by_label("Kind of problem").select_option(label="Rats")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No report fits")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open reports: Rats")
