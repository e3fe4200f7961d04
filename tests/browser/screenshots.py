"""Pictures of the running demonstration for the README: ``python -m tests.browser.screenshots [URL]``.

Reads the log-ins from ``var/demo.json`` (CIVIC311_VAR names another folder), files one report, answers it, and writes
``docs/screenshots/*.png`` (CIVIC311_SHOTS names another folder) at the sizes of a phone and a desk, with few colours so
that the repository stays small.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from requests_app.photos.drawings import draw
from tests.browser import chromium

ROOT = Path(__file__).resolve().parent.parent.parent
TARGET = Path(os.environ.get("CIVIC311_SHOTS", ROOT / "docs" / "screenshots"))
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
COLOURS = 256
ROWS = ".table--queue .rowlink__main"
REPORTS = ("volume", "timeliness", "departments", "people", "areas", "gap", "expected", "quality")
LAST_QUARTER = 2
"""Where the periods offered have it: the last 90 days and the quarter that runs come first."""
ADDRESS = "100 Holliday Street"
WORDS = "Deep hole in the right lane, about two feet wide. Cars swerve around it since Monday."
TASK = "Was this street opened lately? A caller says so."
ANSWER = "Our crew filled the hole and sealed the edges. We check it again after the next frost."


@dataclass(frozen=True)
class Demo:
    """The running demonstration and who may sign in."""

    url: str
    accounts: list[dict[str, str]]

    def account(self, role: str) -> dict[str, str]:
        return next(each for each in self.accounts if each["role"] == role)


def shoot(page: Page, name: str) -> None:
    """The window as it is now, once map and photos are there."""
    if page.locator(".leaflet-container").count():
        page.locator(".leaflet-tile-loaded").first.wait_for()
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    TARGET.mkdir(parents=True, exist_ok=True)
    few = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    few.save(TARGET / f"{name}.png", optimize=True)


def opened(browser: Browser, demo: Demo, size: str, role: str = "", locale: str = "en-US") -> Page:
    """A page of a browser of its own, signed in where a role is named."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=demo.url,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        locale=locale,
    )
    page = context.new_page()
    if role:
        account = demo.account(role)
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(account["email"])
        page.locator("input[name=password]").fill(account["password"])
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url("**/queue/**")
    return page


def fill_report(page: Page) -> None:
    page.goto("/report/?q=pothole")
    page.locator("main label").filter(has_text=re.compile("pothole", re.IGNORECASE)).first.click()
    page.locator("#id_description").fill(WORDS)
    address = page.locator("#id_address")
    address.press_sequentially(ADDRESS, delay=15)
    page.get_by_role("option").first.click()
    hole = io.BytesIO()
    draw("pothole", 4).save(hole, "JPEG", quality=88)
    page.locator("input[type=file]").set_input_files(
        {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": hole.getvalue()}
    )
    page.locator("[data-upload-list] img").wait_for()
    page.locator("#id_email").fill("resident@example.org")


def at(page: Page, selector: str) -> None:
    """Scroll so that this is at the top."""
    page.locator(selector).first.evaluate(
        "it => window.scrollTo(0, it.getBoundingClientRect().top + scrollY - 16)"
    )


def resident(browser: Browser, demo: Demo) -> str:
    """Home, form and own page; the path of the request filed, by its number."""
    for size in SIZES:
        page = opened(browser, demo, size)
        page.goto("/")
        shoot(page, f"home-{size}")
        fill_report(page)
        at(page, "main h1")
        shoot(page, f"report-{size}")
        at(page, "#part_where")
        shoot(page, f"report-place-{size}")
        at(page, "#part_check")
        shoot(page, f"report-check-{size}")
    page.get_by_role("button", name="Send report").click()
    page.wait_for_url("**/r/*/")
    own = page.url
    for size in SIZES:
        page = opened(browser, demo, size)
        page.goto(own)
        shoot(page, f"tracking-{size}")
    found = re.search(r"\b\d{2}-\d{6}\b", page.locator("main").inner_text())
    assert found
    return found[0]


def explore(browser: Browser, demo: Demo) -> None:
    """Map, list, a kind's page, alerts and the way to my reports."""
    for size in SIZES:
        page = opened(browser, demo, size)
        for name, path in (
            ("map", "/map/"),
            ("list", "/requests/"),
            ("kind", "/categories/pothole/"),
            ("alerts", "/alerts/new/"),
            ("help", "/help/"),
        ):
            page.goto(path)
            shoot(page, f"{name}-{size}")


def in_spanish(browser: Browser, demo: Demo, number: str) -> None:
    """The way of a report, read in Spanish."""
    for size in SIZES:
        page = opened(browser, demo, size, locale="es-US")
        for name, path in (
            ("home", "/"),
            ("report", "/report/?q=bache"),
            ("public", f"/requests/{number}/"),
        ):
            page.goto(path)
            shoot(page, f"{name}-spanish-{size}")


def staff(browser: Browser, demo: Demo, number: str) -> None:
    """The queue, and the request before and after its answer."""
    for size in SIZES:
        page = opened(browser, demo, size, "dispatcher")
        page.goto("/queue/")
        shoot(page, f"queue-{size}")
        page.goto(f"/queue/{number}/")
        shoot(page, f"request-{size}")
    page.get_by_role("button", name="Assign to me").click()
    page.get_by_role("button", name="Start work").click()
    if page.get_by_role("button", name="Show online").count():
        page.get_by_role("button", name="Show online").first.click()
    page.locator("summary", has_text="Close with an answer").click()
    page.get_by_label("Fixed", exact=True).check()
    page.get_by_label("Answer everyone reads").fill(ANSWER)
    page.get_by_role("button", name="Close with an answer").click()
    page.get_by_text("Closed.", exact=True).wait_for()
    for size in SIZES:
        other = opened(browser, demo, size, "dispatcher")
        other.goto(f"/queue/{number}/")
        shoot(other, f"undo-{size}")
    # the public page waits for the end of the time to undo
    page.get_by_role("button", name="Send now").click()
    page.get_by_text("sent. Residents see it now.").wait_for()
    for size in SIZES:
        page = opened(browser, demo, size)
        page.goto(f"/requests/{number}/")
        shoot(page, f"public-{size}")


def reports(browser: Browser, demo: Demo) -> None:
    """The manager's figures of the last whole quarter: its pages on a desk, overview and timeliness on a phone."""
    for size in SIZES:
        page = opened(browser, demo, size, "manager")
        page.goto("/reports/")
        page.get_by_role("navigation", name="Periods").get_by_role("link").nth(LAST_QUARTER).click()
        page.wait_for_load_state()
        shoot(page, f"reports-{size}")
        at(page, ".chart:has(figure) ~ .chart:has(figure)")
        shoot(page, f"charts-{size}")
        period = page.url.partition("?")[2]
        for slug in REPORTS if size == "desk" else ("timeliness",):
            page.goto(f"/reports/{slug}/?{period}")
            at(page, "main h1")
            shoot(page, f"reports-{slug}-{size}")


def crew(browser: Browser, demo: Demo) -> None:
    """A crew's list as a route, a job with its answer open, what is found; the supervisor's work in hand."""
    for size in SIZES:
        page = opened(browser, demo, size, "crew")
        page.goto("/crew/?order=route")
        shoot(page, f"crew-{size}")
        page.locator(".job__title a").first.click()
        page.locator("summary", has_text="Done").click()
        shoot(page, f"crew-job-{size}")
        page.goto("/crew/found/")
        shoot(page, f"crew-found-{size}")
        page.goto("/crew/sheet/")
        shoot(page, f"crew-sheet-{size}")
        page = opened(browser, demo, size, "supervisor")
        page.goto("/crew/work/")
        shoot(page, f"crew-work-{size}")


def promises(browser: Browser, demo: Demo) -> None:
    """The form of a new date for the first overdue request that can have one, and a supervisor's rules of escalation."""
    for size in SIZES:
        page = opened(browser, demo, size, "dispatcher")
        page.goto("/queue/?view=overdue")
        renew = page.get_by_role("link", name="Promise a new date")
        for address in [str(row.get_attribute("href")) for row in page.locator(ROWS).all()]:
            page.goto(address)
            if renew.count():
                break
        renew.click()
        shoot(page, f"promise-{size}")
        page = opened(browser, demo, size, "administrator")
        page.goto("/queue/escalation/")
        shoot(page, f"escalation-{size}")


def desk(browser: Browser, demo: Demo) -> None:
    """A call at the desk, what is read out, the knowledge base and the figures of the calls."""
    for size in SIZES:
        page = opened(browser, demo, size, "operator")
        page.goto("/desk/")
        page.locator("#id_description").fill("deep pothole in the right lane")
        page.locator("#id_address").fill(ADDRESS)
        page.locator("#id_place_note").focus()
        page.locator("[data-part=place] p").first.wait_for()
        at(page, "main h1")
        shoot(page, f"desk-{size}")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/desk/done/*/")
        shoot(page, f"desk-number-{size}")
        for name, path in (
            ("knowledge", "/knowledge/"),
            ("calls", "/desk/calls/"),
            ("answer", "/help/rats-at-home/"),
        ):
            page.goto(path)
            shoot(page, f"{name}-{size}")


def inbox(browser: Browser, demo: Demo) -> None:
    """A dispatcher's inbox, and the texts a supervisor wrote."""
    for size in SIZES:
        page = opened(browser, demo, size, "dispatcher")
        page.goto("/inbox/")
        shoot(page, f"inbox-{size}")
        page = opened(browser, demo, size, "supervisor")
        page.goto("/queue/templates/")
        shoot(page, f"templates-{size}")


def redacting(browser: Browser, demo: Demo) -> None:
    """A supervisor hides a part of a photo that was reported."""
    page = opened(browser, demo, "desk", "supervisor")
    page.goto("/queue/?view=all&sort=-photos")
    links = page.locator(ROWS).all()
    redact = page.get_by_role("link", name="Redact photo 1")
    for address in [str(link.get_attribute("href")) for link in links]:
        page.goto(address)
        if redact.count():
            break
    redact.click()
    page.get_by_role("button", name="Add a box").click()
    shoot(page, "redact-desk")


def incidents(browser: Browser, demo: Demo) -> None:
    """The reports of one problem: the first of the queue, by how many reported it, that others follow."""
    for size in SIZES:
        page = opened(browser, demo, size, "administrator")
        page.goto("/queue/?view=open&sort=-reporters")
        rows = page.locator(ROWS).all()
        for address in [str(row.get_attribute("href")) for row in rows]:
            page.goto(address)
            if page.get_by_role("link", name="Look at the reports").count():
                page.get_by_role("link", name="Look at the reports").click()
                shoot(page, f"incident-{size}")
                break


def lists(browser: Browser, demo: Demo) -> None:
    """The queue beside its map, what a change of three would do, and storm mode as a supervisor sees it."""
    for size in SIZES:
        page = opened(browser, demo, size, "dispatcher")
        page.goto("/queue/?view=open&layout=split")
        shoot(page, f"queue-map-{size}")
        page.goto("/queue/?view=open")
        for box in page.locator(".table--queue input[name=n]").all()[:3]:
            box.check()
        page.locator("select[name=move]").select_option("prioritize")
        page.get_by_role("button", name="Go on").click()
        page.locator("main select[name=priority]").select_option(label="High")
        page.get_by_role("button", name="See what will change").click()
        page.locator("#will").wait_for()
        shoot(page, f"bulk-{size}")
        page = opened(browser, demo, size, "supervisor")
        page.goto("/storms/")
        shoot(page, f"storms-{size}")
        if page.get_by_role("link", name="Declare a storm").count():
            page.get_by_role("link", name="Declare a storm").click()
            shoot(page, f"storm-new-{size}")


def tasks(browser: Browser, demo: Demo) -> None:
    """Another department is asked for something; the request shows it."""
    for size in SIZES:
        page = opened(browser, demo, size, "dispatcher")
        page.goto("/queue/?view=open")
        address = str(page.locator(ROWS).first.get_attribute("href"))
        page.goto(f"{address}tasks/")
        if not page.get_by_text(TASK).count():
            page.locator("textarea[name=text]").fill(TASK)
            page.locator("select[name=department]").select_option(index=1)
            page.get_by_role("button", name="Give the task").click()
            page.get_by_text(TASK).first.wait_for()
            page.goto(f"{address}tasks/")
        shoot(page, f"tasks-{size}")
        page.goto(address)
        at(page, "#tasks")
        shoot(page, f"request-tasks-{size}")


def main() -> None:
    folder = Path(os.environ.get("CIVIC311_VAR", ROOT / "var"))
    told = json.loads((folder / "demo.json").read_text())
    demo = Demo(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else told["url"], told["accounts"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.launch_args())
        number = resident(browser, demo)
        staff(browser, demo, number)
        reports(browser, demo)
        explore(browser, demo)
        promises(browser, demo)
        incidents(browser, demo)
        desk(browser, demo)
        in_spanish(browser, demo, number)
        crew(browser, demo)
        lists(browser, demo)
        tasks(browser, demo)
        inbox(browser, demo)
        redacting(browser, demo)
        browser.close()
    total = sum(path.stat().st_size for path in TARGET.glob("*.png"))
    print(f"{len(list(TARGET.glob('*.png')))} pictures in {TARGET}, {total // 1000} KB")


if __name__ == "__main__":
    main()
