"""A manager in the browser: figures, the requests behind them, and both as files."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from civic311.lib import clock
from departments.models import StaffUser
from requests_app.actions import Actor, close
from requests_app.actions.facts import refresh_facts
from requests_app.workflow import Outcome
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def downloaded(page: Page, control: Locator) -> list[dict[str, str]]:
    """The rows of the CSV file behind a link or a button."""
    with page.expect_download() as found:
        control.click()
    path = Path(found.value.path())
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_from_a_figure_to_its_rows_and_file(
    city: makers.SmallCity, dispatcher: StaffUser, manager: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    now = clock.now()
    made = [
        makers.submitted(city.pothole, now=now - dt.timedelta(days=days)).request for days in (3, 5, 9, 30)
    ]
    close(
        request_id=made[0].pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Highways filled the hole.",
        by=Actor.staff(dispatcher),
        now=now - dt.timedelta(days=1),
    )
    refresh_facts()
    page = visitor(size, user=manager)
    page.goto("/reports/")
    card = page.locator(".figure").filter(has_text="Open now")
    expect(card.locator(".figure__value")).to_have_text("3")
    frame.assert_no_sideways_scroll(page)
    card.locator(".figure__value a").click()
    expect(page.get_by_text("3 requests", exact=True)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(3)
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_role("link", name="Take as a file").click()
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_label("What do you need them for?").fill("Council meeting of May 4")
    rows = downloaded(page, page.get_by_role("button", name="Download"))
    assert {row["Number"] for row in rows} == {request.number for request in made[1:]}


def test_charts_have_their_numbers(city: makers.SmallCity, manager: StaffUser, visitor: Visitor) -> None:
    for days in range(1, 8):
        makers.submitted(city.pothole, now=clock.now() - dt.timedelta(days=days))
    refresh_facts()
    page = visitor(frame.DESK, user=manager)
    page.goto("/reports/volume/")
    charts = page.locator("main figure").filter(has=page.locator("svg"))
    assert charts.count() >= 2
    for at in range(charts.count()):
        charts.nth(at).locator("summary").click()
        expect(charts.nth(at).locator("table")).to_be_visible()
    frame.assert_accessible(page)
    assert downloaded(page, page.get_by_role("link", name="CSV").first)


def test_wrong_period_is_said(
    city: makers.SmallCity, manager: StaffUser, visitor: Visitor, watch: frame.Watch
) -> None:
    watch.expect(400)
    page = visitor(frame.PHONE, user=manager)
    page.goto("/reports/?start=2026-05-01&end=2026-01-01")
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    frame.assert_accessible(page)
