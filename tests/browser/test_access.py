"""Every page for everybody: axe finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page

from civic311.lib import clock
from civic311.lib.tokens import unsubscribe_token
from departments.models import StaffUser
from requests_app.actions import Actor, assign, close
from requests_app.workflow import Outcome
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def look_at(page: Page, *paths: str) -> None:
    """Open each and collect what axe and the ruler say, so that one run tells everything."""
    found: list[str] = []
    for path in paths:
        page.goto(path)
        # The style guide shows a page within the page.
        assert page.locator("h1").count() == 1 or path == "/styleguide/", path
        for check in (frame.assert_accessible, frame.assert_no_sideways_scroll):
            try:
                check(page)
            except AssertionError as error:
                found.append(str(error))
    assert not found, "\n\n".join(found)


def test_public_pages(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    now = clock.now()
    opened = makers.submitted(city.pothole, email="jane@example.org", now=now)
    closed = makers.submitted(city.pothole, now=now - dt.timedelta(days=3))
    close(
        request_id=closed.request.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Highways filled the hole.",
        by=Actor.staff(dispatcher),
        now=now - dt.timedelta(days=1),
    )
    number, token = opened.request.number, opened.token
    look_at(
        visitor(size),
        "/",
        "/report/",
        "/report/?q=trash",
        "/report/?q=no+such+thing+at+all",
        "/track/",
        "/track/?number=99-999999",
        "/help/",
        "/privacy/",
        "/accessibility/",
        "/accounts/login/",
        "/map/",
        "/requests/",
        "/requests/?status=all&category=pothole&area=council_district:1&q=hole",
        "/areas/",
        "/areas/council_district/1/",
        "/categories/",
        "/categories/pothole/",
        f"/requests/{number}/",
        f"/requests/{closed.request.number}/",
        f"/r/{token}/",
        f"/r/{closed.token}/",
        f"/r/{token}/withdraw/",
        f"/u/{number}/{unsubscribe_token(opened.request.pk)}/",
    )


def test_staff_pages(
    city: makers.SmallCity,
    dispatcher: StaffUser,
    administrator: StaffUser,
    visitor: Visitor,
    size: frame.Size,
) -> None:
    now = clock.now()
    made = [makers.submitted(city.pothole, now=now - dt.timedelta(days=days)).request for days in range(8)]
    by = Actor.staff(dispatcher)
    assign(request_id=made[0].pk, version=None, to=dispatcher, by=by, now=now)
    close(
        request_id=made[7].pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Highways filled the hole.",
        by=by,
        now=now,
    )
    look_at(
        visitor(size, user=administrator),
        "/queue/",
        "/queue/?view=overdue",
        "/queue/?q=nothing+like+this",
        f"/queue/{made[0].number}/",
        f"/queue/{made[7].number}/",
        "/reports/",
        "/styleguide/",
        "/accounts/2fa/",
        "/accounts/logout/",
    )


def test_error_pages(
    city: makers.SmallCity, administrator: StaffUser, visitor: Visitor, watch: frame.Watch, size: frame.Size
) -> None:
    for status in (400, 403, 404):
        watch.expect(status)
    crew = makers.staff("crew", city.streets)
    look_at(visitor(size), "/no/such/page/", "/requests/26-999999/")
    look_at(visitor(size, user=crew), "/reports/")
    look_at(visitor(size, user=administrator), "/queue/?sort=nonsense")
