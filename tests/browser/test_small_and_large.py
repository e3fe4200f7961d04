"""Small windows, large letters, thumbs: what public pages promise everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
LEAST_PX = 44
# Links within sentences are as high as their line; a radio button or box is pressed by its label.
SMALL_TARGETS = """least => [...document.querySelectorAll(
    'button, .btn, summary, nav a, select, textarea, .tile label, .choice label,'
    + 'input:not([type=hidden]):not([type=radio]):not([type=checkbox])')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.closest('.sr-only, .leaflet-control'))
    .map(each => [each.getBoundingClientRect().height, each.outerHTML.slice(0, 120)])
    .filter(([height]) => height > 0 && height < least - 0.5)
    .map(([height, html]) => `${Math.round(height)} px: ${html}`)"""


@pytest.fixture
def paths(city: makers.SmallCity) -> list[str]:
    """Every kind of public page, with words that are hard to break."""
    made = makers.submitted(
        city.pothole,
        address="1234 Northwestern Boulevard and Harbor Parkway",
        description="W" * 90,
        email="jane@example.org",
    )
    return [
        "/",
        "/report/",
        "/report/?q=pothole",
        "/track/",
        "/help/",
        "/privacy/",
        "/accessibility/",
        "/accounts/login/",
        f"/requests/{made.request.number}/",
        f"/r/{made.token}/",
        f"/r/{made.token}/withdraw/",
    ]


def test_smallest_window(paths: list[str], visitor: Visitor) -> None:
    page = visitor(frame.SMALLEST)
    for path in paths:
        page.goto(path)
        frame.assert_no_sideways_scroll(page)


def test_letters_twice_as_large(paths: list[str], visitor: Visitor) -> None:
    page = visitor((640, 900))
    for path in paths:
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        frame.assert_no_sideways_scroll(page)


def test_targets_fit_a_thumb(paths: list[str], page: Page) -> None:
    small: list[str] = []
    for path in paths:
        page.goto(path)
        small += [f"{path} {found}" for found in page.evaluate(SMALL_TARGETS, LEAST_PX)]
    assert not small, "\n".join(small)


def test_skip_link_leads_to_the_content(city: makers.SmallCity, page: Page) -> None:
    page.goto("/help/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
