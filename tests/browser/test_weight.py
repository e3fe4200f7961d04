"""What a first visit costs: bytes on the wire, requests, and how much the page jumps."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from civic311.lib import clock
from departments.declaring import Declaration, declare_storm
from departments.models import StaffUser
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
KB = 1000
# As deploy/nginx.conf does it; static files are compressed by the application.
PROXY_GZIP_LEVEL = 5


@dataclass
class Cost:
    """Bytes by address, of everything a page asked for."""

    bytes: dict[str, int] = field(default_factory=dict)

    def of(self, wanted: Callable[[str], bool] = lambda path: True) -> int:
        return sum(size for path, size in self.bytes.items() if wanted(path))

    def __str__(self) -> str:
        lines = (f"{size:>8} {path}" for path, size in sorted(self.bytes.items(), key=lambda each: -each[1]))
        return f"{self.of()} bytes, {len(self.bytes)} requests\n" + "\n".join(lines)


def first_visit(page: Page, path: str, *, until: Callable[[Page], object] | None = None) -> Cost:
    """Open a page with an empty cache; what came over the wire, HTML as the proxy compresses it."""
    cost = Cost()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses: dict[str, str] = {}

    def requested(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            addresses[event["requestId"]] = urlsplit(event["request"]["url"]).path

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in addresses:
            cost.bytes[addresses[event["requestId"]]] = int(event["encodedDataLength"])

    wire.on("Network.requestWillBeSent", requested)
    wire.on("Network.loadingFinished", finished)
    answer = page.goto(path)
    assert answer is not None
    body = answer.body()
    if until:
        until(page)
    page.wait_for_load_state("networkidle")
    cost.bytes[urlsplit(answer.url).path] -= len(body) - len(gzip.compress(body, PROXY_GZIP_LEVEL))
    return cost


def shift(page: Page) -> float:
    """The layout shift so far (the sum the browser measures), without what the visitor's own input caused."""
    moved: float = page.evaluate(
        """() => new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => list.getEntries().forEach(each => {
                if (!each.hadRecentInput) { sum += each.value; }
            })).observe({type: 'layout-shift', buffered: true});
            setTimeout(() => done(sum), 50);
        })"""
    )
    return moved


def assert_light(cost: Cost, page: Page, *, kb: float, requests: int) -> None:
    assert cost.of() <= kb * KB, str(cost)
    assert len(cost.bytes) <= requests, str(cost)
    assert shift(page) <= 0.02


def open_map(page: Page) -> None:
    """The map is fetched when somebody asks for it."""
    page.locator("[data-map-open]").click()
    frame.wait_for_map(page)


def is_map(path: str) -> bool:
    return path.startswith(("/tiles/", "/places/")) or "leaflet" in path or "/map." in path or "pin." in path


def is_script(path: str) -> bool:
    return path.endswith(".js")


@pytest.mark.parametrize("path", ["/", "/track/", "/help/", "/privacy/"])
def test_text_pages(city: makers.SmallCity, page: Page, path: str) -> None:
    for _ in range(3):
        makers.submitted(city.pothole)
    assert_light(first_visit(page, path), page, kb=40, requests=6)


@pytest.mark.parametrize("path", ["/", "/report/"])
def test_light_pages_of_a_storm(city: makers.SmallCity, page: Page, path: str) -> None:
    now = clock.now()
    declaration = Declaration(
        name="Snow",
        banner="Heavy snow. Stay at home.",
        ends_at=now + dt.timedelta(days=1),
        safety_question="Is anybody hurt?",
        safety_text="Call 911 now.",
    )
    declare_storm(declaration=declaration, by=makers.staff("supervisor", city.streets), now=now)
    for _ in range(3):
        makers.submitted(city.pothole)
    cost = first_visit(page, path)
    assert page.get_by_text("Heavy snow. Stay at home.").is_visible()
    assert_light(cost, page, kb=25, requests=6)
    assert not [path for path in cost.bytes if is_map(path)]


def test_request_page(city: makers.SmallCity, page: Page) -> None:
    made = makers.submitted(city.pothole, now=clock.now())
    cost = first_visit(page, f"/requests/{made.request.number}/", until=open_map)
    without_map = {path: size for path, size in cost.bytes.items() if not is_map(path)}
    assert_light(Cost(without_map), page, kb=40, requests=6)
    assert cost.of(is_script) <= 55 * KB, str(cost)


def test_report_form_before_the_map_is_opened(city: makers.SmallCity, page: Page) -> None:
    cost = first_visit(page, "/report/?q=pothole")
    assert_light(cost, page, kb=60, requests=10)
    assert not [path for path in cost.bytes if path.startswith("/tiles/") or "leaflet" in path]


@pytest.mark.parametrize("size", [frame.PHONE, frame.DESK], ids=["phone", "desk"])
def test_a_draft_offered_back_moves_nothing(
    city: makers.SmallCity, visitor: Visitor, size: frame.Size
) -> None:
    page = visitor(size)
    page.goto("/report/")
    page.locator("#id_description").fill("A deep hole")
    page.wait_for_function("() => localStorage.getItem('civic311-report')")
    cost = first_visit(page, "/report/")
    page.locator("[data-draft-offer]").wait_for()
    assert_light(cost, page, kb=60, requests=10)


def test_report_form(city: makers.SmallCity, page: Page) -> None:
    cost = first_visit(page, "/report/?q=pothole", until=open_map)
    assert_light(cost, page, kb=130, requests=20)
    assert cost.of(is_script) <= 55 * KB, str(cost)
    assert cost.of(lambda path: not is_map(path)) <= 60 * KB, str(cost)


def test_report_form_without_scripts(city: makers.SmallCity, visitor: Visitor) -> None:
    page = visitor(frame.PHONE, js=False)
    loaded: list[str] = []
    page.on("requestfinished", lambda request: loaded.append(urlsplit(request.url).path))
    page.goto("/report/", wait_until="networkidle")
    assert not [path for path in loaded if is_script(path) or path.startswith("/tiles/")]


@pytest.mark.parametrize("size", [frame.PHONE, frame.DESK], ids=["phone", "desk"])
def test_the_public_map_moves_nothing(city: makers.SmallCity, visitor: Visitor, size: frame.Size) -> None:
    makers.submitted(city.pothole)
    page = visitor(size)
    page.goto("/map/")
    frame.wait_for_map(page)
    assert shift(page) <= 0.02


def test_queue_of_fifty(city: makers.SmallCity, dispatcher: StaffUser, visitor: Visitor) -> None:
    for at in range(55):
        makers.submitted(city.pothole, address=f"{at * 37} Northern Parkway", now=clock.now())
    page = visitor(frame.DESK, user=dispatcher)
    cost = first_visit(page, "/queue/")
    assert page.locator("tbody tr").count() == 50
    assert_light(cost, page, kb=60, requests=10)


def test_report_of_a_manager(city: makers.SmallCity, manager: StaffUser, visitor: Visitor) -> None:
    for category in (city.pothole, city.missed_trash, city.rats, city.praise):
        for _ in range(6):
            makers.submitted(category, now=clock.now())
    page = visitor(frame.DESK, user=manager)
    assert_light(first_visit(page, "/reports/"), page, kb=60, requests=10)
