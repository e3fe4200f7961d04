"""One problem, two reports, in the browser: found, joined by keyboard, parted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from departments.models import StaffUser
from requests_app.models import ServiceRequest
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_two_reports_are_joined_and_parted(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size, js: bool
) -> None:
    first = makers.submitted(city.pothole, description="A deep hole at the bus stop").request
    second = makers.submitted(city.pothole, description="Big hole by the bus stop").request
    page = visitor(size, js=js)
    steps.sign_in(page, dispatcher)
    page.goto(f"/queue/{first.number}/")
    page.get_by_role("link", name="Find reports of the same problem").click()
    page.wait_for_url("**/incident/")
    expect(page.get_by_text("Both say:")).to_be_visible()
    if js:
        frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    box = page.get_by_role("checkbox", name=f"Join {second.number}")
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    page.get_by_label("Which one leads?").select_option(second.number)
    page.get_by_role("button", name="Join the chosen reports").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/queue/{second.number}/incident/")
    expect(page.get_by_text(f"1 report follows {second.number} now.")).to_be_visible()
    if js:
        frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.goto(f"/queue/{first.number}/")
    expect(page.get_by_text(f"Follows {second.number}", exact=True)).to_be_visible()
    page.get_by_role("link", name="All reports of this problem").click()
    page.wait_for_url("**/incident/")
    page.get_by_text("Part it").click()
    page.get_by_label("What its reporter reads about it").fill("It is the next hole.")
    page.get_by_role("button", name="Part", exact=True).click()
    expect(page.get_by_text(f"{first.number} stands for itself again")).to_be_visible()
    assert not ServiceRequest.objects.filter(lead__isnull=False).exists()
