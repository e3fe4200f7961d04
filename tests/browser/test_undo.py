"""Undo in the browser: the bar counts down, is reached by keyboard, and nobody outside saw anything."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from departments.models import StaffUser
from requests_app.models import ServiceRequest
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_closing_is_taken_back_by_keyboard(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size, settings: Any
) -> None:
    settings.UNDO_WINDOW_SECONDS = 90
    made = makers.submitted(city.pothole, description="A hole by the bus stop").request
    page, resident = visitor(size), visitor(size)
    steps.sign_in(page, dispatcher)
    page.goto(f"/queue/{made.number}/")
    page.locator("summary", has_text="Close with an answer").click()
    page.get_by_label("Fixed", exact=True).check()
    page.get_by_label("Answer everyone reads").fill("We filled the hole.")
    page.get_by_role("button", name="Close with an answer").click()
    bar = page.get_by_role("form", name="What can still be undone")
    expect(bar).to_contain_text("Closed")
    left = bar.locator("[data-undo-until]")
    expect(left).to_have_text(re.compile(r"^residents see it in \d+ s$"))
    expect(left).not_to_have_text(left.inner_text())
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    resident.goto(f"/requests/{made.number}/")
    expect(resident.locator("main")).not_to_contain_text("We filled the hole.")
    bar.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("undone. Nobody was told.")).to_be_visible()
    expect(page.locator("#history")).to_contain_text("Residents were not told.")
    assert ServiceRequest.objects.get(pk=made.pk).status == "new"
    frame.assert_accessible(page)
