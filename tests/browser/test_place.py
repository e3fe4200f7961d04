"""The place by every way: keyboard on the map, the phone's own position, without script, and when the map fails."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from civic311.lib import clock
from departments.kinds import AreaKind, HandOver
from departments.models import Landmark, LandmarkName, Partner
from requests_app.models import ServiceRequest
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
OPEN = "Choose on a map"


def requested(page: Page) -> list[str]:
    """Every address the page asks for from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        found.append(request.url)

    page.on("request", note)
    return found


def test_the_map_by_keyboard_alone(city: makers.SmallCity, page: Page) -> None:
    asked = requested(page)
    steps.fill_report(page, address="")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "leaflet" in url or "/tiles/" in url], "the map is fetched on demand"
    page.get_by_role("button", name=OPEN).focus()
    page.keyboard.press("Enter")
    frame.wait_for_map(page)
    canvas = page.get_by_role("group", name="Map.")
    expect(canvas).to_be_focused()
    assert steps.focused(page)[2] == "seen"
    with page.expect_request(re.compile(r"/tiles/")):
        page.keyboard.press("Equal")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#map_status")).to_contain_text("Pin set:")
    expect(page.locator("#map_status")).to_contain_text("District 1")
    expect(page.locator("#map_status")).to_contain_text("Department of Streets looks after this.")
    assert [url for url in asked if "/places/outlines.json" in url]
    frame.assert_accessible(page)


def test_the_phones_own_position(city: makers.SmallCity, page: Page) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 39.3001, "longitude": -76.65, "accuracy": 24})
    steps.fill_report(page, address="")
    page.get_by_role("button", name=OPEN).click()
    frame.wait_for_map(page)
    page.get_by_role("button", name="Use my position").click()
    expect(page.locator("[data-place-status]")).to_have_text("Position found, exact to about 24 meters.")
    expect(page.locator("#map_status")).to_contain_text("Main Street")
    expect(steps.address_field(page)).to_have_value(re.compile("Main Street$"))
    expect(page.locator(".leaflet-overlay-pane path").first).to_be_attached()
    number = steps.send_report(page)
    made = ServiceRequest.objects.get(number=number)
    assert made.latitude == pytest.approx(39.3001)
    assert made.longitude == pytest.approx(-76.65)


def test_a_position_without_the_map_and_not_exact(city: makers.SmallCity, page: Page) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 39.3001, "longitude": -76.65, "accuracy": 900})
    steps.fill_report(page, address="")
    page.get_by_role("button", name="Use my position").click()
    expect(page.locator("[data-place-status]")).to_contain_text("only exact to about 900 meters")
    expect(page.locator("#map_status")).to_contain_text("Main Street")
    expect(page.get_by_label("Latitude")).to_have_value("39.300100")


def test_a_position_that_is_refused(city: makers.SmallCity, page: Page) -> None:
    page.context.clear_permissions()
    steps.fill_report(page)
    page.get_by_role("button", name="Use my position").click()
    expect(page.locator("[data-place-status]")).to_contain_text("does not share your position with us")
    assert ServiceRequest.objects.get(number=steps.send_report(page)).address == "100 Main Street"


@pytest.mark.parametrize("broken", ["**/tiles/**", "**/leaflet*.js", "**/places/outlines.json*"])
def test_the_form_works_when_the_map_does_not(
    city: makers.SmallCity, new_context: Any, watch: frame.Watch, broken: str
) -> None:
    watch.expect(503)
    # A service worker would fetch past the route.
    context = new_context(viewport={"width": 390, "height": 844}, service_workers="block")
    page = watch.over(context.new_page())

    def fail(route: Route) -> None:
        route.fulfill(status=503)

    page.route(broken, fail)
    steps.fill_report(page)
    page.get_by_role("button", name=OPEN).click()
    if "outlines" not in broken:
        expect(page.locator("#map_status")).to_contain_text("You can type the address instead")
    else:
        frame.wait_for_map(page)
    assert ServiceRequest.objects.get(number=steps.send_report(page)).address == "100 Main Street"
    watch.troubles[:] = [line for line in watch.troubles if "Service Worker registration blocked" not in line]


@pytest.mark.parametrize("size", [frame.PHONE, frame.DESK], ids=["phone", "desk"])
def test_the_place_without_script(city: makers.SmallCity, visitor: Visitor, size: frame.Size) -> None:
    page = visitor(size, js=False)
    steps.fill_report(page, address="100 main")
    with page.expect_response(re.compile(r"/places/map\.png")) as picture:
        page.get_by_role("button", name="Find the place").click()
    assert picture.value.status == 200
    assert picture.value.headers["content-type"] == "image/png"
    expect(page.get_by_role("img", name="Map: 100 Main Street")).to_be_visible()
    expect(page.locator("main")).to_contain_text("District 1")
    expect(page.locator("main")).to_contain_text("Department of Streets looks after this.")
    frame.assert_no_sideways_scroll(page)


def test_whose_it_is_is_said_before_sending_without_script(city: makers.SmallCity, visitor: Visitor) -> None:
    town = Partner.objects.create(
        slug="next",
        name="Nexttown",
        phone="410-555-0188",
        website="https://next.example",
        hand_over=HandOver.PHONE,
    )
    area = makers.area(AreaKind.NEIGHBOR, "next", "Next County", (-76.5, 39.2, -76.3, 39.4))
    area.partner = town
    area.save()
    page = visitor(frame.PHONE, js=False)
    steps.fill_report(page, address="39.3, -76.45")
    page.get_by_role("button", name="Find the place").click()
    expect(page.locator("main")).to_contain_text("This place is in Next County, outside Smallville.")
    expect(page.get_by_role("link", name="Call Nexttown: 410-555-0188")).to_be_visible()
    assert not ServiceRequest.objects.exists()


def test_the_request_page_shows_a_picture_until_the_map_is_opened(city: makers.SmallCity, page: Page) -> None:
    made = makers.submitted(city.pothole, now=clock.now())
    asked = requested(page)
    page.goto(f"/requests/{made.request.number}/")
    still = page.get_by_role("img", name="Map of the place: 100 Main St")
    still.scroll_into_view_if_needed()
    expect(still).to_be_visible()
    page.wait_for_function("image => image.naturalWidth === 640", arg=still.element_handle())
    assert not [url for url in asked if "leaflet" in url]
    page.get_by_role("button", name="Open the map").click()
    frame.wait_for_map(page)
    expect(still).to_be_hidden()
    frame.assert_accessible(page)


def test_an_answer_never_writes_under_the_hands_of_who_types(city: makers.SmallCity, page: Page) -> None:
    hall = Landmark.objects.create(name="City Hall", kind="public_building", latitude=39.3, longitude=-76.65)
    LandmarkName.objects.create(landmark=hall, key="CITY HALL")
    steps.fill_report(page, address="")
    field = page.locator("#id_address")
    field.press_sequentially("city hall")
    expect(page.locator("[data-part=place]")).to_contain_text("City Hall")
    expect(page.locator("[data-part=place]")).to_contain_text("District 1")
    field.press_sequentially(" steps")
    expect(field).to_have_value("city hall steps")
    field.fill("city hall")
    field.press("Enter")
    expect(field).to_have_value("City Hall")
    expect(page.locator("#id_longitude")).to_have_value(re.compile(r"^-76\.65"))
