"""An operator in the browser: a pothole by the keyboard, a call without a network, the same without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from departments.models import Article, Question, StaffUser
from requests_app.models import Call, ServiceRequest
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
MOST_KEYS = 25


class Keys:
    """Presses keys and counts those that are not text; a chord counts each of its keys."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        self.count += len(key.split("+"))
        self.page.keyboard.press(key)

    def tab_to(self, field: str) -> None:
        for _ in range(MOST_KEYS):
            if self.page.evaluate("document.activeElement.id") == field:
                return
            self.press("Tab")
        raise AssertionError(f"{field} is not reached by the keyboard")

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)


@pytest.fixture
def operator(city: makers.SmallCity) -> StaffUser:
    Question.objects.create(
        category=city.pothole,
        slug="lane",
        label="Which lane?",
        kind="single",
        options=[{"value": "left", "label": "Left"}, {"value": "right", "label": "Right"}],
        is_required=True,
    )
    Article.objects.create(
        slug="roads", title="Roads", topic="Roads", body="Words", is_public=True, updated_at=makers.NOW
    )
    return makers.staff("operator", name="Olive Operator")


def test_a_pothole_by_keyboard_alone(city: makers.SmallCity, operator: StaffUser, visitor: Visitor) -> None:
    # a caller with a history, in a street with more of the kind: what was found is not on the way
    known = [
        makers.submitted(city.pothole, phone="410-555-0100", name="Jane Doe", longitude=-76.645).request.pk
        for _ in range(3)
    ]
    page = visitor(frame.DESK, user=operator)
    page.goto("/desk/")
    expect(page.get_by_label("Caller's phone")).to_be_focused()
    keys = Keys(page)
    keys.write("4105550100")
    expect(page.locator(".caller__name")).to_contain_text("Jane Doe")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Jane Doe")
    keys.press("Enter")
    expect(page.get_by_label("What the caller says")).to_be_focused()
    keys.write("a deep pothole")
    expect(page.get_by_role("radio", name="Pothole")).to_be_checked()
    keys.tab_to("id_address")
    keys.write("150 Main Street")
    expect(page.locator("#id_address_list li").first).to_be_visible()
    keys.press("Enter")
    expect(page.get_by_label("Where exactly")).to_be_focused()
    lane = page.get_by_role("radio", name="Left")
    expect(lane).to_be_visible()
    expect(page.locator("[data-nearby] [data-row]").nth(2)).to_be_visible()
    keys.press("Tab")
    keys.press("Space")
    expect(lane).to_be_checked()
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    keys.press("Control+Enter")
    page.wait_for_url("**/desk/done/*/")
    made = ServiceRequest.objects.exclude(pk__in=known).get()
    expect(page.locator(".desk-done__number")).to_have_text(made.number)
    assert (made.address, made.channel, made.answers.get().value) == ("150 Main Street", "phone", "Left")
    assert keys.count <= MOST_KEYS, f"{keys.count} keys beyond the text"
    frame.assert_accessible(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    page.keyboard.press("F2")
    page.keyboard.press("1")
    expect(page.get_by_text(re.compile("Saved: information given"))).to_be_visible()
    assert Call.objects.latest("pk").topic == "Roads"
    page.keyboard.type("4105550100")
    page.locator("[data-bump]").first.wait_for()
    page.keyboard.press("F6")
    page.keyboard.press("b")
    page.wait_for_url("**/desk/done/*/")
    assert Call.objects.latest("pk").outcome == "bump"


def test_a_lost_network_loses_nothing(operator: StaffUser, visitor: Visitor, watch: frame.Watch) -> None:
    watch.expect(502)
    watch.expect(503)
    page = visitor(frame.PHONE, user=operator)
    page.goto("/desk/")
    page.get_by_label("What the caller says").fill("a deep pothole")
    page.locator("label", has_text="Pothole").click()
    page.get_by_role("radio", name="Left").check()
    page.locator("#id_address").fill("150 Main Street")
    page.wait_for_load_state("networkidle")
    frame.assert_no_sideways_scroll(page)
    sent: list[str] = []
    # the first sending arrives but its answer is lost, the second one finds no network at all
    page.route("**/desk/", lambda route: lose(route, sent))
    page.get_by_role("button", name=re.compile("Send request")).click()
    expect(page.locator("[data-lost]")).to_contain_text("Everything typed is still here")
    expect(page.locator("[data-lost]")).to_be_in_viewport()
    page.wait_for_url("**/desk/done/*/", timeout=15_000)
    assert len(sent) == 3
    assert len(set(sent)) == 1, "the same key each time"
    assert (ServiceRequest.objects.count(), Call.objects.count()) == (1, 1)


def lose(route: object, sent: list[str]) -> None:
    """Let the first sending through without its answer, refuse the second, pass on the rest."""
    from playwright.sync_api import Route

    assert isinstance(route, Route)
    body = route.request.post_data or ""
    if "do=report" not in body:
        route.continue_()
        return
    key = re.search(r"key=([0-9a-f-]{36})", body)
    sent.append(key[1] if key else "")
    if len(sent) == 1:
        route.fetch(max_redirects=0)
        route.fulfill(status=503, body="")
    elif len(sent) == 2:
        route.fulfill(status=502, body="")
    else:
        route.continue_()


def test_without_scripts(city: makers.SmallCity, operator: StaffUser, visitor: Visitor) -> None:
    page = visitor(frame.DESK, user=operator, js=False)
    page.goto("/desk/")
    page.get_by_label("Caller's phone").fill("410-555-0100")
    page.get_by_label("What the caller says").fill("a deep pothole")
    page.get_by_label("Where: address or crossing").fill("150 Main Street")
    page.get_by_role("button", name="Show kinds, script and requests nearby").click()
    page.locator("label", has_text="Pothole").click()
    page.get_by_role("button", name="Show kinds, script and requests nearby").click()
    page.get_by_role("radio", name="Left").check()
    page.get_by_role("button", name=re.compile("Send request")).click()
    expect(page.locator(".desk-done__number")).to_have_text(ServiceRequest.objects.get().number)
