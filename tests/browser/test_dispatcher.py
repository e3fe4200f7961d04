"""The dispatcher in a real browser: from queue to answer, two tabs, keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from departments.models import StaffUser
from requests_app.models import ServiceRequest
from tests import makers
from tests.browser import frame, steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dana(city: makers.SmallCity) -> StaffUser:
    return makers.staff("dispatcher", city.streets, name="Dana Dispatcher")


def press(page: Page, summary: str) -> None:
    page.locator("summary", has_text=summary).click()


def test_from_queue_to_answer(
    visitor: Any, city: makers.SmallCity, dana: StaffUser, size: frame.Size
) -> None:
    made = makers.submitted(city.pothole, email="resident@example.org").request
    page: Page = visitor(size)
    steps.sign_in(page, dana)
    page.goto("/queue/")
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_role("link", name=made.number).click()
    page.wait_for_url(f"**/queue/{made.number}/")
    frame.assert_accessible(page)
    page.get_by_role("button", name="Assign to me").click()
    page.get_by_text("Assigned.", exact=True).wait_for()
    press(page, "Close with an answer")
    page.get_by_label("Fixed", exact=True).check()
    page.get_by_label("Answer everyone reads").fill("Highways filled the hole.")
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("Residents will read").wait_for()
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Close with an answer").click()
    page.get_by_text("Closed. The reporter is told.").wait_for()
    assert ServiceRequest.objects.get(pk=made.pk).outcome == "fixed"


def test_two_tabs(visitor: Any, city: makers.SmallCity, dana: StaffUser, watch: frame.Watch) -> None:
    watch.expect(409)
    made = makers.submitted(city.pothole).request
    first: Page = visitor(frame.DESK, user=dana)
    second = watch.over(first.context.new_page())
    for page in (first, second):
        page.goto(f"/queue/{made.number}/")
    first.get_by_role("button", name="Start work").click()
    first.get_by_text("Work is marked as started.").wait_for()
    second.get_by_label("Note", exact=True).fill("Typed with care")
    second.get_by_role("button", name="Add note").click()
    second.get_by_text("This request changed while you had it open").wait_for()
    frame.assert_accessible(second)
    assert second.get_by_label("Note", exact=True).input_value() == "Typed with care"
    second.get_by_role("button", name="Send it again").click()
    second.get_by_text("Note added.").wait_for()
    assert made.events.latest("id").internal_note == "Typed with care"


def test_by_keyboard_alone(visitor: Any, city: makers.SmallCity, dana: StaffUser) -> None:
    made = makers.submitted(city.pothole).request
    page: Page = visitor(frame.DESK, user=dana)
    page.goto(f"/queue/{made.number}/")
    seen: list[str] = []
    while "Start work" not in seen:
        assert len(seen) < 40, seen
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "() => [document.activeElement.innerText.trim(), getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert outline != "none", f"no visible focus on {name!r}"
        seen.append(name)
    page.keyboard.press("Enter")
    page.get_by_text("Work is marked as started.").wait_for()
    assert seen.index("Assign to me") < seen.index("Start work")


def test_filters_send_themselves(visitor: Any, city: makers.SmallCity, dana: StaffUser) -> None:
    hole = makers.submitted(city.pothole).request
    praise = makers.submitted(city.praise).request
    page: Page = visitor(frame.DESK, user=dana)
    page.goto("/queue/")
    page.get_by_label("Category").select_option(label="Pothole")
    page.wait_for_url("**category=*")
    assert page.get_by_role("link", name=hole.number).count() == 1
    assert page.get_by_role("link", name=praise.number).count() == 0
