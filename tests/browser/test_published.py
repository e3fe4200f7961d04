"""Reports on paper and by mail, and the figures a city publishes, in the browser."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from civic311.lib import clock
from dashboards.reports.models import Extract
from dashboards.reports.public.choosing import publish
from departments.models import StaffUser
from requests_app.actions.facts import refresh_facts
from requests_app.queries.performance import quarters_before
from requests_app.resident.performed import FIGURES
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def fill(city: makers.SmallCity) -> None:
    start, _after = quarters_before(clock.now().date())[0]
    born = dt.datetime.combine(start + dt.timedelta(days=20), dt.time(15), dt.UTC)
    for _each in range(12):
        makers.submitted(city.pothole, now=born)
    refresh_facts()


def test_published_figures(
    city: makers.SmallCity, manager: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    fill(city)
    page = visitor(size, js=False)
    page.goto("/performance/")
    expect(page.get_by_text("has not published figures yet")).to_be_visible()
    publish(keys=list(FIGURES), by=manager, now=clock.now())
    page.goto("/")
    page.get_by_role("link", name="All figures, and how we count").click()
    expect(page.get_by_role("heading", level=2, name="On time and solved")).to_be_visible()
    frame.assert_no_sideways_scroll(page)
    page = visitor(size)
    page.goto("/performance/")
    frame.assert_accessible(page)
    staff = visitor(size, user=manager)
    staff.goto("/reports/published/")
    frame.assert_accessible(staff)
    frame.assert_no_sideways_scroll(staff)


def test_a_page_by_mail_and_its_list(
    city: makers.SmallCity, manager: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    page = visitor(size, user=manager)
    page.goto("/reports/volume/")
    page.get_by_role("link", name="Send me this weekly").click()
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Send me this").click()
    expect(page.get_by_text("You get this report by mail from now on.")).to_be_visible()
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.goto("/reports/digests/")
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)


def test_on_paper_all_numbers_are_there_and_controls_are_not(
    city: makers.SmallCity, manager: StaffUser, visitor: Visitor
) -> None:
    for days in range(1, 8):
        makers.submitted(city.pothole, now=clock.now() - dt.timedelta(days=days))
    refresh_facts()
    page = visitor(frame.DESK, user=manager)
    page.goto("/reports/volume/")
    expect(page.locator(".chart-table").first).to_be_hidden()
    page.get_by_role("link", name="Print").click()
    expect(page.locator(".chart-table").first).to_be_visible()
    expect(page.get_by_text("City of Smallville · as of")).to_be_visible()
    frame.assert_accessible(page)
    page.goto("/reports/volume/")
    page.emulate_media(media="print")
    expect(page.locator(".chart-table").first).to_be_visible()
    expect(page.get_by_text("City of Smallville · as of")).to_be_visible()
    for gone in (".report-filters", ".report-pages", ".report-links", ".nav"):
        expect(page.locator(gone).first).to_be_hidden()


def test_requests_as_a_file_want_a_reason(
    city: makers.SmallCity, manager: StaffUser, visitor: Visitor, size: frame.Size, watch: frame.Watch
) -> None:
    watch.expect(400)
    makers.submitted(city.pothole, now=clock.now() - dt.timedelta(days=2))
    refresh_facts()
    page = visitor(size, user=manager)
    page.goto("/reports/rows/?figure=opened")
    page.get_by_role("link", name="Take as a file").click()
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Download").click()
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    page.get_by_label("What do you need them for?").fill("Council meeting of May 4")
    with page.expect_download() as found:
        page.get_by_role("button", name="Download").click()
    assert found.value.suggested_filename.endswith(".csv")
    page.goto("/reports/volume/")
    assert Extract.objects.get().finished_at is not None
