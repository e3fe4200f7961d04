"""The form forgives: drafts come back, a lost network loses nothing, big photos become small, answers can stop it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from departments.kinds import QuestionKind
from departments.models import Question
from requests_app.models import Photo, ServiceRequest
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
WORDS = "A deep hole by the bus stop"


def draft(page: Page) -> str:
    return str(page.evaluate("() => localStorage.getItem('civic311-report') || ''"))


def wait_for_draft(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => (localStorage.getItem('civic311-report') || '').includes(words)", arg=words
    )


def test_a_draft_is_offered_back_without_contact_data(city: makers.SmallCity, page: Page) -> None:
    steps.fill_report(page, description=WORDS, email="jane@example.org")
    page.get_by_label("Where exactly?").fill("left lane")
    wait_for_draft(page, "left lane")
    assert "jane@" not in draft(page)
    page.goto("/report/")
    offer = page.get_by_text(re.compile(r"^You began a report on \w+day\."))
    expect(offer).to_be_visible()
    frame.assert_accessible(page)
    page.get_by_role("button", name="Go on with it").click()
    expect(page.locator("#id_description")).to_have_value(WORDS)
    expect(page.locator("input[name=category][value=pothole]").first).to_be_checked()
    steps.send_report(page)
    page.wait_for_function("() => localStorage.getItem('civic311-report') === null")
    page.goto("/report/")
    expect(offer).to_be_hidden()


def test_a_draft_can_be_deleted(city: makers.SmallCity, page: Page) -> None:
    page.goto("/report/")
    page.locator("#id_description").fill(WORDS)
    wait_for_draft(page, WORDS)
    page.goto("/report/")
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator("#id_description")).to_be_focused()
    assert draft(page) == ""


def test_a_report_without_a_network_is_kept_and_sent_when_it_is_back(
    city: makers.SmallCity, page: Page, watch: frame.Watch
) -> None:
    steps.fill_report(page, description=WORDS)
    page.context.set_offline(True)
    send = page.get_by_role("button", name="Send report")
    send.click()
    trouble = page.locator("[data-trouble]")
    expect(trouble).to_contain_text("You are offline. Nothing was sent, and nothing is lost.")
    expect(page.locator("#id_description")).to_have_value(WORDS)
    send.click()
    page.context.set_offline(False)
    expect(trouble).to_contain_text("You are online again.")
    steps.send_report(page)
    assert ServiceRequest.objects.get().description == WORDS
    watch.troubles.clear()


def test_without_a_network_a_page_says_so(city: makers.SmallCity, page: Page, watch: frame.Watch) -> None:
    page.goto("/report/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    page.context.set_offline(True)
    page.goto("/help/")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    page.context.set_offline(False)
    kept = page.evaluate(
        "() => caches.open('civic311-1').then(c => c.keys()).then(all => all.map(one => new URL(one.url).pathname))"
    )
    assert "/offline/" in kept
    shells = {"/offline/", "/crew/offline/"}  # both are empty of any person's data
    assert all(path in shells or path.startswith("/static/") for path in kept), kept
    watch.troubles.clear()


def test_a_large_photo_is_made_small_upright_and_its_place_only_offered(
    city: makers.SmallCity, page: Page, tmp_path: Path
) -> None:
    steps.fill_report(page, description=WORDS, address="", photos=[large_photo(tmp_path)])
    line = page.get_by_text("Photo 1 was taken near")
    expect(line).to_be_visible()
    expect(page.locator("#id_latitude")).to_have_value("")
    page.wait_for_function("() => document.querySelector('input[type=file]').files[0].size < 600000")
    page.get_by_role("button", name="Use this place").click()
    expect(page.locator("#id_latitude")).to_have_value(re.compile(r"^39\.3"))
    steps.send_report(page)
    photo = Photo.objects.get()
    assert photo.width < photo.height <= 1600
    assert ServiceRequest.objects.get().latitude == pytest.approx(39.3, abs=0.01)


def large_photo(folder: Path) -> Path:
    """Four megapixels of noise, lying on its side, taken at 39.3, -76.65."""
    image = Image.effect_noise((600, 450), 40).convert("RGB").resize((2400, 1800))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 18.0, 0.0), 3: "W", 4: (76.0, 39.0, 0.0)})
    path = folder / "large.jpg"
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, quality=95)
    path.write_bytes(buffer.getvalue())
    return path


def ask(city: makers.SmallCity) -> None:
    options: list[dict[str, Any]] = [
        {"value": "yes", "label": "Yes", "stop": "Call 911 now."},
        {"value": "no", "label": "No"},
    ]
    danger = Question.objects.create(
        category=city.pothole, slug="danger", label="Is somebody in danger?", kind=QuestionKind.SINGLE,
        options=options, is_required=True, position=1,
    )  # fmt: skip
    Question.objects.create(
        category=city.pothole, slug="size", label="How wide is it?", kind=QuestionKind.TEXT,
        depends_on=danger, depends_values=["no"], position=2,
    )  # fmt: skip


def test_questions_come_with_the_kind_and_an_answer_can_stop_it(city: makers.SmallCity, page: Page) -> None:
    ask(city)
    page.goto("/report/")
    page.locator("#id_description").fill("pothole")
    page.locator("[data-top] label").filter(has_text="Pothole").click()
    danger = page.get_by_role("group", name="Is somebody in danger?")
    expect(danger).to_be_visible()
    expect(page.get_by_label("How wide is it?")).to_be_hidden()
    danger.get_by_label("Yes").check()
    expect(page.get_by_text("Call 911 now.")).to_be_visible()
    page.get_by_role("button", name="Send report").click()
    expect(page.locator("[data-trouble]")).to_contain_text("This cannot be sent here.")
    frame.assert_accessible(page)
    danger.get_by_label("No").check()
    expect(page.get_by_label("How wide is it?")).to_be_visible()
    page.get_by_label("How wide is it?").fill("Two feet")
    steps.address_field(page).fill("100 Main Street")
    page.locator("[data-find]").click()
    expect(page.locator(".found")).to_contain_text("District 1")
    expect(page.get_by_label("How wide is it?")).to_have_value("Two feet")
    steps.send_report(page)
    assert ServiceRequest.objects.get().answers.count() == 2


def test_sections_fold_and_open_again(city: makers.SmallCity, page: Page) -> None:
    steps.fill_report(page, description=WORDS)
    page.get_by_role("button", name="Next: Where").click()
    expect(page.locator("#head_where")).to_be_focused()
    expect(page.locator("#part_what .part__line")).to_contain_text("Pothole · A deep hole")
    expect(page.locator("#id_description")).to_be_hidden()
    frame.assert_accessible(page)
    page.get_by_role("button", name="Change What").click()
    expect(page.locator("#id_description")).to_be_visible()


def test_nearby_reports_appear_and_joining_keeps_the_form(city: makers.SmallCity, visitor: Visitor) -> None:
    first = makers.submitted(city.pothole, address="90 Main Street").request
    for js in (True, False):
        page = visitor(frame.PHONE, js=js)
        steps.fill_report(page, description=WORDS, address="39.3, -76.65")
        if js:
            page.locator("[data-find]").click()
        else:
            page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Already reported nearby")).to_be_visible()
        if js:
            frame.assert_accessible(page)
        page.get_by_role("button", name="This is mine too").click()
        expect(page.get_by_text("You are counted with this report")).to_be_visible()
        expect(page.locator("#id_description")).to_have_value(WORDS)
    first.refresh_from_db()
    assert first.support_count == 2


def test_without_scripts_one_extra_step_and_no_more(city: makers.SmallCity, visitor: Visitor) -> None:
    ask(city)
    makers.submitted(city.pothole)
    page = visitor(frame.PHONE, js=False)
    steps.fill_report(page, description=WORDS, address="39.3, -76.65")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("Please look at this before you send")).to_be_visible()
    page.get_by_label("No", exact=True).check()
    steps.send_report(page)
    assert ServiceRequest.objects.count() == 2


def test_the_states_without_scripts_are_accessible(city: makers.SmallCity, page: Page) -> None:
    """The checker is a script itself: here the product's scripts do not come, the page stands as without them."""
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    ask(city)
    makers.submitted(city.pothole)
    page.goto("/report/")
    frame.assert_accessible(page)
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    frame.assert_accessible(page)
    steps.fill_report(page, description=WORDS, address="39.3, -76.65")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("Please look at this before you send")).to_be_visible()
    frame.assert_accessible(page)
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Send report").click()
    expect(page.locator("#part_kind").get_by_text("Call 911 now.").first).to_be_visible()
    frame.assert_accessible(page)


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_the_narrowest_screen_needs_no_sideways_scroll(
    city: makers.SmallCity, visitor: Visitor, js: bool
) -> None:
    makers.submitted(city.pothole)
    page = visitor((320, 640), js=js)
    steps.fill_report(page, description="Word " * 30 + "x" * 60, address="39.3, -76.65")
    page.get_by_role("button", name="Find the place").click()
    expect(page.locator(".found")).to_contain_text("District 1")
    frame.assert_no_sideways_scroll(page)


def test_forced_colors_keep_what_is_chosen_visible(city: makers.SmallCity, page: Page) -> None:
    page.emulate_media(forced_colors="active")
    steps.fill_report(page, description=WORDS)
    frame.assert_accessible(page)
    ring = page.locator("#head_what").evaluate("head => getComputedStyle(head, '::before').borderTopWidth")
    assert ring == "2px"
