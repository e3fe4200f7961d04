"""My reports and alerts in a real browser: by keyboard alone, without script, with axe, on the smallest screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from requests_app.actions.residents import resident_for
from requests_app.actions.subscriptions import Watch, subscribe
from requests_app.actions.support import follow
from requests_app.models import Resident, Subscription
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor
from tests.requests_app.resident.mailbox import path_in, run_jobs

pytestmark = pytest.mark.browser
JO = "jo@example.org"
MOST_TABS = 60


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what bears this name has the focus, which must be visible."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        _tag, found, outline = steps.focused(page)
        if name in found:
            assert outline == "seen", f"the focus on {name} is not visible"
            return
    raise AssertionError(f"{name} is not reached by keyboard")


def open_by_link(page: Page, email: str = JO) -> None:
    """Sign in as a person with a mailbox does."""
    page.goto("/my/")
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send me a link").click()
    page.wait_for_url("**/my/?sent=1")
    page.goto(path_in(run_jobs()[-1], "/my/in/"))
    page.get_by_role("button", name="Open my reports").click()
    page.wait_for_url("**/my/")


def full_life(city: makers.SmallCity) -> None:
    """Reports in two states, an alert that runs, one that waits, a follow."""
    for email in (JO, "Jo@Example.org"):
        makers.submitted(city.pothole, email=email)
    makers.submitted(city.container, email=JO, channel="phone")
    public = makers.submitted(city.pothole).request
    resident = resident_for(email=JO, language="en", now=makers.NOW)
    for confirmed, area in ((True, city.district_1), (False, city.district_2)):
        subscribe(resident_id=resident.pk, watch=Watch(area_id=area.pk), confirmed=confirmed, now=makers.NOW)
    follow(request_id=public.pk, resident_id=resident.pk, confirmed=True, now=makers.NOW)


def test_every_page_is_accessible_at_every_size(
    city: makers.SmallCity, visitor: Visitor, watch: frame.Watch, size: frame.Size
) -> None:
    watch.expect(410)
    full_life(city)
    page = visitor(size)
    open_by_link(page)
    alert = run_jobs_link(city)
    paths = ["/my/", "/my/erase/", "/alerts/new/", "/alerts/new/?sent=1", alert, "/track/", "/my/in/1/x/"]
    for path in paths:
        page.goto(path)
        frame.assert_accessible(page)
        for width in (size[0], frame.SMALLEST[0]):
            page.set_viewport_size({"width": width, "height": size[1]})
            frame.assert_no_sideways_scroll(page)
    page.goto("/my/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Your e-mail address").wait_for()
    frame.assert_accessible(page)
    page.goto("/my/?sent=1")
    frame.assert_accessible(page)


def run_jobs_link(city: makers.SmallCity) -> str:
    """The link of a question about an alert, not answered yet."""
    other = resident_for(email="al@example.org", language="en", now=makers.NOW)
    subscribe(resident_id=other.pk, watch=Watch(category_id=city.rats.pk), confirmed=False, now=makers.NOW)
    return next(path_in(one, "/a/") for one in run_jobs() if one.to == ["al@example.org"])


def test_my_reports_by_keyboard_alone(city: makers.SmallCity, visitor: Visitor) -> None:
    full_life(city)
    page = visitor(frame.DESK)
    page.goto("/my/")
    tab_to(page, "email")
    page.keyboard.type(JO)
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/?sent=1")
    page.goto(path_in(run_jobs()[-1], "/my/in/"))
    tab_to(page, "Open my reports")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/")
    tab_to(page, "Stop")
    page.keyboard.press("Enter")
    page.get_by_text("The alert is stopped.").wait_for()
    assert Subscription.objects.filter(stopped_at__isnull=False).count() == 1
    tab_to(page, "updates")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").wait_for()
    assert Resident.objects.get(email=JO).updates == "closing"
    tab_to(page, "Erase everything")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/erase/")
    tab_to(page, "sure")
    page.keyboard.press("Space")
    tab_to(page, "Erase my data")
    page.keyboard.press("Enter")
    page.get_by_text("Your personal data is erased.").wait_for()
    assert not Resident.objects.filter(email=JO).exists()


def test_an_alert_without_script(city: makers.SmallCity, visitor: Visitor) -> None:
    page = visitor(frame.PHONE, js=False)
    page.goto("/alerts/new/?category=pothole")
    page.locator("#id_address").fill("100 Main Street")
    page.get_by_label("Your e-mail address").fill(JO)
    page.get_by_role("button", name="Send me alerts").click()
    page.wait_for_url("**/alerts/new/?sent=1")
    page.goto(path_in(run_jobs()[-1], "/a/"))
    page.get_by_role("button", name="Yes, send me messages").click()
    page.get_by_role("heading", name="The alert runs").wait_for()
    alert = Subscription.objects.get()
    assert alert.confirmed_at is not None
    assert alert.radius_m == 400
