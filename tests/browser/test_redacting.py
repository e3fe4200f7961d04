"""Hiding parts of a photo with the pointer, with the keyboard and by numbers; the pages around it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from departments.models import StaffUser
from requests_app.models import Photo, RequestEvent, ServiceRequest
from requests_app.photos.pipeline import process
from requests_app.workflow import EventKind
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor
from tests.requests_app.photos import pictures

pytestmark = pytest.mark.browser
NUMBERS = ("x", "y", "width", "height")


def reported(city: makers.SmallCity) -> ServiceRequest:
    made = makers.submitted(city.pothole, description="Ask Ann Lee next door").request
    stored = process(pictures.encoded(pictures.scene()))
    Photo.objects.create(
        request=made, sha256=stored.sha256, width=stored.width, height=stored.height, created_at=makers.NOW
    )
    return made


def row(page: Page, number: int) -> list[str]:
    """The four numbers of one line."""
    line = page.get_by_role("group", name=f"Box {number}", exact=True)
    return [line.locator(f"[name={name}]").input_value() for name in NUMBERS]


def test_boxes_by_pointer_and_keyboard(
    city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    made = reported(city)
    page = visitor(size, user=dispatcher)
    page.goto(f"/queue/{made.number}/")
    page.get_by_role("link", name="Redact photo 1").click()
    add = page.get_by_role("button", name="Add a box")
    add.press("Enter")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert row(page, 1) == ["38", "39", "21", "21"]
    layer = page.locator("[data-canvas] svg").bounding_box()
    assert layer is not None
    page.mouse.move(layer["x"] + layer["width"] * 0.1, layer["y"] + layer["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(layer["x"] + layer["width"] * 0.3, layer["y"] + layer["height"] * 0.2)
    page.mouse.up()
    drawn = [float(number) for number in row(page, 2)]
    assert drawn == pytest.approx([10, 10, 20, 10], abs=0.5)
    add.press("Enter")
    page.keyboard.press("Delete")
    assert row(page, 3) == ["", "", "", ""]
    expect(add).to_be_focused()
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_label("Why?").fill("A face")
    page.get_by_role("button", name="Redact the photo").click()
    expect(page.get_by_text("The photo is redacted.")).to_be_visible()
    assert RequestEvent.objects.get(kind=EventKind.PHOTO_REDACTED).data["boxes"] == 2


def test_by_numbers_without_a_script_and_the_pages_around(city: makers.SmallCity, visitor: Visitor) -> None:
    made = reported(city)
    supervisor = makers.staff("supervisor", city.streets)
    plain = visitor(frame.PHONE, user=supervisor, js=False)
    photo = Photo.objects.get(request=made)
    plain.goto(f"/queue/{made.number}/photo/{photo.public_id}/")
    line = plain.get_by_role("group", name="Box 1", exact=True)
    for name in NUMBERS:
        line.locator(f"[name={name}]").fill("20")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.get_by_text("This is what will be black.")).to_be_visible()
    plain.get_by_label("Why?").fill("A face")
    plain.get_by_role("button", name="Redact the photo").click()
    expect(plain.get_by_text("The photo is redacted.")).to_be_visible()
    page = visitor(frame.DESK, user=supervisor)
    for thing, heading in {
        "text": "Hide words",
        "place": "Correct the place",
        "split": "Split into two reports",
        "unredacted": "Unredacted version",
    }.items():
        page.goto(f"/queue/{made.number}/{thing}/")
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        frame.assert_accessible(page)
        frame.assert_no_sideways_scroll(page)
    page.goto("/moderation/bans/")
    frame.assert_accessible(page)
    page.goto(f"/queue/{made.number}/text/")
    page.get_by_text("Ask Ann Lee next door").dblclick(position={"x": 52, "y": 16})
    page.get_by_role("button", name="Take the words marked").click()
    assert page.get_by_label("Words that must not be read").input_value() in {"Ann", "Ask", "Lee"}
