"""Words that would be scripts elsewhere are words on every page (threat 8 of the security design)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from civic311.lib import clock
from departments.models import StaffUser
from requests_app.actions import Actor, add_note, close, reopen
from requests_app.workflow import Audience, Outcome
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
WORDS = (
    "\"'><script>window.ran=1</script><img src=x onerror=window.ran=2><svg onload=window.ran=3>"
    "<a href=javascript:window.ran=4>here</a></textarea></title>{{7*7}}${7*7}</script><style>*{display:none}"
)


def stays_words(page: Page, path: str) -> None:
    """Open the page; nothing of the words became an element, nothing ran."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None, path
    foreign = "main [onerror], main [onload], main [href^='javascript:'], main script:not([src^='/static/'])"
    assert page.locator(foreign).count() == 0
    expect(page.locator("h1").first).to_be_visible()


def test_nothing_runs(
    city: makers.SmallCity, dispatcher: StaffUser, administrator: StaffUser, visitor: Visitor
) -> None:
    made = makers.submitted(
        city.pothole,
        description=WORDS,
        address=WORDS[:200],
        place_note=WORDS[:200],
        name=WORDS[:120],
        email="jane@example.org",
        now=clock.now(),
    )
    pk, number, by, now = made.request.pk, made.request.number, Actor.staff(dispatcher), clock.now()
    StaffUser.objects.filter(pk=dispatcher.pk).update(name=WORDS[:100])
    for audience in (Audience.EVERYONE, Audience.STAFF, Audience.REPORTER):
        add_note(request_id=pk, version=None, text=WORDS, audience=audience, by=by, now=now)
    close(request_id=pk, version=None, outcome=Outcome.FIXED, public_answer=WORDS, by=by, now=now)
    resident = visitor(frame.DESK)
    for path in ("/", f"/requests/{number}/", f"/r/{made.token}/"):
        stays_words(resident, path)
    reopen(request_id=pk, version=None, reason=WORDS, by=Actor.reporter(), now=now)
    staff = visitor(frame.DESK, user=administrator)
    for path in ("/queue/?q=script", f"/queue/{number}/", "/reports/", f"/r/{made.token}/"):
        stays_words(staff, path)
    expect(staff.get_by_text("<script>window.ran=1</script>").first).to_be_visible()


def test_nothing_in_an_address_runs(city: makers.SmallCity, page: Page, watch: frame.Watch) -> None:
    watch.expect(404)
    stays_words(page, "/report/?q=" + "%22%3E%3Cscript%3Ewindow.ran=1%3C/script%3E")
    stays_words(page, "/track/?number=" + "%22%3E%3Cscript%3Ewindow.ran=1%3C/script%3E")
    stays_words(page, "/%22%3E%3Cscript%3Ewindow.ran=1%3C/script%3E")
