"""Other residents in the browser: mine too, follow, comment, report abuse, with the keyboard and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from civic311.lib import clock
from departments.models import Category, StaffUser
from requests_app.actions import Actor, close
from requests_app.actions.moderation import publish_comment
from requests_app.models import AbuseReport, Comment, RequestEvent, ServiceRequest, Support
from requests_app.workflow import EventKind, Outcome
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def made(city: makers.SmallCity) -> ServiceRequest:
    """An open pothole with a comment that is shown and one that waits."""
    Category.objects.filter(pk=city.pothole.pk).update(comments_allowed=True)
    made = makers.submitted(city.pothole, now=clock.now()).request
    by = makers.staff("dispatcher", city.streets)
    for text in ("It is deep.", "It is still there."):
        Comment.objects.create(request=made, text=text, public_text=text, created_at=clock.now())
    publish_comment(comment_id=Comment.objects.order_by("pk")[0].pk, by=by, now=clock.now())
    return made


def look(page: Page) -> None:
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)


def test_pages_for_everybody(
    made: ServiceRequest, city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    closed = makers.submitted(city.pothole, now=clock.now()).request
    close(
        request_id=closed.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Filled.",
        by=Actor.staff(dispatcher),
        now=clock.now(),
    )
    page = visitor(size)
    for path in (
        f"/requests/{made.number}/",
        f"/requests/{closed.number}/",
        f"/requests/{made.number}/abuse/",
        "/nearby/?category=pothole&lat=39.3&lon=-76.65",
    ):
        page.goto(path)
        for summary in page.locator("main details > summary").all():
            summary.click()
        look(page)


def test_moderation_for_everybody(
    made: ServiceRequest, dispatcher: StaffUser, visitor: Visitor, size: frame.Size, watch: frame.Watch
) -> None:
    watch.expect(400)
    AbuseReport.objects.create(request=made, reason="false", created_at=clock.now())
    page = visitor(size, user=dispatcher)
    page.goto("/moderation/")
    look(page)
    page.get_by_role("button", name="Remove the comment").click()
    expect(page.locator(".summary")).to_be_focused()
    look(page)
    page.get_by_label("Reason, if it is removed").fill("It insults a person.")
    page.get_by_role("button", name="Remove the comment").click()
    expect(page.get_by_text("The comment is removed.")).to_be_visible()
    page.get_by_label("Leave it as it is").check()
    page.get_by_label("Reason", exact=True).fill("Nothing is wrong with it.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Decided.")).to_be_visible()
    page.goto(f"/queue/{made.number}/")
    look(page)


@pytest.mark.parametrize("js", [True, False])
def test_mine_too_and_follow(made: ServiceRequest, visitor: Visitor, watch: frame.Watch, js: bool) -> None:
    watch.expect(400)
    page = visitor(frame.PHONE, js=js)
    page.goto("/nearby/?category=pothole&lat=39.3&lon=-76.65")
    page.get_by_role("button", name="This is mine too").click()
    page.wait_for_url("**/requests/*/**")
    expect(page.get_by_text("You do not need to send another.").first).to_be_visible()
    expect(page.get_by_text("1 person reported this too")).to_be_visible()
    page.get_by_label("E-mail").fill("nonsense")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_text("Look into your mailbox")).to_be_visible()
    assert Support.objects.count() == 1
    assert ServiceRequest.objects.count() == 1


def press_tab_until(page: Page, name: str) -> None:
    """Walk by Tab to the control whose words begin so."""
    for _step in range(60):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement.innerText || document.activeElement.name || ''")
        if words.strip().startswith(name):
            return
    raise AssertionError(f"{name!r} is not reached by Tab")


def test_with_the_keyboard_alone(made: ServiceRequest, visitor: Visitor) -> None:
    page = visitor(frame.DESK)
    page.goto(f"/requests/{made.number}/")
    press_tab_until(page, "Write a comment")
    page.keyboard.press("Enter")
    press_tab_until(page, "text")
    page.keyboard.type("It got bigger.")
    press_tab_until(page, "Send comment")
    page.keyboard.press("Enter")
    expect(page.get_by_text("after a person has looked at it")).to_be_visible()
    press_tab_until(page, "This is mine too")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 person reported this too")).to_be_visible()
    press_tab_until(page, "Report abuse")
    page.keyboard.press("Enter")
    page.wait_for_url("**/abuse/")
    press_tab_until(page, "reason")
    page.keyboard.press("Space")
    press_tab_until(page, "Send")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Staff look at it and decide.")).to_be_visible()
    assert (AbuseReport.objects.count(), Support.objects.count()) == (1, 1)


def test_not_solved_without_script(city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor) -> None:
    made = makers.submitted(city.pothole, now=clock.now()).request
    close(
        request_id=made.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Filled.",
        by=Actor.staff(dispatcher),
        now=clock.now(),
    )
    page = visitor(frame.PHONE, js=False)
    page.goto(f"/requests/{made.number}/")
    page.get_by_text("Say what you see there").click()
    page.get_by_label("What do you see?").fill("The hole is back.")
    page.get_by_role("button", name="It is not solved").click()
    expect(page.get_by_text("The department reads what you see.")).to_be_visible()
    assert RequestEvent.objects.filter(kind=EventKind.DISPUTED).count() == 1
