"""A crew in the browser: a job from start to done, no reception, somebody faster, something found in three taps."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from departments.models import StaffUser
from requests_app import actions
from requests_app.actions import Actor
from requests_app.models import Photo, RequestEvent, ServiceRequest
from requests_app.workflow import EventKind, Outcome, Status
from tests import makers
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def crew(city: makers.SmallCity) -> StaffUser:
    city.pothole.closing_photo = True
    city.pothole.save()
    return makers.staff("crew", city.streets, name="Carl Crew")


def given(city: makers.SmallCity, crew: StaffUser, address: str) -> ServiceRequest:
    made = makers.submitted(city.pothole, address=address).request
    ServiceRequest.objects.filter(pk=made.pk).update(assignee=crew)
    return made


def waits(page: Page, text: str) -> None:
    expect(page.locator("[data-crew-line]")).to_contain_text(text)


def test_without_reception_nothing_is_lost_and_a_conflict_is_explained(
    city: makers.SmallCity,
    crew: StaffUser,
    dispatcher: StaffUser,
    visitor: Visitor,
    watch: frame.Watch,
    tmp_path: Path,
) -> None:
    mine, taken = given(city, crew, "100 Main St"), given(city, crew, "110 Main St")
    page = visitor(frame.PHONE, user=crew)
    page.goto("/crew/")
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    # the worker and the kept jobs are there before the reception goes
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function(
        """async number => {
            const opened = indexedDB.open("civic311-crew", 1);
            const database = await new Promise(give => { opened.onsuccess = () => give(opened.result); });
            const call = database.transaction("pages").objectStore("pages").get(number);
            const found = await new Promise(give => { call.onsuccess = () => give(call.result); });
            database.close();
            const kept = await caches.match("/crew/offline/");
            return Boolean(found && kept && navigator.serviceWorker.controller !== undefined);
        }""",
        arg=taken.number,
    )
    page.reload()
    page.context.set_offline(True)
    watch.troubles.clear()
    page.get_by_role("link", name="100 Main St").click()
    expect(page.get_by_text("No reception. This is what your phone kept")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    waits(page, "1 step waits to be sent.")
    page.get_by_text("Done", exact=True).click()
    page.locator("input[type=file]:visible").set_input_files(frame.save_photo(tmp_path))
    page.get_by_role("button", name="Send: Done").click()
    waits(page, "2 steps wait to be sent.")
    page.goto(f"/crew/{taken.number}/")
    page.get_by_text("Not found", exact=True).click()
    page.get_by_label("Where did you look?").fill("Behind both fences")
    page.get_by_role("button", name="Send: Not found").click()
    waits(page, "3 steps wait to be sent.")
    actions.close(
        request_id=taken.pk,
        version=None,
        outcome=Outcome.FIXED,
        public_answer="Filled.",
        by=Actor.staff(dispatcher),
        now=makers.NOW,
    )
    offline = [each for each in watch.troubles if "ERR_INTERNET_DISCONNECTED" not in each]
    watch.troubles[:] = offline
    watch.expect(409)
    page.context.set_offline(False)
    page.goto("/crew/")
    trouble = page.locator("[data-crew-problems]")
    expect(trouble).to_contain_text(f"{dispatcher.name}: Closed: fixed")
    expect(trouble).to_contain_text("Behind both fences")
    frame.assert_accessible(page)
    row = ServiceRequest.objects.get(pk=mine.pk)
    assert (row.status, row.outcome, row.assignee) == (Status.CLOSED, "fixed", crew)
    assert Photo.objects.get(request=mine).purpose == "result"
    assert RequestEvent.objects.filter(request=mine, actor=crew).count() == 2
    assert not RequestEvent.objects.filter(request=taken, actor=crew).exists()
    trouble.get_by_role("button", name="Throw it away").click()
    expect(trouble).to_be_empty()
    page.reload()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    expect(trouble).to_be_empty()


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_from_the_list_to_done_and_found_in_three_taps(
    city: makers.SmallCity, crew: StaffUser, visitor: Visitor, tmp_path: Path, js: bool
) -> None:
    made = given(city, crew, "100 Main St")
    page = visitor(frame.PHONE, user=crew, js=js)
    if js:
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation({"latitude": 39.3, "longitude": -76.65})
    page.goto("/crew/?order=route")
    page.get_by_role("link", name="100 Main St").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Started. It is yours.")).to_be_visible()
    if js:
        frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_text("Done", exact=True).click()
    page.locator("input[type=file]:visible").set_input_files(frame.save_photo(tmp_path))
    page.get_by_role("button", name="Send: Done").click()
    expect(page.get_by_text(f"{made.number}: Done.")).to_be_visible()
    assert ServiceRequest.objects.get(pk=made.pk).status == Status.CLOSED
    page.get_by_role("link", name="I found something").click()
    if js:
        frame.assert_accessible(page)
    else:
        page.get_by_label("Where", exact=False).first.fill("39.3, -76.65")
    frame.assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Pothole", exact=True).click()
    expect(page.get_by_text("is reported and yours")).to_be_visible()
    found = ServiceRequest.objects.latest("pk")
    assert (found.population, found.assignee, found.latitude) == ("staff_found", crew, 39.3)
    assert RequestEvent.objects.get(request=found, kind=EventKind.SUBMITTED).actor == crew


def test_a_supervisor_gives_out_an_area_and_prints_a_sheet(
    city: makers.SmallCity, crew: StaffUser, visitor: Visitor, size: frame.Size
) -> None:
    made = makers.submitted(city.pothole).request
    given(city, crew, "110 Main St")
    page = visitor(size, user=makers.staff("supervisor", city.streets))
    page.goto("/crew/work/")
    frame.assert_accessible(page)
    frame.assert_no_sideways_scroll(page)
    page.get_by_role("link", name="Give out (District 1)").click()
    page.get_by_label("Give it to").select_option(label="Carl Crew")
    frame.assert_accessible(page)
    page.get_by_role("button", name="Give what is ticked").press("Enter")
    expect(page.get_by_text("1 job is now with Carl Crew.")).to_be_visible()
    assert ServiceRequest.objects.get(pk=made.pk).assignee == crew
    theirs = visitor(size, user=crew)
    theirs.goto("/crew/sheet/")
    frame.assert_accessible(theirs)
    expect(theirs.get_by_role("img", name=f"Code that opens {made.number}")).to_be_visible()
