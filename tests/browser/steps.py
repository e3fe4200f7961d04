"""What residents and staff do in the browser, as sentences."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page

from departments import streetnames
from departments.models import StaffUser, Street, StreetSegment
from departments.packs import polyline
from tests import makers

NUMBER = re.compile(r"\b\d{2}-\d{6}\b")


def main_street() -> None:
    """Main Street, from 1 in the west to 199 in the east, through the middle of district 1."""
    line = [(39.3, -76.66), (39.3, -76.64)]
    name = streetnames.published("MAIN ST")
    street = Street.objects.create(
        key=name.key,
        direction="",
        label=streetnames.label("MAIN ST"),
        kind="local",
        latitude=39.3,
        longitude=-76.65,
    )
    StreetSegment.objects.create(
        street=street,
        kind="local",
        from_left=1,
        to_left=199,
        from_right=2,
        to_right=198,
        low=1,
        high=199,
        line=polyline.encode(line),
        west=-76.66,
        south=39.3,
        east=-76.64,
        north=39.3,
    )


def sign_in(page: Page, user: StaffUser) -> None:
    """Through the form, to the queue."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(user.email)
    page.locator("input[name=password]").fill(makers.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/queue/**")


def fill_report(
    page: Page,
    *,
    category: str = "Pothole",
    description: str = "A deep hole by the bus stop",
    address: str = "100 Main Street",
    email: str = "",
    photos: list[Path] | None = None,
) -> None:
    """From the home page to a filled form, by what a person sees."""
    page.goto("/")
    page.get_by_label("Describe it in your words").fill(category.lower())
    page.get_by_role("button", name="Report it").click()
    page.wait_for_url("**/report/?q=*")
    # The card is the label, the radio button lies below it.
    page.locator("main label").filter(has_text=category).first.click()
    page.locator("#id_description").fill(description)
    address_field(page).fill(address)
    if photos:
        page.locator("input[type=file]").set_input_files(photos)
    if email:
        page.get_by_label("E-mail").fill(email)


def address_field(page: Page) -> Locator:
    """The field, not the list of suggestions that has its name."""
    return page.get_by_label("Address or intersection").and_(page.locator("input"))


def send_report(page: Page) -> str:
    """Send the form; the number of the report."""
    page.get_by_role("button", name="Send report").click()
    page.wait_for_url("**/r/*/")
    found = NUMBER.search(page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return found[0]


def focused(page: Page) -> tuple[str, str, str]:
    """What has the focus: its tag, its name, and the style of its outline."""
    tag, name, outline = page.evaluate(
        """() => {
            const it = document.activeElement;
            const ring = it.type === 'radio' || it.type === 'checkbox' || it.type === 'file' ? it.parentElement : it;
            const seen = [it, ring].some(each => getComputedStyle(each).outlineStyle !== 'none'
                || getComputedStyle(each).boxShadow !== 'none');
            return [it.tagName, it.name || it.innerText || '', seen ? 'seen' : 'unseen'];
        }"""
    )
    return tag, name.strip(), outline
