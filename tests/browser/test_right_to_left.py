"""A phone whose language runs from right to left."""

from __future__ import annotations

import pytest
from django.conf import settings

from civic311.lib.cached import forget_all
from departments.models import City
from tests import makers, pseudo
from tests.browser import frame
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_nothing_runs_out_of_the_window(city: makers.SmallCity, visitor: Visitor, js: bool) -> None:
    City.objects.update(languages=["en", pseudo.LANGUAGE])
    forget_all()
    made = makers.submitted(city.pothole, description="A deep hole", address="100 Main Street")
    page = visitor(frame.PHONE, js=js)
    page.goto("/")
    page.locator(f"button[name=language][value={pseudo.LANGUAGE}]").click()
    paths = [
        "/",
        "/report/",
        "/report/?category=pothole",
        f"/requests/{made.request.number}/",
        f"/r/{made.token}/",
    ]
    for path in (*paths, "/help/", "/track/", "/privacy/"):
        page.goto(path)
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert page.locator("html").get_attribute("lang") == pseudo.LANGUAGE
        frame.assert_no_sideways_scroll(page)
        for canvas in page.locator(".map__canvas").all():
            assert canvas.get_attribute("dir") == "ltr", "a map is no text"
    assert settings.LANGUAGE_COOKIE_NAME in {cookie["name"] for cookie in page.context.cookies()}
