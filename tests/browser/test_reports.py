"""The pages of the reports in the browser: axe on each, a walk without scripts, four questions in few clicks."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from civic311.lib import clock
from dashboards.reports.pages import PAGES
from departments.models import StaffUser
from requests_app.actions import Actor, assign, close
from requests_app.actions.facts import refresh_facts
from requests_app.queries.expected import Expected
from requests_app.workflow import Outcome
from tests import makers
from tests.browser import frame, steps
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
WEST, EAST = -76.65, -76.55
IN_WEST, IN_EAST = 10, 10
MOST_CLICKS = 4


@pytest.fixture
def history(city: makers.SmallCity, dispatcher: StaffUser) -> None:
    """Potholes of the west are filled in two days, those of the east in twelve; their reporters were told two and five.

    Trash and rats are late, and one of three dispatchers has most of them.
    """
    now, by = clock.now(), Actor.staff(dispatcher)
    told = Expected(2, 5, 40, None, "category").as_data()
    for n in range(IN_WEST + IN_EAST):
        longitude, days = (WEST, 2) if n < IN_WEST else (EAST, 12)
        born = now - dt.timedelta(days=86, minutes=n)
        made = makers.submitted(city.pothole, now=born, longitude=longitude, expected=told)
        close(
            request_id=made.request.pk,
            version=None,
            outcome=Outcome.FIXED,
            public_answer="Highways filled the hole.",
            by=by,
            now=born + dt.timedelta(days=days),
        )
    team = [makers.staff("dispatcher", city.waste, name=name) for name in ("Ann", "Bea", "Cleo")]
    for n in range(20):
        category = city.rats if n % 2 else city.missed_trash
        request = makers.submitted(category, now=now - dt.timedelta(days=20, minutes=n)).request
        whom = team[max(0, n - 17)]
        assign(request_id=request.pk, version=None, to=whom, by=by, now=now - dt.timedelta(days=9))
    refresh_facts()


def test_every_page_on_a_desk_and_on_a_phone(history: None, manager: StaffUser, visitor: Visitor) -> None:
    """Neither axe nor the ruler nor the console finds anything, and the figures have their numbers."""
    found: list[str] = []
    for size in (frame.DESK, frame.PHONE):
        page = visitor(size, user=manager)
        for each in PAGES:
            page.goto("/reports/" if each is PAGES[0] else f"/reports/{each.slug}/")
            expect(page.locator("h1")).to_have_text(str(each.title))
            page.locator(".chart-numbers").evaluate_all("all => all.forEach(one => { one.open = true; })")
            for check in (frame.assert_accessible, frame.assert_no_sideways_scroll):
                try:
                    check(page)
                except AssertionError as error:
                    found.append(f"{size} {error}")
    assert not found, "\n\n".join(found)


def test_without_scripts(history: None, manager: StaffUser, visitor: Visitor) -> None:
    """Filter, page, number, rows and back on a phone: what is folded opens, and what was chosen stays."""
    page = visitor(frame.PHONE, user=manager, js=False)
    page.goto("/reports/")
    category = page.get_by_label("Category")
    expect(category).not_to_be_visible()
    page.get_by_text("Period and filters", exact=True).click()
    category.select_option(label="Pothole")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(category, "what narrows the report is seen").to_be_visible()
    expect(page.locator(".report-about")).to_contain_text("Pothole")

    page.get_by_text("All pages of the reports", exact=True).click()
    page.get_by_role("link", name="Timeliness", exact=True).click()
    expect(page.locator("h1")).to_have_text("Timeliness")
    expect(page.locator(".report-about")).to_contain_text("Pothole")
    card = page.locator(".figure").filter(has_text="On time").first
    card.locator(".figure__value a").click()
    expect(page.get_by_text(f"{IN_WEST} requests", exact=True)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(IN_WEST)
    page.get_by_role("link", name="Back to the report").click()
    expect(category).to_have_value(re.compile(r"\d+"))


@dataclass
class Reader:
    """A manager who counts the clicks from the overview on."""

    page: Page
    clicks: int = field(default=0)

    def start(self) -> Locator:
        """The overview again; what is on the screen."""
        self.page.goto("/reports/")
        self.clicks = 0
        return self.page.locator("main")

    def click(self, control: Locator) -> None:
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS
        control.click()

    def turn_to(self, title: str) -> None:
        """Another page, by the menu that is folded on a phone."""
        self.click(self.page.get_by_text("All pages of the reports", exact=True))
        self.click(self.page.get_by_role("link", name=title, exact=True))


def test_four_questions_in_under_five_clicks_each(
    history: None, manager: StaffUser, visitor: Visitor
) -> None:
    """On a phone, where the menu costs a click more."""
    reader = Reader(visitor(frame.PHONE))
    steps.sign_in(reader.page, manager)

    main = reader.start()  # which three things should I fix first, and how do I know?
    things = main.locator("#findings li")
    expect(things.nth(2)).to_be_visible()
    expect(things.filter(has_text="Pothole")).to_contain_text("10 of 20 were not closed by their due date.")
    reader.click(things.filter(has_text="Pothole").get_by_role("link"))
    expect(main.get_by_text(f"{IN_EAST} requests", exact=True)).to_be_visible()
    expect(main.locator("tbody tr")).to_have_count(IN_EAST)

    main = reader.start()  # is one part of the city served as fast as the other?
    reader.turn_to("Areas and equity")
    slow = main.get_by_role("heading", name=re.compile("^Less often on time .* same mix of requests"))
    expect(slow).to_contain_text("District 2 (0\u00a0% against 50\u00a0%)")
    reader.click(main.locator(".chart-numbers summary").first)
    row = main.get_by_role("row").filter(has_text="District 2").filter(has_text="less often on time")
    expect(row.first).to_be_visible()

    main = reader.start()  # who is overloaded?
    reader.turn_to("Dispatchers and crews")
    heavy = main.locator("#findings li").filter(has_text="Ann has 18 in hand, the median of the team is 1.")
    expect(heavy).to_be_visible()
    reader.click(heavy.get_by_role("link"))
    expect(main.get_by_text("18 requests", exact=True)).to_be_visible()

    main = reader.start()  # did our promises hold?
    reader.turn_to("Timeliness")
    expect(main.get_by_text("were closed by their due date").first).to_be_visible()
    reader.turn_to("Expected time")
    told = "50\u00a0% were closed by the time told for half, 50\u00a0% by that for nine of ten."
    expect(main.get_by_role("heading", name=told)).to_be_visible()
