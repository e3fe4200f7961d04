"""The queue by keyboard, beside the map, and changed in bulk: with script, and for everybody who can read the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from departments.models import StaffUser
from requests_app.models import ServiceRequest
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_work_through_the_list_without_a_mouse(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    lower = makers.submitted(city.pothole, description="A hole by the bus stop").request
    upper = makers.submitted(city.pothole, description="Water pours in").request
    page = visitor(size)
    steps.sign_in(page, dispatcher)
    page.goto("/queue/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=upper.number, exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=lower.number, exact=True)).to_be_focused()
    page.keyboard.press("p")
    expect(page.locator("#peek")).to_contain_text("A hole by the bus stop")
    frame.assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("#peek")).to_be_hidden()
    page.keyboard.press("a")
    expect(page.locator("[data-said]")).to_have_text(f"{lower.number} is yours now.")
    expect(page.locator(f"#r-{lower.number} .col-assignee")).to_have_text("Me")
    assert ServiceRequest.objects.get(pk=lower.pk).assignee == dispatcher
    page.keyboard.press("x")
    expect(page.locator("[data-chosen]")).to_have_text("1 chosen")
    page.keyboard.press("?")
    expect(page.locator("#keys-help dl")).to_be_visible()
    frame.assert_accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/queue/{upper.number}/")
    page.keyboard.press("n")
    page.wait_for_url(f"**/queue/{lower.number}/")
    page.locator("#walk-back").click()
    page.wait_for_url(f"**/queue/#r-{lower.number}")
    expect(page.get_by_role("link", name=lower.number, exact=True)).to_be_focused()


def test_many_are_changed_after_a_look(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    made = [makers.submitted(city.pothole).request for _index in range(3)]
    page = visitor(size)
    steps.sign_in(page, dispatcher)
    page.goto("/queue/?layout=split")
    expect(page.locator("#queue-map .leaflet-marker-icon").first).to_be_visible()
    frame.assert_accessible(page)
    page.get_by_label(f"Choose {made[0].number}").check()
    page.get_by_label(f"Choose {made[2].number}").check()
    page.get_by_label("What to do with those you chose").select_option(label="Start work")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="See what will change").click()
    expect(page.get_by_role("heading", name="2 requests will change")).to_be_visible()
    frame.assert_accessible(page)
    page.get_by_role("button", name="Change 2 requests").click()
    expect(page.get_by_role("heading", name="2 requests changed")).to_be_visible()
    frame.assert_accessible(page)
    statuses = {each.status for each in ServiceRequest.objects.filter(pk__in=[made[0].pk, made[2].pk])}
    assert statuses == {"in_progress"}
