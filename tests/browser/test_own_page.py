"""The reporter's page on a phone: with scripts and without, by keyboard alone, and news that come while it is open."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from civic311.lib.clock import now
from departments.models import StaffUser
from requests_app.actions import Actor, Submitted, close, start
from requests_app.models import Photo
from requests_app.workflow import Outcome
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def closed(city: makers.SmallCity) -> Submitted:
    made = makers.submitted(city.pothole, email="jane@example.org", now=now() - dt.timedelta(days=3))
    close(
        request_id=made.request.pk, version=None, outcome=Outcome.FIXED, public_answer="We filled it.",
        by=Actor.staff(makers.staff("dispatcher", city.streets)), now=now() - dt.timedelta(days=1),
    )  # fmt: skip
    return made


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_yes_then_no_with_a_photo(city: makers.SmallCity, visitor: Visitor, tmp_path: Path, js: bool) -> None:
    made = closed(city)
    page = visitor(frame.PHONE, js=js)
    page.goto(f"/r/{made.token}/")
    page.get_by_role("button", name="Yes, it is solved").click()
    expect(page.get_by_role("heading", name="You said it is solved. Thank you.")).to_be_visible()
    page.locator("summary", has_text="No, it is not solved").click()
    page.get_by_label("Photo", exact=False).first.set_input_files(frame.save_photo(tmp_path))
    page.get_by_role("button", name="It is not solved").click()
    expect(page.get_by_text("Your report is open again.")).to_be_visible()
    made.request.refresh_from_db()
    assert (made.request.status, made.request.reopened_count) == ("open", 1)
    assert Photo.objects.get().request == made.request


def test_no_with_the_keyboard_alone(city: makers.SmallCity, page: Page) -> None:
    made = closed(city)
    page.goto(f"/r/{made.token}/")
    page.get_by_role("button", name="Yes, it is solved").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("What is not right?")).to_be_focused()
    page.keyboard.type("The hole is back")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="It is not solved")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your report is open again.")).to_be_visible()


def test_news_are_announced_and_nothing_jumps(
    city: makers.SmallCity, page: Page, dispatcher: StaffUser
) -> None:
    made = makers.submitted(city.pothole, now=now() - dt.timedelta(hours=1))
    page.clock.install()
    page.goto(f"/requests/{made.request.number}/")
    news = page.locator("[data-news]")
    page.clock.run_for(61_000)
    expect(news).to_have_text("")
    start(request_id=made.request.pk, version=None, by=Actor.staff(dispatcher), now=now())
    page.clock.run_for(16 * 60_000)
    expect(news).to_contain_text("There is news about this report.")
    expect(page.get_by_text("Work has started")).not_to_be_visible()
    news.get_by_role("link", name="Show it").click()
    expect(page.get_by_text("Work has started")).to_be_visible()


def test_every_face_is_accessible_and_fits(
    city: makers.SmallCity, visitor: Visitor, size: frame.Size
) -> None:
    late = makers.submitted(city.pothole, now=now() - dt.timedelta(days=30))
    done = closed(city)
    fresh = makers.submitted(city.pothole, now=now())
    page = visitor(size)
    for path in (
        f"/r/{late.token}/",
        f"/r/{done.token}/",
        f"/requests/{done.request.number}/",
        f"/r/{fresh.token}/",
        f"/r/{fresh.token}/edit/",
        f"/r/{fresh.token}/photo/",
        f"/r/{fresh.token}/receipt/",
        f"/r/{fresh.token}/taken-care/",
    ):
        page.goto(path)
        frame.assert_accessible(page)
        frame.assert_no_sideways_scroll(page)
        page.set_viewport_size({"width": 320, "height": 640})
        frame.assert_no_sideways_scroll(page)
        page.set_viewport_size({"width": size[0], "height": size[1]})
