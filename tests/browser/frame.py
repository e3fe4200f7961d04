"""What the browser tests share: sizes, a watched page, the accessibility check, and the mails of the worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response

from civic311.lib import clock
from requests_app.models import RequestEvent
from requests_app.notifications import sending, writing

Size = tuple[int, int]
PHONE: Size = (390, 844)
DESK: Size = (1280, 900)
SMALLEST: Size = (320, 640)
PATIENCE_MS = 10_000
AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}


@dataclass
class Watch:
    """Everything that went wrong in the pages of one test: console and script errors, refusals, answers of 400 up."""

    troubles: list[str] = field(default_factory=list)
    expected: list[int] = field(default_factory=list)

    def expect(self, status: int) -> None:
        """An answer with this status belongs to the test, and so does the line the browser writes about it."""
        self.expected.append(status)

    def over(self, page: Page) -> Page:
        """Watch this page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("response", self._response)
        page.set_default_timeout(PATIENCE_MS)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        known = any(f"status of {status}" in message.text for status in self.expected)
        if message.type in {"error", "warning"} and not known:
            self.troubles.append(f"console: {message.text}")

    def _response(self, answer: Response) -> None:
        if answer.status >= 400 and answer.status not in self.expected:
            self.troubles.append(f"{answer.status} {answer.request.method} {answer.url}")


def violations(page: Page) -> list[str]:
    """What axe finds on the page, one readable line for each rule broken."""
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [
        f"{each['id']} ({each['help']}): "
        + " | ".join(f"{node['html'][:160]} {node['failureSummary']}" for node in each["nodes"][:3])
        for each in found
    ]


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA or of axe's best practices."""
    found = violations(page)
    assert not found, f"{page.url}\n" + "\n".join(found)


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is not wider than the window."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"


def wait_for_map(page: Page) -> None:
    """Until the tiles of the map are there."""
    page.locator(".leaflet-tile-loaded").first.wait_for()


def do_the_workers_jobs() -> None:
    """Send what the events cause, as the job worker would. Doing it twice sends nothing twice."""
    for event_id in RequestEvent.objects.order_by("pk").values_list("pk", flat=True):
        for delivery_id in writing.fan_out(event_id, clock.now()):
            sending.deliver(delivery_id, clock.now())


def save_photo(folder: Path, name: str = "hole.jpg", size: tuple[int, int] = (1600, 1200)) -> Path:
    """A photo as a telephone makes it: a JPEG that lies on its side, with camera and position in it."""
    from PIL import Image, ImageDraw

    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((size[0] // 4, size[1] // 3, size[0] // 2, size[1] // 2), fill=(40, 38, 36))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x0110] = "Telephone 7"
    folder.mkdir(parents=True, exist_ok=True)
    image.save(folder / name, "JPEG", quality=85, exif=exif)
    return folder / name
