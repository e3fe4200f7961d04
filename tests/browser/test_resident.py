"""A resident on a phone: with scripts, without them, by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from requests_app.models import Photo, ServiceRequest
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_report_with_a_photo(city: makers.SmallCity, visitor: Visitor, tmp_path: Path, js: bool) -> None:
    page = visitor(frame.PHONE, js=js)
    steps.fill_report(page, email="jane@example.org", photos=[frame.save_photo(tmp_path)])
    number = steps.send_report(page)
    expect(page.get_by_role("heading", name="We received your report")).to_be_visible()
    made = ServiceRequest.objects.get(number=number)
    assert (made.department, made.address) == (city.streets, "100 Main Street")
    assert made.latitude == pytest.approx(39.3, abs=0.001)
    expect(page.get_by_label("Your tracking link")).to_have_value(re.compile(r"^http://127\.0\.0\.1:\d+/r/"))
    picture = page.locator("main img[width]").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    if js:
        page.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    photo = Photo.objects.get()
    assert photo.width < photo.height, "the phone lay on its side"
    frame.assert_no_sideways_scroll(page)

    stranger = visitor(frame.PHONE, js=js)
    stranger.goto("/")
    stranger.get_by_label("Number of the report").fill(number.replace("-", " "))
    stranger.get_by_role("button", name="Look up").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Pothole")
    expect(stranger.get_by_text("A deep hole by the bus stop")).to_be_visible()
    expect(stranger.locator("body")).not_to_contain_text("jane@")


def test_errors_take_the_focus_and_keep_the_photo(city: makers.SmallCity, page: Page, tmp_path: Path) -> None:
    steps.fill_report(page, description="", address="", photos=[frame.save_photo(tmp_path)])
    page.get_by_role("button", name="Send report").click()
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error:"))
    frame.assert_accessible(page)
    summary.get_by_role("link", name="What is wrong?").press("Enter")
    expect(page.get_by_label("What is wrong?")).to_be_focused()
    expect(page.locator("input[name=category][value=pothole]")).to_be_checked()
    expect(page.get_by_role("list", name="Photos kept from your last try").locator("img")).to_be_visible()
    page.get_by_label("What is wrong?").fill("A deep hole")
    steps.address_field(page).fill("100 Main Street")
    number = steps.send_report(page)
    assert Photo.objects.get().request == ServiceRequest.objects.get(number=number)


def test_matches_come_first_and_the_rest_is_one_press_away(city: makers.SmallCity, visitor: Visitor) -> None:
    page = visitor(frame.PHONE, js=False)
    page.goto("/report/?q=pothole")
    rest = page.get_by_label("Rats", exact=False).first
    expect(rest).not_to_be_visible()
    page.get_by_text("Something else: all kinds of problems").click()
    page.locator("summary", has_text="Trash and recycling").click()
    expect(rest).to_be_visible()


def test_unclear_place_is_asked_for(city: makers.SmallCity, visitor: Visitor) -> None:
    page = visitor(frame.PHONE, js=False)
    steps.fill_report(page, address="Main Street")
    page.get_by_role("button", name="Send report").click()
    page.get_by_label("Main Street · Somewhere along it").check()
    number = steps.send_report(page)
    assert ServiceRequest.objects.get(number=number).address == "Main Street"


def test_pin_by_click(city: makers.SmallCity, page: Page) -> None:
    steps.fill_report(page, address="")
    page.get_by_role("button", name="Choose on a map").click()
    canvas = page.get_by_role("group", name="Map.")
    canvas.scroll_into_view_if_needed()
    frame.wait_for_map(page)
    box = canvas.bounding_box()
    assert box
    canvas.click(position={"x": box["width"] * 0.45, "y": box["height"] * 0.5})
    expect(page.locator("#map_status")).to_contain_text("Pin set:")
    expect(page.locator(".leaflet-marker-icon")).to_be_visible()
    number = steps.send_report(page)
    made = ServiceRequest.objects.get(number=number)
    assert made.longitude is not None
    assert -76.8 < made.longitude < -76.6, "west of the middle of the map"


def test_pin_by_keyboard(city: makers.SmallCity, page: Page) -> None:
    steps.fill_report(page, address="")
    page.get_by_role("button", name="Choose on a map").click()
    canvas = page.get_by_role("group", name="Map.")
    canvas.focus()
    frame.wait_for_map(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#map_status")).to_contain_text("Pin set:")
    expect(page.get_by_label("Latitude")).to_have_value(re.compile(r"^39\.\d{6}$"))
    assert ServiceRequest.objects.count() == 0, "Enter on the map sends nothing"


def test_suggestion_by_keyboard(city: makers.SmallCity, page: Page) -> None:
    steps.fill_report(page, address="")
    address = steps.address_field(page)
    address.press_sequentially("120 main", delay=10)
    expect(page.get_by_role("option", name="120 Main Street")).to_be_visible()
    frame.assert_accessible(page)
    address.press("ArrowDown")
    address.press("Enter")
    expect(address).to_have_value("120 Main Street")
    expect(page.get_by_label("Latitude")).to_have_value(re.compile(r"^39\.\d{6}$"))
    assert ServiceRequest.objects.count() == 0


def test_whole_form_by_keyboard(city: makers.SmallCity, visitor: Visitor) -> None:
    page = visitor(frame.DESK)
    page.goto("/report/")
    page.keyboard.press("Tab")
    assert steps.focused(page)[1] == "Skip to the main content"
    typed = {
        "description": "A deep hole by the bus stop",
        "address": "100 Main Street",
        "email": "jane@example.org",
    }
    walked: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        tag, name, ring = steps.focused(page)
        walked.append(name)
        assert ring == "seen", f"no visible focus on {tag} {name!r} after {walked[-4:]}"
        if name == "category":
            page.keyboard.press("Space")
        elif name in typed:
            page.keyboard.type(typed[name])
            page.keyboard.press("Escape")
        elif name == "Send report":
            page.keyboard.press("Enter")
            break
    page.wait_for_url("**/r/*/")
    assert walked.index("description") < walked.index("category") < walked.index("address")
    assert walked.index("address") < walked.index("photos") < walked.index("email")
    assert ServiceRequest.objects.get().description == typed["description"]


def test_back_and_second_press_make_one_report(city: makers.SmallCity, page: Page) -> None:
    steps.fill_report(page)
    page.get_by_role("button", name="Send report").dblclick()
    page.wait_for_url("**/r/*/")
    own_page = page.url
    page.go_back()
    # The form is not kept in the browser's history: what comes back is empty, and sends no second report.
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("alert").filter(has_text="There is a problem")).to_be_visible()
    page.goto(own_page)
    expect(page.get_by_role("heading", name="We received your report")).to_be_visible()
    assert ServiceRequest.objects.count() == 1
